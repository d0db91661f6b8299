from hypothesis import example, given, settings
from hypothesis import strategies as st

from riskmap.printing import ledger
from riskmap.printing.ledger_pages import BAR, MOST_LINES, Row, head, pages
from riskmap.printing.paper import A3_LANDSCAPE
from tests.printing.documents import document, risk

ROOM = A3_LANDSCAPE.body - BAR - head()


def statements(lengths: list[int]) -> list[str]:
    """Return texts of some lengths, each of a character of its own."""
    return [chr(0x4E00 + number) * length for number, length in enumerate(lengths)]


lengths = st.lists(st.one_of(st.integers(1, 60), st.integers(300, 1500)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(lengths)
@example([1, 1, 1, 41, 421, 431, 1491, 1, 41, 301, 401])  # room for a line, not for a long code
def test_every_page_has_room_for_its_rows_and_no_word_is_lost(told):
    texts = statements(told)
    risks = [risk(f"r{number}", text) for number, text in enumerate(texts, start=1)]

    found = list(pages([document(risks=risks)]))

    assert all(page and sum(row.height for row in page) <= ROOM + 0.01 for page in found)
    column = [each.title for each in ledger.COLUMNS].index("风险点")
    printed = [
        line for page in found for row in page for part in row.cells[column] for line in part
    ]
    assert "".join(printed) == "".join(texts)


@settings(max_examples=60, deadline=None)
@given(lengths)
def test_a_row_goes_on_over_the_page_s_end_only_if_it_is_very_tall(told):
    risks = [risk(f"r{number}", text) for number, text in enumerate(statements(told), start=1)]

    codes = [row.cells[0] for page in pages([document(risks=risks)]) for row in page]

    parts = [codes.count(code) for code in dict.fromkeys(codes)]
    for count, text in zip(parts, told, strict=True):
        assert count == 1 or text > MOST_LINES


def test_the_rest_of_a_split_row_begins_with_its_code_and_lacks_what_was_shown():
    cell = (("一", "二"), ("三",))
    row = Row("high", ((("FZ-1·r1",),), cell, ()))

    part, rest = row.split(row.height - 1)

    assert part == Row("high", ((("FZ-1·r1",),), (("一", "二"),), ()))
    assert rest == Row("high", ((("FZ-1·r1",),), (("三",),), ()))


def test_nothing_is_begun_where_no_line_has_room():
    row = Row("high", ((("FZ-1·r1",),), (("一",),)))

    assert row.split(5.0) == (None, row)
