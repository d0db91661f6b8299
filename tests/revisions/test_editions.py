"""Editions: the atlas of a day is frozen, bound again byte for byte, and told apart from a fake."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import msgspec
import pytest
from pypdf import PdfReader
from sqlalchemy import Engine as Database
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from riskmap.db import today
from riskmap.drawing.engine import Engine
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Node, Person
from riskmap.organisation.scope import Scope
from riskmap.register.models import Measure
from riskmap.revisions import editions
from riskmap.revisions.edition_models import Edition
from riskmap.revisions.edition_verifying import verify_editions
from riskmap.revisions.models import SignOff
from tests.in_force import put_into_force
from tests.rows import make_bureau

UNSIGNED, CODE = "FZ-U8-K02-G01", "FZ-U1-K13-G01"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@pytest.fixture
def session(sample_engine: Database) -> Iterator[Session]:
    with Session(sample_engine) as session:
        yield session


@pytest.fixture
def scope(session: Session) -> Scope:
    return Scope(session.scalars(select(Bureau)).one())


def made(session: Session, engine: Engine, scope: Scope) -> Edition:
    content, documents = editions.frozen(session, scope, today())
    bound = editions.bound(engine, content, documents)
    return editions.keep(session, scope.bureau, bound, today(), " 年度汇编 ")


def words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_an_edition_holds_what_is_in_force_and_says_what_it_leaves_out(
    session: Session, scope: Scope
) -> None:
    content, documents = editions.frozen(session, scope, today())

    codes = [each.code for each in content.sheets]
    assert codes == [each.code for each in documents]
    assert len(codes) == 105
    assert content.left_out == [UNSIGNED]
    assert content.counts["maps"] == 105
    offices = [each for each in content.organisation if each["level"] == "office"]
    assert content.counts["offices"] == len(offices)
    assert len(content.register["measures"]) == content.counts["measures"]


def test_what_was_frozen_is_bound_again_to_the_same_bytes_whatever_changed_since(
    session: Session, engine: Engine, scope: Scope
) -> None:
    edition = made(session, engine, scope)
    assert (edition.number, edition.note, edition.maps) == (1, "年度汇编", 105)
    row = session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
    row.goal = "后来换过的目标"
    put_into_force(session, row)
    session.scalars(select(Node).where(Node.code == "FZ-U1-K13")).one().name = "改名后的科"
    session.scalars(select(Measure)).first().text = "改写过的措施"
    session.scalars(select(Person)).first().name = "改名"
    scope.bureau.name = "改名后的局"
    session.flush()

    kept = editions.as_of(session, scope.bureau, today())
    pdf, same = editions.again(session, engine, kept)
    public, public_same = editions.again(session, engine, kept, public=True)

    assert same
    assert public_same
    assert pdf == kept.pdf
    assert public == kept.public_pdf
    assert "后来换过的目标" not in words(pdf)


def test_a_public_edition_names_nobody(session: Session, engine: Engine, scope: Scope) -> None:
    edition = made(session, engine, scope)
    names = {each.partition("（")[0] for each in session.scalars(select(SignOff.who))}

    inside, outside = words(edition.pdf), words(edition.public_pdf)

    assert [name for name in names if name in outside] == []
    assert all(name in inside for name in names)
    assert editions.SIGNED in outside


def test_what_another_program_would_bind_otherwise_is_given_as_it_was_kept(
    session: Session, engine: Engine, scope: Scope
) -> None:
    edition = made(session, engine, scope)
    session.expunge(edition)
    edition.pdf = b"bound by another version"

    assert editions.again(session, engine, edition) == (b"bound by another version", False)


def test_a_day_without_an_edition_says_which_days_have_one(session: Session, scope: Scope) -> None:
    with pytest.raises(editions.NoEdition, match="riskmap edition"):
        editions.as_of(session, scope.bureau, today() - timedelta(days=1))


def test_a_bureau_without_a_map_in_force_has_nothing_to_bind(session: Session) -> None:
    with pytest.raises(editions.NothingInForce):
        editions.frozen(session, Scope(make_bureau(session)), today())


def kept(session: Session, scope: Scope) -> Edition:
    content, _documents = editions.frozen(session, scope, today())
    bound = editions.Bound(msgspec.json.encode(content), 105, b"%PDF", b"%PDF public")
    return editions.keep(session, scope.bureau, bound, today())


def test_editions_are_numbered_and_the_newest_of_a_day_is_taken(
    session: Session, scope: Scope
) -> None:
    numbers = [kept(session, scope).number for _ in range(3)]

    assert numbers == [1, 2, 3]
    assert editions.as_of(session, scope.bureau, today()).number == 3
    assert [each.number for each in editions.editions(session, scope.bureau)] == [3, 2, 1]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE edition SET note = 'x'", "DELETE FROM edition", "UPDATE edition SET maps = 1"],
)
def test_an_edition_never_changes(session: Session, scope: Scope, statement: str) -> None:
    kept(session, scope)

    with pytest.raises(DBAPIError, match="only ever added to"):
        session.connection().exec_driver_sql(statement)


@pytest.mark.parametrize("column", ["content", "pdf", "public_pdf", "pdf_digest"])
def test_an_edition_changed_past_the_guard_is_found(
    session: Session, scope: Scope, column: str
) -> None:
    edition = kept(session, scope)
    assert verify_editions_of(session) == (1, [])
    connection = session.connection()
    trigger, postgres = "DROP TRIGGER edition_sealed", connection.dialect.name == "postgresql"
    connection.exec_driver_sql(f"{trigger} ON edition" if postgres else trigger)
    values = {"content": "x", "pdf": b"x", "public_pdf": b"x", "pdf_digest": "0" * 64}
    connection.execute(
        text(f"UPDATE edition SET {column} = :value WHERE id = :id"),
        {"value": values[column], "id": edition.id},
    )
    session.commit()

    count, altered = verify_editions_of(session)

    assert count == 1
    assert {each.number for each in altered} == {1}


def test_an_edition_that_is_gone_is_missed(session: Session, scope: Scope) -> None:
    kept(session, scope)
    session.commit()
    connection = session.connection()
    trigger, postgres = "DROP TRIGGER edition_kept", connection.dialect.name == "postgresql"
    connection.exec_driver_sql(f"{trigger} ON edition" if postgres else trigger)
    connection.exec_driver_sql("DELETE FROM edition")
    session.commit()

    count, altered = verify_editions_of(session)

    assert count == 0
    assert [each.number for each in altered] == [1]
    assert "不见了" in altered[0].reason


def verify_editions_of(session: Session):
    session.commit()
    with session.get_bind().connect() as connection:  # type: ignore[union-attr]
        found = verify_editions(connection)
    return found.count, list(found.altered)
