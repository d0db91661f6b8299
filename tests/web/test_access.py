"""Every route, tried by everybody: each role and nobody, on the own office and on another one.

What is expected is written down here by hand, from the table of the security design (§5), and not
taken from `accounts/roles.py`. A new route needs its line in `ROUTES`.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from werkzeug.test import TestResponse

from riskmap.accounts import commands
from riskmap.accounts.current import asked_by
from riskmap.accounts.models import User
from riskmap.accounts.roles import Role
from riskmap.app import create_app
from riskmap.coverage import evidence, findings, runs
from riskmap.coverage.auditing import audit
from riskmap.coverage.gaps import Severity
from riskmap.coverage.live import audited
from riskmap.coverage.models import Evidence
from riskmap.coverage.reading import read
from riskmap.db import db
from riskmap.history.events import Actor, acting
from riskmap.history.models import Change
from riskmap.jobs import commands as jobs
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation.models import Holding, Node, Party, Person
from riskmap.organisation.queries import bureaus
from riskmap.register.models import NotApplicable, StatutoryLimit
from riskmap.rounds.commands import start as begin
from riskmap.rounds.planning import plan
from tests.users import sign_in

ALL, OWN = "●", "○"

LEAD = "lead_rounds"
RIGHTS: dict[str, dict[str, str]] = {
    "anonymous": {},
    "admin": {"edit_users": ALL, "edit_grants": ALL, "edit_organisation": ALL},
    "security": {"edit_grants": ALL},
    "chief": {
        "read": ALL,
        "edit_maps": OWN,
        "read_history": OWN,
        "read_audit": OWN,
        "answer_findings": OWN,
        "export": OWN,
        "import": OWN,
        "sign": OWN,
    },
    "holder": {"read": OWN, "sign": OWN},
    "leader": {
        "read": ALL,
        "read_history": ALL,
        "read_audit": ALL,
        "export": ALL,
        "sign": OWN,
        LEAD: OWN,
    },
    "legal": {
        "read": ALL,
        "read_history": ALL,
        "read_audit": ALL,
        "edit_register": ALL,
        "export": ALL,
        "import": ALL,
        "sign": ALL,
        "freeze": ALL,
        LEAD: ALL,
    },
    "head": {
        "read": ALL,
        "read_history": ALL,
        "read_audit": ALL,
        "export": ALL,
        "sign": ALL,
        "freeze": ALL,
        LEAD: ALL,
    },
    "discipline": {
        "read": ALL,
        "read_history": ALL,
        "read_audit": ALL,
        "export": ALL,
        "sign": ALL,
    },
    "auditor": {
        "read": ALL,
        "read_history": ALL,
        "read_audit": ALL,
        "audit": ALL,
        "read_trail": ALL,
        "export": ALL,
    },
    "viewer": {"read": OWN},
}
"""Who may do what, and how far; only what is said here is allowed."""

SETTINGS: dict[str, tuple[dict[str, str], dict[str, dict[str, str]]]] = {
    "as delivered": ({}, {}),
    "turned round": (
        {"RISKMAP_CHIEFS_READ": "own", "RISKMAP_VIEWERS_READ": "all"},
        {"chief": {"read": OWN}, "viewer": {"read": ALL}},
    ),
}
"""Settings of an installation, and what they change of the rights."""

WITHIN = {"chief": "FZ-U1-K13", "leader": "FZ-U1-K13", "viewer": "FZ-U1-K13"}
WITHIN["holder"] = "FZ-U1-K13-G01"
"""What the roles are granted for; all others for the whole bureau."""

OWN_OFFICE = {"office": "FZ-U1-K13", "post": "FZ-U1-K13-G01", "chief": "gongshang"}
OTHER_OFFICE = {"office": "FZ-U2-K03", "post": "FZ-U2-K03-G01", "chief": "heding"}
NO_OFFICE = {
    "office": "FZ-U2-K99", "post": "FZ-U2-K03-G99", "person": "RY-999", "entry": "999999",
    "gap": "0123456789abcdef", "finding": "SJ-2000-999", "evidence": "999999", "job": "999999",
}  # fmt: skip
"""What addresses are filled with; `person`, `entry` and other numbers are looked up."""


@dataclass(frozen=True)
class Route:
    """An address to try, and what it answers who may."""

    asks: str  # of RIGHTS, "public" or "signed_in"
    address: str  # with {office}, {post}, {person}, {entry}… where it is about one thing
    shows: str = ""  # of a list: what stands in it for each row that may be seen
    answers: int = 200
    strangers: int = 0  # what who has not signed in is answered, where it is not the way in
    refuses: int = 403  # what who may not is answered
    data: tuple[tuple[str, str], ...] = ()  # of a form

    @property
    def of_office(self) -> bool:
        return "{" in self.address or bool(self.shows)


READ, HISTORY, EDIT = "read", "read_history", "edit_maps"
WHOLE = (("end", "1"),)
CUT = 400  # what an empty form is answered: it was cut short, and nothing is done

# One line for each address; a form is tried empty, so that it does nothing even where it may.
ROUTES: dict[str, tuple[Route, ...]] = {
    "GET static": (Route("public", "/static/riskmap.css"),),
    "GET font": (Route("public", "/fonts/NotoSansSC-Regular.ttf"),),
    "GET language.choose": (Route("public", "/language/zh", answers=302),),
    "GET revisions.ask": (Route("public", "/verify"),),
    "GET revisions.check": (
        Route("public", "/verify/FZ-U1-K13-G01/1/0123456789abcdef", answers=404),
    ),
    "GET revisions.editions": (Route(READ, "/editions"),),
    "POST revisions.make_edition": (Route("freeze", "/editions", answers=CUT),),
    "GET revisions.edition_file": (
        Route(READ, "/editions/999/atlas.pdf", answers=404),
        Route(READ, "/editions/999/public.pdf", answers=404),
    ),
    "GET showing.choose": (
        Route(READ, "/shown/draft", answers=302),
        Route(READ, "/shown/in-force", answers=302),
    ),
    "GET accounts.sign_in": (Route("public", "/sign-in", answers=302, strangers=200),),
    "POST accounts.signed_in": (Route("public", "/sign-in", answers=CUT),),
    "POST accounts.sign_out": (Route("signed_in", "/sign-out", answers=303),),
    "GET accounts.account": (Route("signed_in", "/account"),),
    "POST accounts.end_others": (Route("signed_in", "/account/others", answers=303),),
    "GET accounts.password": (Route("signed_in", "/account/password"),),
    "POST accounts.password": (Route("signed_in", "/account/password", answers=CUT),),
    "GET desk.desk": (Route("signed_in", "/desk"),),
    "GET desk.own_acts": (Route("signed_in", "/account/acts"),),
    "GET desk.home": (Route(READ, "/", shows='"/maps/{post}', refuses=302),),
    "GET desk.maps": (
        Route(READ, "/maps?node={post}", shows='"/maps/{post}'),
        Route(READ, "/maps?q={post}", shows='"/maps/{post}'),
    ),
    "GET desk.steps": (Route(READ, "/steps?map={post}", shows='"/maps/{post}#row-s2"'),),
    "GET desk.risk_points": (Route(READ, "/risk-points?map={post}", shows='"/maps/{post}#row-'),),
    "GET desk.people": (Route(READ, "/people?node={post}", shows='"/people/{person}"'),),
    "GET desk.find": (
        Route(READ, "/search?q={post}", shows='"/nodes/{post}"'),
        Route(READ, "/search?q={person}&kind=person", shows='"/people/{person}"'),
        Route(READ, "/search?q={post}&kind=map", shows='"/maps/{post}'),
    ),
    "GET desk.node": (Route(READ, "/nodes/{post}"),),
    "GET desk.person": (Route(READ, "/people/{person}"),),
    "GET desk.register": (Route(READ, "/register"),),
    "GET desk.item": (Route(READ, "/items/FX-0101"),),
    "GET desk.measures": (Route(READ, "/measures"),),
    "GET desk.measure": (Route(READ, "/measures/CS-0101-01"),),
    "GET desk.bases": (Route(READ, "/bases"),),
    "GET desk.basis": (Route(READ, "/bases/FG-018"),),
    "GET desk.trail": (Route("read_trail", "/history"),),
    "GET desk.trail_file": (Route("read_trail", "/history.csv"),),
    "GET desk.history": (
        Route(HISTORY, "/history/maps/{post}"),
        Route(HISTORY, "/history/nodes/{post}"),
        Route(HISTORY, "/history/people/{person}"),
        Route(HISTORY, "/history/items/FX-0101"),
    ),
    "POST desk.restore": (
        Route(EDIT, "/history/{entry}/restore", answers=400, data=(*WHOLE, ("field", "none"))),
    ),
    "POST maps.atlas": (Route(READ, "/maps/atlas", answers=CUT),),
    "POST maps.print_found": (Route(READ, "/maps/sheets", answers=CUT),),
    # Nobody sees a job but who asked for it; that they do is tried in tests/jobs/.
    "GET jobs.mine": (Route("signed_in", "/jobs"),),
    "GET jobs.show": (Route("signed_in", "/jobs/{job}", answers=404),),
    "GET jobs.result": (Route("signed_in", "/jobs/{job}/result", answers=404),),
    "POST jobs.cancel": (Route("signed_in", "/jobs/{job}/cancel", answers=404),),
    "POST jobs.retry": (Route("signed_in", "/jobs/{job}/retry", answers=404),),
    "GET maps.show": (Route(READ, "/maps/{post}"),),
    "GET maps.new": (Route(EDIT, "/nodes/{post}/maps/new"),),
    "POST maps.new": (Route(EDIT, "/nodes/{post}/maps/new", answers=CUT),),
    "GET maps.edit": (Route(EDIT, "/maps/{post}/edit"),),
    "POST maps.edited_so": (
        Route(EDIT, "/maps/{post}/edit", answers=303, data=(*WHOLE, ("do", "discard-surely"))),
    ),
    "GET maps.reviewed": (Route(EDIT, "/maps/{post}/reviewed"),),
    "POST maps.reviewed": (Route(EDIT, "/maps/{post}/reviewed", answers=CUT),),
    "POST maps.edit_chart": (Route(EDIT, "/maps/{post}/edit/chart", data=WHOLE),),
    "POST maps.edit_draft": (Route(EDIT, "/maps/{post}/edit/draft", data=WHOLE),),
    "GET maps.chart": (
        Route(READ, "/maps/{post}/chart.svg"),
        Route(READ, "/maps/{post}/chart.png"),
        Route(READ, "/maps/{post}/chart.dot"),
    ),
    "GET maps.sheet": (
        Route(READ, "/maps/{post}/sheet.pdf"),
        Route(READ, "/maps/{post}/sheet.pdf?tone=grey"),
    ),
    "GET maps.sheets": (
        Route(READ, "/maps/sheets.pdf?code={post}"),
        Route(READ, "/maps/sheets.pdf?code=FZ-U1-K13-G01&code={post}"),
    ),
}


def pages(asks: str, **addresses: str) -> None:
    """Put pages into the table, by the names of their views."""
    for view, address in addresses.items():
        ROUTES[f"GET desk.{view}"] = (Route(asks, address),)


def acts(asks: str, **addresses: str) -> None:
    """Put what is only handed in into the table."""
    for view, address in addresses.items():
        ROUTES[f"POST desk.{view}"] = (Route(asks, address, answers=CUT),)


def forms(asks: str, **addresses: str) -> None:
    """Put pages with a form that is handed in to the same address into the table."""
    pages(asks, **addresses)
    acts(asks, **addresses)


AUDIT, ANSWER = "audit", "answer_findings"
ROUTES |= {
    "GET coverage.home": (
        Route("read_audit", "/audit?state=all&node={post}", shows='"/audit/gaps/{gap}"'),
    ),
    "GET coverage.gap": (Route("read_audit", "/audit/gaps/{gap}"),),
    "GET coverage.grid": (
        Route("read_audit", "/audit/grids/levels", shows='"/nodes/{office}"'),
        Route("read_audit", "/audit/grids/items"),
        Route("read_audit", "/audit/grids/measures"),
    ),
    "GET coverage.grid_file": (
        Route("read_audit", "/audit/grids/levels.xlsx"),
        Route("read_audit", "/audit/grids/levels.pdf"),
    ),
    "GET coverage.report": (Route("read_audit", "/audit/report.xlsx"),),
    "GET coverage.runs": (Route("read_audit", "/audit/runs"),),
    "POST coverage.keep_run": (Route(AUDIT, "/audit/runs", answers=CUT),),
    "GET coverage.run": (Route("read_audit", "/audit/runs/1"),),
    "GET coverage.compare": (Route("read_audit", "/audit/runs/compare?earlier=1"),),
    "GET coverage.rules": (Route("read_audit", "/audit/rules"),),
    "GET coverage.edit_parameter": (Route(AUDIT, "/audit/rules/settings/tenure_years"),),
    "POST coverage.edit_parameter": (
        Route(AUDIT, "/audit/rules/settings/tenure_years", answers=CUT),
    ),
    "GET coverage.figures": (Route("read_audit", "/audit/figures"),),
    "GET coverage.keep_year": (Route(AUDIT, "/audit/figures/keep"),),
    "POST coverage.keep_year": (Route(AUDIT, "/audit/figures/keep", answers=CUT),),
    "GET coverage.findings": (
        Route("read_audit", "/audit/findings", shows='"/audit/findings/{finding}"'),
    ),
    "GET coverage.finding": (Route("read_audit", "/audit/findings/{finding}"),),
    "GET coverage.evidence": (
        Route("read_audit", "/audit/findings/{finding}/evidence/{evidence}"),
    ),
    "GET coverage.new_finding": (Route(AUDIT, "/audit/findings/new"),),
    "POST coverage.new_finding": (Route(AUDIT, "/audit/findings/new", answers=CUT),),
    "GET coverage.raise_finding": (Route(AUDIT, "/audit/gaps/{gap}/finding"),),
    "POST coverage.raise_finding": (Route(AUDIT, "/audit/gaps/{gap}/finding", answers=CUT),),
    "GET coverage.accept_gap": (Route(AUDIT, "/audit/gaps/{gap}/accept"),),
    "POST coverage.accept_gap": (Route(AUDIT, "/audit/gaps/{gap}/accept", answers=CUT),),
    "GET coverage.accepted": (Route("read_audit", "/audit/accepted"),),
    "POST coverage.end_acceptance": (Route(AUDIT, "/audit/gaps/{gap}/accept/end", answers=CUT),),
    "POST coverage.answer": (Route(ANSWER, "/audit/findings/{finding}/answer", answers=CUT),),
    "POST coverage.judge": (
        Route(AUDIT, "/audit/findings/{finding}/close", answers=CUT),
        Route(AUDIT, "/audit/findings/{finding}/return", answers=CUT),
        Route(AUDIT, "/audit/findings/{finding}/reopen", answers=CUT),
        Route(AUDIT, "/audit/findings/{finding}/withdraw", answers=CUT),
    ),
    "GET coverage.change_finding": (Route(AUDIT, "/audit/findings/{finding}/change"),),
    "POST coverage.change_finding": (
        Route(AUDIT, "/audit/findings/{finding}/change", answers=CUT),
    ),
    "GET revisions.index": (Route(READ, "/maps/{post}/revisions"),),
    "GET revisions.hand_in": (Route(EDIT, "/maps/{post}/hand-in"),),
    "POST revisions.send_in": (Route(EDIT, "/maps/{post}/hand-in", answers=CUT),),
    "GET revisions.show": (Route(READ, "/maps/FZ-U1-K13/revisions/999", answers=404),),
    "GET revisions.sheet": (Route(READ, "/maps/FZ-U1-K13/revisions/999/sheet.pdf", answers=404),),
    "POST revisions.sign": (Route("sign", "/maps/{post}/revisions/999/sign", answers=CUT),),
    "POST revisions.send_back": (
        Route("sign", "/maps/{post}/revisions/999/send-back", answers=CUT),
    ),
    "POST revisions.take_back": (Route(EDIT, "/maps/{post}/revisions/999/take-back", answers=CUT),),
    "GET revisions.ask_to_retire": (Route("sign", "/maps/{post}/retire"),),
    "POST revisions.retire_map": (Route("sign", "/maps/{post}/retire", answers=CUT),),
    "POST revisions.bring_map_back": (Route("sign", "/maps/{post}/bring-back", answers=CUT),),
    "GET revisions.queue": (Route("sign", "/signing"),),
    "GET rounds.index": (Route(READ, "/rounds"),),
    "GET rounds.new": (Route(LEAD, "/rounds/new"),),
    "POST rounds.start": (Route(LEAD, "/rounds/new", answers=CUT),),
    "GET rounds.show": (
        Route(READ, "/rounds/1?node={office}", shows='"/rounds/1/maps/{post}"'),
        Route(READ, "/rounds/999", answers=404),
    ),
    "GET rounds.progress": (Route("export", "/rounds/1/progress.xlsx"),),
    "POST rounds.close": (Route(LEAD, "/rounds/1/close", answers=CUT),),
    "GET rounds.entry": (Route(READ, "/rounds/1/maps/{post}"),),
    "POST rounds.carry_forward": (
        Route("sign", "/rounds/1/maps/{post}/carry-forward", answers=CUT),
    ),
    "POST revisions.sign_several": (Route("sign", "/signing", answers=CUT),),
    "GET revisions.compare": (Route(READ, "/maps/{post}/revisions/compare"),),
    "GET revisions.compare_file": (
        Route(READ, "/maps/{post}/revisions/compare.pdf?old=1&new=working"),
    ),
    "POST revisions.remark": (Route("sign", "/maps/{post}/revisions/999/remarks", answers=CUT),),
    "POST revisions.read": (Route("sign", "/maps/{post}/revisions/999/read", answers=CUT),),
    "GET workbooks.home": (Route("export", "/workbook"),),
    "GET workbooks.columns": (Route("export", "/workbook/columns"),),
    "GET workbooks.export": (Route("export", "/workbook/export.xlsx?node={office}"),),
    "GET workbooks.export_csv": (Route("export", "/workbook/export.csv?sheet=step&node={office}"),),
    "POST workbooks.hand_in": (Route("import", "/workbook", answers=CUT),),
    "GET workbooks.show": (Route("import", "/workbook/imports/999", answers=404),),
    "GET workbooks.ledger_columns": (Route("import", "/workbook/imports/9/columns", answers=404),),
    "POST workbooks.choose_columns": (Route("import", "/workbook/imports/9/columns", answers=CUT),),
    "GET workbooks.ledger_places": (Route("import", "/workbook/imports/9/places", answers=404),),
    "POST workbooks.choose_places": (Route("import", "/workbook/imports/9/places", answers=CUT),),
    "GET workbooks.file": (Route("import", "/workbook/imports/999/file", answers=404),),
    "GET workbooks.marked_copy": (Route("import", "/workbook/imports/999/marked", answers=404),),
    "POST workbooks.carry_out": (Route("import", "/workbook/imports/999/carry-out", answers=CUT),),
    "POST workbooks.undo": (Route("import", "/workbook/imports/999/undo", answers=CUT),),
}

forms(
    "edit_register",
    keep="/register/keep",
    add_category="/register/categories/new",
    edit_category="/register/categories/FX-01/edit",
    add_item="/register/items/new",
    edit_item="/register/items/FX-0101/edit",
    add_measure="/register/measures/new?item=FX-0101",
    edit_measure="/register/measures/CS-0101-01/edit",
    add_basis="/register/bases/new",
    edit_basis="/register/bases/FG-018/edit",
    add_limit="/register/bases/FG-018/limits/new",
    edit_limit="/register/limits/{limit}/edit",
    add_matter="/register/matters/new",
    edit_matter="/register/matters/QL-001/edit",
    add_not_applicable="/register/not-applicable/new",
    edit_not_applicable="/register/not-applicable/{excused}/edit",
    retire="/register/measures/CS-0101-01/retire",
)
pages(
    "edit_register",
    matters="/register/matters",
    not_applicable="/register/not-applicable",
    retired="/register/retired",
    bulk="/register/measures/bulk?code=CS-0101-01",
)
acts(
    "edit_register",
    preview="/register/measures/bulk",
    apply="/register/measures/bulk/apply",
    end_not_applicable="/register/not-applicable/{excused}/end",
)
forms(
    "edit_organisation",
    edit_bureau="/organisation/bureau",
    add_node="/organisation/nodes/add?below={office}",
    edit_node="/organisation/nodes/{post}",
    move_node="/organisation/nodes/{post}/move",
    retire_node="/organisation/nodes/{post}/retire",
    add_person="/organisation/people/add",
    edit_person="/organisation/people/{person}",
    retire_person="/organisation/people/{person}/retire",
    add_holding="/organisation/holdings/add?post={post}",
    edit_holding="/organisation/holdings/{holding}",
    add_party="/organisation/parties/add",
    edit_party="/organisation/parties/{party}",
    retire_party="/organisation/parties/{party}/retire",
)
pages(
    "edit_organisation",
    organisation="/organisation",
    persons="/organisation/people",
    parties="/organisation/parties",
)
acts(
    "edit_organisation",
    order_nodes="/organisation/order",
    order_parties="/organisation/parties/order",
    remove_holding="/organisation/holdings/{holding}/remove",
    bring_back_node="/organisation/nodes/{post}/bring-back",
    bring_back_person="/organisation/people/{person}/bring-back",
    bring_back_party="/organisation/parties/{party}/bring-back",
)
forms(
    "edit_users",
    add_user="/users/add",
    edit_user="/users/{user}",
    reset_password="/users/{user}/password",
)
pages("edit_users", users="/users")
acts(
    "edit_users",
    disable_user="/users/{user}/disable",
    enable_user="/users/{user}/enable",
    unlock_user="/users/{user}/unlock",
    end_sessions="/users/{user}/sessions/end",
)
forms("edit_grants", edit_grants="/grants/{user}")
pages("edit_grants", grants="/grants")


def names(office: dict[str, str]) -> dict[str, str]:
    """Return what addresses about an office are filled with."""
    node = select(Node.id).where(Node.code == office["post"]).scalar_subquery()
    held = select(Person.code).join(Holding, Holding.person_id == Person.id)
    its_map = select(AccountMap.id).where(AccountMap.code == office["post"]).scalar_subquery()
    step = db.session.scalars(select(Step).where(Step.map_id == its_map, Step.key == "s2")).one()
    step.text += "（改）"
    row = db.session.get_one(AccountMap, step.map_id)
    row.reviewed_on = date(2020, 1, 1)  # a gap of the office
    db.session.flush()
    entry = select(Change.id).where(Change.subject == "step", Change.row_id == step.id)

    chief = db.session.scalars(select(User).where(User.name == office["chief"])).one()

    def first(statement: Select[Any]) -> str:
        return str(db.session.scalars(statement.limit(1)).one())

    return {
        **office,
        **audited_things(office),
        "job": str(jobs.start(db.session, "atlas", {}, bureaus(db.session)[0], chief).id),
        "holding": first(select(Holding.id).where(Holding.post_id == node)),
        "party": first(select(Party.code)),
        "limit": first(select(StatutoryLimit.code)),
        "excused": first(select(NotApplicable.id)),
        "user": first(select(User.id).where(User.name == office["chief"])),
        "person": db.session.scalars(held.where(Holding.post_id == node)).first() or "",
        "entry": str(db.session.scalars(entry.order_by(Change.id.desc())).first()),
    }


def audited_things(office: dict[str, str]) -> dict[str, str]:
    """Raise a finding of an office, answered with a file; return it with a gap of the office."""
    bureau = bureaus(db.session)[0]
    node = db.session.scalars(select(Node).where(Node.code == office["office"])).one()
    user = db.session.scalars(select(User).where(User.name == office["chief"])).one()
    finding = findings.raise_free(
        db.session, bureau, severity=Severity.NOTICE, title="试办问题", demand="整改",
        node=node, due=date(2999, 1, 1), by=user,
    )  # fmt: skip
    file = evidence.taken("说明.txt", "已整改".encode())
    findings.answer(db.session, finding, text="已整改", files=[file], by=user)
    found = db.session.scalars(select(Evidence.id).where(Evidence.finding_id == finding.id)).one()
    gaps = audit(read(db.session, bureau, date(2026, 1, 5)))
    gap = next(each for each in gaps if (each.rule, each.node) == ("G23", office["post"]))
    return {"finding": finding.code, "evidence": str(found), "gap": gap.key}


def keep_a_run() -> None:
    """Keep an audit, so that there is a first one."""
    bureau = bureaus(db.session)[0]
    with acting(Actor(name="试办")):
        runs.keep(db.session, bureau, audited(db.session, bureau, date(2026, 1, 5)))


def begin_a_round() -> None:
    """Begin a round over the whole bureau."""
    bureau = bureaus(db.session)[0]
    head = asked_by(db.session.scalars(select(User).where(User.name == "juzhang")).one())
    seen = len(plan(db.session, bureau, None).maps)
    begin(
        db.session, head, bureau, None, title="2026年度复查", due=date(2999, 1, 1), seen=seen,
        day=date(2026, 1, 5),
    )  # fmt: skip


def add_users() -> None:
    """Add a user of each role, granted for the office or the post of `WITHIN`."""
    bureau = bureaus(db.session)[0]
    for role in Role:
        user = commands.add_user(
            db.session,
            bureau_id=bureau.id,
            name=f"one-{role}",
            shown=f"某{role}",
            password="",
            kept="no password",
            must_change=False,
        )
        code = WITHIN.get(role)
        node = db.session.scalar(select(Node.id).where(Node.code == code)) if code else None
        commands.set_grants(db.session, user, [(role, node)])


class Site:
    """The site under some settings, with a user of each role."""

    def __init__(self, database: Path, settings: str) -> None:
        environment, changed = SETTINGS[settings]
        with pytest.MonkeyPatch.context() as patched:
            for name, value in environment.items():
                patched.setenv(name, value)
            self.app: Flask = create_app(f"sqlite:///{database}")
        self.app.config["WTF_CSRF_ENABLED"] = False  # asked for before any right; tried below
        self.clients: dict[str, FlaskClient] = {}
        self.rights = {role: {**may, **changed.get(role, {})} for role, may in RIGHTS.items()}
        with self.app.app_context():
            self.own, self.other = names(OWN_OFFICE), names(OTHER_OFFICE)
            keep_a_run()
            begin_a_round()
            add_users()
            db.session.commit()

    def client(self, role: str, method: str = "GET") -> FlaskClient:
        """Return a client of a role; a form may sign it out, and its others as well."""
        if role == "anonymous":
            return self.app.test_client()
        if method == "POST":
            self.clients.pop(role, None)
            return sign_in(self.app, f"one-{role}")
        if role not in self.clients:
            self.clients[role] = sign_in(self.app, f"one-{role}")
        return self.clients[role]


@pytest.fixture(scope="module", params=list(SETTINGS))
def site(
    request: pytest.FixtureRequest, made: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    database = tmp_path_factory.mktemp("access") / "riskmap.db"
    shutil.copy(made / "exports" / "riskmap.db", database)
    site = Site(database, request.param)
    yield site
    site.app.extensions["riskmap.engine"].close()
    with site.app.app_context():
        db.engine.dispose()


def expected(route: Route, method: str, role: str, reach: str | None, *, own: bool) -> int:
    """Return the status that the table asks for."""
    if route.asks == "public":
        return route.strangers if role == "anonymous" and route.strangers else route.answers
    if role == "anonymous":
        return 401 if method == "POST" else 302
    if route.asks == "signed_in":
        return route.answers
    if reach is None:
        return route.refuses
    hidden = reach == OWN and not own and route.of_office and not route.shows
    return 404 if hidden else route.answers


def ask(client: FlaskClient, method: str, address: str, route: Route) -> TestResponse:
    return client.open(address, method=method, data=dict(route.data) if method == "POST" else None)


def wrong(site: Site, role: str, method: str, route: Route, *, own: bool) -> Iterator[str]:
    """Yield what a cell of the table shows that it should not."""
    filled = site.own if own else site.other
    address = route.address.format(**filled)
    reach = site.rights[role].get(route.asks)
    status = expected(route, method, role, reach, own=own)
    client = site.client(role, method)
    with ask(client, method, address, route) as answer:
        got, text = answer.status_code, answer.get_data(as_text=answer.mimetype == "text/html")
        location = answer.headers.get("Location", "")
    said = f"{role} {method} {address}"
    if got != status:
        yield f"{said}: {got}, expected {status}"
    elif role == "anonymous" and status == 302 and route.asks != "public":
        if not location.startswith("/sign-in"):
            yield f"{said}: leads to {location}, not to signing in"
    elif status == 404:
        nothing = ask(client, method, route.address.format(**NO_OFFICE), route)
        if (nothing.status_code, nothing.get_data(as_text=True)) != (404, text):
            yield f"{said}: not answered as what is not there"
    elif route.shows and status == 200:
        shown = route.shows.format(**filled) in str(text)
        if shown != (own or reach == ALL):
            yield f"{said}: {'shows' if shown else 'does not show'} {route.shows.format(**filled)}"


def cells(role: str) -> Iterator[tuple[str, str, Route, bool]]:
    for name, routes in ROUTES.items():
        for route in routes:
            for own in (True, False) if route.of_office else (True,):
                yield role, name.split()[0], route, own


@pytest.mark.parametrize("role", RIGHTS)
def test_everybody_is_answered_as_the_table_says(site: Site, role: str) -> None:
    failures = [
        said
        for _, method, route, own in cells(role)
        for said in wrong(site, role, method, route, own=own)
    ]

    assert failures == []


def test_the_table_has_every_route_and_role_and_enough_cells(site: Site) -> None:
    known = {
        f"{method} {rule.endpoint}"
        for rule in site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert known - set(ROUTES) == set(), "say in ROUTES who may"
    assert set(ROUTES) - known == set(), "no longer there"
    assert set(RIGHTS) == {"anonymous", *Role}
    assert len(SETTINGS) * sum(1 for role in RIGHTS for _ in cells(role)) >= 800


def test_a_form_without_the_page_s_token_is_refused_to_everybody(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = True
    try:
        answers = {
            (role, route.address): ask(
                site.client(role, method), method, route.address.format(**site.own), route
            ).status_code
            for role in RIGHTS
            for _, method, route, own in cells(role)
            if method == "POST" and own
        }
    finally:
        site.app.config["WTF_CSRF_ENABLED"] = False

    assert answers
    assert {each: status for each, status in answers.items() if status != 400} == {}


def test_what_is_refused_is_recorded_and_what_is_not_there_is_not(site: Site) -> None:
    def recorded() -> list[str]:
        with site.app.app_context():
            rows = select(Change.details).where(Change.kind == "refused").order_by(Change.id)
            return list(db.session.scalars(rows))

    before = len(recorded())
    viewer = site.client("holder")
    viewer.get("/nodes/FZ-U2-K03")
    viewer.get("/maps/sheets.pdf?code=FZ-U1-K13-G01&code=FZ-U2-K03&code=FZ-U2-K99")
    viewer.get("/nodes/FZ-U2-K99")
    viewer.get("/maps/FZ-U2-K99")
    site.client("admin").get("/maps")

    node, sheets, listed = recorded()[before:]
    assert '"another_office"' in node
    assert '"codes": "FZ-U2-K03"' in sheets
    assert '"asked": "read"' in listed
