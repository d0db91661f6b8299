from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from riskmap.maps.queries import documents
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.printing import paper
from riskmap.printing.legend import LINE
from riskmap.printing.sheet import GAP, RUNNING, SIGNATURES, Stamp, plan, print_sheets
from tests.printing.documents import ARTICLE, document, risk, sheet
from tests.printing.pages import fonts, read, texts


@pytest.mark.parametrize(
    ("level", "lanes", "steps", "expected"),
    [
        (NodeLevel.POST, 2, 7, paper.A4_PORTRAIT),
        (NodeLevel.POST, 3, 3, paper.A4_PORTRAIT),
        (NodeLevel.POST, 4, 4, paper.A4_LANDSCAPE),
        (NodeLevel.POST, 4, 7, paper.A3_PORTRAIT),
        (NodeLevel.POST, 6, 7, paper.A3_LANDSCAPE),
        (NodeLevel.OFFICE, 2, 4, paper.A4_LANDSCAPE),
        (NodeLevel.UNIT, 2, 4, paper.A3_LANDSCAPE),
    ],
)
def test_the_paper_follows_the_level_and_the_chart_s_width(level, lanes, steps, expected):
    risks = [risk()] if lanes > 2 else []

    assert plan(document(level=level, lanes=lanes, steps=steps, risks=risks)).paper == expected


def test_an_office_whose_chart_needs_a_second_page_goes_on_a3():
    assert plan(document(level=NodeLevel.OFFICE, steps=9)).paper == paper.A3_LANDSCAPE


def test_larger_paper_is_not_taken_where_it_saves_no_page():
    assert plan(document(level=NodeLevel.OFFICE, steps=12)).paper == paper.A4_LANDSCAPE


def test_larger_paper_is_taken_where_texts_would_be_cut():
    wordy = document(level=NodeLevel.OFFICE, goal="甲" * 2000)

    assert plan(wordy).paper == paper.A3_LANDSCAPE
    assert not plan(wordy).block.cut


def test_a_chart_is_never_wider_than_the_paper_between_its_margins():
    for lanes in (*range(1, 12), 40):
        planned = plan(document(lanes=lanes, steps=lanes + 2, risks=[risk()]))
        assert planned.chart.width <= planned.paper.room + 0.01


def test_a_chart_wider_than_a3_goes_on_a_long_sheet_rather_than_shrink():
    assert plan(document(lanes=9, steps=12, risks=[risk()])).paper == paper.LONG[0]


@pytest.mark.parametrize("steps", range(3, 40))
@pytest.mark.parametrize("goal", ["短", "长" * 1500, "甚" * 9000])
def test_no_page_is_fuller_than_its_paper(steps, goal):
    planned = plan(document(steps=steps, goal=goal))

    for page, (top, bottom) in enumerate(planned.chart.windows):
        above = RUNNING + planned.chart.head if page else planned.block.height
        foot = SIGNATURES if page == planned.pages - 1 else 0
        used = above + GAP + bottom - top + len(planned.legend) * LINE + GAP + foot
        assert used <= planned.paper.body + 0.02


def test_a_sheet_has_a_page_for_each_window_and_says_which(engine):
    made = sheet(engine, document(steps=24))

    printed = texts(print_sheets([made]))

    assert len(printed) == made.plan.pages > 1
    for number, page in enumerate(printed, start=1):
        assert f"第{number}页共{made.plan.pages}页" in page
        assert "FZ-U1-K03-G02" in page
        assert "工伤认定受理" in page
        assert "图例" in page


def test_the_first_page_says_whose_map_it_is_and_why(engine):
    (page,) = texts(print_sheets([sheet(engine, document(), Stamp("V3", "2026-02-01"))]))

    for words in (
        "云江市人社局",
        "岗位法治账图",
        "云江市人社局机关",
        "工伤保险科",
        "受理岗",
        "工伤认定（QL-001确认）",
        "材料齐全的当日受理",
        "3．一次告知补正",
        "《工伤保险条例》第十七条",
        "不超过30日",
        "V3",
        "2026-02-01",
    ):
        assert words in page


def test_only_the_last_page_is_signed(engine):
    *before, last = texts(print_sheets([sheet(engine, document(steps=24))]))

    assert all(word in last for word in ("编制", "审核", "批准", "姓名", "日期", "（盖章处）"))
    assert all("批准" not in page for page in before)
    assert all("流程接下页" in page for page in before)


def test_each_step_is_printed_on_one_page_only(engine):
    printed = texts(print_sheets([sheet(engine, document(steps=24))]))

    for number in range(1, 25):
        assert sum(f"办理第{number}项" in page for page in printed) == 1


def test_the_lanes_are_named_on_every_page(engine):
    printed = texts(print_sheets([sheet(engine, document(steps=24))]))

    assert all("经办岗1" in page and "经办岗2" in page for page in printed)


def test_pages_have_the_size_of_their_paper(engine):
    made = [sheet(engine, document()), sheet(engine, document(level=NodeLevel.UNIT))]

    pages = read(print_sheets(made)).pages

    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [
        (595, 842),
        (1191, 842),
    ]


def test_the_legend_explains_only_marks_that_the_sheet_shows(engine):
    (plain,) = texts(print_sheets([sheet(engine, document())]))
    (risky,) = texts(print_sheets([sheet(engine, document(risks=[risk()]))]))

    assert "CS防控措施" not in plain
    assert "CS防控措施" in risky
    assert "〔虚构〕" not in risky


def test_only_our_two_faces_are_used_and_both_are_embedded(engine):
    assert fonts(print_sheets([sheet(engine, document(risks=[risk()]))])) == {
        "NotoSansSC-Regular",
        "NotoSansSC-Bold",
    }


HOSTILE = """#eval("1") $x$ *a* <b> 'q' \\ // [c] @d `e` https://x.y"""


def test_text_that_looks_like_markup_is_printed_as_it_is(engine):
    made = document(title=HOSTILE, goal=HOSTILE, names=(HOSTILE, HOSTILE, HOSTILE))

    (page,) = texts(print_sheets([sheet(engine, made, Stamp("#v", "*d*"))]))

    assert page.count("".join(HOSTILE.split())) >= 2
    assert "#v*d*" in page


def test_control_characters_and_direction_marks_do_no_harm(engine):
    made = document(title="收\x00件\u202e登\x1b记\ud800", goal="一\n二")

    (page,) = texts(print_sheets([sheet(engine, made)]))

    assert "登" in page
    assert "\u202e" not in page


def test_the_sample_s_sheets_are_at_home_on_their_papers(sample_session: Session):
    maps = documents(sample_session, Scope(bureaus(sample_session)[0]))
    papers = {
        level: [plan(each).paper for each in maps if each.place.level is level]
        for level in NodeLevel
    }

    assert set(papers[NodeLevel.UNIT]) == {paper.A3_LANDSCAPE}
    assert all(each.width > each.height for each in papers[NodeLevel.OFFICE])
    upright = papers[NodeLevel.POST].count(paper.A4_PORTRAIT)
    assert upright >= 0.9 * len(papers[NodeLevel.POST])


def test_each_basis_names_the_steps_that_cite_it_also_those_of_steps_alone(engine):
    made = document(first_basis=ARTICLE)
    other = replace(ARTICLE, article="第十九条")
    steps = [made.steps[0], *(replace(step, basis=other) for step in made.steps[1:3])]

    (page,) = texts(print_sheets([sheet(engine, replace(made, steps=(*steps, *made.steps[3:])))]))

    assert "第十七条〔待核〕（步骤1）" in page
    assert "第十九条〔待核〕（步骤2、3）" in page


def test_a_long_chart_s_pages_are_joined_by_letters(engine):
    first, second, *_ = texts(print_sheets([sheet(engine, document(steps=24))]))

    assert "A流程接下页" in first
    assert second.count("A") >= 1
