"""What the texts of the pickers stand for."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from riskmap.maps.draft import BasisRow, MapDraft, RiskRow, SpanRow, StepRow
from riskmap.maps.pickers import Choice, Entry, Picker, pickers, settled
from riskmap.organisation.queries import bureaus
from tests.rows import (
    make_basis,
    make_bureau,
    make_item,
    make_limit,
    make_map,
    make_measure,
    make_node,
    make_party,
)

PICKER = Picker(
    [
        Entry("FZ-1", "受理岗", 1, None),
        Entry("FZ-2", "综合岗", 2, None),
        Entry("FZ-3", "综合岗", 3, None),
        Entry("FZ-4", "审核岗", 4, None, retired=True),
        Entry("FZ-5", "审核岗", 5, None),
        Entry("FZ-6", "稽核岗", 6, None, retired=True),
        Entry("CY-1", "Party A", -1, None),
    ]
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FZ-1", "FZ-1"),
        ("fz-1", "FZ-1"),
        (" ＦＺ－１ ", "FZ-1"),
        ("受理岗 FZ-1", "FZ-1"),
        ("FZ-1 受理岗", "FZ-1"),
        ("受理岗\u3000FZ-1", "FZ-1"),
        ("受理岗", "FZ-1"),
        ("\u3000受理岗 ", "FZ-1"),
        ("party  a", "CY-1"),
        ("综合岗", None),  # two have the name
        ("综合岗 FZ-3", "FZ-3"),
        ("审核岗", "FZ-5"),  # of two, the one in use
        ("审核岗 FZ-4", "FZ-4"),
        ("稽核岗", "FZ-6"),
        ("以前的名称 FZ-1", "FZ-1"),  # renamed since it was chosen
        ("受理", None),
        ("FZ-9", None),
        ("受理岗 FZ-9", None),
        ("", None),
        ("\u3000 ", None),
    ],
)
def test_a_text_stands_for_one_row_or_none(text: str, code: str | None) -> None:
    assert PICKER.resolve(text) == code


def test_what_is_retired_is_not_offered() -> None:
    assert [each.code for each in PICKER.choices] == ["FZ-1", "FZ-2", "FZ-3", "FZ-5", "CY-1"]
    assert PICKER.choices[0].shown == "受理岗 FZ-1"


def test_every_choice_stands_for_itself(sample_session: Session) -> None:
    known = pickers(sample_session, bureaus(sample_session)[0])

    for picker in (
        known.actors, known.items, known.measures, known.bases, known.limits, known.matters,
        known.maps,
    ):  # fmt: skip
        assert picker.choices
        for choice in picker.choices:
            assert picker.resolve(choice.shown) == choice.code == picker.resolve(choice.code)


def test_the_pickers_of_a_bureau_take_the_same_eight_statements_however_large(
    session: Session,
) -> None:
    bureau = make_bureau(session)
    said: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *a: said.append(a[2]))
    pickers(session, bureau)
    few = len(said)
    for _ in range(3):
        make_measure(session, bureau)
        make_limit(session, bureau)
        make_map(session, bureau)
    said.clear()

    pickers(session, bureau)

    assert len(said) == few == 8


def test_the_pickers_hold_what_one_bureau_has(session: Session) -> None:
    ours, theirs = make_bureau(session), make_bureau(session)
    for bureau in (ours, theirs):
        make_measure(session, bureau)
        make_limit(session, bureau)
        make_map(session, bureau)
        make_party(session, bureau)

    known = pickers(session, ours)

    sizes = [
        len(picker.choices)
        for picker in (known.actors, known.items, known.measures, known.bases, known.limits)
    ]
    assert sizes == [2, 1, 1, 1, 1]
    assert len(known.maps.choices) == 1


def test_a_retired_time_limit_is_not_offered_but_still_known(session: Session) -> None:
    bureau = make_bureau(session)
    kept, gone = (
        make_limit(session, bureau),
        make_limit(session, bureau, retired_on=date(2026, 1, 1)),
    )

    limits = pickers(session, bureau).limits

    assert [each.code for each in limits.choices] == [kept.code]
    assert limits.resolve(gone.code) == gone.code


def test_posts_and_parties_are_told_apart_though_their_ids_meet(session: Session) -> None:
    bureau = make_bureau(session)
    node, party = make_node(session, bureau), make_party(session, bureau)

    actors = pickers(session, bureau).actors

    assert actors.shown_id(node.id) == Choice(node.code, node.name).shown
    assert actors.shown_id(-party.id) == Choice(party.code, party.name).shown
    assert actors.shown_id(None) == ""


def test_the_measures_of_an_item_are_those_in_use_in_their_order(session: Session) -> None:
    bureau = make_bureau(session)
    item = make_item(session, bureau)
    second = make_measure(session, bureau, item, position=2)
    first = make_measure(session, bureau, item, position=1)
    make_measure(session, bureau, item, retired_on=date(2026, 1, 1))
    make_measure(session, bureau)

    found = pickers(session, bureau).measures_of(item.name + " " + item.code)

    assert [each.code for each in found] == [first.code, second.code]


def test_a_settled_draft_says_every_choice_as_its_list_does(session: Session) -> None:
    bureau = make_bureau(session)
    node, basis = make_node(session, bureau), make_basis(session, bureau)
    item = make_item(session, bureau)
    measure, limit = make_measure(session, bureau, item), make_limit(session, bureau, basis)
    draft = MapDraft(
        title=" 受理 ",
        bases=(BasisRow(basis.code, "第一条 "),),
        steps=(
            StepRow("s1", actor=node.name, basis=basis.code, risks=(
                RiskRow("r1", item=item.code.lower(), measures=(measure.code,), other="没有的"),
                RiskRow("r2", item="没有的", measures=("CS-0",), other=measure.code),
            )),
        ),
        spans=(SpanRow(limit.code, "s1", "s1"),),
    )  # fmt: skip

    found = settled(draft, pickers(session, bureau))

    assert found.title == "受理"
    assert found.bases == (BasisRow(f"{basis.title} {basis.code}", "第一条"),)
    step = found.steps[0]
    assert (step.actor, step.min_persons) == (f"{node.name} {node.code}", "1")
    assert step.risks[0].item == f"{item.name} {item.code}"
    assert (step.risks[0].measures, step.risks[0].other) == ((measure.code,), "没有的")
    assert step.risks[1].item == "没有的"
    assert (step.risks[1].measures, step.risks[1].other) == (("CS-0", measure.code), "")
    assert found.spans[0].limit == f"{limit.name} {limit.code}"
    assert settled(found, pickers(session, bureau)) == found
