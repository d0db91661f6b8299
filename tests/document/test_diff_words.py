"""The lines of a comparison's table: where, what, from what to what, in words."""

from dataclasses import replace

import pytest

from riskmap.document.changed_text import LONGEST, compared
from riskmap.document.diff import Change, diff
from riskmap.document.diff_words import MEMBERS, rows
from riskmap.document.model import MapDocument
from riskmap.document.terms import ActorRole, LimitEffect, StepKind
from riskmap.register.terms import Binds, Evidence
from tests.document.test_diff import in_order, step
from tests.document.test_encoding import FULL, variants
from tests.drawing.changing import without
from tests.drawing.notation import flow, with_step_after

MAP = flow("1>2 2>3[是] 2>4[否] 3>5 4>5 5>6 6>7", lanes="aabbaab", risks="3:low 5:medium")


def lines(old: MapDocument, new: MapDocument) -> list[tuple[str, str, str, str]]:
    """Return where, which field, and both texts."""
    return [
        (row.where, row.field, *("".join(run.text for run in runs) for runs in (row.old, row.new)))
        for row in rows(diff(old, new))
    ]


def test_every_field_that_can_change_has_a_word_and_both_its_values():
    for changed in variants(FULL):
        for row in rows(diff(FULL, changed)):
            assert row.section
            assert row.change is not Change.CHANGED or row.field or row.where.startswith("Duty")
            assert row.old != row.new


def test_members_of_closed_sets_that_are_no_words_have_some():
    assert len(MEMBERS) == sum(
        len(of) for of in (StepKind, LimitEffect, Binds, Evidence, ActorRole)
    )


def test_a_step_is_named_by_its_number_now_and_before():
    new = step(with_step_after(MAP, "s5"), "s6", text="核对两遍")

    assert ("Step 7 (was 6): 核对两遍", "text", "办理第6项", "核对两遍") in lines(MAP, new)


def test_a_step_that_was_added_is_shown_whole():
    new = step(with_step_after(MAP, "s5", "回访"), "new", min_persons=2)

    (shown,) = [line for line in lines(MAP, new) if line[0].startswith("Step 6: ")]
    assert shown[1:3] == ("", "")
    assert shown[3].splitlines() == [
        "kind：process", "text：回访", "carried out by：岗位a", "persons at least：2",
    ]  # fmt: skip


def test_a_step_that_was_removed_is_called_a_former_one():
    found = lines(MAP, without(MAP, "s5"))

    assert ("Former step 5: 办理第5项", "") in [line[:2] for line in found]
    assert "former R2 私自放宽标准" in [line[0] for line in found]


def test_a_moved_step_says_its_places():
    found = lines(MAP, in_order(MAP, "1623457"))

    assert found == [("Step 2 (was 6): 办理第6项", "place in the order", "6", "2")]


def test_a_line_leads_to_a_step_by_its_number_and_text():
    first, *others = MAP.transitions
    found = lines(MAP, replace(MAP, transitions=(replace(first, target="s4"), *others)))

    assert found == [
        ("step 1 → step 4", "to step", "Step 2: 办理第2项", "Step 4: 办理第4项"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "only_old", "only_new"),
    [
        ("15日内决定", "20日内决定", ["15"], ["20"]),
        ("逐项核对材料", "逐项核对材料并签名", [], ["并签名"]),
        ("逐项核对材料", "核对材料", ["逐项"], []),
        ("CS-0101-01 登记", "CS-0101-02 登记", ["CS-0101-01"], ["CS-0101-02"]),
        ("登记", "公示结果", [], []),
        ("", "登记", [], []),
        ("甲" * LONGEST, "甲" * LONGEST + "乙", [], []),
    ],
)
def test_what_differs_in_two_texts_is_pointed_at(old, new, only_old, only_new):
    runs = compared(old, new)

    assert ["".join(run.text for run in each) for each in runs] == [old, new]
    assert [[run.text for run in each if run.changed] for each in runs] == [only_old, only_new]


def test_two_steps_are_not_one_text_that_was_rewritten():
    first, *others = MAP.transitions
    (row,) = rows(diff(MAP, replace(MAP, transitions=(replace(first, target="s4"), *others))))

    assert not any(run.changed for run in (*row.old, *row.new))
