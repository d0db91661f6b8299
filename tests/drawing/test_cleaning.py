"""Text that Graphviz cannot bear is shown as something it can."""

import warnings
from xml.etree import ElementTree

import pytest
from graphviz import Digraph

from riskmap.drawing.cleaning import LONGEST, clean, label
from tests.drawing.hostile import HOSTILE


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("审批，第1步", "审批，第1步"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\u2028d\u2029e\x85f\x0bg\x0ch", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\x00b\x1fc\x7fd\x9f", "a\ufffdb\ufffdc\ufffdd\ufffd"),
        ("\ud800\ufffe\uffff\ufeff", "\ufffd" * 4),
        ("\u202ecba\u2066\u200f\u061c", "\ufffdcba" + "\ufffd" * 3),
        ("审\u200b批\xad核\u200d\ufe0f\u3164", "审批核"),
        ("D:\\new", "D:\\new"),
        ('<b> & "', '<b> & "'),
        ("x\u0301😀𠀀", "x\u0301😀𠀀"),
        ("审" * LONGEST, "审" * LONGEST),
        ("审" * (LONGEST + 1), "审" * (LONGEST - 1) + "…"),
    ],
)
def test_clean_shows_what_can_be_shown(text: str, shown: str):
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("lines", "end", "said"),
    [
        (("审批",), "\\n", "审批"),
        (("一", "二"), "\\n", "一\\n二"),
        (("一", "二"), "\\l", "一\\l二\\l"),
        ((), "\\n", " "),
        (("", "审批"), "\\n", " \\n审批"),
        (("\\",), "\\n", "\\\\"),
        (("\\n",), "\\n", "\\\\n"),
        (("a & b",), "\\n", "a &amp; b"),
        (("<b>",), "\\n", "<b&gt;"),
    ],
)
def test_a_label_holds_its_lines_as_plain_text(lines: tuple[str, ...], end: str, said: str):
    assert label(lines, end) == said


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cleaned_text_is_fit_for_xml_and_utf8(text: str):
    shown = clean(text)

    element = ElementTree.Element("text")
    element.text = shown
    assert ElementTree.fromstring(ElementTree.tostring(element, "utf-8")).text == (shown or None)
    assert clean(shown) == shown


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_needs_no_second_escape(text: str):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        graph = Digraph()
        graph.node("n1", label=label(tuple(clean(text).split("\n")), "\\n"))
    assert "n1 [label=<" not in graph.source
