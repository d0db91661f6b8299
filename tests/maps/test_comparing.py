"""Two people on one map: what each changed, and both put together."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.maps.comparing import apart, differences, merged
from riskmap.maps.draft import BasisRow, MapDraft, RiskRow
from riskmap.maps.editing import apply
from tests.maps.typed import BEGUN, edited, lines, order, typed

BASE = typed("(a b c (d", "a>b b>c c>d", "b-c")


def write(draft: MapDraft, key: str, **texts: str) -> MapDraft:
    at = draft.index(key)
    assert at is not None
    step = replace(draft.steps[at], **texts)
    return replace(draft, steps=(*draft.steps[:at], step, *draft.steps[at + 1 :]))


def test_texts_of_different_steps_go_together_without_asking() -> None:
    mine, theirs = write(BASE, "b", text="收件"), write(BASE, "c", text="核对")

    found = differences(BASE, mine, theirs)
    both = merged(BASE, mine, theirs, {})

    assert [(each.place, each.conflict) for each in found] == [
        ("step-b-text", False),
        ("step-c-text", False),
    ]
    assert [step.text for step in both.steps] == ["步骤a", "收件", "核对", "步骤d"]


def test_one_text_that_both_changed_is_a_conflict_that_shows_all_three() -> None:
    mine, theirs = write(BASE, "c", text="我的"), write(BASE, "c", text="他的")

    (found,) = differences(BASE, mine, theirs)

    assert (found.place, found.key, found.step, found.number) == ("step-c-text", "c", "c", 3)
    assert (found.base, found.mine, found.theirs) == ("步骤c", "我的", "他的")
    assert found.conflict
    assert merged(BASE, mine, theirs, {"step-c-text": "mine"}).steps[2].text == "我的"
    assert merged(BASE, mine, theirs, {"step-c-text": "theirs"}).steps[2].text == "他的"
    assert merged(BASE, mine, theirs, {}).steps[2].text == "他的"


def test_what_both_changed_alike_is_no_difference() -> None:
    changed = write(BASE, "c", text="核对")

    assert differences(BASE, changed, changed) == []


def test_steps_that_each_put_in_are_both_there_under_keys_of_their_own() -> None:
    mine = write(apply(BASE, "insert:1"), "s50", text="我的")
    theirs = write(apply(BASE, "insert:3"), "s50", text="他的")

    both = merged(BASE, mine, theirs, {})

    assert [step.text for step in both.steps] == [
        "步骤a",
        "我的",
        "步骤b",
        "步骤c",
        "他的",
        "步骤d",
    ]
    assert order(both) == "a s52 b c s50 d"
    assert lines(both) == "a>s52 s52>b b>c c>s50 s50>d"
    assert both.next_key > 53


def test_a_step_that_one_took_out_and_the_other_left_alone_is_gone() -> None:
    mine, theirs = apply(BASE, "delete:1"), write(BASE, "c", text="核对")

    assert order(merged(BASE, mine, theirs, {})) == order(merged(BASE, theirs, mine, {})) == "a c d"


def test_a_step_that_one_took_out_and_the_other_wrote_in_is_a_conflict() -> None:
    mine, theirs = apply(BASE, "delete:1"), write(BASE, "b", text="他的")

    conflicts = [each for each in differences(BASE, mine, theirs) if each.conflict]

    assert [(each.place, each.field, each.mine, each.theirs) for each in conflicts] == [
        ("step-b", "", None, "他的")
    ]
    assert order(merged(BASE, mine, theirs, {"step-b": "mine"})) == "a c d"
    assert order(merged(BASE, mine, theirs, {"step-b": "theirs"})) == "a b c d"


def test_an_order_that_both_changed_is_a_conflict() -> None:
    mine, theirs = apply(BASE, "up:1"), apply(BASE, "down:2")

    conflicts = [each for each in differences(BASE, mine, theirs) if each.conflict]

    assert [each.place for each in conflicts] == ["order"]
    assert conflicts[0].mine == "步骤b\n步骤a\n步骤c\n步骤d"
    assert order(merged(BASE, mine, theirs, {"order": "mine"})) == "b a c d"
    assert order(merged(BASE, mine, theirs, {"order": "theirs"})) == "a b d c"


def test_risk_points_and_bases_are_compared_too() -> None:
    risk = RiskRow("r1", "FX-0101", "收件不登记", measures=("CS-1",))
    base = write(BASE, "b", risks=(risk,))  # type: ignore[arg-type]
    mine = write(base, "b", risks=(replace(risk, measures=("CS-1", "CS-2")),))  # type: ignore[arg-type]
    theirs = write(base, "b", risks=(replace(risk, statement="口头退件"),))  # type: ignore[arg-type]
    mine = replace(mine, bases=(BasisRow("FG-01", "第一条"),))

    found = {each.place: (each.mine, each.theirs) for each in differences(base, mine, theirs)}
    both = merged(base, mine, theirs, {})

    assert found == {
        "map-bases": ("FG-01 第一条", ""),
        "risk-r1-statement": ("收件不登记", "口头退件"),
        "risk-r1-measures": ("CS-1\nCS-2", "CS-1"),
    }
    assert both.steps[1].risks == (RiskRow("r1", "FX-0101", "口头退件", measures=("CS-1", "CS-2")),)
    assert both.bases == mine.bases


def test_ticked_measures_that_come_in_another_order_are_the_same() -> None:
    risk = RiskRow("r1", "FX-0101", "收件不登记", measures=("CS-2", "CS-1"))
    base = write(BASE, "b", risks=(risk,))  # type: ignore[arg-type]
    page = replace(risk, measures=("CS-1", "CS-2"))
    mine = write(base, "b", risks=(page,), text="收件")  # type: ignore[arg-type]
    theirs = write(base, "b", risks=(replace(risk, measures=("CS-2",)),))  # type: ignore[arg-type]

    assert [each.place for each in differences(base, mine, base)] == ["step-b-text"]
    assert differences(None, write(base, "b", risks=(page,)), base) == []  # type: ignore[arg-type]
    both = merged(base, mine, theirs, {}).steps[1]
    assert (both.text, both.risks[0].measures) == ("收件", ("CS-2",))


def test_where_nobody_knows_what_was_there_every_difference_is_a_conflict() -> None:
    mine, theirs = write(BASE, "b", text="收件"), write(BASE, "c", text="核对")

    found = differences(None, mine, theirs)

    assert [(each.place, each.conflict, each.base) for each in found] == [
        ("step-b-text", True, None),
        ("step-c-text", True, None),
    ]
    chosen = merged(None, mine, theirs, {"step-b-text": "mine", "step-c-text": "mine"})
    assert chosen == mine
    assert merged(None, mine, theirs, {}) == theirs


@given(edited())
def test_without_a_change_of_theirs_mine_is_the_whole(mine: MapDraft) -> None:
    assert merged(BEGUN, mine, BEGUN, {}) == mine
    assert not any(each.conflict for each in differences(BEGUN, mine, BEGUN))


@given(edited())
def test_without_a_change_of_mine_theirs_is_the_whole(theirs: MapDraft) -> None:
    assert merged(BEGUN, BEGUN, theirs, {}) == theirs
    assert not any(each.conflict for each in differences(BEGUN, BEGUN, theirs))


@given(edited())
def test_what_both_did_is_done_once(both: MapDraft) -> None:
    assert differences(BEGUN, both, both) == []
    assert merged(BEGUN, both, both, {}) == both


@settings(max_examples=300)
@given(edited(), edited())
def test_after_choosing_mine_only_what_the_others_changed_alone_differs_from_mine(
    mine: MapDraft, theirs: MapDraft
) -> None:
    mine = apart(BEGUN, mine, theirs)
    found = differences(BEGUN, mine, theirs)

    both = merged(BEGUN, mine, theirs, {each.place: "mine" for each in found if each.conflict})

    left = {each.place for each in differences(BEGUN, mine, both)} - {"order"}
    assert left <= {each.place for each in found if not each.conflict}


@settings(max_examples=300)
@given(edited(), edited())
def test_without_a_choice_nothing_that_is_stored_is_lost(mine: MapDraft, theirs: MapDraft) -> None:
    conflicts = {each.place for each in differences(BEGUN, mine, theirs) if each.conflict}

    both = merged(BEGUN, mine, theirs, {})

    assert not conflicts & {each.place for each in differences(BEGUN, both, theirs)}


@given(edited(), edited())
def test_both_together_have_every_key_once(mine: MapDraft, theirs: MapDraft) -> None:
    both = merged(BEGUN, mine, theirs, {})

    keys = list(both.all_keys())
    assert len(set(keys)) == len(keys)
    assert not {key for key in keys if int(key[1:]) >= both.next_key}


@given(edited(), edited(), st.data())
def test_merging_again_what_was_merged_asks_nothing_more(
    mine: MapDraft, theirs: MapDraft, data: st.DataObject
) -> None:
    found = differences(BEGUN, mine, theirs)
    choices = {each.place: data.draw(st.sampled_from(["mine", "theirs"])) for each in found}

    both = merged(BEGUN, mine, theirs, choices)

    assert merged(theirs, both, theirs, {}) == both
