"""Any two versions of a map held against each other: on the page, on one chart or two, on paper."""

import re
from io import BytesIO

import pypdf
import pytest
from sqlalchemy import select

from riskmap.db import db
from riskmap.history.models import Change
from riskmap.revisions.states import RevisionState
from tests.users import sign_in
from tests.web.signing import CHIEF, ELSEWHERE, HOLDER, LEADER, POST, edit, hand_in, sign, state

COMPARE = f"/maps/{POST}/revisions/compare"
SAME = "两边选的是同一版"
UNKNOWN = "没有您要对比的版本"


@pytest.fixture
def client(own):
    return sign_in(own, CHIEF)


def ids(text):
    return re.findall(r' id="([^"]+)"', text)


def test_what_is_in_force_is_compared_with_the_working_copy_where_nobody_says(own, client):
    edit(own, POST)

    text = client.get(COMPARE).text

    assert "第 1 版 → 工作稿" in text
    assert "新写的步骤" in text.split('id="changes"')[1].split("</section>")[0]
    assert "〔修改：内容〕" in text
    assert text.count("<svg") == 1


def test_the_last_two_revisions_are_compared_where_the_working_copy_says_nothing_new(own, client):
    page = hand_in(own, POST)
    for name, box in ((HOLDER, "填表人"), (LEADER, "科室(单位)负责人"), (LEADER, "分管领导")):
        assert sign(sign_in(own, name), own, page, box).status_code == 303
    assert state(own, page) is RevisionState.APPROVED

    text = client.get(COMPARE).text

    assert "第 1 版 → 第 2 版" in text
    assert "新写的步骤" in text


def test_two_versions_that_say_the_same_are_said_to(client):
    text = client.get(COMPARE).text

    assert "第 1 版 → 工作稿" in text
    assert "两个版本没有差别" in text


def test_any_two_are_compared_in_either_direction(own, client):
    hand_in(own, POST)
    edit(own, POST, "再改一次")

    there = client.get(f"{COMPARE}?old=2&new=working").text
    back = client.get(f"{COMPARE}?old=working&new=2").text

    assert "第 2 版 → 工作稿" in there
    assert "工作稿 → 第 2 版" in back
    for text in (there, back):
        table = text.split('id="changes"')[1].split("</section>")[0]
        assert "再改一次" in table
        assert "新写的步骤" in table


def test_side_by_side_shows_both_charts_and_no_id_stands_twice(own, client):
    edit(own, POST)

    for view in ("one", "both"):
        for grey in ("", "&grey=1"):
            text = client.get(f"{COMPARE}?old=1&new=working&view={view}{grey}").text
            assert text.count("<svg") == (2 if view == "both" else 1)
            assert len(ids(text)) == len(set(ids(text)))


def test_in_grey_no_chart_says_anything_by_colour_alone(own, client):
    edit(own, POST)

    colour = client.get(f"{COMPARE}?old=1&new=working").text
    grey = client.get(f"{COMPARE}?old=1&new=working&grey=1").text

    def hues(text):
        svg = text.split("<svg")[1].split("</svg>")[0]
        found = re.findall(r'(?:fill|stroke)="#([0-9a-fA-F]{6})"', svg)
        return {each for each in found if len({each[i : i + 2] for i in (0, 2, 4)}) > 1}

    assert hues(colour)
    assert not hues(grey)
    assert "〔修改：内容〕" in grey


@pytest.mark.parametrize("query", ["old=1&new=1", "old=working&new=working"])
def test_one_version_on_both_sides_is_said_in_words(client, query):
    answer = client.get(f"{COMPARE}?{query}")

    assert answer.status_code == 422
    assert SAME in answer.text
    assert client.get(f"/maps/{POST}/revisions/compare.pdf?{query}").status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "old=7&new=working", "old=1&new=7", "old=-1&new=1", "old=1&new=%00", "old=1&new=１",
        "old=01&new=working", "old=1.0&new=working", "old=99999999999999999999999&new=1",
        "new=<script>", "old=WORKING&new=1",
    ],
)  # fmt: skip
def test_a_version_that_is_not_there_is_said_in_words(client, query):
    answer = client.get(f"{COMPARE}?{query}")

    assert answer.status_code == 404
    assert UNKNOWN in answer.text
    assert "<script>" not in answer.text
    assert client.get(f"/maps/{POST}/revisions/compare.pdf?{query}").status_code == 404


@pytest.mark.parametrize("query", ["view=none", "grey=7", "view=both&grey=", "old=", "new=1"])
def test_other_words_in_the_address_are_passed_over(own, client, query):
    edit(own, POST)

    assert client.get(f"{COMPARE}?{query}").status_code == 200


def test_a_map_of_one_version_has_nothing_to_be_compared_with(own, client):
    with own.app_context():
        connection = db.session.connection()
        connection.exec_driver_sql("DROP TRIGGER revision_kept")
        connection.exec_driver_sql("DROP TRIGGER sign_off_kept")
        connection.exec_driver_sql("DELETE FROM sign_off")
        connection.exec_driver_sql("DELETE FROM revision")
        db.session.commit()

    answer = client.get(COMPARE)

    assert answer.status_code == 200
    assert "目前只有一个版本" in answer.text
    assert client.get(f"/maps/{POST}/revisions/compare.pdf").status_code == 404


def test_the_printed_comparison_has_the_table_and_the_chart_and_is_recorded(own, client):
    edit(own, POST)

    answer = client.get(f"/maps/{POST}/revisions/compare.pdf?old=1&new=working")

    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert f"{POST}-1-working.pdf" in answer.headers["Content-Disposition"]
    pages = pypdf.PdfReader(BytesIO(answer.data)).pages
    text = "".join(page.extract_text() for page in pages)
    assert len(pages) >= 2
    assert "第 1 版" in text
    assert "工作稿" in text
    assert "未送签" in text
    assert "新写的步骤" in text
    with own.app_context():
        entry = db.session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
        assert (entry.kind, entry.name) == ("exported", POST)
        assert "1 → working" in entry.details


def test_in_grey_another_file_is_printed(own, client):
    edit(own, POST)
    page = f"/maps/{POST}/revisions/compare.pdf?old=1&new=working"

    colour, grey = client.get(page).data, client.get(f"{page}&grey=1").data

    assert grey[:5] == b"%PDF-"
    assert grey != colour
    assert client.get(page).data == colour


def test_the_list_of_revisions_lets_two_be_chosen(own, client):
    page = hand_in(own, POST)
    text = client.get(f"/maps/{POST}/revisions").text

    for side in ("old", "new"):
        values = re.findall(rf'type="radio" name="{side}" value="([^"]+)"', text)
        assert values == ["2", "1", "working"]
    assert re.findall(r'value="([^"]+)" checked', text) == ["1", "working"]
    assert page in text


def test_a_revision_s_page_leads_to_the_comparison_with_the_one_before(own, client):
    page = hand_in(own, POST)
    text = client.get(page).text.replace("&amp;", "&")

    assert f'{COMPARE}?view=both&old=1&new=2"' in text
    assert f'{COMPARE}?old=1&new=2"' in text
    assert "compare.pdf?old=1&new=2" in text


def test_the_map_s_page_tells_of_a_difference_and_of_none_where_there_is_none(own, client):
    link = f"{COMPARE}?old=1&amp;new=working"
    assert link not in client.get(f"/maps/{POST}").text

    edit(own, POST)

    text = client.get(f"/maps/{POST}").text
    assert link in text
    assert "工作稿与现行版不同" in text


def test_another_office_s_map_is_compared_by_nobody_who_may_not_read_it(own):
    holder = sign_in(own, "shouli")

    for page in (
        f"/maps/{ELSEWHERE}/revisions/compare",
        f"/maps/{ELSEWHERE}/revisions/compare.pdf",
    ):
        hidden, nothing = holder.get(page), holder.get(page.replace(ELSEWHERE, "FZ-U2-K99"))
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.text == nothing.text
