"""The record of changes as people read it, and an earlier value put back."""

import csv
import io
import re

from sqlalchemy import select

from riskmap.db import db
from riskmap.drawing.engine import DrawingFailed
from riskmap.maps.models import AccountMap, Step
from tests.users import post, sign_in
from tests.web.pages import CODE

PAGE = f"/history/maps/{CODE}"


def step(key: str = "s2") -> Step:
    its_map = select(AccountMap.id).where(AccountMap.code == CODE).scalar_subquery()
    return db.session.scalars(select(Step).where(Step.map_id == its_map, Step.key == key)).one()


def change(app, **values) -> dict[str, object]:
    """Change a step past the pages, and return what it was before."""
    with app.app_context():
        row = step()
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()
        return before


def test_a_map_s_history_tells_old_and_new_of_every_field_of_its_steps(own):
    before = change(own, text="当面核验证件", limit_value=9)

    page = sign_in(own, "gongshang").get(PAGE).text

    assert f"<del>{before['text']}</del>" in page
    assert "<ins>当面核验证件</ins>" in page
    assert "<ins>9</ins>" in page


def test_an_earlier_value_is_put_back_as_a_new_change(own):
    before = change(own, text="当面核验证件")
    client = sign_in(own, "gongshang")
    action = re.search(r'action="(/history/\d+/restore)"', client.get(PAGE).text)[1]

    answer = post(client, PAGE, action, field="text", back=f"/maps/{CODE}")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/maps/{CODE}"
    with own.app_context():
        assert step().text == before["text"]
    page = client.get(PAGE).text
    assert page.count("<ins>当面核验证件</ins>") == 1
    assert page.count("<del>当面核验证件</del>") == 1
    assert "纪芩" in page


def test_the_same_form_sent_twice_puts_a_value_back_once(own):
    change(own, text="当面核验证件")
    client = sign_in(own, "gongshang")
    page = client.get(PAGE).text
    action = re.search(r'action="(/history/\d+/restore)"', page)[1]
    sent = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]
        for name in ("csrf_token", "number")
    } | {"field": "text", "end": "1"}
    client.post(action, data=sent)
    change(own, text="后来又改")

    again = client.post(action, data=sent)

    assert again.status_code == 303
    with own.app_context():
        assert step().text == "后来又改"


def test_a_value_that_no_longer_fits_is_not_put_back_and_says_so(own):
    change(own, limit_value=None, limit_unit=None)
    client = sign_in(own, "gongshang")
    action = re.search(r'action="(/history/\d+/restore)"', client.get(PAGE).text)[1]

    answer = post(client, PAGE, action, field="limit_value", back=PAGE)

    assert answer.status_code == 303
    assert "不能恢复" in client.get(PAGE).text
    with own.app_context():
        assert step().limit_value is None


def test_only_who_may_edit_a_map_puts_its_values_back(own):
    change(own, text="当面核验证件")
    action = re.search(r'action="(/history/\d+/restore)"', sign_in(own, "gongshang").get(PAGE).text)
    for name, status in (("shenji", 403), ("fagui", 403), ("heding", 404)):
        client = sign_in(own, name)
        assert "/restore" not in client.get(PAGE).text
        assert post(client, "/account", action[1], field="text").status_code == status
    with own.app_context():
        assert step().text == "当面核验证件"


def test_a_forged_entry_or_field_changes_nothing(own):
    change(own, text="当面核验证件")
    client = sign_in(own, "gongshang")
    action = re.search(r'action="(/history/\d+/restore)"', client.get(PAGE).text)[1]

    assert post(client, "/account", "/history/999999/restore", field="text").status_code == 404
    assert post(client, "/account", action, field="key").status_code == 400
    assert post(client, "/account", action).status_code == 400
    with own.app_context():
        assert step().text == "当面核验证件"


def test_an_office_s_history_is_not_shown_to_the_chief_of_another(own):
    answer = sign_in(own, "heding").get(PAGE)

    assert answer.status_code == 404
    assert answer.text == sign_in(own, "heding").get("/history/maps/FZ-U1-K13-G99").text


def test_a_refused_attempt_is_recorded_with_who_and_what(own):
    sign_in(own, "chayue").get("/history")

    page = sign_in(own, "shenji").get("/history?kind=refused").text

    assert "工伤保险科查阅" in page
    assert "查阅全部操作记录" in page


def test_a_wrong_password_is_recorded_under_the_name_that_was_tried(own):
    post(own.test_client(), "/sign-in", name="gongshang", password="not this one")

    page = sign_in(own, "shenji").get("/history?kind=sign_in_failed").text

    assert "gongshang" in page
    assert "not this one" not in page


def test_the_record_is_narrowed_by_kind_thing_and_day(own):
    change(own, text="当面核验证件")
    sign_in(own, "chayue").get("/history")
    auditor = sign_in(own, "shenji")

    assert "当面核验证件" in auditor.get("/history?subject=step").text
    assert "当面核验证件" not in auditor.get("/history?subject=measure").text
    assert "当面核验证件" not in auditor.get("/history?kind=refused").text
    assert "当面核验证件" not in auditor.get("/history?until=2020-01-01").text
    assert "当面核验证件" in auditor.get("/history?since=2020-01-01").text


def test_the_record_is_taken_away_as_a_file_that_no_spreadsheet_runs(own):
    change(own, text="=1+1")
    auditor = sign_in(own, "shenji")

    rows = list(
        csv.DictReader(io.StringIO(auditor.get("/history.csv").text.removeprefix("\ufeff")))
    )

    kinds = [row["kind"] for row in rows if row["kind"] != "approved"]  # the sample's maps are
    assert kinds[:2] == ["loaded", "changed"]
    assert not any(value[:1] in ("=", "+", "@") for row in rows for value in row.values())
    assert "history.csv" in auditor.get("/history?kind=exported").text


def test_everybody_reads_what_they_did_themselves_and_nothing_else(own):
    change(own, text="当面核验证件")
    chief = sign_in(own, "heding")
    chief.get("/history")

    page = chief.get("/account/acts").text

    assert "查阅全部操作记录" in page
    assert "当面核验证件" not in page


def test_what_is_printed_or_taken_away_is_recorded_each_time_it_is_sent(own):
    client, auditor = sign_in(own, "chayue"), sign_in(own, "shenji")
    two = f"/maps/sheets.pdf?code={CODE}&code=FZ-U1-K13"
    known = {"If-None-Match": client.get(two).headers["ETag"]}

    for path in (f"/maps/{CODE}/sheet.pdf", f"/maps/{CODE}/chart.png", f"/maps/{CODE}/chart.png"):
        assert client.get(path).status_code == 200
    assert client.get(two, headers=known).status_code == 304
    client.head(f"/maps/{CODE}/sheet.pdf")
    client.get(f"/maps/{CODE}")

    prints = auditor.get("/history?kind=printed").text
    files = auditor.get("/history?kind=exported").text
    assert prints.count("工伤保险科查阅") == 2
    assert f"{CODE}、FZ-U1-K13" in prints
    assert files.count("工伤保险科查阅") == 2
    assert "png" in files


def test_a_print_that_is_refused_or_fails_is_not_recorded_as_made(own, monkeypatch):
    def fail(*_args: object) -> None:
        raise DrawingFailed("绘图进程意外退出")

    monkeypatch.setattr(own.extensions["riskmap.engine"], "render_all", fail)
    client = sign_in(own, "chayue")

    assert client.get(f"/maps/{CODE}/sheet.pdf").status_code == 503
    assert client.get("/maps/FZ-U2-K03/sheet.pdf").status_code == 404

    auditor = sign_in(own, "shenji")
    assert 'id="entry-' not in auditor.get("/history?kind=printed").text
    assert "FZ-U2-K03" in auditor.get("/history?kind=refused").text
