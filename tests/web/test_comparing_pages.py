"""Versions of a map compared by choice: on a page, side by side, on paper."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from riskmap.db import db
from riskmap.maps.models import AccountMap
from tests.in_force import put_into_force
from tests.users import sign_in
from tests.web.pages import CODE

AT = f"/maps/{CODE}/revisions/compare"
OTHERS = "FZ-U2-K03-G01"


def edit(own, goal, *, sign=False):
    with own.app_context():
        row = db.session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
        row.goal = goal
        if sign:
            put_into_force(db.session, row)
        db.session.commit()


@pytest.fixture
def reader(own):
    return sign_in(own, "shenji")


def compared(page):
    """Return the two versions that the pickers show."""
    return re.findall(r'<option value="([^"]+)" selected>', page.text)[:2]


def differing(page, field):
    """Return a field before and after, as the table of differences shows it."""
    row = re.search(rf"<td>{field}</td><td>(.*?)</td><td>(.*?)</td></tr>", page.text, re.DOTALL)
    return [re.sub(r"<[^>]*>|\s", "", each) for each in row.groups()]


def test_a_changed_working_copy_is_compared_with_what_is_in_force(own, reader):
    edit(own, "工作稿里的新目标")

    page = reader.get(AT)

    assert page.status_code == 200
    assert compared(page) == ["1", "working"]
    assert "工作稿里的新目标" in page.text
    assert f"{AT}?old=1&amp;new=working" in reader.get(f"/maps/{CODE}").text


def test_any_two_revisions_are_compared_either_way_round(own, reader):
    for goal in ("只办甲事", "改办乙类"):
        edit(own, goal, sign=True)

    forward, back = reader.get(f"{AT}?old=1&new=3"), reader.get(f"{AT}?old=3&new=2")

    assert compared(forward) == ["1", "3"]
    assert differing(forward, "工作目标")[1] == "改办乙类"
    assert differing(back, "工作目标") == ["改办乙类", "只办甲事"]
    assert compared(reader.get(AT)) == ["2", "3"]


def test_versions_that_do_not_differ_say_so(reader):
    page = reader.get(f"{AT}?old=1&new=working")

    assert page.status_code == 200
    assert "两个版本没有差别" in page.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("old=1&new=1", 422),
        ("old=working&new=working", 422),
        ("old=1&new=9", 404),
        ("old=1&new=", 404),
        ("old=-1&new=1", 404),
        ("old=1&new=%3Cscript%3E", 404),
        ("old=1&new=99999999999999999999", 404),
        ("old=一&new=1", 404),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".pdf"])
def test_what_cannot_be_compared_is_said_in_words(reader, query, status, suffix):
    page = reader.get(f"{AT}{suffix}?{query}")

    assert page.status_code == status
    assert 'role="alert"' in page.text
    assert "<script>" not in page.text.split("<main")[1]


def test_both_charts_stand_side_by_side_without_an_id_twice(own, reader):
    edit(own, "新目标")

    page = reader.get(f"{AT}?view=apart").text

    assert page.count("<svg xmlns") == 2
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("tone", ["", "&tone=grey"])
def test_a_comparison_is_printed_with_its_versions(own, reader, tone):
    edit(own, "工作稿里的新目标")

    answer = reader.get(f"{AT}.pdf?old=1&new=working{tone}")

    assert answer.mimetype == "application/pdf"
    words = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    for each in ("法治账图版本对比", CODE, "第 1 版", "工作稿", "未经审定", "工作稿里的新目标"):
        assert each in words


def test_a_map_that_one_may_not_read_is_compared_for_nobody(own):
    viewer = sign_in(own, "chayue")

    for address in (f"/maps/{OTHERS}/revisions/compare", "/maps/none/revisions/compare"):
        assert viewer.get(address).status_code == 404
        assert viewer.get(f"{address}.pdf?old=1&new=working").status_code == 404
