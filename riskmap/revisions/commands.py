"""What is done to revisions: handed in, read, remarked on, signed, sent back, taken back, retired.

Everything flushes; whoever asked commits. Who acts is told by `Asking`, never by a form.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from riskmap.accounts.current import Asking
from riskmap.accounts.roles import Role
from riskmap.db import AnySession, now, today
from riskmap.document.encoding import digest, to_json
from riskmap.history.events import Kind
from riskmap.history.recording import note
from riskmap.maps.commands import lock
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import documents
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from riskmap.register.rating import Level
from riskmap.revisions import queries, readings
from riskmap.revisions.models import Revision, RevisionRemark, SignOff
from riskmap.revisions.sign_offs import (
    Paper,
    Refusal,
    Signer,
    SignOffRole,
    as_text,
    may_remark,
    missing,
    refusal,
    signed_at,
)
from riskmap.revisions.states import BEGINS, OPEN, Move, NotNow, after
from riskmap.web.access import Policy


class ChangedSince(RuntimeError):
    """A map or a revision that is not as it was when somebody looked at it."""


class HandedInAlready(RuntimeError):
    """A map of which a revision waits for signatures."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class NothingNew(ValueError):
    """A working copy that says what the document in force says."""


class NothingDrawn(ValueError):
    """A map without steps."""


class NotHere(PermissionError):
    """Somebody would hand in a map that they neither edit nor hold the post of."""


class MayNotSign(PermissionError):
    """A signature that is refused: why, and the box that is signed next."""

    def __init__(self, why: Refusal, wanted: SignOffRole | None) -> None:
        super().__init__(why)
        self.why, self.wanted = why, wanted


class NotYours(PermissionError):
    """Something that somebody else does to a revision."""


class NoReason(ValueError):
    """A revision is sent back, or retired, with a reason."""


class NoText(ValueError):
    """A remark says something."""


class NoSuchStep(LookupError):
    """A remark on a step that the revision has not."""


RETIRING: Final = (Role.LEADER, Role.LEGAL, Role.HEAD)
"""Who takes a document out of force, but nobody that of their own post."""


def hand_in(
    session: AnySession, asking: Asking, account_map: AccountMap, *, version: int, text: str = ""
) -> Revision:
    """Freeze a map's working copy and hand it in to be signed; `text` says what is new.

    Who holds the post, or a place that nobody holds, signs the first box with it. Raises `NotHere`,
    `ChangedSince`, `HandedInAlready`, `NothingDrawn` and `NothingNew`.
    """
    lock(session, account_map)
    place = queries.standing(session, session.get_one(Node, account_map.node_id), today())
    if not (_holds(place, asking) or edits(asking, place.node)):
        raise NotHere(account_map.code)
    if account_map.version != version or account_map.retired_on is not None:
        raise ChangedSince(account_map.code)
    if waits := queries.open_of(session, account_map):
        raise HandedInAlready(waits.number)
    bureau = session.get_one(Bureau, account_map.bureau_id)
    document = documents(session, Scope(bureau), [account_map.code])[0]
    if not document.steps:
        raise NothingDrawn(account_map.code)
    current = queries.in_force_of(session, account_map)
    if current and current.digest == digest(document):
        raise NothingNew(account_map.code)
    before = queries.approved_last(session, account_map)  # retiring it first lowers nothing
    level = document.worst_level() or Level.LOW
    last = select(func.max(Revision.number)).where(Revision.map_id == account_map.id)
    revision = Revision(
        bureau_id=bureau.id,
        map_id=account_map.id,
        number=(session.scalar(last) or 0) + 1,
        state=BEGINS,
        document=to_json(document).decode(),
        digest=digest(document),
        map_version=account_map.version,
        level=level,
        signed_at=signed_at(before.level if before else None, level),
        note=text.strip(),
        handed_in_by_id=asking.user.id,
        handed_in_by=asking.user.shown[:100],
        handed_in_at=now(),
    )
    session.add(revision)
    session.flush()
    _record(session, Kind.HANDED_IN, revision, account_map, digest=revision.digest)
    paper = queries.paper(revision, (), place)
    if refusal(paper, SignOffRole.FILLER, _signer(session, asking, revision, (), place),
               today(), today()) is None:  # fmt: skip
        sign(session, asking, revision, SignOffRole.FILLER, version=revision.version, day=today())
    return revision


def _holds(place: queries.Standing, asking: Asking) -> bool:
    return asking.user.id in place.holder_users or asking.user.person_id in place.holders


def edits(asking: Asking, node: Node) -> bool:
    """Return whether somebody edits the maps of a place."""
    return any(node.path.startswith(path) for path in asking.paths.get(Policy.EDIT_MAPS, ()))


def _signer(
    session: AnySession,
    asking: Asking,
    revision: Revision,
    signed: Sequence[SignOff],
    place: queries.Standing,
) -> Signer:
    myself = queries.same_person(session, asking.user)
    return queries.signer(asking, myself, revision, signed, place)


def _seen_by(
    session: AnySession, asking: Asking, revision: Revision, account_map: AccountMap
) -> tuple[Paper, Signer, Sequence[SignOff]]:
    """Return a revision as its signatures see it, what somebody is to it, and who has signed."""
    place = queries.standing(session, session.get_one(Node, account_map.node_id), today())
    signed = queries.sign_offs(session, [revision])[revision.id]
    return (
        queries.paper(revision, signed, place),
        _signer(session, asking, revision, signed, place),
        signed,
    )


def _touch(revision: Revision) -> None:
    """Raise a revision's version with the next flush, also where none of its columns changes:
    who has its page open is told that something happened to it."""
    flag_modified(revision, "reason")


def _record(
    session: AnySession, kind: Kind, revision: Revision, account_map: AccountMap, **more: object
) -> None:
    note(session, kind, revision.bureau_id, account_map.code, revision=revision.number, **more)


def _locked(session: AnySession, revision: Revision) -> AccountMap:
    """Return a revision's map, both locked and as they are now."""
    account_map = session.get_one(AccountMap, revision.map_id)
    lock(session, account_map)
    session.flush()
    session.refresh(revision, with_for_update=True)
    return account_map


def require_turn(
    session: AnySession, asking: Asking, revision: Revision, account_map: AccountMap
) -> SignOffRole:
    """Return the box of an open revision that is signed next.

    Raises `MayNotSign` where it is not for somebody to sign, whatever day and number they put.
    """
    paper, signer, _signed = _seen_by(session, asking, revision, account_map)
    wanted = paper.next
    assert wanted is not None, "it is open"
    why = refusal(paper, wanted, signer, paper.last_day, paper.last_day, "1")
    if why is not None:
        raise MayNotSign(why, wanted)
    return wanted


def sign(
    session: AnySession,
    asking: Asking,
    revision: Revision,
    box: SignOffRole,
    *,
    version: int,
    day: date,
    number: str = "",
) -> SignOff:
    """Sign a box; with the last one the revision is approved and the one before it superseded.

    Raises `NotNow`, `ChangedSince` and `MayNotSign`.
    """
    account_map = _locked(session, revision)
    if revision.state not in OPEN:
        raise NotNow(revision.state, Move.SIGN)
    paper, signer, signed = _seen_by(session, asking, revision, account_map)
    why = refusal(paper, box, signer, day, today(), number)
    if why is not None:
        raise MayNotSign(why, paper.next)
    if revision.version != version or account_map.retired_on is not None:
        raise ChangedSince(account_map.code)
    row = SignOff(
        bureau_id=revision.bureau_id,
        revision_id=revision.id,
        box=box,
        user_id=asking.user.id,
        person_id=asking.user.person_id,
        who=asking.user.shown[:100],
        day=day,
        number=number.strip() if box.numbered else "",
        at=now(),
    )
    session.add(row)
    _record(session, Kind.SIGNED, revision, account_map, box=box.value, day=day.isoformat())
    if missing(revision.signed_at, [*(each.box for each in signed), box]):
        revision.state = after(revision.state, Move.SIGN)
        _touch(revision)
    else:
        _approve(session, revision, account_map, [*signed, row])
    session.flush()
    return row


def _approve(
    session: AnySession, revision: Revision, account_map: AccountMap, signed: Sequence[SignOff]
) -> None:
    day = signed[-1].day
    before = queries.in_force_of(session, account_map)
    if before is not None:
        before.state, before.ended_on = after(before.state, Move.SUPERSEDE), day
        session.flush()  # one is in force at a time
    revision.state, revision.approved_on = after(revision.state, Move.APPROVE), day
    account_map.reviewed_on = max(day, account_map.reviewed_on or day)  # signing is reviewing
    _record(
        session,
        Kind.APPROVED,
        revision,
        account_map,
        digest=revision.digest,
        day=day.isoformat(),
        signatures=as_text((each.box, each.who, each.day, each.number) for each in signed),
    )


def send_back(
    session: AnySession, asking: Asking, revision: Revision, *, version: int, reason: str
) -> None:
    """Send a revision back to who handed it in: whoever signs it next may, with a reason.

    Raises `NotNow`, `ChangedSince`, `MayNotSign` and `NoReason`.
    """
    account_map = _locked(session, revision)
    to = after(revision.state, Move.RETURN)
    require_turn(session, asking, revision, account_map)
    if revision.version != version:
        raise ChangedSince(account_map.code)
    if not reason.strip():
        raise NoReason(account_map.code)
    revision.state, revision.reason = to, reason.strip()
    _record(session, Kind.SENT_BACK, revision, account_map, reason=revision.reason)
    session.flush()


def remark(
    session: AnySession, asking: Asking, revision: Revision, *, text: str, step: str = ""
) -> RevisionRemark:
    """Leave a remark on a step of an open revision, by its key, or on the whole of it.

    The revision counts it as a change: nobody signs without having seen what was said meanwhile.
    Raises `NotNow`, `NotYours`, `NoSuchStep` and `NoText`.
    """
    account_map = _locked(session, revision)
    if revision.state not in OPEN:
        raise NotNow(revision.state, Move.SIGN)
    paper, signer, _signed = _seen_by(session, asking, revision, account_map)
    if not may_remark(paper, signer):
        raise NotYours(account_map.code)
    if step and step not in queries.document_of(revision).step_by_key:
        raise NoSuchStep(step)
    if not text.strip():
        raise NoText(account_map.code)
    row = RevisionRemark(
        bureau_id=revision.bureau_id,
        revision_id=revision.id,
        step=step,
        user_id=asking.user.id,
        who=asking.user.shown[:100],
        text=text.strip(),
        at=now(),
    )
    session.add(row)
    read = readings.version_read(session, asking.user, revision) == revision.version
    _touch(revision)
    _record(session, Kind.REMARKED, revision, account_map, step=step, text=row.text)
    session.flush()
    if read:
        readings.keep(session, asking.user, revision)
    return row


def read(session: AnySession, asking: Asking, revision: Revision, *, version: int) -> None:
    """Note that somebody who may sign a revision next has read it as it is.

    Raises `NotNow`, `MayNotSign` and `ChangedSince`.
    """
    account_map = _locked(session, revision)
    if revision.state not in OPEN:
        raise NotNow(revision.state, Move.SIGN)
    require_turn(session, asking, revision, account_map)
    if revision.version != version:
        raise ChangedSince(account_map.code)
    readings.keep(session, asking.user, revision)
    _record(session, Kind.REVISION_READ, revision, account_map, digest=revision.digest)


def take_back(session: AnySession, asking: Asking, revision: Revision, *, version: int) -> None:
    """Take back what one handed in, or what was handed in for a place that one is the chief of.

    Raises `NotNow`, `ChangedSince` and `NotYours`.
    """
    account_map = _locked(session, revision)
    after(revision.state, Move.WITHDRAW)  # what is not open is refused as such, whoever asks
    node = session.get_one(Node, account_map.node_id)
    chief = any(
        each.role is Role.CHIEF and node.path.startswith(each.path) for each in asking.grants
    )
    if revision.handed_in_by_id != asking.user.id and not chief:
        raise NotYours(account_map.code)
    if revision.version != version:
        raise ChangedSince(account_map.code)
    withdraw(session, revision, account_map)


def withdraw(session: AnySession, revision: Revision, account_map: AccountMap) -> None:
    """Take an open revision back, whoever handed it in: as its map goes out of use."""
    revision.state = after(revision.state, Move.WITHDRAW)
    _record(session, Kind.TAKEN_BACK, revision, account_map)
    session.flush()


def may_retire(session: AnySession, asking: Asking, account_map: AccountMap) -> bool:
    """Return whether somebody takes documents of a map out of force."""
    place = queries.standing(session, session.get_one(Node, account_map.node_id), today())
    roles = {each.role for each in asking.grants if place.node.path.startswith(each.path)}
    return bool(roles & set(RETIRING)) and not _holds(place, asking)


def retire(
    session: AnySession,
    asking: Asking,
    revision: Revision,
    *,
    version: int,
    reason: str,
    day: date | None = None,
) -> None:
    """Take a document in force out of force, without another in its place, for a reason.

    Raises `NotNow`, `NotYours`, `ChangedSince` and `NoReason`.
    """
    account_map = _locked(session, revision)
    to = after(revision.state, Move.RETIRE)
    if not may_retire(session, asking, account_map):
        raise NotYours(account_map.code)
    if revision.version != version:
        raise ChangedSince(account_map.code)
    if not reason.strip():
        raise NoReason(account_map.code)
    revision.state, revision.ended_on, revision.reason = to, day or today(), reason.strip()
    _record(session, Kind.REVISION_RETIRED, revision, account_map, reason=revision.reason)
    session.flush()
