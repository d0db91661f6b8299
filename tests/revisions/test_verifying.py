"""A stored revision that somebody altered past riskmap is found, whatever they altered with it."""

import hashlib

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from riskmap.db import triggers
from riskmap.register.rating import Level
from riskmap.revisions import commands
from riskmap.revisions.models import Revision
from riskmap.revisions.verifying import Altered, verify
from tests.revisions.office import Office

FORGED = '{"forged": true}'
FORGED_DIGEST = hashlib.sha256(FORGED.encode()).hexdigest()


ALTERED = ("revision_remark", "revision", "sign_off", "change")


def run(session: Session, *statements: str) -> None:
    """Do something past riskmap, on tables without their triggers."""
    connection = session.connection()
    postgresql = connection.dialect.name == "postgresql"
    for name in triggers.names(connection.dialect.name):
        table = next((each for each in ALTERED if name.startswith(f"{each}_")), "")
        if table:
            on = f" ON {table}" if postgresql else ""
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
    for statement in statements:
        assert connection.execute(text(statement)).rowcount, statement
    session.expire_all()


WAYS: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "the document": (
        (f"UPDATE revision SET document = '{FORGED}'".replace(":", r"\:"),),
        ["内容与摘要不符"],
    ),
    "the document and its digest": (
        (
            f"UPDATE revision SET digest = '{FORGED_DIGEST}', document = '{FORGED}'".replace(
                ":", r"\:"
            ),
        ),
        ["摘要与变更记录不符"],
    ),
    "the digest": (
        (f"UPDATE revision SET digest = '{'0' * 64}'",),
        ["内容与摘要不符", "摘要与变更记录不符"],
    ),
    "the state": (
        ("UPDATE revision SET state = 'retired', ended_on = approved_on",),
        ["状态与变更记录不符"],
    ),
    "the day it is in force from": (
        ("UPDATE revision SET approved_on = '2020-01-01'",),
        ["签字或生效日期与变更记录不符"],
    ),
    "who signed": (
        ("UPDATE sign_off SET who = '别人'",),
        ["签字或生效日期与变更记录不符"],
    ),
    "a signature that is gone": (
        ("DELETE FROM sign_off WHERE id = (SELECT max(id) FROM sign_off)",),
        ["签字或生效日期与变更记录不符"],
    ),
    "what was remarked": (
        ("UPDATE revision_remark SET text = '没有意见'",),
        ["意见与变更记录不符"],
    ),
    "a remark that is gone": (("DELETE FROM revision_remark",), ["意见与变更记录不符"]),
    "a revision that is gone": (
        ("DELETE FROM sign_off", "DELETE FROM revision_remark", "DELETE FROM revision"),
        ["变更记录里有，库中不见了"],
    ),
    "what is recorded of it": (
        ("DELETE FROM change WHERE kind IN ('handed_in', 'signed', 'approved')",),
        ["变更记录里没有它"],
    ),
    "what is recorded of it, spoilt": (
        ("UPDATE change SET details = '{' WHERE kind IN ('handed_in', 'signed', 'approved')",),
        ["变更记录里没有它"],
    ),
}


@pytest.mark.parametrize(("statements", "wanted"), WAYS.values(), ids=WAYS)
def test_what_was_altered_is_found_and_named(
    session: Session, statements: tuple[str, ...], wanted: list[str]
) -> None:
    office = Office.made(session, Level.LOW)
    revision = office.hand_in()
    commands.remark(session, office.people["chief"], revision, text="请先看第一步")
    office.sign_until(revision, None)
    assert verify(session.connection()).altered == ()

    run(session, *statements)

    found = verify(session.connection()).altered
    key = (office.bureau.id, office.map.code, 1)
    assert [each for each in found if each.code == office.map.code] == [
        Altered(*key, reason) for reason in wanted
    ]


def test_a_signature_put_in_by_hand_is_found_before_it_is_approved(session: Session) -> None:
    office = Office.made(session, Level.HIGH)
    office.hand_in()
    session.flush()
    assert verify(session.connection()).altered == ()

    run(
        session,
        "INSERT INTO sign_off (bureau_id, revision_id, box, who, day, number, at) "
        "SELECT bureau_id, id, '填表人', '别人', '2026-01-05', '', handed_in_at FROM revision",
    )

    (found,) = verify(session.connection()).altered
    assert found.reason == "签字与变更记录不符"


def test_whatever_was_done_the_way_it_is_done_is_sound(session: Session) -> None:
    office = Office.made(session, Level.LOW)
    revision = office.hand_in()
    asked = {"version": revision.version}
    commands.read(session, office.people["holder"], revision, **asked)
    commands.send_back(session, office.people["holder"], revision, reason="缺步骤", **asked)
    revision = office.hand_in()
    commands.take_back(session, office.people["chief"], revision, version=revision.version)
    office.approved()
    office.edit("第二版")
    revision = office.approved()
    asked = {"version": revision.version, "reason": "事项取消"}
    commands.retire(session, office.people["head"], revision, **asked)
    office.hand_in()

    found = verify(session.connection())

    assert (found.count, found.altered) == (5, ())


def test_more_revisions_than_a_batch_holds_are_all_looked_at(sample_session: Session) -> None:
    found = verify(sample_session.connection())

    assert (found.count, found.altered) == (105, ())
    assert sample_session.query(Revision).count() == 105
