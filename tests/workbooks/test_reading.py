"""What people upload is read as it stands there, or refused with a reason; nothing else happens."""

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time as clock
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from riskmap.workbooks import door, excel, reading
from riskmap.workbooks.book import Book, ReadSheet
from riskmap.workbooks.passing import book_from, of_book, of_refusal
from riskmap.workbooks.reading import read_book
from riskmap.workbooks.refusals import Refused
from riskmap.workbooks.signs import unprintable
from tests.workbooks.chinese import in_chinese
from tests.workbooks.hostile import (
    HOSTILE,
    ROW,
    flipped,
    good,
    of_rows,
    package,
    repeating,
    sheet,
    strings,
    workbook,
    zipped,
)

SECONDS = 2
MEGABYTES = 50


def refusal(content: bytes, name: str = "台账.xlsx", **limits: float) -> str:
    """Return why a file is not read, in Chinese."""
    with pytest.raises(Refused) as caught:
        read_book(content, name, **limits)  # type: ignore[arg-type]
    return in_chinese(caught.value)


def rows(content: bytes, name: str = "台账.xlsx") -> tuple[tuple[object, ...], ...]:
    (only,) = read_book(content, name).sheets
    return only.rows


def written(*values: object, titles: tuple[str, ...] = ("表",)) -> bytes:
    """Return a workbook as openpyxl writes it, its values one below the other."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title in titles:
        page = book.create_sheet(title)
        for number, value in enumerate(values, start=1):
            page.cell(number, 1).value = value
            if isinstance(value, str):
                page.cell(number, 1).data_type = "s"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def computing() -> float:
    """Return the computing time that this process and those it started have taken."""
    used = (resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_within_two_seconds_with_its_reason(kind: str):
    hostile = HOSTILE[kind]
    content = hostile.make()
    began = computing()

    assert hostile.reason in refusal(content, hostile.name)
    assert computing() - began < SECONDS


def test_hostile_files_leave_the_memory_of_the_asking_process_as_it_was(tmp_path: Path):
    kinds = ("a cell of 1 GB", "3 million empty rows", "40 MB of spaces", "65,000 parts")
    for number, kind in enumerate(kinds):
        (tmp_path / f"{number}.xlsx").write_bytes(HOSTILE[kind].make())
    asking = """
import resource, sys
from riskmap.workbooks.reading import read_book
from riskmap.workbooks.refusals import Refused
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    try:
        read_book(open(path, "rb").read(), path)
    except Refused:
        continue
    sys.exit("read")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    paths = sorted(map(str, tmp_path.iterdir()))
    command = [sys.executable, "-c", asking, *paths]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert int(done.stdout) < MEGABYTES * 1024


def test_a_workbook_is_read_with_its_merged_ranges():
    (only,) = read_book(good(), "台账.xlsx").sheets

    assert only.name == "风险台账"
    assert only.rows[:2] == (("编号", "风险点", "等级"), ("FX-01", "审批超期", 3))
    assert only.merged == ((5, 1, 6, 3),)
    assert not only.hidden


def test_what_stands_far_from_the_corner_keeps_its_place():
    assert rows(of_rows('<row r="3"><c r="C3"><v>7</v></c></row>')) == ((), (), (None, None, 7))


def test_rows_and_cells_that_do_not_say_their_places_follow_each_other():
    content = of_rows(
        '<row r="2"><c r="B2"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>'
    )

    assert rows(content) == ((), (None, 1, 2), (3,))


def test_empty_cells_and_rows_with_formats_at_the_end_are_no_content():
    assert rows(of_rows(f'{ROW[:-6]}<c r="B1" s="0"/></row><row r="9"><c r="C9"/></row>')) == (
        (7,),
    )


def test_a_sheet_without_cells_is_there_and_empty():
    book = read_book(workbook(sheet(""), sheet(ROW)), "台账.xlsx")

    assert [each.rows for each in book.sheets] == [(), ((7,),)]


def test_hidden_sheets_are_read_and_said_to_be_hidden():
    content = zipped(package(sheet(ROW), sheet(ROW), sheet(ROW), hidden=(1,)))

    found = [(each.name, each.hidden) for each in read_book(content, "台账.xlsx").sheets]

    assert found == [("风险台账", False), ("二", True), ("三", False)]


@pytest.mark.parametrize(
    "value",
    [
        7,
        -3,
        2.5,
        True,
        False,
        0,
        date(2026, 1, 31),
        datetime(2026, 1, 31, 8, 30),
        time(8, 30),
        timedelta(days=1, hours=2),
        "是",
        "007",
        "=1+1",
        "２０２４－１－２",
    ],
    ids=repr,
)
def test_a_value_comes_back_as_what_it_is(value: object):
    ((found,),) = rows(written(value))

    assert found == value
    assert type(found) is type(value)


def test_numbers_that_a_workbook_does_not_hold_to_the_last_digit_are_not_said_to_be_whole():
    ((found,),) = rows(of_rows('<row r="1"><c r="A1"><v>1.10101199001011234E17</v></c></row>'))

    assert isinstance(found, float)


def test_a_number_is_whole_where_it_was_written_with_a_point():
    ((found,),) = rows(of_rows('<row r="1"><c r="A1"><v>3.0</v></c></row>'))

    assert found == 3
    assert isinstance(found, int)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#SPILL!"])
def test_an_error_value_is_the_text_that_a_person_sees(error: str):
    content = of_rows(f'<row r="1"><c r="A1" s="0" t="e"><f>X</f><v>{error}</v></c></row>')

    assert rows(content) == ((error,),)


def test_a_formula_is_the_value_kept_with_it():
    content = of_rows(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>A1</f><v>二</v></c></row>'
    )

    assert rows(content) == ((2, "二"),)


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        ("a_x000D_b", "a\rb"),
        ("_x005F_x0041_", "_x0041_"),
        ("_x005F_x000D_", "_x000D_"),
        ("a_x0007_", "a\x07"),
        ("a_b_xyz_", "a_b_xyz_"),
        ("&lt;a&gt; &amp; &#26597;", "<a> & 查"),
    ],
)
def test_texts_escaped_by_excel_come_back_as_they_were_typed(kept: str, text: str):
    shared = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    inline = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{kept}</t></is></c></row>'
    result = f'<row r="1"><c r="A1" t="str"><f>X</f><v>{kept}</v></c></row>'

    assert rows(workbook(sheet(shared), strings=strings(kept))) == ((text,),)
    assert rows(of_rows(inline)) == ((text,),)
    assert rows(of_rows(result)) == ((text,),)


def test_a_text_of_several_runs_is_one_and_its_pronunciation_is_left_out():
    runs = '<is><r><t xml:space="preserve">审 </t></r><r><t>批</t></r><rPh><t>shen</t></rPh></is>'
    content = of_rows(f'<row r="1"><c r="A1" t="inlineStr">{runs}</c></row>')

    assert rows(content) == (("审 批",),)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff_"),
            min_size=1,
            max_size=40,
        ).filter(str.strip),  # of blanks alone openpyxl does not say that they are to be kept
        min_size=1,
        max_size=60,
    )
)
def test_any_good_text_comes_back_as_it_was(texts: list[str]):
    found = rows(written(*texts))

    assert [row[0] for row in found] == texts


def test_a_declared_size_that_is_not_true_does_no_harm():
    said = '<dimension ref="A1:XFD1048576"/>'

    assert rows(workbook(sheet(ROW, before=said))) == ((7,),)


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_workbook_cut_short_is_refused(tenth: int):
    content = good()

    assert refusal(content[: len(content) * tenth // 10])


def test_a_workbook_without_one_of_its_last_bytes_is_refused():
    content = good()

    for missing in range(1, 23):  # the record at the end; in process, since each is cheap
        with pytest.raises(Refused):
            excel.read_workbook(content[:-missing])


def test_a_flipped_bit_is_refused_or_changes_nothing():
    """In this process: what the reading process would answer, without five hundred of them."""
    content = good()
    expected = excel.read_workbook(content)
    chance = random.Random(8)
    changed = 0
    for _ in range(500):
        at = chance.randrange(len(content))
        turned = bytes([content[at] ^ (1 << chance.randrange(8))])
        try:
            found = excel.read_workbook(content[:at] + turned + content[at + 1 :])
        except Refused:
            changed += 1
        else:
            assert found == expected, at
    assert changed > 250


def test_flipped_bits_that_get_past_the_door_are_refused_by_the_reading_process():
    content = good()
    for at in random.Random(5).sample(range(len(content)), 12):
        try:
            found = read_book(flipped(content, at), "台账.xlsx")
        except Refused:
            continue
        else:
            assert found == read_book(content, "台账.xlsx")


def test_reading_is_ended_at_its_time():
    content = workbook(repeating("<row><c><v>1</v></c></row>", 190_000))
    began = clock.monotonic()

    assert "超过 0.05 秒" in refusal(content, seconds=0.05)
    assert clock.monotonic() - began < SECONDS


def test_reading_is_ended_at_its_memory():
    content = workbook(repeating(f'<row><c t="str"><v>{"x" * 200}</v></c></row>', 150_000))

    assert "超过上限（90 MB）" in refusal(content, megabytes=90)


def test_a_reading_process_that_is_killed_is_a_refusal_and_the_next_file_is_read(
    monkeypatch: pytest.MonkeyPatch,
):
    start = subprocess.Popen

    def dying(*given: object, **more: object) -> subprocess.Popen[bytes]:
        process = start(*given, **more)  # type: ignore[call-overload]
        os.kill(process.pid, signal.SIGSEGV)
        return process

    monkeypatch.setattr(reading.subprocess, "Popen", dying)
    assert "读取失败" in refusal(good())
    monkeypatch.undo()

    assert rows(good())


def test_no_process_to_be_had_is_a_refusal(monkeypatch: pytest.MonkeyPatch):
    def none(*_given: object, **_more: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(reading.subprocess, "Popen", none)

    assert "服务器繁忙" in refusal(good())


def test_an_answer_that_is_cut_is_no_book():
    answer = of_book(Book((ReadSheet("表", (("甲", 1), (None, 2.5))),)))

    for length in range(len(answer)):
        with pytest.raises(ValueError, match=r".+"):
            book_from(answer[:length])


def test_a_book_and_a_refusal_are_passed_on_as_they_are():
    values = ("甲", 1, 2.5, True, None, date(2026, 1, 31), datetime(2026, 1, 31, 8), time(8, 30))
    book = Book((ReadSheet("表", (values, (), (timedelta(-1, 5, 7),)), ((1, 1, 2, 3),), True),))
    with pytest.raises(Refused) as caught:
        door.kind(b"", "台账.xlsx")

    assert book_from(of_book(book)) == book
    with pytest.raises(Refused) as passed:
        book_from(of_refusal(caught.value))
    assert passed.value.said == caught.value.said


def test_several_files_are_read_at_once():
    found: list[Book] = []
    threads = [
        threading.Thread(target=lambda: found.append(read_book(good(), "台账.xlsx")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [read_book(good(), "台账.xlsx")] * 4


def test_a_file_whose_turn_does_not_come_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "WAIT", 0.01)
    monkeypatch.setattr(reading, "_TURNS", threading.BoundedSemaphore(1))
    reading._TURNS.acquire()

    assert "服务器繁忙" in refusal(good())
    reading._TURNS.release()

    assert rows(good())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separated_values_are_one_sheet_of_texts(encoding: str, separator: str):
    text = '编号|风险点\r\n|"审批""超期""|\n第二行"\r\n\r\n007|\r\n'.replace("|", separator)

    (only,) = read_book(text.encode(encoding), "二季度.台账.csv").sheets

    assert only.name == "二季度.台账"
    assert only.rows == (
        ("编号", "风险点"),
        (None, f'审批"超期"{separator}\n第二行'),
        (),
        ("007", None),
    )


def test_a_comma_within_quotation_marks_does_not_separate():
    assert rows('"甲,乙,丙";丁\n戊;己'.encode(), "表.csv") == (("甲,乙,丙", "丁"), ("戊", "己"))


def test_a_text_longer_than_a_cell_holds_is_named():
    assert "单元格 B2 有 32768 个字符" in refusal(f"a,b\nc,{'x' * 32768}".encode(), "表.csv")


def test_the_rows_of_separated_values_are_counted():
    assert len(rows(b"1\n" * 200_000, "表.csv")) == 200_000
    assert "表格超过 200000 行" in refusal(b"1\n" * 200_001, "表.csv")


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.csv", "a\0b.csv", f"{'长' * 400}.csv", "-x.csv", "\ud800.csv", ".csv"],
)
def test_no_name_of_a_file_does_harm(name: str):
    (only,) = read_book(b"1,2", name).sheets

    assert only.rows == (("1", "2"),)
    assert "/" not in only.name


def test_cells_with_signs_that_cannot_be_printed_are_named():
    table = (("好", "坏\x07"), (None, 3), ("a\r\nb\tc", "\ufffe"))
    book = Book((ReadSheet("甲", table), ReadSheet("乙", (("\x1b",),))))

    assert list(unprintable(book)) == [("甲", "B1"), ("甲", "B3"), ("乙", "A1")]


def test_a_control_character_in_a_cell_does_not_refuse_the_book():
    content = of_rows('<row r="1"><c r="A1" t="str"><v>a_x0007_</v></c></row>')

    assert list(unprintable(read_book(content, "台账.xlsx"))) == [("风险台账", "A1")]
