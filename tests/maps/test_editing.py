"""What the buttons of the editor do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.maps.draft import MOST_BELOW, MOST_STEPS, MapDraft, RiskRow, StepRow
from riskmap.maps.editing import apply, paste
from tests.maps.typed import BEGUN, edited, lines, operations, order, typed

CHAIN = typed("(a b c (d", "a>b b>c c>d")


@pytest.mark.parametrize(
    ("begun", "do", "steps", "ways"),
    [
        # a step put in takes the line over
        (CHAIN, "insert:2", "a b s50 c d", "a>b b>s50 s50>c c>d"),
        (CHAIN, "insert:0", "s50 a b c d", "s50>a a>b b>c c>d"),
        (CHAIN, "insert:4", "a b c d s50", "a>b b>c c>d"),
        (CHAIN, "add", "a b c s50 d", "a>b b>c c>s50 s50>d"),
        (typed("(a b", "a>b"), "add", "a b s50", "a>b b>s50"),
        (typed("(a"), "add", "a s50", "a>s50"),
        (typed(""), "add", "s50", ""),
        # but not where there is a choice, or the line goes elsewhere
        (typed("(a b? c (d", "a>b b>c:是 b>d:否 c>d"), "insert:2", "a b s50 c d",
         "a>b b>c:是 b>d:否 s50>c c>d"),
        (typed("(a b c (d", "a>c b>c c>d"), "insert:1", "a s50 b c d", "a>c s50>b b>c c>d"),
        # a copy stands right behind
        (CHAIN, "duplicate:1", "a b s50 c d", "a>b b>s50 s50>c c>d"),
        (typed("(a b? c (d", "a>b b>c:是 b>d:否 c>d"), "duplicate:1", "a b s52 c d",
         "a>b b>c:是 b>d:否 s52>c:是 s52>d:否 c>d"),
        # lines to a step that is gone lead on
        (CHAIN, "delete:1", "a c d", "a>c c>d"),
        (CHAIN, "delete:0", "b c d", "b>c c>d"),
        (CHAIN, "delete:3", "a b c", "a>b b>c"),
        (typed("(a b? c (d", "a>b b>c:是 b>d:否 c>d"), "delete:1", "a c d", "c>d"),
        (typed("(a b? c (d", "a>b b>c:是 b>d:否 c>d"), "delete:2", "a b d", "a>b b>d:否"),
        (typed("(a b c (d", "a>b b>c c>a c>d"), "delete:1", "a c d", "a>c c>a c>d"),
        (typed("(a b (c", "a>b b>a"), "delete:1", "a c", ""),
        # a step of a straight sequence takes its place in it
        (CHAIN, "down:1", "a c b d", "a>c c>b b>d"),
        (CHAIN, "up:2", "a c b d", "a>c c>b b>d"),
        (typed("(a b c d (e", "a>b b>c c>d d>e"), "move:1:3", "a c d b e", "a>c c>d d>b b>e"),
        (typed("(a b c d (e", "a>b b>c c>d d>e"), "move:3:1", "a d b c e", "a>d d>b b>c c>e"),
        # any other keeps its lines
        (CHAIN, "up:1", "b a c d", "b>c a>b c>d"),
        (CHAIN, "down:2", "a b d c", "a>b b>c c>d"),
        (typed("(a b? c (d", "a>b b>c:是 b>d:否 c>d"), "down:1", "a c b d",
         "a>b c>d b>c:是 b>d:否"),
        # lines
        (CHAIN, "delete-next:1:0", "a b c d", "a>b c>d"),
        (CHAIN, "add-next:1", "a b c d", "a>b b>c b> c>d"),
    ],
)  # fmt: skip
def test_a_button_does_what_it_says(begun: MapDraft, do: str, steps: str, ways: str) -> None:
    draft = apply(begun, do)

    assert (order(draft), lines(draft)) == (steps, ways)


@pytest.mark.parametrize(
    "do",
    [
        "", "nothing", "delete", "delete:", "delete:x", "delete:-1", "delete:4", "delete:1:1",
        "insert:5", "insert:99999999", "up:0", "down:3", "move:1:4", "move:1", "move:1:1", "add:1",
        "add-next:9", "delete-next:0:1", "delete-next:9:0", "delete-risk:0:0", "delete-basis:0",
        "delete-span:0", "delete:１", "delete:1 ", "__class__", "apply:1",
    ],
)  # fmt: skip
def test_an_operation_that_cannot_be_done_leaves_the_draft_as_it_was(do: str) -> None:
    assert apply(CHAIN, do) is CHAIN


@pytest.mark.parametrize(
    ("do", "spans"),
    [
        ("delete:1", "c-d a-c a-a"),
        ("delete:2", "b-d a-b a-a"),
        ("delete:0", "b-d b-c"),
        ("delete:3", "b-c a-c a-a"),
    ],
)
def test_a_span_that_began_or_ended_at_a_step_that_is_gone_moves_to_its_neighbour(
    do: str, spans: str
) -> None:
    begun = typed("(a b c (d", "a>b b>c c>d", "b-d a-c a-a")

    draft = apply(begun, do)

    assert " ".join(f"{span.first}-{span.last}" for span in draft.spans) == spans


def test_a_span_of_one_step_goes_with_it_and_two_that_become_one_are_one() -> None:
    begun = typed("(a b (c", "a>b b>c", "b-b a-b a-a")

    assert [(s.first, s.last) for s in apply(begun, "delete:1").spans] == [("a", "a")]


def test_a_copy_has_the_risk_points_under_keys_of_its_own() -> None:
    risk = RiskRow("r3", "FX-0101", "收件不登记", measures=("CS-1",))
    first, *others = CHAIN.steps
    begun = replace(CHAIN, steps=(replace(first, risks=(risk,), document="回执"), *others))

    copy = apply(begun, "duplicate:0").steps[1]

    assert (copy.key, copy.document, copy.text) == ("s51", "回执", first.text)
    assert copy.risks == (replace(risk, key="r50"),)


def test_rows_are_added_and_taken_away() -> None:
    draft = CHAIN
    for do in ("add-risk:1", "add-risk:1", "add-basis", "add-span", "add-next:3"):
        draft = apply(draft, do)

    assert [risk.key for risk in draft.steps[1].risks] == ["r50", "r51"]
    assert [line.key for line in draft.steps[3].next] == ["t52"]
    assert len(draft.bases) == len(draft.spans) == 1
    for do in ("delete-risk:1:0", "delete-basis:0", "delete-span:0", "delete-next:3:0"):
        draft = apply(draft, do)
    assert [risk.key for risk in draft.steps[1].risks] == ["r51"]
    assert draft.bases == draft.spans == draft.steps[3].next == ()


def test_a_map_grows_no_larger_than_a_form_takes() -> None:
    draft = CHAIN
    for _ in range(MOST_BELOW + 5):
        draft = apply(apply(draft, "add-risk:1"), "add-next:1")
    assert len(draft.steps[1].risks) == len(draft.steps[1].next) == MOST_BELOW

    draft = paste(draft, "核对\n" * 500, 1)
    assert len(draft.steps) == MOST_STEPS
    assert apply(draft, "add") is draft


def test_a_new_step_is_a_process_by_one_person() -> None:
    new = apply(CHAIN, "insert:1").steps[1]

    assert new == StepRow("s50", "process", min_persons="1", next=new.next)


@given(st.data())
def test_keys_are_issued_once_whatever_is_pressed(data: st.DataObject) -> None:
    draft, seen = BEGUN, set(BEGUN.all_keys())
    for _ in range(12):
        before = set(draft.all_keys())
        draft = apply(draft, data.draw(operations()))
        keys = list(draft.all_keys())
        new = set(keys) - before
        assert len(set(keys)) == len(keys)
        assert not new & seen
        seen |= new


@given(edited(), operations())
def test_no_line_or_span_names_a_step_that_is_gone(draft: MapDraft, do: str) -> None:
    draft = apply(draft, do)

    keys = {step.key for step in draft.steps}
    assert {line.to for step in draft.steps for line in step.next} <= keys | {""}
    ends = {end for span in draft.spans for end in (span.first, span.last)}
    assert ends <= keys | {""}
    assert all(line.to != step.key for step in draft.steps for line in step.next)


@given(st.lists(st.sampled_from(["up", "down", "insert", "duplicate", "delete"])), st.data())
def test_a_straight_sequence_stays_straight(presses: list[str], data: st.DataObject) -> None:
    draft = typed("(a b c d e (f", "a>b b>c c>d d>e e>f")
    for name in presses:
        inner = len(draft.steps) - 2
        low, high = (2, inner) if name == "up" else (1, inner - 1 if name == "down" else inner)
        if low <= high:
            draft = apply(draft, f"{name}:{data.draw(st.integers(low, high))}")

    keys = order(draft).split()
    assert lines(draft) == " ".join(
        f"{one}>{two}" for one, two in zip(keys, keys[1:], strict=False)
    )
    assert (keys[0], keys[-1]) == ("a", "f")


# Pasting


def test_pasted_lines_are_steps_one_after_another_between_two_that_were_there() -> None:
    draft = paste(typed("(a (b", "a>b"), "1. 收件\n2. 核对\n\n3. 审批", 0)

    assert [step.text for step in draft.steps] == ["步骤a", "收件", "核对", "审批", "步骤b"]
    assert lines(draft) == "a>s50 s50>s52 s52>s54 s54>b"
    assert {step.kind for step in draft.steps[1:4]} == {"process"}


def test_pasted_lines_never_come_behind_the_end() -> None:
    draft = paste(typed("(a (b", "a>b"), "收件\n核对", 1)

    assert [step.text for step in draft.steps] == ["步骤a", "收件", "核对", "步骤b"]


def test_lines_pasted_into_nothing_are_a_sequence() -> None:
    draft = paste(typed(""), "收件\n核对\n审批", -1)

    assert lines(draft) == "s50>s51 s51>s53"


def test_pasted_cells_name_the_actor() -> None:
    draft = paste(CHAIN, "1\t收件\t受理岗", 0, {"受理岗"})

    assert (draft.steps[1].text, draft.steps[1].actor) == ("收件", "受理岗")


def test_nothing_pasted_changes_nothing() -> None:
    assert paste(CHAIN, " \n\u3000\n", 1) is CHAIN
