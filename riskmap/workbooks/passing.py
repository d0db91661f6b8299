"""A book, or why there is none, as bytes between the reading process and ours: plain values."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from msgspec import Struct, ValidationError
from msgspec.msgpack import Decoder, Encoder, Ext

from riskmap.document.sentences import Said
from riskmap.workbooks.book import Book, Range, ReadSheet, Value
from riskmap.workbooks.refusals import Refused

_DATETIME, _DATE, _TIME, _TIMEDELTA = range(1, 5)
_MICROSECOND: Final = timedelta(microseconds=1)


class _Sheet(Struct, array_like=True):
    name: str
    rows: tuple[tuple[Any, ...], ...]
    merged: tuple[Range, ...]
    hidden: bool


class _Answer(Struct):
    sheets: tuple[_Sheet, ...] = ()
    template: str = ""  # of the sentence that refuses
    values: tuple[tuple[str, str | int], ...] = ()


def of_book(book: Book) -> bytes:
    """Return a book as bytes."""
    sheets = (
        _Sheet(each.name, tuple(map(_plain_row, each.rows)), each.merged, each.hidden)
        for each in book.sheets
    )
    return Encoder().encode(_Answer(sheets=tuple(sheets)))


def of_refusal(refused: Refused) -> bytes:
    """Return a refusal as bytes."""
    return Encoder().encode(_Answer((), refused.said.template, refused.said.values))


def book_from(answer: bytes) -> Book:
    """Return the book of an answer; raises the `Refused` that it is, `ValueError` if it is cut."""
    found = _DECODER.decode(answer)
    if found.template:
        raise Refused(Said(found.template, found.values))
    return Book(
        tuple(ReadSheet(each.name, each.rows, each.merged, each.hidden) for each in found.sheets)
    )


def _plain_row(row: tuple[Value, ...]) -> tuple[Any, ...]:
    return tuple(_plain(value) for value in row)


def _plain(value: Value) -> Any:
    """Return a value with its kind where the format itself knows only texts and numbers."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, timedelta):
        return Ext(_TIMEDELTA, str(value // _MICROSECOND).encode())
    if isinstance(value, datetime):
        return Ext(_DATETIME, value.isoformat().encode())
    kind = _DATE if isinstance(value, date) else _TIME
    return Ext(kind, value.isoformat().encode())


def _value(kind: int, data: memoryview) -> Value:
    said = bytes(data).decode("ascii")
    if kind == _DATETIME:
        return datetime.fromisoformat(said)
    if kind == _DATE:
        return date.fromisoformat(said)
    if kind == _TIME:
        return time.fromisoformat(said)
    if kind == _TIMEDELTA:
        return int(said) * _MICROSECOND
    raise ValidationError(f"no kind of value: {kind}")


_DECODER: Final = Decoder(_Answer, ext_hook=_value)
