"""Whoever belongs to one bureau cannot tell that there is another in the same database."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.accounts import commands
from riskmap.accounts.models import User
from riskmap.accounts.roles import Role
from riskmap.coverage import evidence, findings
from riskmap.coverage.gaps import Severity
from riskmap.coverage.live import audited
from riskmap.coverage.models import Evidence
from riskmap.db import db, today
from riskmap.history.events import NOBODY, acting
from riskmap.history.models import Change
from riskmap.organisation.models import Bureau, Node
from tests import rows
from tests.users import sign_in
from tests.web.crawling import readable
from tests.web.test_access import ROUTES, Route, Site

MARK = re.compile(r"CANARY", re.IGNORECASE)
FORGED = {
    "FX-0101": "FX-X101",
    "FX-01": "FX-X1",
    "CS-0101-01": "CS-X1",
    "FG-018": "FG-X1",
    "QL-001": "QL-X1",
}
"""Codes that stand in the table of routes, and those of the other bureau in their place."""

READERS = ("legal", "auditor", "admin", "security")
"""Roles that see the whole of their bureau, each another part of it."""


def another(session: Session) -> dict[str, str]:
    """Add a bureau that comes first by its code, all its texts marked; return what forges it.

    Some of its codes are the other bureau's too: codes are each bureau's own.
    """
    bureau = rows.make_bureau(session, code="AA", name="CANARY局", short_name="CANARY")
    unit = rows.make_node(session, bureau, code="FZ-U1", name="CANARY-unit")
    office = rows.make_node(session, bureau, unit, code="FZ-X1", name="CANARY-office")
    twin = rows.make_node(session, bureau, unit, code="FZ-U1-K13", name="CANARY-twin")
    post = rows.make_node(session, bureau, office, code="FZ-X1-G01", name="CANARY-post")
    person = rows.make_person(session, bureau, code="RY-X1", name="CANARY-person")
    holding = rows.make_holding(session, person, post)
    rows.make_party(session, bureau, code="CY-X1", name="CANARY-party")
    category = rows.make_category(session, bureau, code="FX-X1", name="CANARY-category")
    item = rows.make_item(session, bureau, category, code="FX-X101", name="CANARY-item")
    measure = rows.make_measure(session, bureau, item, code="CS-X1", text="CANARY-measure")
    rows.make_responsibility(session, measure, post)
    excused = rows.make_not_applicable(session, item, post, reason="CANARY-reason")
    basis = rows.make_basis(session, bureau, code="FG-X1", title="CANARY-basis")
    rows.make_matter(session, bureau, code="QL-X1", name="CANARY-matter")
    drawn = rows.make_map(
        session, bureau, post, code="FZ-X1-G01", title="CANARY-map", goal="CANARY-goal"
    )
    same = rows.make_map(session, bureau, twin, code="FZ-U1-K13", title="CANARY-map")
    for each in (drawn, same):
        step = rows.make_step(session, each, text="CANARY-step")
        risk = rows.make_risk_point(session, step, item, statement="CANARY-risk")
        rows.make_answer(session, risk, measure)
    step.text = "CANARY-changed"
    user = commands.add_user(
        session, bureau_id=bureau.id, name="canary-user", shown="CANARY-user", password="",
        kept="no password", must_change=False,
    )  # fmt: skip
    commands.set_grants(session, user, [(Role.AUDITOR, None)])
    session.flush()
    audits = audited_things(session, bureau, office, user)
    entry = select(Change.id).where(Change.bureau_id == bureau.id, Change.kind == "changed")
    return {
        **audits,
        "office": office.code,
        "post": post.code,
        "person": person.code,
        "holding": str(holding.id),
        "party": "CY-X1",
        "limit": rows.make_limit(session, bureau, basis, code="SX-X1", name="CANARY-limit").code,
        "excused": str(excused.id),
        "user": str(user.id),
        "entry": str(session.scalars(entry.limit(1)).one()),
    }


def audited_things(session: Session, bureau: Bureau, office: Node, user: User) -> dict[str, str]:
    """Raise findings in a bureau, the last with a file; return that one, and a gap, as addressed.

    Each bureau counts its findings by itself: the last has a code that the other has not issued.
    """
    for _ in range(3):
        finding = findings.raise_free(
            session, bureau, severity=Severity.NOTICE, title="CANARY-finding",
            demand="CANARY-demand", node=office, due=today(), by=user,
        )  # fmt: skip
    file = evidence.taken("CANARY.txt", b"CANARY")
    findings.answer(session, finding, text="CANARY-answer", files=[file], by=user)
    number = session.scalars(select(Evidence.id).where(Evidence.finding_id == finding.id)).one()
    gaps = audited(session, bureau, today()).gaps
    gap = next(each for each in gaps if "X1" in each.subject.code)
    return {"finding": finding.code, "evidence": str(number), "gap": gap.key}


@pytest.fixture(scope="module")
def site(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    database = tmp_path_factory.mktemp("bureaus") / "riskmap.db"
    shutil.copy(made / "exports" / "riskmap.db", database)
    site = Site(database, "as delivered")
    with site.app.app_context(), acting(NOBODY):
        site.other = another(db.session())
        db.session.commit()
    yield site
    site.app.extensions["riskmap.engine"].close()
    with site.app.app_context():
        db.engine.dispose()


def tried() -> Iterator[tuple[str, Route]]:
    for name, routes in ROUTES.items():
        for route in routes:
            yield name.split()[0], route


@pytest.mark.parametrize("role", READERS)
def test_no_page_of_one_bureau_shows_anything_of_another(site: Site, role: str) -> None:
    client = site.client(role)
    addresses = [
        route.address.format(**site.own)
        for method, route in tried()
        if method == "GET" and route.asks != "public" and ".png" not in route.address
    ]
    addresses += ["/search?q=canary", "/maps?q=canary", "/people?q=canary", "/history?q=canary"]
    addresses += ["/maps/FZ-U1-K13", "/nodes/FZ-U1-K13", "/nodes/FZ-U1", "/search?q=FZ-X1"]

    shown = {address: readable(client.get(address)) for address in addresses}

    # What was asked for stands in the field that it was typed into.
    asked = re.compile(r"(value=\"canary\"|“canary”|q=canary)")
    assert [each for each, page in shown.items() if MARK.search(asked.sub("", page))] == []
    assert any("工伤" in page or role == "security" for page in shown.values())


@pytest.mark.parametrize("role", READERS)
def test_what_is_another_bureau_s_is_not_there(site: Site, role: str) -> None:
    rights = site.rights[role]
    forged = [
        (method, route)
        for method, route in tried()
        if route.asks in rights and re.search(rf"\{{|{'|'.join(FORGED)}", route.address)
        if not route.shows
    ]

    wrong = [
        f"{method} {route.address}: {status}"
        for method, route in forged
        for status, page in [forge(site.client(role, method), method, route, site.other)]
        if MARK.search(page) or status not in left_out(route)
    ]

    assert forged
    assert wrong == []


def left_out(route: Route) -> tuple[int, ...]:
    """Return what may be answered: a page about nothing is not there, a choice is not offered."""
    return (404,) if route.address != "/organisation/holdings/add?post={post}" else (200, 422)


def forge(client: FlaskClient, method: str, route: Route, other: dict[str, str]) -> tuple[int, str]:
    data = {"end": "1", "number": "forged", **dict(route.data)}
    address = re.sub("|".join(FORGED), lambda code: FORGED[code[0]], route.address)
    address = address.format(**other)
    answer = client.open(address, method=method, data=data if method == "POST" else None)
    return answer.status_code, readable(answer)


def test_each_bureau_has_its_own_things_under_the_same_code(site: Site) -> None:
    ours, theirs = site.client("auditor"), sign_in(site.app, "canary-user")

    for address in ("/maps/FZ-U1-K13", "/nodes/FZ-U1-K13", "/history/maps/FZ-U1-K13"):
        assert not MARK.search(ours.get(address).text)
        assert MARK.search(theirs.get(address).text)
        assert "工伤" not in theirs.get(address).text
    assert theirs.get("/maps/FZ-U1-K13-G01").status_code == 404
    assert "工伤" not in theirs.get("/history").text
    assert "工伤" not in theirs.get("/").text


def test_a_user_sees_only_the_users_of_the_same_bureau(site: Site) -> None:
    assert "canary" not in site.client("admin").get("/users").text
    assert "canary" not in site.client("security").get("/grants").text
