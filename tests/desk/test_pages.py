"""Every page on every engine: the lists' statements are not SQLite's alone."""

import re

import pytest

from riskmap.app import create_app
from riskmap.db import db
from tests.users import sign_in
from tests.web.pages import PAGES

SORTED = [
    f"{path}?sort={sign}{column}"
    for path, columns in {
        "/maps": ("code", "title", "steps", "risks", "level"),
        "/steps": ("code", "duty"),
        "/risk-points": ("code", "level", "item", "measures"),
        "/measures": ("code", "control", "phase", "maps"),
        "/bases": ("code", "title", "kind", "limits", "maps"),
        "/people": ("code", "name", "posts"),
    }.items()
    for column in columns
    for sign in ("", "-")
]
FILTERED = [
    "/maps?node=FZ-U1&scale=post&level=high&kind=确认&q=认定",
    "/maps?level=none",
    "/steps?node=FZ-U2&duty=复核&q=核",
    "/steps?map=FZ-U1-K13&basis=FG-017",
    "/risk-points?node=FZ-U1&category=FX-01&level=high",
    "/risk-points?measure=CS-0101-01&map=FZ-U1-K13-G01",
    "/measures?control=制衡&phase=prevent&used=yes&node=FZ-U1-K13-G01",
    "/bases?kind=law&q=法",
    "/people?node=FZ-U1-K13",
]


def test_every_page_list_filter_and_sort_answers_on_every_engine(sample_database: str) -> None:
    app = create_app(sample_database)
    client = sign_in(app, "shenji")
    try:
        answers = {path: client.get(path).status_code for path in [*PAGES, *SORTED, *FILTERED]}
        counts = {
            path: int(found[1])
            if (found := re.search(r"共 (\d+) 条", client.get(path).text))
            else 0
            for path in FILTERED
        }
    finally:
        with app.app_context():
            db.engine.dispose()

    assert {path for path, status in answers.items() if status != 200} == set()
    assert all(counts[path] > 0 for path in FILTERED if path != "/maps?level=none"), counts


@pytest.mark.parametrize("column", ["level", "risks"])
def test_maps_are_sorted_by_what_is_counted(sample_database: str, column: str) -> None:
    app = create_app(sample_database)
    try:
        page = sign_in(app, "shenji").get(f"/maps?sort=-{column}").text
    finally:
        with app.app_context():
            db.engine.dispose()

    if column == "level":
        shown = [{"high": 3, "medium": 2, "low": 1}[each] for each in
                 re.findall(r'class="level level-(\w+)"', page)]  # fmt: skip
    else:
        shown = [int(each) for each in re.findall(r'href="/risk-points\?map=[^"]+">(\d+)<', page)]
    assert len(shown) == 50
    assert shown == sorted(shown, reverse=True)
