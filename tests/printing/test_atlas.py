import re

import pytest

from riskmap.document.model import MapDocument
from riskmap.printing.atlas import Atlas, print_atlas
from riskmap.printing.sheet import Sheet, Stamp
from tests.printing.documents import atlas, document, risk, sheet, small_bureau
from tests.printing.pages import bookmarks, fonts, read, texts


@pytest.fixture(scope="module")
def book(engine) -> Atlas:
    return atlas([sheet(engine, each) for each in small_bureau()])


@pytest.fixture(scope="module")
def pdf(book) -> bytes:
    return print_atlas(book)


@pytest.fixture(scope="module")
def pages(pdf) -> dict[str, str]:
    """Return each page's text by its label; the cover's label is empty."""
    return dict(zip(read(pdf).page_labels, texts(pdf), strict=True))


def page_of(pages: dict[str, str], words: str) -> int:
    """Return the page that the contents name for `words`."""
    contents = "".join(text for label, text in pages.items() if re.fullmatch("[ivx]+", label))
    found = re.search(re.escape(words) + r"(\d+)", contents)
    assert found, words
    return int(found[1])


def test_the_front_is_counted_in_roman_numerals_and_the_sheets_begin_at_one(pages):
    labels = list(pages)

    assert labels[:4] == ["", "i", "ii", "iii"]
    assert labels[4:] == [str(number) for number in range(1, len(labels) - 3)]


def test_every_map_is_on_the_page_that_the_contents_name(book, pages):
    page = 1
    for each in book.sheets:
        title = each.document.title
        if each.document.place.unit == "云江市社保中心" and each.document.risk_points:
            page = page_of(pages, title)  # the first unit's ledger lies between
        assert page_of(pages, title) == page
        assert each.document.code in pages[str(page)]
        assert title in pages[str(page)]
        page += each.plan.pages


def test_each_unit_s_ledger_follows_its_sheets(pages):
    ledgers = [label for label, text in pages.items() if "直接定级理由" in text]

    assert len(ledgers) == 2
    assert "云江市人社局机关廉政风险台账" in pages[ledgers[0]]
    assert "FZ-U1-K03-G01·r2" in pages[ledgers[0]]
    assert "◆高" in pages[ledgers[0]]
    assert "●低" in pages[ledgers[0]]
    assert "云江市社保中心廉政风险台账" in pages[ledgers[1]]


def test_the_cover_has_no_footer_and_every_other_page_has_one(pages):
    cover, *others = pages.items()

    assert "—" not in cover[1]
    for label, text in others:
        assert f"—{label}—" in text
        assert "云江市人社局法治账图汇编2026年1月" in text


def test_bookmarks_lead_through_parts_units_offices_and_maps(pdf):
    assert [(depth, text) for depth, text, _ in bookmarks(pdf)] == [
        (1, "编制说明"),
        (1, "目录"),
        (1, "法治账图"),
        (2, "云江市人社局机关"),
        (3, "机关总览"),
        (3, "工伤科"),
        (4, "工伤科流程"),
        (4, "受理岗　工伤认定受理"),
        (4, "受理岗　材料补正告知"),
        (4, "调查岗　现场核查"),
        (3, "办公室"),
        (4, "文秘岗　收文登记"),
        (3, "廉政风险台账"),
        (2, "云江市社保中心"),
        (3, "待遇科"),
        (4, "初审岗　待遇核定"),
        (3, "廉政风险台账"),
        (1, "索引"),
        (2, "按风险小项索引"),
        (2, "按岗位索引"),
    ]


def test_each_bookmark_leads_to_the_page_with_its_map(pdf):
    printed = texts(pdf)

    for depth, text, page in bookmarks(pdf):
        if depth == 4:
            assert text.split("　")[-1] in printed[page]


def test_the_index_of_items_names_the_page_of_each_risk_point(pages):
    index = next(text for text in pages.values() if text.startswith("按风险小项索引"))

    page = page_of(pages, "工伤认定受理")
    assert f"FZ-U1-K03-G01·r1倒签收件日期{page}" in index
    assert "0101受理与补正（2）" in index
    assert index.index("01工伤认定") < index.index("02基金")


def test_the_index_of_posts_is_in_pinyin_s_order(pages):
    index = next(text for text in pages.values() if text.startswith("按岗位索引"))

    posts = ["初审岗", "调查岗", "受理岗", "受理岗", "文秘岗"]
    assert re.findall("|".join(dict.fromkeys(posts)), index) == posts
    assert f"现场核查{page_of(pages, '现场核查')}" in index


def test_the_notes_show_the_totals_and_what_each_unit_has(pages):
    assert "6 28 126 9 37 60 106 1190 430".replace(" ", "") in pages["ii"]
    assert "云江市人社局机关 6 49 2 1 0 1".replace(" ", "") in pages["ii"]


def test_contents_and_indexes_are_links(pdf):
    reader = read(pdf)
    targets = [
        annotation.get_object()
        for page in reader.pages
        for annotation in page.get("/Annots", ())
        if annotation.get_object()["/Subtype"] == "/Link"
    ]

    assert len(targets) >= 7 + 3 + 5


def test_only_our_two_faces_are_used_and_both_are_embedded(pdf):
    assert fonts(pdf) == {"NotoSansSC-Regular", "NotoSansSC-Bold"}


def test_equal_atlases_are_equal_bytes(book, pdf):
    assert print_atlas(book) == pdf


def test_sheets_of_both_sizes_keep_their_paper(pdf):
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in read(pdf).pages}

    assert {(595, 842), (1191, 842), (842, 595), (842, 1191)} >= sizes
    assert len(sizes) > 1


def test_a_long_ledger_repeats_its_head(engine):
    risks = [risk(f"r{number}", measures=3) for number in range(1, 30)]
    printed = texts(print_atlas(atlas([sheet(engine, document(risks=risks))])))

    ledger = [text for text in printed if "防控措施（阶段，频次，佐证）" in text]

    assert len(ledger) > 1
    assert all("廉政风险台账" in text for text in ledger)


def test_a_risk_point_longer_than_a_page_is_printed_to_its_end(engine):
    long = "甲" * 1500 + "终"

    printed = texts(print_atlas(atlas([_sheet(engine, long)])))

    assert any("甲终" in text and "直接定级理由" in text for text in printed)


def _sheet(engine, statement: str) -> Sheet:
    """Return a sheet whose chart is drawn without the long statement."""
    drawn = sheet(engine, document())
    told: MapDocument = document(risks=[risk("r1", statement)])
    return Sheet(told, drawn.plan, drawn.svg, drawn.stamp)


def test_an_atlas_without_risks_has_no_ledger(engine):
    printed = texts(print_atlas(atlas([sheet(engine, document())])))

    assert not any("直接定级理由" in text for text in printed[4:])
    assert "廉政风险台账" not in printed[3]


def test_an_atlas_of_nothing_is_still_a_book():
    assert len(texts(print_atlas(atlas([])))) >= 5


def test_the_contents_name_the_version_of_each_map(engine):
    made = sheet(engine, document(title="收文登记"), Stamp("V7", "2026-03-01"))

    contents = texts(print_atlas(atlas([made])))[3]

    assert "FZ-U1-K03-G02V7受理岗收文登记1" in contents


def test_text_that_looks_like_markup_is_printed_as_it_is_everywhere(engine):
    text = """#eval("1") $x$ *a* <b> 'q' \\ // [c] @d `e`"""
    of = document(
        title=text,
        names=(text, text, text),
        risks=[risk("r1", text, item=("1", text), category=("2", text), reason=text)],
    )

    pdf = print_atlas(atlas([sheet(engine, of)], title=text))

    bare = "".join(text.split())
    assert all(bare in page for page in texts(pdf))
    assert text in [words for _, words, _ in bookmarks(pdf)]


def test_what_would_turn_the_reading_order_is_shown_and_turns_nothing_in_bookmarks_either(engine):
    turned = document(title="工伤\u202e认定")

    pdf = print_atlas(atlas([sheet(engine, turned)]))

    told = [words for _, words, _ in bookmarks(pdf)]
    assert any("工伤\ufffd认定" in words for words in told)
    assert not any("\u202e" in words for words in [*told, *texts(pdf)])
