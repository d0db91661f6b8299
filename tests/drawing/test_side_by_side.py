"""Two charts side by side: what each says of the parts that differ."""

from dataclasses import replace

import pytest

from riskmap.document.diff import diff
from riskmap.document.model import MapDocument
from riskmap.drawing.changes import changed, on_each
from riskmap.drawing.layout import place
from riskmap.drawing.marks import Mark, mark_of, word
from tests.drawing.changing import CHANGES
from tests.drawing.notation import flow, with_step_after

MAP = flow("1>2 2>3[是] 2>4[否] 3>5 4>5 5>6 6>7", lanes="aabbaab", risks="3:low 5:medium")


def looks(old: MapDocument, new: MapDocument) -> tuple[dict[str, tuple[str, str]], ...]:
    """Return for the old and the new chart by key how each marked part is drawn, and said."""
    of = diff(old, new)
    return tuple(
        {key: (str(mark_of(marks, key)), word(marks, key)) for key in marks}
        for marks in on_each(of, changed(of))
    )


def test_what_is_the_same_is_marked_on_neither():
    assert looks(MAP, MAP) == ({}, {})


def test_a_step_put_in_is_new_on_the_new_chart_alone():
    old, new = looks(MAP, with_step_after(MAP, "s5"))

    assert "new" not in old
    assert new["new"] == ("added", "〔新增〕")


def test_a_step_taken_out_is_there_on_the_old_chart_and_named_as_gone_later():
    old, new = looks(with_step_after(MAP, "s5"), MAP)

    assert old["new"] == ("changed", "〔新版删除〕")
    assert "new" not in new


def test_a_line_that_was_led_elsewhere_is_new_on_the_new_chart_and_changed_on_the_old():
    old, new = looks(with_step_after(MAP, "s5"), MAP)

    assert "added" not in {kind for kind, _word in old.values()}
    assert new["t6"] == ("added", "")
    assert old["t6"] == ("changed", "")


def test_a_text_that_changed_is_marked_on_both():
    steps = tuple(replace(s, text="改写了") if s.key == "s3" else s for s in MAP.steps)

    old, new = looks(MAP, replace(MAP, steps=steps))

    assert old == {"s3": ("changed", "〔修改〕")}
    assert new == {"s3": ("changed", "〔修改：内容〕")}


@pytest.mark.parametrize("kind", CHANGES)
def test_nothing_is_drawn_as_removed_and_every_mark_is_of_a_part_that_is_there(kind, sample):
    code, change = CHANGES[kind]
    before = next(each for each in sample if each.code == code)
    of = diff(before, change(before))

    for document, marks in zip((of.old, of.new), on_each(of, changed(of)), strict=True):
        assert Mark.REMOVED not in {mark_of(marks, key) for key in marks}
        assert place(document, marks=marks).shapes
    assert any(on_each(of, changed(of)))
