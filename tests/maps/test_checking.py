"""What keeps a draft from being saved."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from riskmap.maps.checking import LABELS, LONGEST, NOBODY, faults
from riskmap.maps.draft import (
    BasisRow,
    MapDraft,
    NextRow,
    RiskRow,
    SpanRow,
    StepRow,
    from_form,
    to_form,
)
from riskmap.maps.models import AccountMap
from riskmap.maps.pickers import Pickers, pickers
from riskmap.maps.stored import draft_of
from riskmap.organisation.models import Node
from riskmap.organisation.queries import bureaus
from tests.maps.typed import drafts

CODE = "FZ-U1-K13-G01"
RISK = RiskRow("r1", "FX-0101", "收件不登记", measures=("CS-0101-01",))
STEPS = (
    StepRow("s1", "terminator", "收到申请", "CY-01", next=(NextRow("t1", "s2"),)),
    StepRow("s2", "process", "核对材料", CODE, "受理", "2", "15", "日", next=(NextRow("t2", "s3"),),
            basis="FG-017", article="第十七条", risks=(RISK,)),
    StepRow("s3", "terminator", "归档", CODE),
)  # fmt: skip
GOOD = MapDraft(
    title="工伤认定受理", steps=STEPS, bases=(BasisRow("FG-017", "第十七条"),), next_key=9
)


@pytest.fixture(scope="module")
def known(shared_sample_engine: Engine) -> Pickers:
    with Session(shared_sample_engine) as session:
        return pickers(session, bureaus(session)[0])


def step(**columns: Any) -> MapDraft:
    return replace(GOOD, steps=(STEPS[0], replace(STEPS[1], **columns), STEPS[2]))


def risk(**columns: Any) -> MapDraft:
    return step(risks=(replace(RISK, **columns),))


def lines(*rows: NextRow) -> MapDraft:
    return step(next=rows)


NEW = {
    "new_text": "双人核对原件",
    "new_phase": "prevent",
    "new_control": "制衡",
    "new_frequency": "每件",
    "new_evidence": "核对表",
}
MANY = "长" * 5000


@pytest.mark.parametrize(
    ("draft", "names"),
    [
        (GOOD, []),
        (MapDraft(title="图"), []),  # a map may be saved before anything is drawn
        (replace(GOOD, title=" "), ["title"]),
        (replace(GOOD, title=MANY), ["title"]),
        (replace(GOOD, title="工伤\n认定"), ["title"]),
        (replace(GOOD, goal="一\n二\t三"), []),
        (replace(GOOD, goal="一\x07二"), ["goal"]),
        (replace(GOOD, duties=MANY), ["duties"]),
        (replace(GOOD, matter="QL-001"), []),
        (replace(GOOD, matter="没有的"), ["matter"]),
        # steps
        (step(text=""), ["step-1-text"]),
        (step(text="\u3000"), ["step-1-text"]),
        (step(text="核" * 200), []),
        (step(text="核" * 201), ["step-1-text"]),
        (step(text="核\x00对"), ["step-1-text"]),
        (step(text="核\n对"), ["step-1-text"]),
        (step(text="核\ud800对"), ["step-1-text"]),
        (step(kind=""), ["step-1-kind"]),
        (step(kind="cloud"), ["step-1-kind"]),
        (step(duty="核销"), ["step-1-duty"]),
        (step(recording="口头"), ["step-1-recording"]),
        (step(effect="stops"), ["step-1-effect"]),
        (step(actor=""), []),
        (step(actor="没有的岗"), ["step-1-actor"]),
        (step(min_persons=""), []),
        (step(min_persons="0"), ["step-1-min_persons"]),
        (step(min_persons="1.5"), ["step-1-min_persons"]),
        (step(min_persons="100"), ["step-1-min_persons"]),
        (step(min_persons="９"), []),
        (step(limit_value="-1"), ["step-1-limit_value"]),
        (step(limit_value="十"), ["step-1-limit_value"]),
        (step(limit_value="99999999999"), ["step-1-limit_value"]),
        (step(limit_unit=""), ["step-1-limit_unit"]),
        (step(limit_unit="周"), ["step-1-limit_unit"]),
        (step(limit_value=""), []),  # the unit may stay chosen
        (step(document=MANY), ["step-1-document"]),
        (step(basis="没有的"), ["step-1-basis"]),
        (step(basis=""), ["step-1-basis"]),
        (step(detail="FZ-U1-K13-G02"), []),
        (step(detail=CODE), ["step-1-detail"]),
        (step(detail="没有的"), ["step-1-detail"]),
        # lines
        (lines(NextRow("t2")), []),
        (lines(NextRow("t2", "", "是")), ["step-1-next-0-to"]),
        (lines(NextRow("t2", "s9")), ["step-1-next-0-to"]),
        (lines(NextRow("t2", "s2")), ["step-1-next-0-to"]),
        (lines(NextRow("t2", "s3", "是"), NextRow("t3", "s3", "否")), []),
        (lines(NextRow("t2", "s3", "是"), NextRow("t3", "s3", "是")), ["step-1-next-1-to"]),
        (lines(NextRow("t2", "s3", "是" * 101)), ["step-1-next-0-condition"]),
        # risk points
        (risk(item=""), ["step-1-risk-0-item"]),
        (risk(item="没有的"), ["step-1-risk-0-item"]),
        (risk(statement=""), ["step-1-risk-0-statement"]),
        (risk(statement=MANY), ["step-1-risk-0-statement"]),
        (risk(level="high", reason="金额大"), []),
        (risk(level="high"), ["step-1-risk-0-reason"]),
        (risk(reason="金额大"), ["step-1-risk-0-level"]),
        (risk(level="worst", reason="金额大"), ["step-1-risk-0-level"]),
        (risk(measures=("CS-0101-01", "CS-9999-01")), ["step-1-risk-0-measures"]),
        (risk(measures=()), []),
        (risk(other="CS-0102-01"), []),
        (risk(other="没有的"), ["step-1-risk-0-other"]),
        (risk(**NEW), []),
        (risk(**NEW | {"new_phase": ""}), ["step-1-risk-0-new_phase"]),
        (risk(**NEW | {"new_text": "", "new_evidence": " "}),
         ["step-1-risk-0-new_text", "step-1-risk-0-new_evidence"]),
        (risk(**NEW | {"new_control": "奖励"}), ["step-1-risk-0-new_control"]),
        (risk(new_phase="prevent", new_control="制衡"), []),  # lists that were never asked for
        # around
        (replace(GOOD, bases=(BasisRow("FG-017"), BasisRow("FG-017 "))), ["basis-1-article"]),
        (replace(GOOD, bases=(BasisRow(), BasisRow())), []),
        (replace(GOOD, bases=(BasisRow("", "第一条"),)), ["basis-0-basis"]),
        (replace(GOOD, bases=(BasisRow("没有的"),)), ["basis-0-basis"]),
        (replace(GOOD, spans=(SpanRow("SX-001", "s1", "s3"),)), []),
        (replace(GOOD, spans=(SpanRow(),)), []),
        (replace(GOOD, spans=(SpanRow("没有的", "s1", "s3"),)), ["span-0-limit"]),
        (replace(GOOD, spans=(SpanRow("SX-001", "s9", ""),)), ["span-0-first", "span-0-last"]),
        (replace(GOOD, spans=(SpanRow("SX-001", "s3", "s1"),)), ["span-0-last"]),
        (replace(GOOD, spans=(SpanRow("SX-001", "s1", "s3"),) * 2), ["span-1-limit"]),
    ],
)  # fmt: skip
def test_each_fault_names_its_field(draft: MapDraft, names: list[str], known: Pickers) -> None:
    limit = known.limits.choices[0].code
    spans = tuple(replace(row, limit=row.limit.replace("SX-001", limit)) for row in draft.spans)

    found = faults(replace(draft, spans=spans), known, CODE)

    assert [each.name for each in found] == names
    assert all(each.sentence for each in found)


def test_the_name_of_a_fault_is_one_of_the_form_s(known: Pickers) -> None:
    draft = risk(item="没有的", level="high", other="没有的", **NEW | {"new_phase": ""})

    for each in faults(draft, known, CODE):
        assert each.name in dict(to_form(draft))


def test_a_sentence_says_where_what_and_what_to_do(known: Pickers) -> None:
    (fault,) = faults(step(actor="没有的岗"), known, CODE)

    assert fault.sentence == (
        "Step 2, Who carries it out: no post or party is called “没有的岗”; "
        "choose one from the list."
    )


def test_a_percent_sign_that_was_typed_does_no_harm(known: Pickers) -> None:
    (fault,) = faults(step(actor="100%(place)s%d"), known, CODE)

    assert "100%(place)s%d" in fault.sentence


def test_a_name_that_two_have_asks_for_a_choice(known: Pickers) -> None:
    names = [each.name for each in known.actors.choices]
    twice = next(name for name in names if names.count(name) > 1)

    assert [each.name for each in faults(step(actor=twice), known, CODE)] == ["step-1-actor"]


def test_what_is_retired_may_stay_but_not_be_chosen_anew(sample_session: Session) -> None:
    bureau = bureaus(sample_session)[0]
    row = sample_session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
    node = sample_session.scalars(select(Node).where(Node.code == CODE)).one()
    node.retired_on = date(2026, 1, 1)
    sample_session.flush()
    known = pickers(sample_session, bureau)
    stored = draft_of(sample_session, row, known)

    assert faults(stored, known, CODE, stored) == []
    anew = {each.name for each in faults(stored, known, CODE, replace(stored, steps=()))}
    assert anew
    assert {name.rpartition("-")[2] for name in anew} == {"actor"}


def test_the_stored_maps_are_without_fault(sample_session: Session) -> None:
    known = pickers(sample_session, bureaus(sample_session)[0])

    for row in sample_session.scalars(select(AccountMap)):
        draft = draft_of(sample_session, row, known)
        assert faults(draft, known, row.code, draft) == [], row.code


def test_every_field_of_the_form_has_a_name_on_the_screen() -> None:
    full = replace(
        GOOD, spans=(SpanRow(),), steps=(replace(STEPS[1], risks=(replace(RISK, **NEW),)),)
    )
    fields = {name.rpartition("-")[2] for name, _ in to_form(full)} - {"key", "next_key"}

    assert fields <= set(LABELS)
    assert set(NOBODY) | set(LONGEST) <= set(LABELS)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(draft=drafts())
def test_whatever_is_typed_faults_name_rows_that_are_there(draft: MapDraft, known: Pickers) -> None:
    form = dict(to_form(draft))

    for each in faults(from_form(to_form(draft)), known, CODE):
        assert each.name in form or each.name.endswith("-measures")
        assert each.sentence
