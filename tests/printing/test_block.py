from riskmap.drawing.text import height, width
from riskmap.organisation.tree import NodeLevel
from riskmap.printing import paper
from riskmap.printing.block import INSET, PADDING, compose, pack
from tests.printing.documents import document

LONG = "对材料不齐的申请一次书面告知需要补正的全部内容并留存送达回证"


def test_short_parts_share_a_line():
    assert pack(["甲", "乙", "丙"], 200) == ("甲　乙　丙",)


def test_a_part_that_does_not_fit_begins_a_line_of_its_own():
    assert pack(["甲甲甲甲", "乙乙乙乙"], 60) == ("甲甲甲甲", "乙乙乙乙")


def test_no_line_of_the_block_is_wider_than_its_cell():
    block = compose(document(goal=LONG * 5, duties=[LONG] * 9), paper.A4_PORTRAIT)

    cells = [cell for row in block.fields for cell in row.cells]
    cells += [cell for column in block.panels for cell in column]
    for cell in cells:
        for line in cell.lines:
            assert width(line) <= cell.width - cell.label_width - INSET + 0.02


def test_every_row_of_the_block_is_as_wide_as_the_paper_between_its_margins():
    block = compose(document(), paper.A4_LANDSCAPE)

    for row in block.fields:
        assert abs(sum(cell.width for cell in row.cells) - paper.A4_LANDSCAPE.room) < 0.01
    assert abs(sum(column[0].width for column in block.panels) - paper.A4_LANDSCAPE.room) < 0.01


def test_a_cell_is_as_high_as_its_lines():
    block = compose(document(goal=LONG * 5), paper.A4_PORTRAIT)

    goal = block.panels[0][0]
    assert len(goal.lines) > 1
    assert goal.height == height(len(goal.lines)) + PADDING


def test_wide_paper_sets_panels_side_by_side_when_that_saves_height():
    block = compose(document(), paper.A3_LANDSCAPE)

    assert len(block.panels) > 1
    assert block.height < compose(document(), paper.A4_PORTRAIT).height


def test_a_long_title_makes_the_bar_higher():
    short = compose(document(), paper.A4_PORTRAIT)
    long = compose(document(title=LONG * 2), paper.A4_PORTRAIT)

    assert len(long.title) > 1
    assert long.bar > short.bar


def test_the_duties_are_named_after_the_level():
    office = document(level=NodeLevel.OFFICE)

    labels = [
        cell.label for column in compose(office, paper.A4_LANDSCAPE).panels for cell in column
    ]

    assert labels == ["工作目标", "科室职责", "办理依据", "法定时限"]


def test_a_limit_is_one_compact_line_with_its_steps_and_article():
    block = compose(document(steps=5), paper.A4_PORTRAIT)

    (line,) = block.panels[0][-1].lines
    assert (
        line == "工伤认定申请：不超过30日（约束当事人），步骤1→5，《工伤保险条例》第十七条〔待核〕"
    )


def test_panels_without_text_are_left_out():
    block = compose(document(goal="", duties=()), paper.A4_PORTRAIT)

    assert [cell.label for cell in block.panels[0]] == ["办理依据", "法定时限"]


def test_texts_too_long_for_a_page_are_cut_with_an_ellipsis_and_said_to_be():
    block = compose(document(duties=[LONG * 20] * 20), paper.A4_LANDSCAPE)

    assert block.cut
    assert block.height < paper.A4_LANDSCAPE.body * 0.75
    assert any(cell.lines[-1].endswith("…") for column in block.panels for cell in column)


def test_a_title_is_never_more_than_three_lines():
    block = compose(document(title=LONG * 30), paper.A4_PORTRAIT)

    assert len(block.title) == 3
    assert block.title[-1].endswith("…")
