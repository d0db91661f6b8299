"""Editions: the atlas of a day, frozen with all that it was bound from, and bound again."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from importlib.metadata import version
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from riskmap.db import AnySession, now
from riskmap.document.model import MapDocument
from riskmap.drawing.engine import Engine
from riskmap.history.events import Kind, actor
from riskmap.history.recording import note
from riskmap.jobs.progress import UNSEEN, Progress
from riskmap.maps.queries import reading_order
from riskmap.maps.report import totals
from riskmap.maps.sheets import FICTIONAL, Printable, atlas_title, drawn_sheets
from riskmap.organisation.models import Bureau
from riskmap.organisation.queries import nodes
from riskmap.organisation.scope import Scope
from riskmap.printing.atlas import Atlas, Totals, print_atlas
from riskmap.printing.sheet import Signature, Stamp
from riskmap.register.models import Category, Item, Measure
from riskmap.revisions.edition_models import Edition
from riskmap.revisions.models import Revision
from riskmap.revisions.queries import document_of
from riskmap.revisions.showing import in_force, revisions_in_force, stamped

FORMAT: Final = "riskmap-edition/1"
SIGNED: Final = "已签"
"""What stands in a box of a public edition instead of the name."""


class NothingInForce(LookupError):
    """A bureau of which no map has been signed off."""


class NoEdition(LookupError):
    """A day of which there is no edition."""


class FrozenSheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A map in an edition: its revision by id, and how its sheet is stamped and signed."""

    revision: int
    code: str
    number: int
    digest: str
    stamp: dict[str, str]
    signatures: list[dict[str, str]]


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that an edition is bound from; `left_out` are the maps that were not in force."""

    format: str
    bureau: str
    title: str
    day: str
    note: str
    counts: dict[str, int]
    sheets: list[FrozenSheet]
    left_out: list[str]
    organisation: list[dict[str, Any]]
    register: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Bound:
    """What an edition is made of before it is kept: read, and bound in both forms."""

    content: bytes
    maps: int
    pdf: bytes
    public_pdf: bytes


def frozen(session: AnySession, scope: Scope, day: date) -> tuple[Frozen, list[MapDocument]]:
    """Return all that the atlas of a bureau is bound from now, and the documents in their order.

    Raises `NothingInForce`.
    """
    bureau = scope.bureau
    maps = in_force(session, scope)
    if not maps:
        raise NothingInForce(
            f"{bureau.name}还没有一张账图审定施行，没有可汇编的内容；请先送签并审定账图"
        )
    documents = [each.document for each in maps]
    ids = revisions_in_force(session, scope)
    sheets = [
        FrozenSheet(
            revision=ids[each.document.code].id,
            code=each.document.code,
            number=ids[each.document.code].number,
            digest=ids[each.document.code].digest,
            stamp=_data(each.stamp),
            signatures=[_data(one) for one in each.signatures],
        )
        for each in stamped(session, scope, maps)
    ]
    known = {each.code for each in documents}
    content = Frozen(
        format=FORMAT,
        bureau=bureau.name,
        title=atlas_title(bureau),
        day=day.isoformat(),
        note=FICTIONAL if bureau.is_sample else "",
        counts=totals(session, scope, documents),
        sheets=sheets,
        left_out=[each.code for each in reading_order(session, scope) if each.code not in known],
        organisation=_organisation(session, scope),
        register=_register(session, bureau),
    )
    return content, documents


def _data(value: Stamp | Signature) -> dict[str, str]:
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _organisation(session: AnySession, scope: Scope) -> list[dict[str, Any]]:
    """Return the nodes in use, in reading order."""
    return [
        {"code": node.code, "name": node.name, "level": node.level.value}
        for node in nodes(session, scope)
        if node.retired_on is None
    ]


def _register(session: AnySession, bureau: Bureau) -> dict[str, list[dict[str, Any]]]:
    """Return the categories, items and measures in use, by code."""

    def rows(model: Any, *names: str) -> list[dict[str, Any]]:
        query = select(model).where(model.bureau_id == bureau.id, model.retired_on.is_(None))
        return [
            {name: str(getattr(row, name)) for name in ("code", *names)}
            for row in session.scalars(query.order_by(model.code))
        ]

    return {
        "categories": rows(Category, "name"),
        "items": rows(Item, "name", "manifestation", "likelihood", "severity"),
        "measures": rows(Measure, "text", "phase", "control", "frequency", "evidence"),
    }


def bind(
    engine: Engine,
    content: Frozen,
    documents: Sequence[MapDocument],
    *,
    public: bool = False,
    progress: Progress = UNSEEN,
) -> bytes:
    """Return the PDF of what was frozen: equal content, equal bytes; `public` names nobody."""
    printables = [
        Printable(
            document,
            Stamp(**each.stamp),
            tuple(_signature(one, public=public) for one in each.signatures),
        )
        for each, document in zip(content.sheets, documents, strict=True)
    ]
    day = date.fromisoformat(content.day)
    return print_atlas(
        Atlas(
            bureau=content.bureau,
            title=content.title,
            month=f"{day.year}年{day.month}月{day.day}日",
            sheets=tuple(drawn_sheets(engine, printables, progress=progress)),
            totals=Totals(**{each.name: content.counts[each.name] for each in fields(Totals)}),
            note=content.note,
        )
    )


def _signature(data: Mapping[str, str], *, public: bool) -> Signature:
    found = Signature(**data)
    return replace(found, name=SIGNED) if public else found


def bound(
    engine: Engine, content: Frozen, documents: Sequence[MapDocument], progress: Progress = UNSEEN
) -> Bound:
    """Return an edition bound in both forms."""
    return Bound(
        msgspec.json.encode(content, order="sorted"),
        len(content.sheets),
        bind(engine, content, documents, progress=progress),
        bind(engine, content, documents, public=True),
    )


def keep(session: AnySession, bureau: Bureau, made: Bound, day: date, text: str = "") -> Edition:
    """Add an edition under the bureau's next number, and record it with its digests."""
    session.refresh(bureau, with_for_update=True)
    last = session.scalar(select(func.max(Edition.number)).where(Edition.bureau_id == bureau.id))
    who = actor()
    edition = Edition(
        bureau_id=bureau.id,
        number=(last or 0) + 1,
        day=day,
        at=now(),
        user_id=who.user_id,
        who=who.name[:100],
        note=text.strip(),
        program=version("riskmap"),
        maps=made.maps,
        content=made.content.decode(),
        digest=_sha256(made.content),
        pdf=made.pdf,
        pdf_digest=_sha256(made.pdf),
        public_pdf=made.public_pdf,
        public_digest=_sha256(made.public_pdf),
    )
    session.add(edition)
    session.flush()
    note(
        session, Kind.EDITION_MADE, bureau.id, str(edition.number), day=day.isoformat(),
        maps=made.maps, digest=edition.digest, pdf=edition.pdf_digest,
        public=edition.public_digest,
    )  # fmt: skip
    return edition


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def editions(session: AnySession, bureau: Bureau) -> Sequence[Edition]:
    """Return a bureau's editions, the newest first, without their content."""
    query = select(Edition).where(Edition.bureau_id == bureau.id)
    return session.scalars(query.order_by(Edition.number.desc())).all()


def of_number(session: AnySession, bureau: Bureau, number: int) -> Edition | None:
    """Return an edition of a bureau."""
    query = select(Edition).where(Edition.bureau_id == bureau.id, Edition.number == number)
    return session.scalars(query).one_or_none()


def as_of(session: AnySession, bureau: Bureau, day: date) -> Edition:
    """Return the newest edition of a day, with all that it holds; raises `NoEdition`."""
    query = select(Edition).where(Edition.bureau_id == bureau.id, Edition.day == day)
    newest = query.order_by(Edition.number.desc()).limit(1)
    whole = newest.options(
        undefer(Edition.content), undefer(Edition.pdf), undefer(Edition.public_pdf)
    )
    found = session.scalars(whole).one_or_none()
    if found is None:
        days = sorted({each.day.isoformat() for each in editions(session, bureau)})
        raise NoEdition(
            f"{bureau.name}没有 {day.isoformat()} 的汇编版；"
            + (f"有的是：{'、'.join(days)}" if days else "用 riskmap edition 制作一版")
        )
    return found


def again(
    session: AnySession, engine: Engine, edition: Edition, *, public: bool = False
) -> tuple[bytes, bool]:
    """Return an edition's PDF bound anew, and whether it is, byte for byte, the one that was kept.

    With another version of the program it may not be: then the one that was kept is returned.
    """
    content = msgspec.json.decode(edition.content, type=Frozen)
    ids = [each.revision for each in content.sheets]
    query = select(Revision).where(Revision.id.in_(ids)).options(undefer(Revision.document))
    documents = {row.id: document_of(row) for row in session.scalars(query)}
    made = bind(engine, content, [documents[each] for each in ids], public=public)
    kept = edition.public_pdf if public else edition.pdf
    return (made, True) if made == kept else (kept, False)
