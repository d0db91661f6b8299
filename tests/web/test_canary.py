"""Nothing of an office reaches who may not read it: a mark in all its texts is looked for in all
that the site answers."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Enum, String, Text, select

from riskmap.accounts.models import User
from riskmap.app import create_app
from riskmap.coverage import evidence, findings
from riskmap.coverage.gaps import Kind, Severity, Subject
from riskmap.coverage.models import Finding
from riskmap.db import db, today
from riskmap.db.base import Base
from riskmap.history.events import NOBODY, acting
from riskmap.maps.models import AccountMap, RiskPoint, Step, Transition
from riskmap.maps.models import MapBasis as Citation
from riskmap.organisation.models import Bureau, Holding, Node, Person
from riskmap.register.models import Item, NotApplicable
from tests.in_force import put_into_force
from tests.users import post, sign_in
from tests.web.crawling import Visit, crawl

OFFICE, OWN = "FZ-U2-K03", "FZ-U1-K13"
MARK = re.compile(r"CANARY-\d", re.IGNORECASE)
NEVER = {"code", "key", "path", "parent_level", "post_level", "subject_code"}
"""Columns whose values are no texts: issued once, or kept for a foreign key."""

NOTHING = ["/nowhere", "/maps/sheets.pdf", "/maps/sheets.pdf?tone=grey"]
"""Addresses that are answered by a page of an error to everybody."""

READERS = {"gongshang": "chief", "chayue": "viewer", "shouli": "holder"}


def marked() -> Iterator[object]:
    """Yield every row of the office; what its maps refer to in the register is for every reader."""
    nodes = list(db.session.scalars(select(Node).where(Node.code.startswith(OFFICE))))
    ids = [node.id for node in nodes]
    maps = list(db.session.scalars(select(AccountMap).where(AccountMap.node_id.in_(ids))))
    yield from nodes
    yield from maps
    for kind in (Step, Transition, RiskPoint, Citation):
        here = select(kind).where(kind.map_id.in_([row.id for row in maps]))
        yield from db.session.scalars(here)
    held = select(Holding.person_id).where(Holding.post_id.in_(ids))
    yield from db.session.scalars(select(Person).where(Person.id.in_(held)))
    item = db.session.scalars(select(Item).where(Item.code == "FX-0101")).one()
    excused = NotApplicable(
        bureau_id=item.bureau_id, item_id=item.id, node_id=ids[0], reason="本科室不办"
    )
    db.session.add(excused)
    db.session.flush()
    yield excused
    yield found_in(nodes[0], maps[0].code)


def found_in(node: Node, code: str) -> Finding:
    """Raise a finding of the office on one of its maps; what is said of it is marked at once."""
    bureau = db.session.get_one(Bureau, node.bureau_id)
    users = {each.name: each for each in db.session.scalars(select(User))}
    finding = findings.raise_free(
        db.session, bureau, severity=Severity.ERROR, title="问题", demand="整改", node=node,
        due=today(), subject=Subject(Kind.MAP, code), by=users["shenji"],
    )  # fmt: skip
    files = [evidence.taken("CANARY-0.txt", b"CANARY-0")]
    by = users["heding"]
    findings.answer(db.session, finding, text="CANARY-0", files=files, by=by)
    findings.send_back(db.session, finding, reason="CANARY-0", by=users["shenji"])
    return finding


def mark(row: object, number: Iterator[int]) -> int:
    """Put a mark of its own into every text of a row; return how many there are."""
    found = 0
    for column in type(row).__table__.columns:  # type: ignore[attr-defined]
        text = isinstance(column.type, String | Text) and not isinstance(column.type, Enum)
        if text and column.name not in NEVER and getattr(row, column.name):
            setattr(row, column.name, f"CANARY-{next(number)}")
            found += 1
    return found


class Site:
    """The site where every text of one office is marked and chiefs read their own office only."""

    def __init__(self, database: Path) -> None:
        self.database = database
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("RISKMAP_CHIEFS_READ", "own")
            self.app: Flask = create_app(f"sqlite:///{database}")
        with self.app.app_context(), acting(NOBODY):  # not in the name of who asked last
            numbers = count(1)
            self.marks = sum(mark(row, numbers) for row in list(marked()))
            db.session.flush()
            drawn = select(AccountMap).where(AccountMap.code.startswith(OFFICE))
            for row in db.session.scalars(drawn).all():
                put_into_force(db.session, row)
            db.session.commit()

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.database) as connection:
            return connection.execute(statement).fetchall()

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """Return every row of every table, but for what reading a page may note."""
        rows = self.sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = {str(row[0]) for row in rows} - {"change", "chain_head"}
        assert set(Base.metadata.tables) - tables == {"change", "chain_head"}
        found = {name: self.sql(f'SELECT * FROM "{name}"') for name in tables}
        names = [str(row[1]) for row in self.sql("PRAGMA table_info(user_session)")]
        at = names.index("seen_at")
        found["user_session"] = [row[:at] + row[at + 1 :] for row in found["user_session"]]
        return found

    def codes(self, table: str) -> list[str]:
        rows = self.sql(f"SELECT code FROM {table} WHERE code LIKE '{OFFICE}%'")
        return [str(row[0]) for row in rows]

    def people(self) -> list[str]:
        """Return the persons who hold a post of the office."""
        held = (
            "SELECT DISTINCT person.code FROM person JOIN holding ON person_id = person.id"
            f" JOIN node ON post_id = node.id WHERE node.code LIKE '{OFFICE}%' ORDER BY 1"
        )
        return [str(row[0]) for row in self.sql(held)]

    def found(self) -> list[str]:
        """Return the findings of the office."""
        return [str(row[0]) for row in self.sql("SELECT code FROM finding")]

    def forged(self) -> list[str]:
        """Return addresses about the office that no page of another one leads to."""
        maps, nodes, people = self.codes("account_map"), self.codes("node"), self.people()
        files = (
            "",
            "?draft=1",
            "/chart.svg",
            "/chart.png",
            "/chart.dot",
            "/sheet.pdf",
            "/sheet.pdf?tone=grey",
            "/sheet.pdf?draft=1",
        )
        own = f"{OWN}-G01"
        return [
            *(f"/maps/{code}{file}" for code in maps for file in files),
            *(f"/history/maps/{code}" for code in maps),
            *(f"/maps/{code}/edit" for code in maps),
            *(f"/nodes/{code}/maps/new" for code in nodes),
            *(f"/nodes/{code}" for code in nodes),
            *(f"/history/nodes/{code}" for code in nodes),
            *(f"/audit/findings/{code}" for code in self.found()),
            *(f"/audit/findings/{code}/evidence/1" for code in self.found()),
            *(f"/people/{code}" for code in people),
            *(f"/history/people/{code}" for code in people),
            *(f"/maps/sheets.pdf?code={own}&code={code}" for code in maps),
            f"/maps/sheets.pdf?code={'&code='.join(maps)}",
        ]

    def filtered(self) -> list[str]:
        """Return lists that are asked for rows of the office."""
        asked = [
            *(f"/{page}?node={OFFICE}" for page in ("maps", "steps", "risk-points", "people")),
            *(f"/{page}?node=FZ-U2" for page in ("maps", "steps", "risk-points", "people")),
            *(f"/{page}?map={OFFICE}-G01" for page in ("steps", "risk-points")),
            f"/measures?node={OFFICE}-G01",
            *(f"/{page}?q=canary" for page in ("maps", "steps", "risk-points", "people")),
            *(f"/people?q={code}" for code in self.people()),
            "/search?q=canary",
            f"/search?q={OFFICE}",
            *(
                f"/search?q=canary&kind={kind}"
                for kind in ("node", "person", "map", "step", "risk_point")
            ),
        ]
        assert len(asked) >= 20
        return asked


@pytest.fixture(scope="module")
def site(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    database = tmp_path_factory.mktemp("canary") / "riskmap.db"
    shutil.copy(made / "exports" / "riskmap.db", database)
    site = Site(database)
    yield site
    site.app.extensions["riskmap.engine"].close()
    with site.app.app_context():
        db.engine.dispose()


class Read(dict[str, Visit]):
    """Everything that a reader of one office finds, by address, and what it left changed."""

    def __init__(self, site: Site, name: str) -> None:
        client = sign_in(site.app, name)
        starts = ["/desk", "/", *site.forged(), *site.filtered(), *NOTHING]
        before = site.contents()
        super().__init__((visit.address, visit) for visit in crawl(client, starts))
        after = site.contents()
        self.changed = [table for table, rows in before.items() if after[table] != rows]


@pytest.fixture(scope="module", params=list(READERS))
def read(request: pytest.FixtureRequest, site: Site) -> Read:
    return Read(site, request.param)


def test_the_marks_are_there_for_who_may_read_them(site: Site) -> None:
    assert site.marks > 200
    auditor = sign_in(site.app, "shenji")
    one = f"/maps/{OFFICE}"
    addresses = [
        "/", "/maps", one, f"{one}/chart.svg", f"{one}/chart.dot", f"{one}/sheet.pdf",
        f"/nodes/{OFFICE}", f"/steps?node={OFFICE}", f"/people?node={OFFICE}", "/items/FX-0101",
        "/search?q=canary&kind=step", f"/history/maps/{OFFICE}", "/history", "/history.csv",
        "/audit/findings", f"/audit/findings?node={OFFICE}",
        *(f"/audit/findings/{code}" for code in site.found()),
    ]  # fmt: skip

    visits = [next(crawl(auditor, [address])) for address in addresses]

    assert [visit.address for visit in visits if not MARK.search(visit.text)] == []


def test_no_text_of_an_office_reaches_a_reader_of_another(read: Read) -> None:
    assert [visit.address for visit in read.values() if MARK.search(visit.text)] == []
    kinds = {visit.mimetype for visit in read.values() if visit.status == 200}
    assert {"text/html", "application/pdf", "image/svg+xml", "image/png"} <= kinds
    assert len(read) > 300


def test_reading_everything_changes_nothing_but_the_record(read: Read) -> None:
    assert read.changed == []


def test_no_link_leads_to_where_its_reader_may_not_go(site: Site, read: Read) -> None:
    asked = {*site.forged(), *site.filtered(), *NOTHING}

    refused = [each.address for each in read.values() if each.status >= 400]

    assert set(refused) <= asked
    # What one asked for oneself stands in one's own acts, by its address.
    others = [each for each in read.values() if not each.address.startswith("/account/acts")]
    assert [
        each.address for each in others if OFFICE in each.text and each.address not in asked
    ] == []


def test_what_is_asked_for_by_a_forged_address_is_not_there(site: Site, read: Read) -> None:
    gone = {address: read[address].status for address in site.forged()}
    asked = re.compile(
        "^/history/|^/audit/|/edit$|/new$"
    )  # what readers may not do anywhere is a 403

    assert len(gone) >= 20
    assert {status for address, status in gone.items() if asked.search(address)} <= {403, 404}
    assert {status for address, status in gone.items() if not asked.search(address)} == {404}


def test_a_list_asked_for_rows_of_another_office_is_empty(site: Site, read: Read) -> None:
    for address in site.filtered():
        visit = read[address]
        assert visit.status == 200, address
        assert "<tbody>" not in visit.text, address
        assert 'class="hits"' not in visit.text, address


def test_no_page_has_an_inline_script_or_style(read: Read) -> None:
    assert {visit.address: visit.inline for visit in read.values() if visit.inline} == {}


def test_no_name_is_had_by_typing_a_code_into_the_editor(site: Site) -> None:
    client, own = sign_in(site.app, "gongshang"), f"/maps/{OWN}-G01/edit"
    typed = {
        "step-0-key": "s1",
        "step-0-kind": "predefined",
        "step-0-text": "核对",
        "step-0-actor": f"{OFFICE}-G01",
        "step-0-detail": f"{OFFICE}-G01",
    }

    seen = [
        post(client, own, f"{own}/chart", more=typed),
        post(client, own, f"{own}/draft", more=typed),
        post(client, own, more={**typed, "do": "add"}),
        post(client, own, more={**typed, "do": "save"}),
        client.get(own),
    ]

    assert [answer.status_code for answer in seen] == [200, 200, 200, 422, 200]
    assert not any(MARK.search(answer.text) for answer in seen)


def test_no_map_is_copied_that_its_reader_may_not_read(site: Site) -> None:
    client, page = sign_in(site.app, "gongshang"), f"/nodes/{OWN}-G01/maps/new"

    answer = post(client, page, title="抄来的", source=f"{OFFICE}-G01")

    assert answer.status_code == 422
    assert not MARK.search(answer.text)


def figures(page: str) -> list[int]:
    """Return the figures at the top of the first page."""
    found = re.search(r'<ul class="figures">(.*?)</ul>', page, re.DOTALL)
    assert found
    return [int(each) for bold in re.findall(r"<b>(.*?)</b>", found[1]) for each in bold.split("/")]


HERE = {"chief": f"{OWN}%", "viewer": f"{OWN}%", "holder": f"{OWN}-G01%"}


@pytest.mark.parametrize("name", READERS)
def test_every_number_counts_what_its_reader_may_read(site: Site, name: str) -> None:
    client, here = sign_in(site.app, name), HERE[READERS[name]]

    def one(statement: str) -> int:
        return int(str(site.sql(statement.format(here=here))[0][0]))

    below = " JOIN account_map m ON m.id = map_id WHERE m.code LIKE '{here}'"
    home = figures(client.get("/").text)
    assert home[:3] == [
        one("SELECT count(*) FROM category"),
        one("SELECT count(*) FROM item"),
        one("SELECT count(*) FROM measure"),
    ]
    assert home[3:8] == [
        0,
        one("SELECT count(*) FROM node WHERE level = 'office' AND code LIKE '{here}'"),
        one("SELECT count(*) FROM node WHERE level = 'post' AND code LIKE '{here}'"),
        one("SELECT count(*) FROM account_map WHERE code LIKE '{here}'"),
        one("SELECT count(*) FROM step" + below),
    ]
    assert sum(home[8:]) == one("SELECT count(*) FROM risk_point" + below)


@pytest.mark.parametrize("name", READERS)
def test_uses_of_the_register_are_counted_as_far_as_one_may_read(site: Site, name: str) -> None:
    client, here = sign_in(site.app, name), HERE[READERS[name]]
    pages = [client.get(f"/measures?page={page}").text for page in (1, 2, 3)]
    row = r'<td class="code">(CS-[\d-]+)</td>.*?<td class="number">.*?>(\d+)<'
    rows = re.findall(row, "".join(pages), re.DOTALL)
    counted = dict(
        site.sql(
            "SELECT me.code, count(DISTINCT m.id) FROM measure me"
            " LEFT JOIN risk_point_measure r ON r.measure_id = me.id"
            f" LEFT JOIN account_map m ON m.id = r.map_id AND m.code LIKE '{here}' GROUP BY me.code"
        )
    )  # fmt: skip
    everybody = dict(
        site.sql("SELECT me.code, count(DISTINCT r.map_id) FROM measure me JOIN"
                 " risk_point_measure r ON r.measure_id = me.id GROUP BY me.code")
    )  # fmt: skip

    assert {code: int(number) for code, number in rows} == counted
    assert any(0 < counted[code] < everybody[code] for code in everybody)


def test_the_person_who_left_the_office_for_another_is_shown_with_what_one_may_read(
    site: Site,
) -> None:
    """RY-048 held posts in two offices: a reader of one is told of that one."""
    with site.app.app_context():
        person = db.session.scalars(select(Person).where(Person.code == "RY-048")).one()
        other = db.session.scalars(select(Node).where(Node.code == "FZ-U1-K01-G01")).one()
        first = db.session.scalars(select(Holding).where(Holding.person_id == person.id)).first()
        assert first is not None
        both = Holding(
            bureau_id=person.bureau_id,
            person_id=person.id,
            post_id=other.id,
            role=first.role,
            since=first.since,
        )
        db.session.add(both)
        db.session.commit()

    seen = {
        name: re.findall(r'href="/nodes/(FZ[^"]+-G\d+)"', sign_in(site.app, name).get(page).text)
        for name, page in (("chayue", "/people/RY-048"), ("shenji", "/people/RY-048"))
    }

    assert "FZ-U1-K01-G01" in seen["shenji"]
    assert "FZ-U1-K01-G01" not in seen["chayue"]
    assert seen["chayue"]
    assert "FZ-U1-K01-G01" not in sign_in(site.app, "chayue").get("/people?q=RY-048").text


def test_a_chief_finds_no_finding_of_another_office_by_any_list(site: Site) -> None:
    chief = sign_in(site.app, "gongshang")

    for asked in (f"node={OFFICE}", "node=FZ-U2", "q=canary", "state=all", "overdue=1", "gone=1"):
        page = chief.get(f"/audit/findings?{asked}").text
        assert "<tbody>" not in page, asked
        assert not MARK.search(page), asked
        assert OFFICE not in page.replace(f'value="{OFFICE}"', ""), asked
