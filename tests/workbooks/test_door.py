"""The door: what is refused before any parser sees it, with what, where and what to do."""

import re
import tracemalloc
from time import process_time

import pytest

from riskmap.workbooks import cells, door
from riskmap.workbooks.refusals import Refused
from tests.workbooks.chinese import in_chinese
from tests.workbooks.hostile import (
    ROW,
    Part,
    good,
    of_rows,
    package,
    repeating,
    sheet,
    strings,
    workbook,
    xml,
    zipped,
)


def refusal(content: bytes, name: str = "台账.xlsx") -> str:
    """Return what the door says to a file that it does not let in."""
    with pytest.raises(Refused) as caught:
        looked_at(content, name)
    return in_chinese(caught.value)


def looked_at(content: bytes, name: str) -> None:
    if door.kind(content, name) is door.Kind.XLSX:
        list(door.parts(content))


def let_in(content: bytes) -> dict[str, bytes]:
    assert door.kind(content, "台账.xlsx") is door.Kind.XLSX
    return dict(door.parts(content))


def numbered(first: int, last: int) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(first, last + 1))


def merged(*ranges: str) -> bytes:
    inside = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    return workbook(sheet(ROW, after=f"<mergeCells>{inside}</mergeCells>"))


def test_what_a_spreadsheet_program_writes_is_let_in():
    parts = let_in(good())

    assert "xl/workbook.xml" in parts
    assert b'"C3"' in parts["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.XLSX", "a.b.xlsx", ".xlsx"])
def test_a_workbook_is_known_by_its_ending(name):
    assert door.kind(good(), name) is door.Kind.XLSX


def test_a_file_of_the_largest_size_is_looked_at_and_one_byte_more_is_not():
    assert door.kind(good().ljust(door.LARGEST, b"\0"), "台账.xlsx") is door.Kind.XLSX
    assert "最多读取 10 MB" in refusal(good().ljust(door.LARGEST + 1, b"\0"))


def test_a_thousand_parts_are_let_in_and_one_more_is_not():
    parts = package(sheet(ROW))
    more = {f"xl/media/{n}.png": b"x" for n in range(door.MOST_PARTS - len(parts))}

    assert let_in(zipped(parts | more))
    assert "部件超过 1000 个" in refusal(zipped(parts | more | {"one": b"x"}))


def test_a_part_of_the_largest_size_is_let_in_and_one_megabyte_more_is_not():
    largest = Part(b"", b"\0" * door.MEGABYTE, 50)
    larger = Part(b"", b"\0" * door.MEGABYTE, 51)

    assert let_in(zipped(package(sheet(ROW)) | {"xl/media/a.png": largest}))
    assert "解压后超过" in refusal(zipped(package(sheet(ROW)) | {"xl/media/a.png": larger}))


def test_parts_are_measured_together_as_well():
    part = Part(b"", b"\0" * door.MEGABYTE, 34)
    parts = package(sheet(ROW)) | {f"xl/media/{n}.png": part for n in range(3)}

    assert "解压后超过" in refusal(zipped(parts))


def test_a_header_that_declares_little_does_not_let_much_be_unpacked():
    lying = Part(b"", b"\0" * door.MEGABYTE, 200, declared=10)
    content = zipped(package(sheet(ROW)) | {"xl/media/a.png": lying})
    tracemalloc.start()
    try:
        assert "“xl/media/a.png”不完整" in refusal(content)
        assert tracemalloc.get_traced_memory()[1] < 10 * door.MEGABYTE
    finally:
        tracemalloc.stop()


def test_every_part_is_searched_for_entities_whatever_its_name():
    parts = package(sheet(ROW)) | {"docProps/x.bin": b"  <!DOCTYPE a><a/>"}

    assert "“docProps/x.bin”声明了实体" in refusal(zipped(parts))


@pytest.mark.parametrize(
    "part", [b"<a>\0</a>", b'<?xml version="1.0" encoding="UTF-7"?><a/>', b"<a>\xff</a>"]
)
def test_a_part_in_another_encoding_is_refused(part):
    assert "“x.xml”不是 UTF-8 编码" in refusal(zipped(package(sheet(ROW)) | {"x.xml": part}))


def test_a_part_in_utf_8_with_its_mark_is_let_in():
    assert let_in(workbook(b"\xef\xbb\xbf" + sheet(ROW).encode()))


def test_external_links_are_left_out_with_the_copies_they_hold():
    copy = xml(
        '<externalLink><sheetData><row r="1"><cell r="A1"/></row></sheetData></externalLink>'
    )
    parts = let_in(zipped(package(sheet(ROW)) | {"xl/externalLinks/externalLink1.xml": copy}))

    assert "xl/externalLinks/externalLink1.xml" not in parts


def test_pictures_are_left_out():
    parts = let_in(zipped(package(sheet(ROW)) | {"xl/media/a.png": b"\x89PNG\0"}))

    assert "xl/media/a.png" not in parts


def test_a_refusal_names_the_sheet_as_the_person_does():
    two = workbook(sheet(ROW), sheet('<row r="9"><c r="B9"><v>x</v></c></row>'))

    assert "工作表“二”的单元格 B9" in refusal(two)


def test_rows_are_counted_over_all_sheets():
    half = cells.MOST_ROWS // 2

    assert let_in(workbook(sheet(numbered(half, half)), sheet(numbered(half, half))))
    assert "工作表“二”超出" in refusal(
        workbook(sheet(numbered(half, half)), sheet(numbered(half + 1, half + 1)))
    )


def test_a_hundred_columns_are_let_in_and_one_more_is_not():
    assert let_in(of_rows('<row r="1"><c r="CV1"><v>1</v></c></row>'))
    assert "最多读取 100 列（到 CV 列）" in refusal(of_rows('<row r="1"><c r="CW1"/></row>'))


def test_merged_ranges_are_let_in_within_the_table():
    assert let_in(merged("A1:CV3", "A5"))
    assert "把 A1 至 CW3 合并" in refusal(merged("A1:CW3"))
    assert "把 A1 至 A200001 合并" in refusal(merged("A1:A200001"))
    assert "把 A1 至 CV9000 合并" in refusal(merged("A1:CV9000", "A1:CV9000"))


def test_shared_texts_are_counted():
    few = xml("<sst>" + "<si/>" * 1000 + "</sst>")
    many = Part(b"<sst>", b"<x:si></x:si>" * 1000, 1001, b"</sst>")

    assert let_in(workbook(sheet(ROW), strings=few))
    assert "不同的文字超过" in refusal(workbook(sheet(ROW), strings=many))


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"/>',
        '<c r="B2" s="3"></c>',
        "<c r='B2' t='n'><v>-1.5E-3</v></c>",
        '<c r="B2" s="3" t="s"><v>12</v></c>',
        '<c s="3" r="B2" t="str" cm="1"><f>A1&amp;"x"</f><v></v></c>',
        '<c r="B2" t="str"><f>A1</f><v xml:space="preserve"> a </v></c>',
        '<c r="B2"><f t="shared" si="0"/><v>1</v></c>',
        '<c r="B2"><f t="array" ref="B2:B9">SUM(1)</f><v>1</v></c>',
        '<c r="B2" t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t>b</t></r></is></c>',
        '<c r="B2" t="b"><f>TRUE()</f><v>1</v></c>',
        '<c r="B2" t="e"><f>NA()</f><v>#N/A</v></c>',
        '<c r="B2" t="d"><v>2026-01-31T08:00:00</v></c>',
        '\n  <c r="B2">\n    <v>1</v>\n  </c>\n',
        "<c/><c><v>2</v></c>",
    ],
)
def test_cells_as_programs_write_them_are_let_in(cell):
    assert let_in(of_rows(f'<row r="2" spans="1:2">{cell}</row>'))


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><f>1+1</f></c>',
        '<c r="B2"><f>1+1</f><v/></c>',
        '<c r="B2"><f t="shared" si="0"/></c>',
        '<c r="B2" t="str"><f>1+1</f></c>',
        '<c r="B2" t="s"><f>1+1</f><v></v></c>',
    ],
)
def test_a_formula_without_its_result_is_named(cell):
    assert "单元格 B2：公式没有保存计算结果" in refusal(of_rows(f'<row r="2">{cell}</row>'))


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2">5</c>',
        '<c r="B2"><v>5</v><v>6</v></c>',
        '<c r="B2"><v>5</v><x/></c>',
        '<c r="B2"><v>&#53;</v></c>',
        '<c r="B2"><v> 5</v></c>',
        '<c r="B2" t="s"><v>-1</v></c>',
        '<c r="B2" r="C2"><v>1</v></c>',
        '<c r="B2" x=">"><v>1</v></c>',
        '<c r="B2"><v>5</v></x></c>',
    ],
)
def test_a_cell_that_would_be_read_wrongly_is_named(cell):
    assert "单元格 B2 写法" in refusal(of_rows(f'<row r="2"><c r="A2"/>{cell}</row>'))


@pytest.mark.parametrize(
    "rows",
    [
        f"<!-- {ROW}",
        f"<![CDATA[{ROW}]]>",
        f"{ROW}<x:row/>",
        f"{ROW}text",
        '<row r="1">text<c r="A1"><v>7</v></c></row>',
        f"{ROW}</sheetData><sheetData>{ROW}",
    ],
)
def test_rows_in_which_something_hides_are_refused(rows):
    assert "“风险台账”已损坏" in refusal(of_rows(rows))


def test_comments_of_a_generator_hide_nothing():
    content = of_rows(f'<!-- <row r="9"> -->{ROW}<!-- </sheetData> --><row r="2"/>')

    assert b"<!--" not in let_in(content)["xl/worksheets/sheet1.xml"]


def test_a_sheet_with_prefixes_is_looked_at_as_one_without():
    prefixed = re.sub(r"<(/?)(\w)", r"<\1x:\2", sheet('<row r="2"><c r="B2"><v>x</v></c></row>'))

    assert "单元格 B2 写法" in refusal(workbook(prefixed.replace("<?x:xml", "<?xml")))


@pytest.mark.parametrize(
    "repeated",
    ["<c ", "<c a='1'", "<row ", "<!--", "<is>", "<f><f>", "<v>", " r='A1'", "<si ", "</"],
)
def test_no_text_is_gone_over_so_often_that_it_takes_long(repeated):
    content = workbook(repeating(repeated, 1_000_000), strings=strings("甲"))
    began = process_time()

    assert refusal(content)
    assert process_time() - began < 2
