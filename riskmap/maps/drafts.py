"""What a user is typing on a map, kept from one request to the next, with its states before."""

from collections.abc import Callable

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from riskmap.db import AnySession, now
from riskmap.maps.draft import MapDraft, from_json, to_json
from riskmap.maps.models import AccountMap, MapDraftRow, MapDraftStep

STATES_KEPT = 50


def load(session: AnySession, account_map: AccountMap, user_id: int) -> MapDraftRow | None:
    """Return what a user left typed on a map, if anything."""
    query = select(MapDraftRow).where(
        MapDraftRow.map_id == account_map.id, MapDraftRow.user_id == user_id
    )
    return session.scalars(query.with_for_update()).one_or_none()


def content(row: MapDraftRow) -> MapDraft:
    """Return the draft as it was kept last; raises `DraftError` if it cannot be read."""
    return from_json(row.content)


def base(row: MapDraftRow) -> MapDraft | None:
    """Return the draft that the map was when the typing began, if that is known."""
    return from_json(row.base) if row.base is not None else None


def keep(
    session: AnySession,
    account_map: AccountMap,
    user_id: int,
    draft: MapDraft,
    *,
    base_version: int,
    stored: Callable[[], MapDraft] | None = None,
    row: MapDraftRow | None = None,
) -> MapDraftRow:
    """Keep what a user typed; the state before, if it was another, can be gone back to.

    `base_version` is the map's version that the typing began with, `stored` reads the draft that
    the map is now: what the typing began with unless the map has moved on since. It is read only
    where that is not kept yet, not at every word that is typed. `row` is what the user left, where
    it is loaded already.
    """
    text = to_json(draft)
    row = row or load(session, account_map, user_id)
    if row is None or row.base is None or row.base_version != base_version:
        begun = to_json(stored()) if stored and account_map.version == base_version else None
        row = row or _new(session, account_map, user_id, base_version, begun, text)
        if row.base_version != base_version:
            row.base_version, row.base = base_version, begun
        row.base = row.base if row.base is not None else begun
    if row.content != text:
        _push(session, row)
        row.content = text
    row.saved_at = now()
    session.flush()
    return row


def _new(
    session: AnySession,
    account_map: AccountMap,
    user_id: int,
    base_version: int,
    begun: str | None,
    text: str,
) -> MapDraftRow:
    """Return a new row; where another window of the user has just made it, that one's."""
    row = MapDraftRow(
        bureau_id=account_map.bureau_id,
        map_id=account_map.id,
        user_id=user_id,
        base_version=base_version,
        base=begun,
        content=begun or text,
        saved_at=now(),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = load(session, account_map, user_id)
        if found is None:
            raise
        return found
    return row


def _push(session: AnySession, row: MapDraftRow) -> None:
    """Put what a draft was on top of its states before; of those, some are kept."""
    newest = select(func.max(MapDraftStep.number)).where(MapDraftStep.draft_id == row.id)
    number = (session.scalar(newest) or 0) + 1
    session.add(MapDraftStep(draft_id=row.id, number=number, content=row.content))
    session.flush()
    session.execute(
        delete(MapDraftStep).where(
            MapDraftStep.draft_id == row.id, MapDraftStep.number <= number - STATES_KEPT
        )
    )


def can_undo(session: AnySession, row: MapDraftRow | None) -> bool:
    """Return whether there is a draft, and a state before."""
    if row is None:
        return False
    query = select(MapDraftStep.id).where(MapDraftStep.draft_id == row.id).limit(1)
    return session.scalar(query) is not None


def undo(session: AnySession, row: MapDraftRow) -> MapDraft | None:
    """Go back to the state before and return it, None if there is none."""
    query = (
        select(MapDraftStep)
        .where(MapDraftStep.draft_id == row.id)
        .order_by(MapDraftStep.number.desc())
        .limit(1)
    )
    step = session.scalars(query).one_or_none()
    if step is None:
        return None
    row.content, row.saved_at = step.content, now()
    session.delete(step)
    session.flush()
    return content(row)


def discard(session: AnySession, row: MapDraftRow) -> None:
    """Forget what was typed, and its states before."""
    session.execute(delete(MapDraftStep).where(MapDraftStep.draft_id == row.id))
    session.delete(row)
    session.flush()
