"""The grids of coverage: every number recounted in plain SQL, every blank explained."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from riskmap.config import sample_folder
from riskmap.coverage import grid
from riskmap.coverage.facts import Excuse, Facts
from riskmap.coverage.grid import CellState, Figure
from riskmap.coverage.reading import read
from riskmap.organisation.queries import bureaus
from riskmap.sample.loader import read_sample
from tests.coverage import planting

OFFICE_OF = """
    CASE node.level WHEN 'unit' THEN node.code || '*' WHEN 'office' THEN node.code
    ELSE (SELECT parent.code FROM node AS parent WHERE parent.id = node.parent_id) END
"""
MAPS = """
    FROM risk_point
    JOIN account_map ON account_map.id = risk_point.map_id AND account_map.retired_on IS NULL
    JOIN node ON node.id = account_map.node_id
    JOIN item ON item.id = risk_point.item_id
"""
ANSWERS = """
    JOIN risk_point_measure ON risk_point_measure.risk_point_id = risk_point.id
    JOIN measure ON measure.id = risk_point_measure.measure_id AND measure.retired_on IS NULL
"""


@pytest.fixture(scope="module")
def stored(shared_sample_engine):
    with Session(shared_sample_engine) as session:
        day = read_sample(sample_folder()).organisation.as_of
        yield session, read(session, bureaus(session)[0], day)


def recounted(session: Session, what: str, *keys: str, answers: bool = False) -> dict:
    """Return how many different `what` there are for each of some keys together, in SQL."""
    named = ", ".join(f"{key} AS k{number}" for number, key in enumerate(keys))
    grouped = f"GROUP BY {', '.join(keys)}" if keys else ""
    columns = f"{named}, " if keys else ""
    tables = MAPS + (ANSWERS + "JOIN item AS own ON own.id = measure.item_id" if answers else "")
    rows = session.execute(text(f"SELECT {columns}COUNT(DISTINCT {what}) {tables} {grouped}"))
    return {tuple(row[:-1]): row[-1] for row in rows}


def numbers(found: grid.Grid) -> dict:
    return {place: cell.number for place, cell in found.cells.items() if cell.number}


@pytest.mark.parametrize(
    ("figure", "what", "item"),
    [(Figure.RISKS, "risk_point.id", "item.code"), (Figure.MEASURES, "measure.id", "own.code")],
)
def test_items_by_offices_is_what_sql_counts(stored, figure, what, item):
    session, facts = stored
    answers = figure is Figure.MEASURES

    found = grid.by_item(facts, figure)

    assert numbers(found) == recounted(session, what, item, OFFICE_OF, answers=answers)
    rows = recounted(session, what, item, answers=answers)
    assert {(key,): n for key, n in found.row_totals.items() if n} == rows
    columns = recounted(session, what, OFFICE_OF, answers=answers)
    assert {(key,): n for key, n in found.column_totals.items() if n} == columns
    assert {(): found.total} == recounted(session, what, answers=answers)


def test_posts_by_measures_is_what_sql_counts(stored):
    session, facts = stored
    post = "CASE node.level WHEN 'post' THEN node.code END"

    found = grid.by_measure(facts)

    counted = recounted(session, "risk_point.id", post, "measure.code", answers=True)
    assert numbers(found) == {key: n for key, n in counted.items() if key[0]}
    rows = recounted(session, "risk_point.id", post, answers=True)
    assert {(key,): n for key, n in found.row_totals.items() if n} == {
        key: n for key, n in rows.items() if key[0]
    }


def test_offices_by_levels_is_what_sql_counts(stored):
    session, facts = stored
    level = """
        COALESCE(risk_point.override_level, item.override_level,
        CASE WHEN item.likelihood * item.severity >= 9 THEN 'high'
        WHEN item.likelihood * item.severity >= 4 THEN 'medium' ELSE 'low' END)
    """

    found = grid.by_level(facts)

    assert numbers(found) == recounted(session, "risk_point.id", OFFICE_OF, level)
    assert {(): found.total} == recounted(session, "risk_point.id")
    assert sum(found.row_totals.values()) == found.total == sum(found.column_totals.values())


def test_gaps_and_what_does_not_apply_are_those_of_the_register(stored):
    session, facts = stored
    owed = session.execute(
        text("""
        SELECT DISTINCT node.code, measure.code FROM responsibility
        JOIN measure ON measure.id = responsibility.measure_id AND measure.retired_on IS NULL
        JOIN node ON node.id = responsibility.node_id AND node.level = 'post'
        WHERE responsibility.role = 'responsible'
    """)
    )
    used = {tuple(row) for row in session.execute(text(f"""
        SELECT node.code, measure.code {MAPS} {ANSWERS}
        UNION
        SELECT actor.code, measure.code {MAPS} {ANSWERS}
        JOIN step ON step.id = risk_point.step_id
        JOIN node AS actor ON actor.id = step.actor_node_id
    """))}  # fmt: skip
    excused = {tuple(row) for row in session.execute(text("""
        SELECT post.code, measure.code FROM not_applicable
        JOIN node ON node.id = not_applicable.node_id
        JOIN node AS post ON post.path LIKE node.path || '%' AND post.level = 'post'
        JOIN measure ON measure.item_id = not_applicable.item_id
        WHERE not_applicable.until IS NULL OR not_applicable.until >= '2026-01-05'
    """))}  # fmt: skip

    found = grid.by_measure(facts)

    gaps = {(row.code, column.code) for row, column in found.gaps()}
    assert gaps == {tuple(row) for row in owed} - used - excused
    grey = {place for place, cell in found.cells.items() if cell.state is CellState.EXCUSED}
    assert grey == {place for place in excused if not found.cells[place].number}


def owed_nowhere(facts: Facts) -> tuple[Facts, str]:
    """Return facts in which an office owes a measure of an item that is on none of its maps."""
    office = "FZ-U6-K02-G01"
    shown = {
        item
        for (item, column), cell in grid.by_item(facts, Figure.RISKS).cells.items()
        if column == "FZ-U6-K02" and cell.state is not CellState.BLANK
    }
    measure = next(
        each
        for each in facts.measures.values()
        if each.item not in shown and not grid.by_item(facts).cells[each.item, "FZ-U6-K02"].number
    )
    return planting.entry(facts, "measures", measure.code, responsible=(office,)), measure.code


def test_a_measure_that_a_post_owes_and_no_map_shows_is_a_gap(facts):
    after, code = owed_nowhere(facts)

    found = grid.by_measure(after)
    gaps = {(row.code, column.code) for row, column in found.gaps()}

    assert ("FZ-U6-K02-G01", code) in gaps
    assert [gap.about for gap in planting.new(facts, after, "R09")] == ["FZ-U6-K02-G01"]


def test_an_item_that_an_office_owes_and_no_map_shows_is_a_gap(facts):
    after, code = owed_nowhere(facts)
    item = after.measures[code].item

    assert (item, "FZ-U6-K02") in {(row.code, column.key) for row, column in
                                   grid.by_item(after).gaps()}  # fmt: skip
    assert [gap.node for gap in planting.new(facts, after, "R15")] == ["FZ-U6-K02"]


@pytest.mark.parametrize(
    ("node", "until", "state"),
    [
        ("FZ-U6-K02", None, CellState.EXCUSED),
        ("FZ-U6", date(2026, 12, 31), CellState.EXCUSED),
        ("FZ-U6-K02", date(2025, 12, 31), CellState.GAP),  # its day is past
        ("FZ-U6-K02-G01", None, CellState.GAP),  # one post does not excuse its office
    ],
)
def test_a_blank_with_a_reason_is_no_gap_while_the_reason_holds(facts, node, until, state):
    after, code = owed_nowhere(facts)
    item = after.measures[code].item
    excuse = Excuse(item, node, "本科室不办理该业务", until)

    found = grid.by_item(replace(after, excuses=(*after.excuses, excuse)))

    assert found.cells[item, "FZ-U6-K02"].state is state


def test_an_office_without_a_risk_point_is_a_gap_unless_it_declares_that_there_is_none(facts):
    code = "FZ-U8-K02"
    bare = facts
    for drawn in facts.maps:
        if drawn.code.startswith(code):
            bare = planting.document(bare, drawn.code, risk_points=())
    told = planting.document(bare, code, duties=("经排查，本科室无廉政风险点",))

    assert {row.code for row, _ in grid.by_level(bare).gaps()} == {code}
    assert list(grid.by_level(told).gaps()) == []


def test_what_is_retired_stays_in_sight_while_maps_use_it(facts):
    item = facts.maps[-1].document.risk_points[0].item.code
    after = planting.entry(facts, "items", item, retired=True)

    found = grid.by_item(after, Figure.RISKS)

    assert next(row for row in found.rows if row.code == item).retired
    assert found.total == grid.by_item(facts, Figure.RISKS).total


def test_a_chief_s_grid_has_the_own_office_only(facts):
    within = {code for code, node in facts.nodes.items() if node.within("FZ-U1-K13")}

    assert [column.key for column in grid.by_item(facts, within=within).columns] == ["FZ-U1-K13"]
    assert {row.group for row in grid.by_measure(facts, within=within).rows} == {"FZ-U1-K13"}


def test_only_rows_and_columns_with_gaps_are_shown_if_asked(facts):
    whole = grid.by_measure(facts)
    found = grid.with_gaps(whole)

    assert set(found.gaps()) == set(whole.gaps())
    for row in found.rows:
        assert any(found.cell(row, each).state is CellState.GAP for each in found.columns)
    by_column = defaultdict(int)
    for _row, column in whole.gaps():
        by_column[column.key] += 1
    assert {column.key for column in found.columns} == set(by_column)
