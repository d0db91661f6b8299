"""Keeping the organisation on its pages, as the administrator does."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from riskmap.accounts.models import Grant, User
from riskmap.accounts.roles import Role
from riskmap.db import db
from riskmap.history.models import Change
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation.models import Bureau, Holding, Node, Party, Person
from riskmap.organisation.tree import NodeLevel
from tests.users import post, sign_in
from tests.web.pages import KEPT_PAGES

POST = "FZ-U1-K13-G01"
PAGE = f"/organisation/nodes/{POST}"
ALIKE = ["工伤认定受理岗", " 工伤认定受理岗　", "工伤认定\u200b受理岗", "工伤 认定受理岗"]


@pytest.fixture
def admin(own: Flask) -> FlaskClient:
    return sign_in(own, "guanli")


def one(kind, code: str):
    return db.session.scalars(select(kind).where(kind.code == code)).one()


def codes(page: str) -> list[str]:
    return re.findall(r'class="code">([^<]+)<', page)


def vacate(app: Flask, code: str) -> None:
    """End all holdings of a post in the past."""
    with app.app_context():
        for row in db.session.scalars(select(Holding).where(Holding.post_id == one(Node, code).id)):
            row.since, row.until = date(2020, 1, 1), date(2020, 1, 2)
        db.session.commit()


# The tree


def test_the_tree_shows_every_node_with_who_holds_it(own, admin):
    page = admin.get("/organisation").text

    with own.app_context():
        known = db.session.scalars(select(Node.code)).all()
        held = select(Person.name).join(Holding, Holding.person_id == Person.id)
        name = db.session.scalars(held.where(Holding.post_id == one(Node, POST).id)).first()
    assert sorted(codes(page)) == sorted(known)
    row = re.search(rf'<tr id="{POST}".*?</tr>', page, re.DOTALL)[0]
    assert name in row


def test_who_may_not_keep_the_organisation_is_refused(own):
    for user in ("gongshang", "shenji", "fagui", "chayue"):
        client = sign_in(own, user)
        assert client.get("/organisation").status_code == 403
        assert client.post(PAGE, data={"name": "改过"}).status_code in (400, 403)
    with own.app_context():
        assert one(Node, POST).name == "工伤认定受理岗"


def test_a_node_changes_places_with_the_one_before_it(own, admin):
    before = [each for each in codes(admin.get("/organisation").text) if "FZ-U1-K13-G" in each]

    answer = post(admin, "/organisation", "/organisation/order", up=before[1])

    after = [each for each in codes(admin.get("/organisation").text) if "FZ-U1-K13-G" in each]
    assert answer.headers["Location"] == f"/organisation#{before[1]}"
    assert after == [before[1], before[0], *before[2:]]
    tree = sign_in(own, "shenji").get("/").text
    assert tree.index(f"/nodes/{before[1]}") < tree.index(f"/nodes/{before[0]}")


@pytest.mark.parametrize("fields", [{}, {"up": "%00"}, {"up": "FZ-U99"}, {"down": "' OR 1=1"}])
def test_an_arrow_that_names_nothing_is_answered_404(admin, fields):
    assert post(admin, "/organisation", "/organisation/order", **fields).status_code == 404


# Adding and naming


@pytest.mark.parametrize(
    ("below", "code"),
    [("", "FZ-U10"), ("FZ-U1", "FZ-U1-K15"), ("FZ-U1-K13", "FZ-U1-K13-G05")],
)
def test_the_next_free_code_is_proposed_and_the_new_node_is_found(own, admin, below, code):
    page = f"/organisation/nodes/add?below={below}" if below else "/organisation/nodes/add"
    assert f'value="{code}"' in admin.get(page).text

    answer = post(admin, page, name="数字化转型专班", code=code, duty_class="其他")

    assert answer.headers["Location"] == f"/organisation/nodes/{code}"
    reader = sign_in(own, "shenji")
    assert f'href="/nodes/{code}"' in reader.get("/search?q=数字化转型").text
    assert "数字化转型专班" in reader.get("/").text
    with own.app_context():
        row = one(Node, code)
        above = one(Node, below).path if below else "/"
        assert row.path == f"{above}{row.id}/"
        assert (row.duty_class is not None) == (row.level is NodeLevel.POST)


def test_a_code_is_never_proposed_again_though_its_node_has_left_or_is_retired(own, admin):
    with own.app_context():
        one(Node, "FZ-U1-K14").retired_on = date(2026, 1, 1)
        db.session.commit()

    assert 'value="FZ-U1-K15"' in admin.get("/organisation/nodes/add?below=FZ-U1").text


@pytest.mark.parametrize("code", ["FZ-U1-K13", "fz-u1-k13", "科", "A B", "FZ-U1-K13-S2", "", "-a"])
def test_a_code_that_cannot_be_issued_is_refused_and_the_typed_text_kept(own, admin, code):
    page = "/organisation/nodes/add?below=FZ-U1"

    answer = post(admin, page, name="新科室", code=code)

    assert answer.status_code == 422
    assert 'value="新科室"' in answer.text
    assert 'id="code-error"' in answer.text
    with own.app_context():
        assert db.session.scalar(select(Node).where(Node.name == "新科室")) is None


@pytest.mark.parametrize("name", ["", "　", "字" * 201, "换\x07行", *ALIKE])
def test_a_name_that_will_not_do_is_refused(own, admin, name):
    page = f"{PAGE.removesuffix('G01')}G02"

    answer = post(admin, page, name=name, duty_class="其他")

    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    with own.app_context():
        assert one(Node, "FZ-U1-K13-G02").name not in ("", name)


def test_a_class_of_duty_that_there_is_not_is_refused(admin):
    answer = post(admin, PAGE, name="工伤认定受理岗", duty_class="董事长")

    assert answer.status_code == 422
    assert 'id="duty_class-error"' in answer.text


def test_what_hangs_on_a_node_is_counted_and_listed_before_it_is_changed(own, admin):
    page = admin.get("/organisation/nodes/FZ-U1-K13").text
    listed = {
        int(number): len(re.findall("<li>", rows))
        for number, rows in re.findall(
            r"<summary>\D*(\d+)[^<]*</summary><ul>(.*?)</ul>", page, re.DOTALL
        )
    }

    with own.app_context():
        within = select(Node.id).where(Node.code.startswith("FZ-U1-K13"))
        maps = db.session.scalar(
            select(func.count()).select_from(AccountMap).where(AccountMap.node_id.in_(within))
        )
        chief = db.session.scalars(select(User).where(User.name == "gongshang")).one().id
    assert maps == 5
    assert 5 in listed
    assert all(number == rows for number, rows in listed.items())
    assert f'href="/users/{chief}"' in page
    assert "/maps/" not in page  # an administrator may not open them


def test_a_renamed_node_is_found_by_its_new_name_and_its_code_stays(own, admin):
    answer = post(admin, PAGE, name="工伤认定收件岗", duty_class="业务运行")

    assert answer.status_code == 303
    reader = sign_in(own, "shenji")
    assert f'href="/nodes/{POST}"' in reader.get("/search?q=工伤认定收件岗").text
    assert f'href="/nodes/{POST}"' not in reader.get("/search?q=工伤认定受理岗").text
    assert "工伤认定收件岗" in reader.get(f"/nodes/{POST}").text
    assert "工伤认定收件岗" in reader.get("/").text
    assert "工伤认定收件岗" in reader.get(f"/maps/{POST}").text


def test_two_who_rename_one_node_meet_and_the_second_sees_both_names(own, admin):
    second = sign_in(own, "guanli")
    hidden = re.findall(
        r'name="(csrf_token|number|version)"[^>]* value="([^"]*)"', second.get(PAGE).text
    )
    post(admin, PAGE, name="甲改的名", duty_class="业务运行")

    answer = second.post(
        PAGE, data={**dict(hidden), "name": "乙改的名", "duty_class": "其他", "end": "1"}
    )

    assert answer.status_code == 409
    assert "甲改的名" in answer.text
    assert 'value="乙改的名"' in answer.text
    with own.app_context():
        assert one(Node, POST).name == "甲改的名"
    again = dict(
        re.findall(r'name="(csrf_token|number|version)"[^>]* value="([^"]*)"', answer.text)
    )
    second.post(PAGE, data={**again, "name": "乙改的名", "duty_class": "其他", "end": "1"})
    with own.app_context():
        assert one(Node, POST).name == "乙改的名"


def test_a_form_sent_twice_adds_one_node(own, admin):
    page = "/organisation/nodes/add?below=FZ-U1"
    hidden = re.findall(r'name="(csrf_token|number)"[^>]* value="([^"]*)"', admin.get(page).text)
    fields = {**dict(hidden), "name": "新科室", "code": "FZ-U1-K15", "end": "1"}

    first, second = (admin.post(page, data=fields) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert first.status_code == second.status_code == 303
    with own.app_context():
        assert len(db.session.scalars(select(Node).where(Node.name == "新科室")).all()) == 1


def test_a_form_that_was_cut_short_changes_nothing(own, admin):
    hidden = re.findall(
        r'name="(csrf_token|number|version)"[^>]* value="([^"]*)"', admin.get(PAGE).text
    )

    answer = admin.post(PAGE, data={**dict(hidden), "name": "半截"})

    assert answer.status_code == 400
    with own.app_context():
        assert one(Node, POST).name == "工伤认定受理岗"


def test_what_a_form_does_not_ask_is_not_taken(own, admin):
    post(
        admin,
        PAGE,
        name="改名",
        duty_class="其他",
        code="X",
        path="/",
        bureau_id="2",
        parent_id="1",
    )

    with own.app_context():
        row = one(Node, POST)
        assert (row.code, row.name) == (POST, "改名")
        assert row.path.count("/") == 4


def test_another_bureau_s_rows_are_not_there_and_the_attempt_is_recorded(own, admin):
    with own.app_context():
        other = Bureau(code="QT", name="另一个局", short_name="另一局")
        db.session.add(other)
        db.session.flush()
        node = Node(bureau_id=other.id, level=NodeLevel.UNIT, code="QT-U1", name="别局", position=0)
        person = Person(bureau_id=other.id, code="QT-1", name="别人")
        db.session.add_all([node, person])
        db.session.commit()

    addresses = ["/organisation/nodes/QT-U1", "/organisation/people/QT-1"]
    addresses += [f"{addresses[0]}/retire", "/organisation/nodes/add?below=QT-U1"]
    assert [admin.get(each).status_code for each in addresses] == [404] * 4
    with own.app_context():
        refused = db.session.scalars(select(Change.name).where(Change.kind == "refused")).all()
        assert "/organisation/nodes/QT-U1" in refused
    assert "QT-U1" not in admin.get("/organisation").text


# Moving


def moved(admin: FlaskClient, to: str, code: str = POST):
    return post(admin, f"/organisation/nodes/{code}/move?to={to}", to=to)


def test_a_moved_post_takes_its_map_and_its_roles_along(own, admin):
    before = admin.get(f"{PAGE}/move?to=FZ-U2-K03").text
    assert "工伤保险科负责人" in before  # loses it
    assert "待遇核定科负责人" in before  # gains it

    answer = moved(admin, "FZ-U2-K03")

    assert answer.headers["Location"] == PAGE
    reader = sign_in(own, "shenji")
    assert f'href="/maps/{POST}?' in reader.get("/maps?node=FZ-U2-K03").text
    assert f'href="/maps/{POST}?' not in reader.get("/maps?node=FZ-U1-K13").text
    assert reader.get(f"/maps/{POST}").status_code == 200
    page = reader.get(f"/nodes/{POST}").text
    assert 'href="/nodes/FZ-U2-K03"' in page
    assert f'href="/nodes/{POST}"' in reader.get("/search?q=工伤认定受理岗").text
    holder = sign_in(own, "shouli")
    assert holder.get(f"/maps/{POST}").status_code == 200
    old, new = (sign_in(own, name).get("/desk").text for name in ("gongshang", "heding"))
    assert f'value="{POST}"' not in old
    assert f'value="{POST}"' in new


def test_a_moved_office_takes_its_posts_along(own, admin):
    moved(admin, "FZ-U2", "FZ-U1-K13")

    with own.app_context():
        top = one(Node, "FZ-U2").path
        rows = db.session.scalars(select(Node).where(Node.code.startswith("FZ-U1-K13"))).all()
        assert len(rows) == 5
        assert all(row.path.startswith(top) for row in rows)
    reader = sign_in(own, "shenji")
    assert "FZ-U1-K13-G04" in reader.get("/maps?node=FZ-U2&sort=-code").text


@pytest.mark.parametrize("to", ["FZ-U1-K13", "FZ-U1", "FZ-U9999", "", "FZ-U1-K13-G02"])
def test_a_place_where_it_cannot_stand_is_refused(own, admin, to):
    answer = post(admin, "/organisation", f"{PAGE}/move", to=to)

    assert answer.status_code == 422
    with own.app_context():
        assert one(Node, POST).parent_id == one(Node, "FZ-U1-K13").id


def test_a_move_beside_a_lookalike_is_refused(own, admin):
    with own.app_context():
        one(Node, "FZ-U2-K03-G01").name = "工伤认定　受理岗"
        db.session.commit()

    answer = moved(admin, "FZ-U2-K03")

    assert answer.status_code == 422
    assert "FZ-U2-K03-G01" in answer.text


def test_a_move_that_makes_two_roles_exclude_each_other_is_refused(own, admin):
    with own.app_context():
        chief = db.session.scalars(select(User).where(User.name == "gongshang")).one()
        unit = one(Node, "FZ-U3")
        db.session.add(
            Grant(bureau_id=unit.bureau_id, user_id=chief.id, role=Role.LEADER, node_id=unit.id)
        )
        db.session.commit()

    answer = moved(admin, "FZ-U3", "FZ-U1-K13")

    assert answer.status_code == 422
    assert "工伤保险科负责人" in answer.text
    with own.app_context():
        assert one(Node, "FZ-U1-K13").parent_id == one(Node, "FZ-U1").id


def test_a_unit_is_not_moved(admin):
    assert admin.get("/organisation/nodes/FZ-U1/move").status_code == 404


# Retiring


def retired(admin: FlaskClient, code: str, **fields: str):
    day = fields.pop("retired_on", "2026-01-06")
    page = f"/organisation/nodes/{code}/retire"
    start = page if 'name="csrf_token"' in admin.get(page).text else "/organisation"
    return post(admin, start, page, retired_on=day, **fields)


def test_what_has_something_below_it_or_is_held_is_not_retired_and_says_why(own, admin):
    with_posts, held = retired(admin, "FZ-U1-K13", knowing="y"), retired(admin, POST, knowing="y")

    assert with_posts.status_code == held.status_code == 422
    assert POST in with_posts.text
    assert "RY-047" in held.text
    with own.app_context():
        assert one(Node, "FZ-U1-K13").retired_on is None
        assert one(Node, POST).retired_on is None


def test_a_post_with_a_map_is_retired_only_with_a_tick_and_comes_back_with_it(own, admin):
    vacate(own, POST)
    assert retired(admin, POST).status_code == 422
    reader = sign_in(own, "shenji")
    assert reader.get(f"/maps/{POST}").status_code == 200

    assert retired(admin, POST, knowing="y").status_code == 303

    assert POST not in codes(admin.get("/organisation").text)
    assert POST in codes(admin.get("/organisation?retired=1").text)
    assert reader.get(f"/maps/{POST}").status_code == 404
    assert f"/nodes/{POST}" not in reader.get("/").text
    assert post(admin, PAGE, f"{PAGE}/bring-back").status_code == 303
    assert reader.get(f"/maps/{POST}").status_code == 200
    with own.app_context():
        assert one(Node, POST).retired_on is None


@pytest.mark.parametrize("day", ["", "2999-01-01", "2026-02-30", "昨天"])
def test_a_day_that_cannot_be_is_refused(own, admin, day):
    vacate(own, POST)

    answer = retired(admin, POST, knowing="y", retired_on=day)

    assert answer.status_code == 422
    assert 'id="retired_on-error"' in answer.text


def test_a_node_does_not_come_back_below_a_retired_one_or_beside_a_lookalike(own, admin):
    with own.app_context():
        office, lost = one(Node, "FZ-U1-K13"), one(Node, POST)
        lost.retired_on = office.retired_on = date(2026, 1, 1)
        db.session.commit()
    assert post(admin, PAGE, f"{PAGE}/bring-back").status_code == 422
    with own.app_context():
        one(Node, "FZ-U1-K13").retired_on = None
        one(Node, "FZ-U1-K13-G02").name = "工伤认定受理岗"
        db.session.commit()
    assert post(admin, PAGE, f"{PAGE}/bring-back").status_code == 422
    with own.app_context():
        assert one(Node, POST).retired_on == date(2026, 1, 1)


# People and holdings


def test_a_new_person_gets_the_next_number_and_a_namesake_needs_a_tick(own, admin):
    with own.app_context():
        known = db.session.scalars(select(Person).order_by(Person.code.desc())).first()
        assert known is not None
        name, highest = known.name, int(known.code.removeprefix("RY-"))
    page = "/organisation/people/add"
    code = f"RY-{highest + 1:03}"
    assert f'value="{code}"' in admin.get(page).text

    assert post(admin, page, name=name, code=code).status_code == 422
    assert post(admin, page, name=name, code=code, namesake="y").status_code == 303
    assert f'href="/people/{code}"' in sign_in(own, "shenji").get(f"/search?q={name}").text


def test_a_person_s_new_name_shows_wherever_the_person_stands(own, admin):
    post(admin, "/organisation/people/RY-047", name="欧阳改名")

    reader = sign_in(own, "shenji")
    assert "欧阳改名" in reader.get(f"/nodes/{POST}").text
    assert 'href="/people/RY-047"' in reader.get("/search?q=欧阳改名").text


def test_who_holds_a_post_is_not_retired(own, admin):
    page = "/organisation/people/RY-047/retire"

    answer = post(admin, "/organisation", page, retired_on="2026-01-06")

    assert answer.status_code == 422
    assert POST in answer.text
    vacate(own, POST)
    with own.app_context():
        for row in db.session.scalars(
            select(Holding).where(Holding.person_id == one(Person, "RY-047").id)
        ):
            row.since, row.until = date(2020, 1, 1), date(2020, 1, 2)
        db.session.commit()
    assert post(admin, page, retired_on="2026-01-06").status_code == 303
    assert sign_in(own, "shenji").get("/people/RY-047").status_code == 404
    back = "/organisation/people/RY-047"
    assert post(admin, back, f"{back}/bring-back").status_code == 303
    assert sign_in(own, "shenji").get("/people/RY-047").status_code == 200


def hold(admin: FlaskClient, person: str = "RY-001", **fields: str):
    given = {"role": "B", "since": "2026-01-01", "until": "", **fields}
    return post(admin, f"/organisation/holdings/add?post={POST}", post=POST, person=person, **given)


def test_a_holder_is_entered_and_ended(own, admin):
    vacate(own, POST)
    assert hold(admin, role="A").headers["Location"] == PAGE
    with own.app_context():
        rows = select(Holding).where(Holding.post_id == one(Node, POST).id)
        number = db.session.scalars(rows.order_by(Holding.id.desc())).first().id
    page = f"/organisation/holdings/{number}"

    answer = post(admin, page, role="A", since="2026-01-01", until="2026-02-01")

    assert answer.status_code == 303
    with own.app_context():
        assert db.session.get_one(Holding, number).until == date(2026, 2, 1)
    assert post(admin, page, f"{page}/remove").status_code == 303
    with own.app_context():
        assert db.session.get(Holding, number) is None
        removed = select(Change.details).where(Change.subject == "holding")
        assert "2026-02-01" in db.session.scalars(removed.order_by(Change.id.desc())).first()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"person": "RY-9999"}, "person"),
        ({"person": ""}, "person"),
        ({"post": "FZ-U1-K13"}, "post"),
        ({"role": "C"}, "role"),
        ({"since": ""}, "since"),
        ({"since": "2026-13-01"}, "since"),
        ({"until": "2025-12-31"}, "until"),
        ({"person": "RY-047", "since": "2026-03-01"}, "since"),
        ({"role": "A"}, "both"),
    ],
)
def test_a_holding_that_cannot_be_is_refused_with_the_field_named(own, admin, fields, field):
    with own.app_context():
        before = len(db.session.scalars(select(Holding)).all())
    given = {"post": POST, "person": "RY-001", "role": "B", "since": "2026-01-01", **fields}

    answer = post(admin, "/organisation/holdings/add", **given)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    with own.app_context():
        assert len(db.session.scalars(select(Holding)).all()) == before


def test_two_holders_at_once_are_entered_with_a_tick(own, admin):
    assert hold(admin, role="A", both="y").status_code == 303


def test_a_holding_is_not_stretched_over_another_of_the_same_person(own, admin):
    vacate(own, POST)
    hold(admin, since="2026-01-01", until="2026-01-31")
    hold(admin, since="2026-02-01", until="2026-02-28")
    with own.app_context():
        number = db.session.scalars(select(Holding).order_by(Holding.id.desc())).first().id
    page = f"/organisation/holdings/{number}"

    answer = post(admin, page, role="B", since="2026-01-31", until="2026-02-28")

    assert answer.status_code == 422
    assert 'id="since-error"' in answer.text


def test_two_who_change_one_holding_meet(own, admin):
    with own.app_context():
        number = (
            db.session.scalars(select(Holding).where(Holding.post_id == one(Node, POST).id))
            .first()
            .id
        )
    page = f"/organisation/holdings/{number}"
    hidden = dict(
        re.findall(r'name="(csrf_token|number|version)"[^>]* value="([^"]*)"', admin.get(page).text)
    )
    assert post(admin, page, role="A", since="2021-05-01", both="y").status_code == 303

    answer = admin.post(
        page, data={**hidden, "role": "A", "since": "2021-06-01", "both": "y", "end": "1"}
    )

    assert answer.status_code == 409
    assert "2021-05-01" in answer.text
    assert "2021-06-01" in answer.text


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999"])
def test_a_forged_number_of_a_holding_is_not_there(admin, number):
    assert admin.get(f"/organisation/holdings/{number}").status_code == 404


# Outside parties and the bureau


def test_a_party_is_added_renamed_moved_retired_and_brought_back(own, admin):
    added = post(
        admin, "/organisation/parties/add", name="市场监管部门", code="CY-182", role="external"
    )
    assert added.headers["Location"] == "/organisation/parties#CY-182"
    page = "/organisation/parties/CY-182"
    post(admin, page, name="市场监督管理部门", role="external")
    before = codes(admin.get("/organisation/parties").text)
    post(admin, "/organisation/parties", "/organisation/parties/order", up="CY-182")
    after = codes(admin.get("/organisation/parties").text)
    assert before[-2:] == after[-2:][::-1]
    post(admin, f"{page}/retire", retired_on="2026-01-06")
    with own.app_context():
        assert one(Party, "CY-182").retired_on == date(2026, 1, 6)
    assert (
        post(
            admin,
            "/organisation/parties/add",
            name="市场监督管理部门",
            code="CY-183",
            role="external",
        ).status_code
        == 422
    )
    post(admin, page, f"{page}/bring-back")
    with own.app_context():
        row = one(Party, "CY-182")
        assert (row.retired_on, row.name) == (None, "市场监督管理部门")


def test_a_party_s_new_name_shows_on_the_maps_it_acts_on(own, admin):
    reader = sign_in(own, "shenji")
    with own.app_context():
        here = select(Step.actor_party_id).join(AccountMap, Step.map_id == AccountMap.id)
        acts = Party.id.in_(here.where(AccountMap.code == POST))
        code = db.session.scalars(select(Party.code).where(acts)).first()
    page = f"/organisation/parties/{code}"
    assert POST in admin.get(page).text
    before = reader.get(f"/maps/{POST}").text

    post(admin, page, name="用人单位及其代理人", role="applicant")

    assert "用人单位及其代理人" not in before
    assert "用人单位及其代理人" in reader.get(f"/maps/{POST}").text


@pytest.mark.parametrize("name", ["用人单位", "用人 单位", "用人\u200b单位", ""])
def test_a_party_that_looks_like_another_is_refused(admin, name):
    answer = post(admin, "/organisation/parties/CY-02", name=name, role="applicant")

    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text


def test_the_bureau_s_new_names_show_everywhere(own, admin):
    answer = post(admin, "/organisation/bureau", name="云江市人力资源局", short_name="云江人力")

    assert answer.status_code == 303
    assert "云江人力" in sign_in(own, "shenji").get("/").text
    with own.app_context():
        bureau = db.session.scalars(select(Bureau)).one()
        assert (bureau.name, bureau.code) == ("云江市人力资源局", "YJRS")


# What every page keeps


@pytest.mark.parametrize("path", KEPT_PAGES)
def test_a_page_answers_with_nothing_inline_and_changes_no_row(own, admin, tmp_path, path):
    admin.get("/desk")
    before = (tmp_path / "own.db").read_bytes()

    answer = admin.get(path)

    assert answer.status_code == 200
    assert re.findall(r"<style|<script(?! src)|\sstyle=|\son[a-z]+=", answer.text) == []
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert (tmp_path / "own.db").read_bytes() == before
