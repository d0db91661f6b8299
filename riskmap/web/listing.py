"""Lists: filters, sorting and the page are in the address, so that a list can be sent on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, scoped_session

SIZE = 50  # rows of a page
LONGEST = 100  # characters of a filter that are looked at

Sorts = Mapping[str, Sequence[Any]]
"""Per column that can be sorted by, the expressions that order it; the first is the default."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list."""

    rows: Sequence[Any]
    total: int
    page: int
    pages: int
    sort: str
    descending: bool

    @property
    def first(self) -> int:
        """Return the number of the first row shown, from 1."""
        return (self.page - 1) * SIZE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    def at(self, page: int) -> str:
        """Return the address of another page of the same list."""
        return address(page=page if page > 1 else None)

    def by(self, column: str) -> str:
        """Return the address of the list sorted by a column, turned round if it is already."""
        turned = column == self.sort and not self.descending
        return address(sort=f"-{column}" if turned else column, page=None)

    def direction(self, column: str) -> str | None:
        """Return how a column is sorted, in the words of `aria-sort`."""
        if column != self.sort:
            return None
        return "descending" if self.descending else "ascending"


def listing(
    session: Session | scoped_session[Any], statement: Select[*tuple[Any, ...]], sorts: Sorts
) -> Listing:
    """Return the page of a list that the address asks for; two statements, however long it is."""
    sort, descending = _sort(sorts)
    total = session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
    pages = page_count(total)
    page = min(page_number(), pages)
    ordered = in_order(statement, sorts)
    rows = session.execute(ordered.limit(SIZE).offset((page - 1) * SIZE)).all()
    return Listing(rows, total, page, pages, sort, descending)


Keys = Mapping[str, Sequence[Callable[[Any], Any]]]
"""As `Sorts`, for rows that are values: what of a row orders it; nothing comes first."""


def listing_of(rows: Iterable[Any], keys: Keys) -> Listing:
    """Return the page that the address asks for of a list whose rows are values."""
    return page_of(in_order_of(rows, keys), *_sort(keys))


def page_of(rows: Sequence[Any], sort: str, descending: bool = False) -> Listing:
    """Return the page that the address asks for of rows that are in their order."""
    pages = page_count(len(rows))
    page = min(page_number(), pages)
    shown = rows[(page - 1) * SIZE : page * SIZE]
    return Listing(shown, len(rows), page, pages, sort, descending)


def in_order_of(rows: Iterable[Any], keys: Keys) -> list[Any]:
    """Return rows that are values in the order that the address asks for."""
    sort, descending = _sort(keys)
    first, *others = keys[sort]
    found = list(rows)
    for key in reversed([*others, *next(iter(keys.values()))]):
        found.sort(key=_nothing_first(key))
    found.sort(key=_nothing_first(first), reverse=descending)
    return found


def _nothing_first(key: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def sorting(row: Any) -> tuple[bool, Any]:
        value = key(row)
        return (False, "") if value is None else (True, value)

    return sorting


def _sort(sorts: Mapping[str, Any]) -> tuple[str, bool]:
    """Return what the address sorts by, and whether it is turned round."""
    asked = request.args.get("sort", "")
    sort = asked.removeprefix("-")
    return (sort, asked.startswith("-")) if sort in sorts else (next(iter(sorts)), False)


def in_order(statement: Select[*tuple[Any, ...]], sorts: Sorts) -> Select[*tuple[Any, ...]]:
    """Return a list's statement in the order that the address asks for."""
    sort, descending = _sort(sorts)
    first, *others = sorts[sort]
    order = [first.desc() if descending else first.asc(), *others, *next(iter(sorts.values()))]
    return statement.order_by(*order)


def page_count(total: int) -> int:
    """Return how many pages so many rows take, one where there is none."""
    return max(1, -(-total // SIZE))


def page_number() -> int:
    """Return the page that the address asks for, the first where it names none."""
    return max(1, request.args.get("page", 1, type=int))


def asked_for(name: str, choices: Sequence[str] | None = None) -> str:
    """Return a filter of the address, "" where it is not set or not one of the choices."""
    value = request.args.get(name, "").strip()[:LONGEST]
    return value if choices is None or value in choices else ""


def filters(**choices: Sequence[str] | None) -> dict[str, str]:
    """Return the filters that the address sets, by name; None where any text will do."""
    return {name: asked_for(name, allowed) for name, allowed in choices.items()}


def address(**changed: object) -> str:
    """Return this page's address with some of its parameters changed; None leaves one out."""
    assert request.endpoint is not None
    values: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), **changed}
    return url_for(request.endpoint, **{key: each for key, each in values.items() if each})
