"""The chart of a draft while it is typed."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.document.model import MapDocument, Place
from riskmap.document.problem_sentences import SENTENCES, step_of
from riskmap.document.soundness import UNWRITTEN, ProblemKind
from riskmap.document.terms import ActorRole, StepKind
from riskmap.drawing.dot import source
from riskmap.drawing.layout import place as lay_out
from riskmap.maps.draft import MapDraft, NextRow, RiskRow, StepRow, from_form, to_form
from riskmap.maps.models import AccountMap
from riskmap.maps.pickers import Pickers, pickers, settled
from riskmap.maps.problem_words import sentence
from riskmap.maps.queries import documents
from riskmap.maps.sketching import look, sketch
from riskmap.maps.stored import draft_of
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.register.rating import Level
from tests.maps.typed import drafts, typed

CODE = "FZ-U1-K13-G01"


@pytest.fixture(scope="module")
def known(shared_sample_engine):  # type: ignore[no-untyped-def]
    with Session(shared_sample_engine) as session:
        return pickers(session, bureaus(session)[0])


@pytest.fixture(scope="module")
def place(shared_sample_engine) -> Place:  # type: ignore[no-untyped-def]
    with Session(shared_sample_engine) as session:
        return documents(session, Scope(bureaus(session)[0]), [CODE])[0].place


def test_the_draft_of_a_stored_map_draws_what_is_stored(sample_session: Session) -> None:
    bureau = bureaus(sample_session)[0]
    known = pickers(sample_session, bureau)
    rows = {row.code: row for row in sample_session.scalars(select(AccountMap))}

    for stored in documents(sample_session, Scope(bureau)):
        draft = draft_of(sample_session, rows[stored.code], known)
        drawn = sketch(draft, known, stored.place, stored.code, stored.offices)
        assert drawn == stored, stored.code
        assert settled(draft, known) == draft
        assert from_form(to_form(draft)) == draft


def test_half_typed_rows_are_drawn_as_well_as_they_can_be(known: Pickers, place: Place) -> None:
    draft = MapDraft(
        steps=(
            StepRow("s1", "terminator", "开始", actor="CY-01", next=(NextRow("t1", "s2"),)),
            StepRow(
                "s2", "", "", actor="没有的岗", min_persons="两", limit_value="x", limit_unit="日",
                basis="没有的", next=(NextRow("t2", ""), NextRow("t3", "s2"), NextRow("t4", "s9")),
                risks=(RiskRow("r1", "", "", measures=("CS-0101-01", "无"), new_text="新措施"),),
            ),
        )
    )  # fmt: skip

    drawn = sketch(draft, known, place, CODE)

    step = drawn.steps[1]
    assert (step.text, step.kind, step.min_persons) == (UNWRITTEN, StepKind.PROCESS, 1)
    assert (step.limit, step.basis) == (None, None)
    actors = [(each.name, each.role) for each in drawn.actors]
    assert actors == [("用人单位", ActorRole.APPLICANT), ("没有的岗", ActorRole.EXTERNAL)]
    assert step.actor == drawn.actors[1].key
    assert [(line.source, line.target) for line in drawn.transitions] == [("s1", "s2")]
    risk = drawn.risk_points[0]
    assert (risk.statement, risk.item.name) == (UNWRITTEN, UNWRITTEN)
    assert [each.text for each in risk.measures][1:] == ["新措施"]


def test_a_level_set_by_hand_counts_else_the_item_s(known: Pickers, place: Place) -> None:
    item = known.items.entries["FX-0101"]
    rows = (
        RiskRow("r1", "FX-0101", "收件不登记", reason="无效"),
        RiskRow("r2", "FX-0101", "收件不登记", "low", "金额很小"),
    )
    draft = MapDraft(steps=(StepRow("s1", "process", "收件", risks=rows),))

    first, second = sketch(draft, known, place, CODE).risk_points

    assert (first.level, first.reason) == (item.value.level, item.value.reason)
    assert (second.level, second.reason) == (Level.LOW, "金额很小")


def test_problems_are_told_of_lines_that_cannot_be_drawn(known: Pickers, place: Place) -> None:
    draft = typed("(a b (c", "a>b b>c b>b b>x")

    found = look(draft, known, place, CODE)

    kinds = {each.kind for each in found.problems}
    assert {ProblemKind.LINE_TO_ITSELF, ProblemKind.LINE_TO_NOWHERE} <= kinds
    assert [(line.source, line.target) for line in found.document.transitions] == [
        ("a", "b"),
        ("b", "c"),
    ]


def test_an_empty_row_for_another_line_is_no_problem_yet(known: Pickers, place: Place) -> None:
    draft = typed("(a b (c", "a>b b>c")
    first, second, third = draft.steps
    more = replace(second, next=(*second.next, NextRow("t9")))

    found = look(replace(draft, steps=(first, more, third)), known, place, CODE)

    assert {each.kind for each in found.problems} == {ProblemKind.NO_ACTOR}


def test_every_problem_has_a_sentence_that_names_the_step(known: Pickers, place: Place) -> None:
    risk = RiskRow("r1", "FX-0101", "收件不登记", "high", "金额大", measures=("CS-0101-02",))
    draft = typed("(a b? (c", "a>b b>c:是")
    first, second, third = draft.steps
    draft = replace(draft, steps=(first, replace(second, risks=(risk,)), third))

    found = look(draft, known, place, CODE)

    assert set(SENTENCES) == set(ProblemKind)
    for each in found.problems:
        text = sentence(each, found.document)
        number = found.document.step_by_key[step_of(each, found.document)].number
        assert f"tep {number}" in text
    few = next(each for each in found.problems if each.kind is ProblemKind.TOO_FEW_MEASURES)
    assert "3 measures" in sentence(few, found.document)
    assert step_of(few, found.document) == "b"


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(draft=drafts())
def test_any_draft_can_be_laid_out(draft: MapDraft, known: Pickers, place: Place) -> None:
    document = sketch(draft, known, place, CODE)

    assert isinstance(document, MapDocument)
    assert source(lay_out(document))
