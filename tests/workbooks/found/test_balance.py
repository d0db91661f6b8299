"""Whatever a workbook holds, each row with anything in it is read once and accounted for once."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.workbooks.book import Book, Range, ReadSheet, Value
from riskmap.workbooks.found.ledger import Found, found
from tests.workbooks.found.described import book, ledgers

WORDS = [
    "序号", "科室", "岗位", "风险点", "表现形式", "风险等级", "防控措施", "责任人", "备注",
    "高", "中", "▲▲▲", "特高", "1.双人复核；2.每月抽查", "越权审批", "同上", "—", " ", "", "合计",
    "注：一式两份", "填表人：李彬", "第 1 页 共 2 页", "一、办公室", "例", "无", "#REF!", "√",
    "可能性", "严重性", "极大", "Risk", "Control", "廉政风险点一览表", "填报单位：云江市人社局",
]  # fmt: skip
HEADS = ("序号", "科室", "风险点", "等级", "防控措施")


@st.composite
def sheets(draw: st.DrawFn) -> ReadSheet:
    words = st.one_of(st.sampled_from(WORDS), st.integers(-1, 9), st.none(), st.text(max_size=6))
    rows: list[tuple[Value, ...]] = draw(
        st.lists(st.lists(words, max_size=7).map(tuple), max_size=14)
    )
    if draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), HEADS)
    name = draw(st.sampled_from(["甲", "乙"]))
    return ReadSheet(name, tuple(rows), tuple(draw(st.lists(ranges(), max_size=3))))


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    top, left = draw(st.integers(1, 15)), draw(st.integers(1, 8))
    return top, left, top + draw(st.integers(0, 20)), left + draw(st.integers(0, 9))


def accounted(result: Found) -> Counter[tuple[str, int]]:
    """Return how often each row stands in what was found."""
    entries = [(each.sheet, number) for each in result.rows for number in each.numbers]
    refused = [(each.sheet, number) for each in result.refused for number in each.numbers]
    return Counter(entries + refused + [(each.sheet, each.row) for each in result.left_out])


def anything(read: Book) -> Counter[tuple[str, int]]:
    """Return the rows with anything in them, blanks counting as something."""
    return Counter(
        (sheet.name, number)
        for sheet in read.sheets
        for number, row in enumerate(sheet.rows, start=1)
        if any(value not in (None, "") for value in row)
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(sheets(), max_size=2))
def test_each_row_with_anything_in_it_is_taken_in_refused_or_left_out_once(
    read: list[ReadSheet],
) -> None:
    whole = Book(tuple(read))

    result = found(whole)

    assert accounted(result) == anything(whole)
    assert result.read == accounted(result).total()


def test_the_counts_of_all_ledgers_shown_balance() -> None:
    for _, document in ledgers():
        whole = book(document)

        result = found(whole)

        assert accounted(result) == anything(whole)


@settings(max_examples=100, deadline=None)
@given(st.lists(sheets(), max_size=1))
def test_the_columns_handed_back_unchanged_change_nothing(read: list[ReadSheet]) -> None:
    first = found(Book(tuple(read)))

    again = found(Book(tuple(read)), columns=first.columns)

    assert again == first


@settings(max_examples=200, deadline=None)
@given(sheets())
def test_no_word_of_an_entry_is_lost(sheet: ReadSheet) -> None:
    """Every sign that counts in a cell of an entry is somewhere in what was read of it."""
    for row in found(Book((sheet,))).rows:
        held = " ".join(
            [
                *row.fields.values(),
                *(each.text + each.number for each in row.manifestations),
                *(each.text + each.number for each in row.measures),
                *(text for _, text in row.remarks),
            ]
        )
        for number in row.numbers:
            for value in sheet.rows[number - 1]:
                if value in ("越权审批", "极大", "1.双人复核；2.每月抽查"):
                    assert all(word in held for word in ("双人复核", "每月抽查") if word in value)
                    assert "1." in value or str(value) in held
