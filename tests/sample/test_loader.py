"""The demonstration bureau: what it holds, and what is said of a damaged file."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from riskmap.config import sample_folder
from riskmap.db import schema
from riskmap.db.base import Base
from riskmap.document.model import MapDocument
from riskmap.document.terms import ActorRole
from riskmap.maps.models import AccountMap, RiskPoint, Step, Transition
from riskmap.maps.queries import documents
from riskmap.organisation.models import Node, Person
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.models import Category, Item, Measure
from riskmap.sample.loader import load, read_sample
from riskmap.sample.reading import SampleError

# Damaged files: per case a file, the text in it, what stands there instead, the line that is
# named (found as the line of a text, after the damage), and what is said.
K13 = "maps/FZ-U1-K13.yaml"
K01 = "maps/FZ-U1-K01.yaml"
Damage = tuple[str, str, str, str, str]

DAMAGED: dict[str, Damage] = {
    "bad YAML": (
        "organisation.yaml",
        "bureau: {code: YJRS,",
        "bureau: {code: [YJRS,",
        "bureau: {code: [YJRS",
        "不是合格的 YAML",
    ),
    "a tab as indentation": (
        K01,
        "    title: 收文办理",
        "\ttitle: 收文办理",
        "\ttitle: 收文办理",
        "不是合格的 YAML",
    ),
    "a control character": (
        K01,
        "title: 收文办理",
        "title: 收文\x07办理",
        "title: 收文\x07办理",
        "不是合格的 YAML",
    ),
    "an unknown key": (
        K01,
        "    title: 收文办理",
        "    title: 收文办理\n    colour: red",
        "    colour: red",
        "colour",
    ),
    "a missing key": (
        K01,
        "    title: 收文办理\n",
        "",
        "  - code: FZ-U1-K01-G01",
        "title",
    ),
    "a list instead of a text": (
        K01,
        "title: 收文办理",
        "title: [收文办理]",
        "title: [收文办理]",
        "maps[1].title",
    ),
    "a text instead of a number": (
        "register.yaml",
        "likelihood: 3",
        "likelihood: 三",
        "likelihood: 三",
        "likelihood",
    ),
    "a number outside its range": (
        "register.yaml",
        "likelihood: 3",
        "likelihood: 5",
        "likelihood: 5",
        "likelihood",
    ),
    "a word outside a closed set": (
        K01,
        "kind: terminator",
        "kind: circle",
        "kind: circle",
        "maps[1].steps[0].kind",
    ),
    "a day that does not exist": (
        "organisation.yaml",
        "as_of: 2026-01-05",
        "as_of: 2026-02-30",
        "as_of: 2026-02-30",
        "不是合格的 YAML",
    ),
    "a blank text": (
        K01,
        "text: 编收文号，逐件登记",
        'text: "　"',
        'text: "　"',
        "maps[1].steps[1].text",
    ),
    "a key written twice": (
        K01,
        "    title: 收文办理",
        "    title: 收文办理\n    goal: 甲",
        "    goal: 来文",
        "“goal”写了两次",
    ),
    "a code issued twice": (
        "organisation.yaml",
        "{code: CY-02, name: 职工或其近亲属",
        "{code: CY-01, name: 职工或其近亲属",
        "{code: CY-01, name: 职工或其近亲属",
        "参与方 CY-01 已经有了",
    ),
    "a category's code issued twice": (
        "register.yaml",
        "- code: FX-02\n",
        "- code: FX-01\n",
        "second - code: FX-01\n",
        "大类 FX-01 已经有了",
    ),
    "a step's key used twice": (
        K01,
        "- key: s2",
        "- key: s1",
        "second - key: s1",
        "步骤标识 s1 在本图中已用过",
    ),
    "an unknown post": (
        K01,
        "code: FZ-U1-K01-G01",
        "code: FZ-U1-K01-G99",
        "code: FZ-U1-K01-G99",
        "没有单位、科室或岗位 FZ-U1-K01-G99",
    ),
    "an unknown party": (K01, "actor: CY-13", "actor: CY-99", "- key: s3", "没有参与方 CY-99"),
    "an unknown matter": (
        K01,
        "matter: QL-045",
        "matter: QL-999",
        "- code: FZ-U1-K01-G01",
        "没有权力事项 QL-999",
    ),
    "an unknown basis": (
        K01,
        "basis: FG-013 第十四条",
        "basis: FG-999 第十四条",
        "- key: s11",
        "没有依据 FG-999",
    ),
    "an unknown basis of a map": (
        K01,
        "- FG-014 第二十六条",
        "- FG-998 第二十六条",
        "- code: FZ-U1-K01-G01",
        "没有依据 FG-998",
    ),
    "an unknown person": (
        "organisation.yaml",
        "- {person: RY-001,",
        "- {person: RY-9999,",
        "{person: RY-9999,",
        "没有人员 RY-9999",
    ),
    "an unknown responsible post": (
        "register.yaml",
        "responsible: [FZ-U1-K13-G01]",
        "responsible: [FZ-U1-K99]",
        "- code: CS-0101-01",
        "没有单位、科室或岗位 FZ-U1-K99",
    ),
    "a limit that cannot be read": (
        K01,
        "limit: 1个工作日",
        "limit: 一天",
        "- key: s2",
        "时限“一天”应写成 15日 或 5个工作日",
    ),
    "a limit of nothing": (K01, "limit: 1个工作日", "limit: 0个工作日", "- key: s2", "时限“0个"),
    "a line to an unknown step": (
        K01,
        "next: []",
        "next: [s77]",
        "- key: s11",
        "本图没有步骤 s77",
    ),
    "a conditional line to an unknown step": (
        K01,
        "next: []",
        "next:\n          - s1\n          - {to: s77, when: 否}",
        "- {to: s77",
        "本图没有步骤 s77",
    ),
    "an unknown item": (K13, "item: FX-0101", "item: FX-9999", "- key: r1", "没有小项 FX-9999"),
    "an unknown measure": (
        K13,
        "CS-0101-01",
        "CS-9999-99",
        "- key: r1",
        "没有防控措施 CS-9999-99",
    ),
    "a risk point's key used twice": (
        K13,
        "- key: r2",
        "- key: r1",
        "second - key: r1",
        "风险点标识 r1 在本图中已用过",
    ),
    "an empty file": ("bases.yaml", "", "", "", "全文"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample's files."""
    copy = tmp_path / "sample"
    shutil.copytree(sample_folder(), copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


# The files of maps begin with an office's map; what is damaged is the map of its first post.
FIRST_POST = "\n  - code: FZ-U1-K01-G01\n"


def begin(text: str) -> int:
    """Return where the part of a file begins in which the damage is done."""
    return max(0, text.find(FIRST_POST))


def damage(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    before, after = text[: begin(text)], text[begin(text) :]
    assert old in after
    path.write_text(before + after.replace(old, new, 1) if old else "", encoding="utf-8")


def line_of(path: Path, wanted: str, start: int) -> int:
    """Return the line of a text after `start`, of its second place if asked for `second …`."""
    text = path.read_text(encoding="utf-8")
    at = text.index(wanted.removeprefix("second "), start)
    if wanted.startswith("second "):
        at = text.index(wanted.removeprefix("second "), at + 1)
    return text.count("\n", 0, at) + 1


def load_all(engine: Engine, folder: Path) -> None:
    with schema.changing(engine) as connection, Session(connection) as session:
        load(session, read_sample(folder))
        session.commit()


def rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.tables.values()
        )


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_named_with_its_line_and_nothing_is_written(
    engine: Engine, folder: Path, case: Damage
) -> None:
    name, old, new, where, said = case
    start = begin((folder / name).read_text(encoding="utf-8"))
    damage(folder / name, old, new)

    with pytest.raises(SampleError) as caught:
        load_all(engine, folder)

    place = f"{Path(name).name} 第 {line_of(folder / name, where, start)} 行"
    assert place in str(caught.value)
    assert said in str(caught.value)
    assert rows(engine) == 0


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "bases.yaml").unlink()

    with pytest.raises(SampleError, match=r"bases\.yaml 第 1 行：读不出来"):
        read_sample(folder)


def test_a_file_that_is_not_utf_8_is_named(folder: Path) -> None:
    (folder / "bases.yaml").write_bytes("依据".encode("gbk"))

    with pytest.raises(SampleError, match=r"bases\.yaml 第 1 行：读不出来"):
        read_sample(folder)


# What the sample holds


def count_of(session: Session, query: object) -> int:
    return session.scalar(select(func.count()).select_from(query)) or 0


def test_the_sample_has_the_report_s_numbers(sample_session: Session) -> None:
    levels = Counter(sample_session.scalars(select(Node.level)))
    counts = [count_of(sample_session, kind) for kind in (Category, Item, Measure, Person)]

    assert counts == [6, 28, 126, 163]
    assert levels == {NodeLevel.UNIT: 9, NodeLevel.OFFICE: 37, NodeLevel.POST: 60}
    assert sum(levels.values()) == 106


@pytest.fixture
def sample(sample_session: Session) -> list[MapDocument]:
    (bureau,) = bureaus(sample_session)
    return documents(sample_session, Scope(bureau))


def numbers(document: MapDocument) -> dict[str, int]:
    return {step.key: step.number for step in document.steps}


def jumps(document: MapDocument) -> list[int]:
    """Return how many steps each line goes on, or back."""
    place = numbers(document)
    return [place[line.target] - place[line.source] for line in document.transitions]


def ends(document: MapDocument) -> list[str]:
    return [step.key for step in document.steps if not document.after(step.key)]


def parallel(document: MapDocument) -> list[str]:
    """Return the steps with several lines out and no condition to choose between them."""
    return [
        step.key
        for step in document.steps
        if len([line for line in document.after(step.key) if not line.condition]) > 1
    ]


def side_steps(document: MapDocument) -> list[str]:
    """Return the steps that a branch goes through and comes back from: beside the main path."""
    place = numbers(document)
    beside = []
    for step in document.steps[:-1]:
        after, into = document.after(step.key), arriving(document, step.key)
        passed = any(
            place[line.source] < step.number < place[line.target] for line in document.transitions
        )
        if after and into and passed:
            beside.append(step.key)
    return beside


def arriving(document: MapDocument, key: str) -> list[str]:
    return [line.source for line in document.transitions if line.target == key]


def test_every_unit_office_and_post_of_the_sample_has_its_map(
    sample: list[MapDocument], sample_session: Session
) -> None:
    steps = [len(each.steps) for each in sample]
    lanes = [len(each.actors) for each in sample]

    assert {each.code for each in sample} == set(sample_session.scalars(select(Node.code)))
    assert len(sample) == 106
    assert 6 <= min(steps) <= max(steps) <= 24
    assert 2 <= min(lanes) <= max(lanes) <= 6


def test_the_sample_shows_maps_of_all_three_levels(sample: list[MapDocument]) -> None:
    assert {each.place.level for each in sample} == set(NodeLevel)


@pytest.mark.parametrize(
    ("feature", "shows"),
    [
        ("returns", lambda each: min(jumps(each)) < 0),
        ("forward skips", lambda each: max(jumps(each)) > 1),
        ("side steps", side_steps),
        ("parallel branches", parallel),
        ("several ends", lambda each: len(ends(each)) > 1),
        ("an outside body", lambda each: ActorRole.EXTERNAL in {a.role for a in each.actors}),
        ("limit spans", lambda each: each.limit_spans),
        ("major decisions", lambda each: each.major_decision),
        ("details on another map", lambda each: [s for s in each.steps if s.detail]),
        ("overridden levels", lambda each: [r for r in each.risk_points if r.reason]),
    ],
)
def test_the_sample_shows(sample: list[MapDocument], feature: str, shows: object) -> None:
    assert [each.code for each in sample if shows(each)], feature


def test_every_line_of_the_sample_joins_steps_and_every_step_is_reached(
    sample: list[MapDocument],
) -> None:
    for document in sample:
        first = document.steps[0].key
        unreached = [s.key for s in document.steps if s.key != first
                     and not arriving(document, s.key)]  # fmt: skip
        assert unreached == [], document.code


def test_every_risk_point_of_the_sample_is_answered_by_a_measure(
    sample: list[MapDocument],
) -> None:
    unanswered = [
        (each.code, risk.key) for each in sample for risk in each.risk_points if not risk.measures
    ]

    assert unanswered == []


def test_the_next_key_of_a_map_lies_above_every_key_it_uses(sample_session: Session) -> None:
    used: dict[int, int] = {}
    for kind in (Step, Transition, RiskPoint):
        for map_id, key in sample_session.execute(select(kind.map_id, kind.key)):
            used[map_id] = max(used.get(map_id, 0), int(key[1:]))

    for account_map in sample_session.scalars(select(AccountMap)):
        assert account_map.next_key > used[account_map.id]


def test_the_sample_is_marked_as_a_sample(sample_session: Session) -> None:
    (bureau,) = bureaus(sample_session)

    assert bureau.is_sample
