"""Ledgers of other forms are taken in: items, measures, who owes them, risk points on steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from riskmap.document.soundness import ProblemKind, problems
from riskmap.maps.queries import documents
from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level
from riskmap.web.access import Policy
from riskmap.workbooks.book import Book
from riskmap.workbooks.choices import CREATE, LEAVE, Choices, ColumnChoice
from riskmap.workbooks.found.fields import Field
from riskmap.workbooks.importing import Outcome, import_book
from riskmap.workbooks.ledger_taking import nodes_of, places_in, read_ledger
from riskmap.workbooks.places import NodeName, Place, likest, settled
from riskmap.workbooks.rows import snapshot
from riskmap.workbooks.taking import is_ours
from riskmap.workbooks.undoing import undo
from tests.workbooks.found.described import book, ledgers, sheet
from tests.workbooks.handed_in import anybody, values
from tests.workbooks.test_undoing import same_but_for_what_was_added

HEADS = "科室 | 岗位 | 风险类别 | 风险点 | 表现形式 | 等级 | 防控措施 | 责任人 | 备注"
ACCEPTS = "FZ-U1-K13-G01"


def ledger(*rows: str, heads: str = HEADS) -> Book:
    lines = [heads, *rows]
    text = "\n".join(f"{number}: {line}" for number, line in enumerate(lines, start=1))
    return Book((sheet({"name": "一览表", "rows": text}),))


def taken(file, found: Book, choices: Choices | None = None, may=anybody) -> Outcome:
    return import_book(file.session, file.scope, found, may, choices=choices or Choices())


def rows(file, table: str) -> dict[str, dict[str, str]]:
    """Return the rows of a table that were not there when the test began."""
    now = snapshot(file.session, file.scope).rows[table]
    return {key: dict(row.values) for key, row in now.items() if key not in file.known.rows[table]}


def reasons(outcome: Outcome) -> dict[str, str]:
    return {each.cell: each.reason for each in outcome.of("refused")}


ONE = (
    "工伤保险科 | 工伤认定受理岗 | 业务流程 | 窗口收件 | 对熟人当场收件。 | 高 | "
    "1.当日登记；2.另一人复核。 | 李 彬 | 群众反映"
)


def test_an_entry_becomes_an_item_its_measures_and_a_risk_point_on_a_step(file):
    outcome = taken(file, ledger(ONE))

    assert outcome.of("refused") == []
    (code, item), *others = rows(file, "item").items()
    assert others == []
    assert item["name"] == "窗口收件"
    assert item["kind"] == "业务流程"
    assert item["manifestation"] == "对熟人当场收件。"
    assert (item["likelihood"], item["severity"], item["override_level"]) == ("3", "3", "")
    measures = rows(file, "measure")
    assert [each["text"] for each in measures.values()] == ["当日登记", "另一人复核。"]
    assert {each["item"] for each in measures.values()} == {code}
    assert set(rows(file, "responsibility")) == {
        f"{each}/{ACCEPTS}/responsible" for each in measures
    }
    (point,) = rows(file, "risk_point").values()
    assert (point["map"], point["item"], point["statement"]) == (ACCEPTS, code, "窗口收件")
    assert point["measures"].split("、") == sorted(measures)


def test_what_no_column_of_ours_holds_is_kept_in_the_remark_of_the_item(file):
    taken(file, ledger(ONE))

    (item,) = rows(file, "item").values()
    assert item["remark"] == "工伤保险科 / 工伤认定受理岗：责任人 李彬；备注 群众反映"


def test_rows_that_name_one_risk_share_the_item_and_a_measure_of_the_same_words(file):
    outcome = taken(file, ledger(
        ONE, "规划财务科 | 出纳岗 | 业务流程 | 窗口收件 | | 低 | 当日登记。 | 周岚 | "
    ))  # fmt: skip

    (item,) = rows(file, "item").values()
    assert len(rows(file, "measure")) == 2
    points = rows(file, "risk_point").values()
    assert {each["map"] for each in points} == {ACCEPTS, "FZ-U1-K03-G02"}
    (lower,) = [each for each in points if each["map"] != ACCEPTS]
    assert (lower["override_level"], lower["override_reason"]) == ("low", "导入的台账定为“低”。")
    assert item["remark"].split("\n")[1] == "规划财务科 / 出纳岗：责任人 周岚"
    assert outcome.balance == {"read": 3, "imported": 2, "refused": 0, "left": 1}


def test_an_item_and_a_measure_that_are_in_the_register_are_found_by_their_words(file):
    known = file.known.rows["item"]["FX-0101"].values
    measure = file.known.rows["measure"]["CS-0101-01"].values["text"]
    row = f"工伤保险科 | 工伤认定受理岗 | | {known['name']} | | | {measure} | |"

    taken(file, ledger(row))

    assert rows(file, "item") == rows(file, "measure") == {}
    (point,) = rows(file, "risk_point").values()
    assert (point["item"], point["measures"]) == ("FX-0101", "CS-0101-01")


def test_taken_in_twice_a_ledger_changes_nothing_the_second_time(file):
    taken(file, ledger(ONE))

    again = taken(file, ledger(ONE))

    assert not again.anything
    assert again.balance == {"read": 2, "imported": 1, "refused": 0, "left": 1}


def test_a_ledger_is_undone_as_one_step(file):
    before = values(file.session, file.scope)
    done = taken(file, ledger(ONE, "新设督查科 | 督查岗 | | 走过场 | 只听汇报 | 中 | 抽签到场 | |"),
                 Choices(places={"新设督查科 / 督查岗": CREATE},
                         below={"新设督查科 / 督查岗": "FZ-U1"}))  # fmt: skip
    assert done.of("refused") == []

    undo(file.session, file.scope, done, anybody)

    file.session.expire_all()
    assert same_but_for_what_was_added(before, values(file.session, file.scope))


def test_an_office_and_a_post_are_created_with_a_map_that_runs_from_start_to_end(file):
    place = "新设督查科 / 督查岗"
    heads = "科室 | 岗位 | 环节 | 风险点 | 等级 | 防控措施"
    found = ledger(
        "新设督查科 | 督查岗 | 下达通知 | 提前泄露 | 高 | 当日下达",
        "新设督查科 | 督查岗 | 现场督查 | 走过场 | 中 | 抽签到场",
        "新设督查科 | 督查岗 | 下达通知 | 选择对象 | 低 | 抽签",
        heads=heads,
    )

    outcome = taken(file, found, Choices(places={place: CREATE}, below={place: "FZ-U1"}))

    assert outcome.of("refused") == []
    office, post = rows(file, "node").values()
    assert (office["name"], office["parent"]) == ("新设督查科", "FZ-U1")
    assert (post["name"], post["parent"]) == ("督查岗", office["code"])
    (drawn,) = documents(file.session, file.scope, [post["code"]])
    assert [each.text for each in drawn.steps] == ["开始", "下达通知", "现场督查", "结束"]
    asked = {ProblemKind.TOO_FEW_MEASURES, ProblemKind.NO_CHECK}  # the ledger has one a risk
    assert {each.kind for each in problems(drawn)} == asked
    assert len(rows(file, "risk_point")) == 3


def test_a_step_that_the_map_has_is_found_and_none_is_added(file):
    step = file.known.rows["step"][f"{ACCEPTS}/s2"].values["text"]
    found = ledger(f"工伤认定受理岗 | {step} | 拖着不办 | 中 | 到期提醒",
                   heads="岗位 | 环节 | 风险点 | 等级 | 防控措施")  # fmt: skip

    taken(file, found)

    assert rows(file, "step") == {}
    (point,) = rows(file, "risk_point").values()
    assert point["step"] == "s2"


def test_a_place_that_nobody_chose_is_refused_and_the_cell_is_named(file):
    outcome = taken(file, ledger(ONE, "没有的科室 | 没有的岗 | | 某风险 | | 低 | 某措施 | |"))

    assert list(reasons(outcome)) == ["B3"]
    assert "没有为它选定" in reasons(outcome)["B3"]
    assert outcome.balance == {"read": 3, "imported": 1, "refused": 1, "left": 1}


def test_a_place_may_be_left_out_by_choice(file):
    outcome = taken(file, ledger(ONE), Choices(places={"工伤保险科 / 工伤认定受理岗": LEAVE}))

    assert not outcome.anything
    assert outcome.balance == {"read": 2, "imported": 0, "refused": 0, "left": 2}
    assert any("按选择不收" in each for each in outcome.left)


def test_an_entry_without_a_level_is_refused_until_one_is_chosen_for_such(file):
    row = ledger("工伤保险科 | 工伤认定受理岗 | | 某风险 | | | 某措施 | |")

    assert list(reasons(taken(file, row))) == ["F2"]

    outcome = taken(file, row, Choices(unrated="medium"))
    assert outcome.of("refused") == []
    (item,) = rows(file, "item").values()
    assert (item["likelihood"], item["severity"]) == ("2", "2")


def test_a_level_that_is_not_that_of_the_numbers_is_set_by_hand_with_a_reason(file):
    taken(file, ledger("工伤认定受理岗 | 某风险 | 2 | 2 | 高 | 某措施",
                       heads="岗位 | 风险点 | 可能性 | 严重性 | 风险等级 | 防控措施"))  # fmt: skip

    (item,) = rows(file, "item").values()
    assert (item["likelihood"], item["severity"]) == ("2", "2")
    assert item["override_level"] == Level.HIGH.value
    assert item["override_reason"] == "导入的台账定为“高”。"


def test_who_keeps_the_register_and_who_draws_the_maps_take_the_same_ledger_in_by_turns(file):
    def legal(policy: Policy, _path: str) -> bool:
        return policy is Policy.EDIT_REGISTER

    def chief(policy: Policy, path: str) -> bool:
        return policy is Policy.EDIT_MAPS and path.startswith(office.path)

    query = select(Node).filter_by(code="FZ-U1-K13")
    office = file.session.scalars(query).one()
    too_early = taken(file, ledger(ONE), Choices(register=False), chief)
    assert too_early.balance["refused"] == 1
    assert "台账里没有这个小项" in reasons(too_early)["D2"]

    first = taken(file, ledger(ONE), Choices(maps=False), legal)
    then = taken(file, ledger(ONE), Choices(register=False), chief)

    assert first.of("refused") == then.of("refused") == []
    assert len(rows(file, "risk_point")) == 1


def test_what_a_role_may_not_do_is_refused_with_its_cell(file):
    def legal(policy: Policy, _path: str) -> bool:
        return policy is Policy.EDIT_REGISTER

    outcome = taken(file, ledger(ONE), may=legal)

    assert outcome.balance == {"read": 2, "imported": 0, "refused": 1, "left": 1}
    assert set(reasons(outcome).values()) == {"您的角色不能改这项内容；请找负责维护的人。"}


def test_a_column_may_be_said_to_hold_something_else(file):
    found = ledger("工伤认定受理岗 | 窗口收件 | 高 | 当日登记 | 每日",
                   heads="岗位 | 风险点 | 等级 | 防控措施 | 何时做")  # fmt: skip
    assert read_ledger(found, Choices()).columns[4].field is Field.REMARK

    taken(file, found, Choices(columns=(ColumnChoice("一览表", 1, 1, 5, Field.FREQUENCY),)))

    (measure,) = rows(file, "measure").values()
    assert measure["frequency"] == "每日"


LEDGERS = dict(ledgers())


@pytest.mark.parametrize("name", LEDGERS)
def test_the_rows_of_every_ledger_are_taken_in_refused_or_left_out(file, name):
    found = book(LEDGERS[name])
    keys = [place.key for place, _times in places_in(read_ledger(found, Choices()))]

    outcome = taken(file, found, Choices(
        places={key: CREATE if key else ACCEPTS for key in keys},
        below=dict.fromkeys(keys, "FZ-U1"), unrated="low",
    ))  # fmt: skip

    read = sum(any(cell not in (None, "") for cell in row) for s in found.sheets for row in s.rows)
    balance = outcome.balance
    assert balance["read"] == read
    assert balance["imported"] + balance["refused"] + balance["left"] == read
    assert len(outcome.left) == balance["left"]
    assert bool(balance["refused"]) == bool(outcome.of("refused"))


def test_a_ledger_is_told_from_a_workbook_of_ours(file):
    assert is_ours(file.book())
    assert not any(is_ours(book(each)) for each in LEDGERS.values())


# Places


def test_a_node_is_found_by_its_own_name_and_that_of_the_node_above(file):
    nodes = nodes_of(file.known)
    for node in nodes.values():
        above = nodes[node.parent].name if node.parent else ""
        place = {
            NodeLevel.UNIT: Place(unit=node.name),
            NodeLevel.OFFICE: Place(unit=above, office=node.name),
            NodeLevel.POST: Place(office=above, post=node.name),
        }[node.level]

        assert settled(likest(place, nodes)) == node.code, node


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (Place(office="工伤保险科", post="工伤认定受理"), "FZ-U1-K13-G01"),
        (Place(office="工伤 保险科"), "FZ-U1-K13"),
        (Place(office="规划财务科", post="出纳"), "FZ-U1-K03-G02"),
        (Place(office="后勤科"), ""),
        (Place(), ""),
    ],
)
def test_a_name_that_is_nearly_a_node_s_is_taken_for_it_and_another_is_not(file, place, code):
    assert settled(likest(place, nodes_of(file.known))) == code


NAMES = st.text(st.sampled_from("工伤保险科室岗位（）甲乙丙 "), max_size=8)


@given(st.builds(Place, NAMES, NAMES, NAMES), st.lists(NAMES, max_size=6))
def test_the_likest_come_first_and_a_tie_is_left_to_a_person(place, names):
    nodes = {f"U{n}": NodeName(f"U{n}", name, NodeLevel.UNIT) for n, name in enumerate(names)}

    ranked = likest(place, nodes)

    assert [each.likeness for each in ranked] == sorted(
        (each.likeness for each in ranked), reverse=True
    )
    if len(ranked) > 1 and ranked[0].likeness == ranked[1].likeness:
        assert settled(ranked) == ""


def test_scope_holds_for_places_too(file):
    query = select(Node).filter_by(code="FZ-U1-K13")
    office = file.session.scalars(query).one()
    narrow = Scope(file.scope.bureau, (office.path,))

    outcome = import_book(
        file.session, narrow, ledger("规划财务科 | 出纳岗 | | 某风险 | | 低 | 某措施 | |"),
        anybody, choices=Choices(),
    )  # fmt: skip

    assert list(reasons(outcome)) == ["B2"]
    assert rows(file, "risk_point") == {}
