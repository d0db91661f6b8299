"""The stable JSON form of a `MapDocument`, and its digest."""

import hashlib

import msgspec

from riskmap.document.model import MapDocument

FORMAT = "riskmap-document/2"


class DocumentError(ValueError):
    """Text that is no map document of this format."""


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    document: MapDocument


def to_json(document: MapDocument) -> bytes:
    """Return the document as UTF-8 JSON: same value, same bytes, on any machine."""
    return msgspec.json.encode(_Envelope(FORMAT, document), order="sorted")


def from_json(data: bytes) -> MapDocument:
    """Return the document that `to_json` wrote; raises `DocumentError` on anything else."""
    try:
        envelope = msgspec.json.decode(data, type=_Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentError(f"no map document: {error}") from error
    if envelope.format != FORMAT:
        raise DocumentError(f"format is {envelope.format!r}, not {FORMAT!r}")
    if msgspec.json.decode(to_json(envelope.document)) != msgspec.json.decode(data):
        raise DocumentError("no map document: it lacks a field, or has one that is not known")
    return envelope.document


def digest(document: MapDocument) -> str:
    """Return the SHA-256 of the JSON form, 64 hex digits."""
    return hashlib.sha256(to_json(document)).hexdigest()
