"""What the pages show, and what they say when something is not there."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from riskmap.app import create_app
from riskmap.db import db
from riskmap.db.schema import changing, upgrade
from riskmap.document.terms import StepKind
from riskmap.drawing.engine import DrawingFailed
from riskmap.maps.models import AccountMap, Step
from riskmap.web.access import Policy, allows
from tests.users import sign_in
from tests.web.pages import AUDIT_FILES, CODE, FILES, PAGES, REFUSED


@pytest.mark.parametrize("path", [*PAGES, *FILES, *AUDIT_FILES])
def test_every_page_answers(client, path):
    assert client.get(path).status_code == 200


def pages(answer) -> list[str]:
    """Return the text of each page of a PDF, without white space."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.data)).pages]


def test_the_ticked_maps_are_printed_one_after_another_each_once(client):
    answer = client.get("/maps/sheets.pdf?code=FZ-U1-K13-G02&code=FZ-U1-K13-G01&code=FZ-U1-K13-G02")

    codes = [code for page in pages(answer) for code in re.findall(r"FZ-U1-K13-G0\d", page)[:1]]
    assert answer.mimetype == "application/pdf"
    assert list(dict.fromkeys(codes)) == ["FZ-U1-K13-G01", "FZ-U1-K13-G02"]
    assert sum("第1页共" in page for page in pages(answer)) == 2


def test_a_sheet_asked_for_in_grey_has_no_colour(client):
    coloured, grey = (client.get(f"/maps/{CODE}/sheet.pdf{tone}") for tone in ("", "?tone=grey"))

    def colours(answer) -> int:
        contents = [
            page.get_contents().get_data() for page in PdfReader(BytesIO(answer.data)).pages
        ]
        return sum(
            len(set(rgb)) > 1
            for content in contents
            for rgb in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG|scn|SCN)\b", content)
        )

    assert pages(grey) == pages(coloured)
    assert colours(coloured) > 0
    assert colours(grey) == 0


def test_printing_without_a_tick_says_what_to_do(client):
    answer = client.get("/maps/sheets.pdf")

    assert answer.status_code == 400
    assert "至少勾选一张" in answer.text


def test_a_unit_s_chart_leads_to_the_maps_of_its_offices(client):
    page = client.get("/maps/FZ-U1").text

    assert all(f'href="/maps/FZ-U1-K{number:02}"' in page for number in range(1, 15))


@pytest.mark.parametrize("path", REFUSED)
def test_what_is_not_there_is_answered_by_a_page_in_words(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert "没有这一页" in answer.text


@pytest.mark.parametrize(
    "code", ["none", "..%2f..%2fetc%2fpasswd", "%00", "' OR 1=1 --", "<script>", "图"]
)
@pytest.mark.parametrize("page", ["", "/chart.svg", "/sheet.pdf"])
def test_an_unknown_map_is_answered_by_a_page_in_words(client, code, page):
    answer = client.get(f"/maps/{code}{page}")

    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    assert "<script>" not in answer.text


def test_the_first_page_links_to_every_map_in_use(client, app):
    page = client.get("/").text

    with app.app_context():
        codes = db.session.scalars(text("SELECT code FROM account_map")).all()
    assert len(codes) == 106
    assert [code for code in codes if f'href="/maps/{code}"' not in page] == []


def test_every_figure_of_the_first_page_leads_to_a_list_of_as_many(client):
    page = client.get("/").text
    figures = re.findall(
        r'<a href="(/(?:maps|steps|measures|risk-points)[^"]*)"><b>(\d+)</b>', page
    )

    assert len(figures) == 6
    for address, number in figures:
        assert f"共 {number} 条" in client.get(address.replace("&amp;", "&")).text, address


def test_every_number_of_a_list_leads_to_a_list_of_as_many(client):
    page = client.get("/maps?node=FZ-U1-K13").text
    numbers = re.findall(r'<td class="number">\s*<a href="([^"]+)">(\d+)</a>', page)

    assert len(numbers) == 10  # steps and risk points of five maps
    for address, number in numbers:
        assert f"共 {number} 条" in client.get(address.replace("&amp;", "&")).text, address


def test_a_fault_of_ours_is_answered_by_a_page_in_words(own):
    own.view_functions["desk.maps"] = allows(Policy.READ)(lambda: 1 / 0)

    answer = sign_in(own, "shenji").get("/maps")

    assert answer.status_code == 500
    assert "系统出错了" in answer.text
    assert "ZeroDivision" not in answer.text


def test_a_list_is_filtered_sorted_and_paged_by_its_address(client):
    page = client.get("/risk-points?level=high&sort=-measures").text

    ranks = re.findall(r'class="level level-(\w+)"', page)
    counts = [int(each) for each in re.findall(r'<td class="number">(\d+)</td>', page)]
    assert set(ranks) == {"high"}
    assert counts == sorted(counts, reverse=True)
    assert 'aria-sort="descending"' in page


@pytest.mark.parametrize("page", ["0", "-1", "999999", "x", "1e9", ""])
def test_a_page_that_is_not_there_shows_one_that_is(client, page):
    answer = client.get(f"/steps?page={page}")

    assert answer.status_code == 200
    assert "<tbody>" in answer.text


@pytest.mark.parametrize("path", ["/maps", "/steps", "/risk-points", "/measures", "/bases"])
@pytest.mark.parametrize("asked", ["q=%25", "q='\"<b>", "sort=nothing", "level=x&kind=y&duty=z"])
def test_no_filter_breaks_a_list(client, path, asked):
    answer = client.get(f"{path}?{asked}")

    assert answer.status_code == 200
    assert "<b>'" not in answer.text


def test_a_list_without_hits_says_so_and_offers_the_way_back(client):
    page = client.get("/maps?q=没有这样的词").text

    assert "没有符合条件的账图" in page
    assert 'href="/maps"' in page


def test_a_measure_shows_the_posts_that_owe_it_and_the_steps_that_use_it(client):
    page = client.get("/measures/CS-0101-01").text

    assert 'href="/nodes/FZ-U1-K13-G01"' in page
    assert f'href="/maps/{CODE}#row-r1"' in page


def test_a_basis_shows_what_cites_it(client):
    page = client.get("/bases/FG-018").text

    assert 'href="/maps/FZ-U2-K03"' in page


def test_a_basis_no_longer_in_force_is_marked_wherever_it_is_cited(client):
    assert "已失效，下列各处仍在引用" in client.get("/bases/FG-026").text
    assert "已失效" in client.get("/maps/FZ-U1-K13-G04").text
    cited = client.get("/bases?state=cited").text
    assert 'href="/bases/FG-026"' in cited
    assert "共 1 条" in cited
    assert 'href="/bases/FG-026"' not in client.get("/bases?state=valid").text


def test_a_post_that_nobody_holds_is_said_to_be_vacant(client):
    assert "空缺：现在无人任职" in client.get("/nodes/FZ-U9-K02-G01").text
    assert "空缺" not in client.get("/nodes/FZ-U1-K13-G01").text


def test_only_posts_held_now_are_counted(client):
    page = client.get("/people?q=RY-163").text

    assert re.search(r'<td class="number">\s*<span class="quiet">0</span>', page)
    assert 'class="past"' in page


def test_chart_and_table_call_risk_points_and_measures_alike(client):
    page = client.get(f"/maps/{CODE}").text
    table = page[page.index("</svg>") :]

    assert re.findall(r">(R\d) ", table) == ["R1", "R2", "R3", "R4", "R5"]
    assert "CS-0101-01 " in table


def test_a_node_shows_its_maps_and_who_holds_its_posts(client):
    page = client.get("/nodes/FZ-U1-K13").text

    for post in range(1, 5):
        assert f'href="/maps/FZ-U1-K13-G0{post}"' in page
    assert "/people/RY-" in page


def test_a_map_s_page_leads_to_the_one_before_and_after(client):
    page = client.get(f"/maps/{CODE}").text

    assert re.search(r'rel="prev" href="/maps/FZ-U1-K13"', page)
    assert re.search(r'rel="next" href="/maps/FZ-U1-K13-G02"', page)


def test_a_step_detailed_on_a_map_that_one_may_not_read_leads_nowhere(own):
    with own.app_context():
        here, there = (
            db.session.scalars(select(AccountMap).where(AccountMap.code == code)).one()
            for code in (CODE, "FZ-U2-K03-G01")
        )
        step = db.session.scalars(
            select(Step).where(Step.map_id == here.id, Step.kind == StepKind.PROCESS)
        ).first()
        step.kind, step.detail_map_id = StepKind.PREDEFINED, there.id
        db.session.commit()

    reader, auditor = (
        sign_in(own, name).get(f"/maps/{CODE}?draft=1").text for name in ("chayue", "shenji")
    )

    assert 'href="/maps/FZ-U2-K03-G01"' in auditor
    assert 'href="/maps/FZ-U2-K03-G01"' not in reader
    assert "FZ-U2-K03-G01" in reader


def test_the_first_page_of_who_reads_no_maps_is_their_desk(client, app):
    answer = sign_in(app, "guanli").get("/")

    assert answer.status_code == 302
    assert answer.location == "/desk"
    assert sign_in(app, "guanli").get("/desk").status_code == 200


def test_a_reader_of_a_part_is_told_what_the_first_page_counts(app, client):
    part, whole = (sign_in(app, name).get("/").text for name in ("chayue", "shenji"))

    assert "共排查廉政风险" in whole
    assert "共排查廉政风险" not in part
    assert 'href="/nodes/FZ-U1-K13"' in part
    assert 'href="/nodes/FZ-U1"' not in part


def test_a_page_says_that_the_data_are_fictional(client):
    assert "虚构示范数据" in client.get("/").text
    assert "虚构示范数据" in client.get(f"/maps/{CODE}").text


def test_an_empty_register_says_how_to_begin(tmp_path):
    app = create_app(f"sqlite:///{tmp_path / 'empty.db'}")
    with app.app_context(), changing(db.engine) as connection:
        upgrade(connection)

    answer = app.test_client().get("/", follow_redirects=True)

    assert answer.status_code == 200
    assert "riskmap user add" in answer.text
    assert "riskmap demo" in answer.text
    assert 'type="password"' not in answer.text


def test_when_a_chart_cannot_be_drawn_the_page_still_shows_the_steps(own, monkeypatch):
    def fail(*_args: object) -> None:
        raise DrawingFailed("绘图进程意外退出")

    monkeypatch.setattr(own.extensions["riskmap.engine"], "render_all", fail)
    client = sign_in(own, "shenji")

    chart = client.get(f"/maps/{CODE}/chart.svg")
    page = client.get(f"/maps/{CODE}")

    assert chart.status_code == 503
    assert "图暂时画不出来" in chart.text
    assert page.status_code == 200
    assert "打印收件回执" in page.text
    assert "图上的内容在表中都有" in page.text
