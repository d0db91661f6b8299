"""The printed comparison: which map, which versions, what differs, and the chart with it."""

from dataclasses import replace

import pytest

from riskmap.document.diff import diff
from riskmap.document.model import MapDocument
from riskmap.drawing import dot
from riskmap.drawing.engine import Engine
from riskmap.organisation.tree import NodeLevel
from riskmap.printing import paper
from riskmap.printing.comparison import Comparison, Version, print_comparison
from riskmap.printing.comparison_plan import plan
from riskmap.register.rating import Level
from tests.drawing.changing import without
from tests.drawing.notation import with_step_after
from tests.printing.documents import document, risk
from tests.printing.pages import fonts, read, texts

OLD = document(risks=[risk(level=Level.LOW)], steps=6)
OLD_VERSION, NEW_VERSION = Version("第1版", "2026-01-05"), Version("第2版", "2026-02-01", "待签")


def comparison(engine: Engine, old: MapDocument, new: MapDocument, **more: str) -> Comparison:
    planned = plan(diff(old, new))
    svg = engine.render(dot.source(planned.chart), "svg")
    return Comparison(planned, svg, OLD_VERSION, NEW_VERSION, **more)


def test_the_head_says_which_map_and_which_versions(engine):
    new = replace(OLD, goal="当日受理")

    head, *_charts = texts(
        print_comparison(comparison(engine, OLD, new, note="虚构", reason="按新规"))
    )

    for words in (
        "云江市人社局", "受理岗", "法治账图版本对比", "FZ-U1-K03-G02", "工伤认定受理", "第1版",
        "2026-01-05", "第2版", "2026-02-01", "待签", "虚构", "按新规",
    ):  # fmt: skip
        assert words in head


def test_the_table_names_every_difference_in_chinese(engine):
    raised = replace(OLD.risk_points[0], level=Level.HIGH)
    new = without(replace(OLD, goal="当日受理", risk_points=(raised,)), "s4")

    head, *_charts = texts(print_comparison(comparison(engine, OLD, new)))

    for words in (
        "工作目标材料齐全的当日受理，不漏不压。当日受理",
        "删除原第4步：办理第4项",
        "等级低高",
        "第3步→第4步",
    ):
        assert words in head
    assert "taken" not in head


def test_the_chart_shows_what_was_and_what_is_with_a_legend(engine):
    new = with_step_after(without(OLD, "s4"), "s2", "补入的一步")

    *_tables, chart = texts(print_comparison(comparison(engine, OLD, new)))

    for words in (
        "〔删除原第4步〕",
        "办理第4项",
        "〔新增〕",
        "补入的一步",
        "图例",
        "标出变化的流程图",
    ):
        assert words in chart


def test_two_equal_versions_are_said_to_be_equal(engine):
    head, _chart = texts(print_comparison(comparison(engine, OLD, OLD)))

    assert "两个版本没有差别" in head


@pytest.mark.parametrize(
    ("level", "lanes", "steps", "expected"),
    [
        (NodeLevel.POST, 2, 7, paper.A4_PORTRAIT),
        (NodeLevel.POST, 6, 7, paper.A3_LANDSCAPE),
        (NodeLevel.OFFICE, 2, 4, paper.A4_LANDSCAPE),
        (NodeLevel.UNIT, 2, 4, paper.A3_LANDSCAPE),
    ],
)
def test_the_paper_follows_the_level_and_the_chart_s_width(engine, level, lanes, steps, expected):
    risks = [risk()] if lanes > 2 else []
    old = document(level=level, lanes=lanes, steps=steps, risks=risks)

    made = comparison(engine, old, replace(old, goal="当日受理"))

    assert made.plan.paper == expected
    sizes = {
        (round(page.mediabox.width), round(page.mediabox.height))
        for page in read(print_comparison(made)).pages
    }
    assert sizes == {(round(expected.width), round(expected.height))}


@pytest.mark.parametrize("steps", [6, 30])
def test_each_step_is_on_one_page_of_the_chart(engine, steps):
    old = document(steps=steps)
    made = comparison(engine, old, without(old, "s4"))

    charts = texts(print_comparison(made))[-len(made.plan.chart.windows) :]

    assert sum("〔删除原第4步〕" in page for page in charts) == 1
    assert all("图例" in page and "经办岗1" in page for page in charts)
    for top, bottom in made.plan.chart.windows:
        assert bottom - top < made.plan.paper.body


def test_a_comparison_is_printed_as_the_same_bytes_each_time(engine):
    new = with_step_after(OLD, "s2")

    made = [print_comparison(comparison(engine, OLD, new)) for _ in range(2)]

    assert made[0] == made[1]
    assert fonts(made[0]) == {"NotoSansSC-Regular", "NotoSansSC-Bold"}


def test_text_is_never_markup(engine):
    new = replace(OLD, goal='#panic("x") *甲* <a> $x$ \\')

    head, *_charts = texts(print_comparison(comparison(engine, OLD, new)))

    assert '#panic("x")*甲*<a>$x$\\' in head
