"""A ledger read from the files that spreadsheets write."""

from io import BytesIO

from openpyxl import Workbook, load_workbook

from riskmap.register.rating import Level
from riskmap.workbooks.book import Book, ReadSheet
from riskmap.workbooks.found.fields import Field
from riskmap.workbooks.found.ledger import found
from tests.workbooks.found.described import read_csv


def read(workbook: Workbook) -> Book:
    """Return a workbook as it comes back from its file."""
    file = BytesIO()
    workbook.save(file)
    sheets = load_workbook(file, data_only=True).worksheets
    return Book(
        tuple(
            ReadSheet(
                each.title,
                tuple(each.iter_rows(values_only=True)),
                tuple((m.min_row, m.min_col, m.max_row, m.max_col) for m in each.merged_cells),
            )
            for each in sheets
        )
    )


def test_merged_cells_of_a_real_workbook_are_filled() -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in (
        ["廉政风险点一览表"],
        ["科室", "风险点", "等级", "防控措施"],
        ["考务科", "试卷提前启封", "一级", "启封全程录像"],
        [None, "考官抽签被操纵", "二级", "抽签当日进行"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A3:A4")

    result = found(read(workbook))

    assert [(each.fields[Field.OFFICE], each.level) for each in result.rows] == [
        ("考务科", Level.HIGH),
        ("考务科", Level.MEDIUM),
    ]


def test_a_csv_is_the_same_ledger_in_any_of_its_codings() -> None:
    text = "科室,风险点,等级,措施\r\n考务科,试卷提前启封,高,启封全程录像\r\n"

    results = [
        found(Book((read_csv(text.encode(coding)),)))
        for coding in ("utf-8", "utf-8-sig", "gb18030")
    ]

    assert results[0].rows[0].statement == "试卷提前启封"
    assert results[1] == results[0]
    assert results[2] == results[0]
