"""Everything that can be done to a revision, in every situation, tried by everybody."""

import pytest
from sqlalchemy.orm import Session

from riskmap.db import today
from riskmap.revisions import commands
from riskmap.revisions.models import Revision
from riskmap.revisions.sign_offs import SignOffRole as Box
from riskmap.revisions.words import ERRORS, sentence
from tests.revisions.office import NUMBERS, Office

SIGN, RETURN, WITHDRAW, RETIRE, HAND_IN = "sign", "send back", "take back", "retire", "hand in"
RETIRERS = ("leader", "legal", "head")
BY_CHIEF: dict[str, dict[str, tuple[str, ...]]] = {
    "waits for the holder": {SIGN: ("holder",), RETURN: ("holder",), WITHDRAW: ("chief",)},
    "waits for the head of the office": {
        SIGN: ("leader",), RETURN: ("leader",), WITHDRAW: ("chief",),
    },
    "waits for the leader": {SIGN: ("leader",), RETURN: ("leader",), WITHDRAW: ("chief",)},
    "waits for legal affairs": {SIGN: ("legal",), RETURN: ("legal",), WITHDRAW: ("chief",)},
    "waits for the principal": {SIGN: ("head",), RETURN: ("head",), WITHDRAW: ("chief",)},
    "waits for the party group": {SIGN: ("head",), RETURN: ("head",), WITHDRAW: ("chief",)},
    "waits to be filed": {SIGN: ("discipline",), RETURN: ("discipline",), WITHDRAW: ("chief",)},
    "in force": {RETIRE: RETIRERS, HAND_IN: ("chief", "holder")},
    "sent back": {HAND_IN: ("chief", "holder")},
    "taken back": {HAND_IN: ("chief", "holder")},
    "superseded": {HAND_IN: ("chief", "holder")},
    "retired": {HAND_IN: ("chief", "holder")},
}  # fmt: skip
BY_HOLDER: dict[str, dict[str, tuple[str, ...]]] = {
    "waits for the head of the office": {
        SIGN: ("chief",), RETURN: ("chief",), WITHDRAW: ("chief", "holder"),
    },
    "waits for the leader": {
        SIGN: ("leader",), RETURN: ("leader",), WITHDRAW: ("chief", "holder"),
    },
    "waits for legal affairs": {
        SIGN: ("legal",), RETURN: ("legal",), WITHDRAW: ("chief", "holder"),
    },
    "waits for the principal": {SIGN: ("head",), RETURN: ("head",), WITHDRAW: ("chief", "holder")},
    "waits for the party group": {
        SIGN: ("head",), RETURN: ("head",), WITHDRAW: ("chief", "holder"),
    },
    "waits to be filed": {
        SIGN: ("discipline",), RETURN: ("discipline",), WITHDRAW: ("chief", "holder"),
    },
    "in force": {RETIRE: RETIRERS, HAND_IN: ("chief", "holder")},
}  # fmt: skip
"""Written down by hand: who may do what to a high map of a post, by who handed it in; nobody
else may, and what is not written nobody does."""

WAITS = {
    "waits for the holder": Box.FILLER,
    "waits for the head of the office": Box.HEAD,
    "waits for the leader": Box.LEADER,
    "waits for legal affairs": Box.LEGAL,
    "waits for the principal": Box.PRINCIPAL,
    "waits for the party group": Box.PARTY_GROUP,
    "waits to be filed": Box.DISCIPLINE,
}
EVERYBODY = {
    "admin", "security", "chief", "holder", "leader", "legal", "head", "discipline", "auditor",
    "viewer", "other chief", "other leader", "other holder",
}  # fmt: skip


def brought(office: Office, situation: str, author: str) -> Revision:
    """Return a revision in a situation; the working copy says something new."""
    if situation in WAITS:
        revision = office.hand_in(author)
        office.sign_until(revision, WAITS[situation], author)
    elif situation in ("sent back", "taken back"):
        revision = office.hand_in(author)
        asked = {"version": revision.version}
        people = office.people
        if situation == "taken back":
            commands.take_back(office.session, people[author], revision, **asked)
        else:
            commands.send_back(
                office.session, people["holder"], revision, reason="步骤不全", **asked
            )
    else:
        revision = office.approved(author)
        if situation == "superseded":
            office.edit("另一目标")
            office.approved(author)
        elif situation == "retired":
            asked = {"version": revision.version, "reason": "事项取消"}
            commands.retire(office.session, office.people["head"], revision, **asked)
    office.edit("新的目标")
    return revision


def try_it(office: Office, revision: Revision, act: str, who: str) -> None:
    session, asking, version = office.session, office.people[who], revision.version
    if act == SIGN:
        box = office.next_box(revision) or Box.HEAD
        number = NUMBERS.get(box, "")
        commands.sign(session, asking, revision, box, version=version, day=today(), number=number)
    elif act == RETURN:
        commands.send_back(session, asking, revision, version=version, reason="步骤不全")
    elif act == WITHDRAW:
        commands.take_back(session, asking, revision, version=version)
    elif act == RETIRE:
        commands.retire(session, asking, revision, version=version, reason="事项取消")
    else:
        office.hand_in(who)


def may(office: Office, revision: Revision, act: str, who: str) -> bool:
    """Try something, and undo it; whoever is refused is told why in a sentence."""
    before = revision.state, revision.version
    nested = office.session.begin_nested()
    refused = None
    try:
        try_it(office, revision, act, who)
    except ERRORS as error:
        refused = error
        office.session.expire_all()
        assert (revision.state, revision.version) == before, "refused, and yet something was done"
    nested.rollback()
    office.session.expire_all()
    assert refused is None or sentence(refused).endswith(".")
    return refused is None


CASES = [
    (author, situation)
    for author, table in (("chief", BY_CHIEF), ("holder", BY_HOLDER))
    for situation in table
]


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(("author", "situation"), CASES)
def test_what_can_be_done_is_done_by_who_is_written_down_and_by_nobody_else(
    session: Session, author: str, situation: str
) -> None:
    office = Office.made(session)
    revision = brought(office, situation, author)
    table = BY_CHIEF if author == "chief" else BY_HOLDER
    assert set(office.people) == EVERYBODY

    found = {
        act: {who for who in office.people if may(office, revision, act, who)}
        for act in (SIGN, RETURN, WITHDRAW, RETIRE, HAND_IN)
    }

    expected = {act: set(table[situation].get(act, ())) for act in found}
    assert found == expected
