"""Text metrics are those of the fonts, and lines break where Chinese typesetting breaks them."""

import hashlib
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.config import font_folder
from riskmap.drawing.cleaning import clean
from riskmap.drawing.text import covers, height, uncovered, width, wrap
from riskmap.drawing.widths import BOLD, DIGESTS, REGULAR
from tests.drawing.picture import bare, face, glyph

SAMPLE = (
    string.ascii_letters + string.digits + string.punctuation + " "
    "审批工伤认定，。、；：？！“”‘’（）《》〔〕【】…—·～％℃№①⑩ⅠⅣ㎡±×÷≤≥≠→▲◆●○■□éüαЖあア〇龥"
)
CLOSING = "、。，．：；！？…—·）》」』】〕〉”’％‰℃,.:;!?)]}%"
OPENING = "（《「『【〔〈“‘([{＄￥"
WORDS = st.text(st.sampled_from("审批工伤认定申请，。）》（《“”、AB1-. 9…"), max_size=60)


@pytest.mark.parametrize("bold", [False, True])
def test_the_width_table_is_the_fonts_own(bold: bool):
    table = BOLD if bold else REGULAR
    for each in SAMPLE:
        assert covers(each)
        assert table.get(ord(each), 1000) == round(glyph(each, bold)[0] * 1000), each


def test_the_table_covers_what_the_fonts_cover_and_nothing_else():
    for bold in (False, True):
        codes = face(bold).getBestCmap().keys()
        assert [code for code in range(0x110000) if covers(chr(code)) != (code in codes)] == []


def test_the_fonts_are_the_ones_the_table_was_made_from():
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in font_folder().glob("*.ttf")
    }

    assert found == DIGESTS


@given(text=st.text(st.sampled_from(SAMPLE), max_size=40), bold=st.booleans())
def test_a_width_is_never_less_than_the_fonts(text: str, bold: bool):
    assert width(text, 9.0, bold) >= sum(glyph(each, bold)[0] for each in text) * 9.0 - 1e-6


def test_a_width_is_that_of_the_drawing_engine_or_a_hair_more():
    # Graphviz rounds each glyph to a pixel of a twelfth of an em.
    assert 52.5 <= width("1234567890") <= 53.1
    assert 60.0 <= width("AAAAAAAAAA", bold=True) <= 60.7
    assert 90.0 <= width("审" * 10) <= 91.0
    assert width("😀") >= 15.0
    assert width("س", bold=True) >= 12.75


@settings(max_examples=400, deadline=None)
@given(text=WORDS | st.text(max_size=40), room=st.floats(9.5, 120.0), bold=st.booleans())
def test_wrapping_loses_nothing_and_keeps_to_its_room(text: str, room: float, bold: bool):
    lines = wrap(text, room, 9.0, bold)

    assert bare("".join(lines)) == bare(clean(text))
    assert lines
    assert [line for line in lines if width(line, 9.0, bold) > room + 1e-6 and len(line) > 1] == []


@settings(max_examples=400, deadline=None)
@given(
    text=st.text(st.sampled_from("审批工伤认定申请，。）》（《“”、…"), max_size=60),
    room=st.floats(30.0, 120.0),
)
def test_no_line_begins_with_a_closing_sign_where_it_can_be_helped(text: str, room: float):
    lines = wrap(text, room)

    for above, line in zip(lines, lines[1:], strict=False):
        if line[0] in CLOSING or above[-1] in OPENING:
            better = [
                at
                for at in range(1, len(above))
                if above[at] not in CLOSING
                and above[at - 1] not in OPENING
                and width(above[at:] + line[0]) <= room
            ]
            assert better == []


@pytest.mark.parametrize(
    ("text", "em", "lines"),
    [
        ("审核批准", 4, ("审核批准",)),
        ("审核批准", 3, ("审核批", "准")),
        ("审核批，准", 3, ("审核", "批，准")),
        ("审核（批准）", 3, ("审核", "（批", "准）")),
        ("见FZ-U1-K13-G01", 6, ("见FZ-U1-", "K13-G01")),
        ("编号2024第3号", 4.5, ("编号2024", "第3号")),
        ("〔见FZ-U1-K13〕", 5.6, ("〔见", "FZ-U1-", "K13〕")),
        ("first line", 3.5, ("first", "line")),
        ("一\n\n二", 9, ("一", "二")),
        ("", 9, (" ",)),
        ("\n", 9, (" ",)),
        ("。。。。", 2, ("。。", "。。")),
        ("FZ-U1-K13）", 5.2, ("FZ-U1-", "K13）")),
        ("20240001）", 5, ("2024000", "1）")),
        ("12345678.）", 5.2, ("1234567", "8.）")),
    ],
)
def test_lines_break_as_a_typesetter_would(text: str, em: float, lines: tuple[str, ...]):
    assert wrap(text, em * 9.0 * 1.011) == lines


def test_characters_our_faces_lack_are_named_once_in_order():
    assert uncovered("审😀批س😀\n") == "😀س"
    assert uncovered("审批") == ""


def test_a_line_is_one_and_a_half_em_high():
    assert height(2) == 27.0
