import hashlib
import subprocess
import sys

import pytest

from riskmap.printing.typesetter import TypesettingFailed, printable, typeset

SHEETS = {"title": "试验", "author": "局", "sheets": []}


def test_a_template_that_is_not_there_is_named():
    with pytest.raises(TypesettingFailed, match="没有版式文件 gone.typ"):
        typeset("gone.typ", {}, {})


def test_data_that_do_not_fit_the_template_are_told_in_chinese():
    with pytest.raises(TypesettingFailed, match="排版失败：版式 sheets.typ 与所给数据不合"):
        typeset("sheets.typ", {"title": "试验"}, {})


def test_equal_input_gives_equal_bytes_in_another_process():
    program = (
        "import hashlib; from riskmap.printing.typesetter import typeset;"
        f"print(hashlib.sha256(typeset('sheets.typ', {SHEETS!r}, {{}})).hexdigest())"
    )

    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert other.stdout.strip() == hashlib.sha256(typeset("sheets.typ", SHEETS, {})).hexdigest()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("平常　文字 a b", "平常　文字 a b"),
        ("两\n行", "两 行"),
        ("\x00\u202e\ud800", "\ufffd\ufffd\ufffd"),
    ],
)
def test_text_is_cleaned_wherever_it_stands(text, shown):
    assert printable({"a": [text, 1, (text,)]}) == {"a": [shown, 1, [shown]]}


@pytest.mark.parametrize("text", ["两\n行", "\x7f", "\ud800", "a\\n", '"\\"', "\u202e"])
def test_any_text_can_be_typeset_and_nothing_of_it_stays_that_cannot_be_shown(text):
    shown = printable(text)

    assert typeset("check.typ", {"text": text}, {}) == typeset("check.typ", {"text": shown}, {})
