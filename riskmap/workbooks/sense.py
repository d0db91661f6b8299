"""What the cells of a row say together: which of them cannot both be meant."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from flask_babel import gettext as _

from riskmap.organisation.codes import names_a_second_map
from riskmap.organisation.tree import NodeLevel
from riskmap.web.converters import is_code
from riskmap.workbooks.rows import Row, Snapshot, Values
from riskmap.workbooks.showing import member
from riskmap.workbooks.texts import narrow

Said = Iterator[tuple[str, str]]
"""The column of a cell, and what is wrong with it."""

New = Mapping[str, Mapping[str, str]]
"""Codes of rows that the same file adds, by table; of nodes with their level."""

ABOVE: Final = {NodeLevel.OFFICE.value: NodeLevel.UNIT.value,
                NodeLevel.POST.value: NodeLevel.OFFICE.value}  # fmt: skip


def nonsense(table: str, values: Values, row: Row | None, known: Snapshot, new: New) -> Said:
    """Yield the cells of a row that do not go together, with what to do about it."""
    if row is None and "code" in values and table != "account_map":
        yield from _code(table, values["code"], known)
    rule = _RULES.get(table)
    if rule is not None:
        yield from rule(values, row, known, new)


def _code(table: str, code: str, known: Snapshot) -> Said:
    if not code:
        return
    issued = {each.casefold() for each in known.labels.get(table, known.rows.get(table, {}))}
    if not is_code(code):
        yield "code", _("A code is made of letters, digits and hyphens, as FX-0101; at most 40.")
    elif code.casefold() in issued:
        yield "code", _("%(code)s was issued before; a code is never issued twice.", code=code)
    elif names_a_second_map(code):
        yield "code", _("Endings such as -S2 are kept for the maps of a node.")


def _alike(table: str, values: Values, row: Row | None, known: Snapshot, *same: str) -> Said:
    """Refuse a name that another row in use has, of those that say the same in some columns."""
    name = narrow(values["name"]).casefold()
    for each in known.rows.get(table, {}).values():
        if each.retired or (row is not None and each.id == row.id):
            continue
        if any(each.values.get(column, "") != values.get(column, "") for column in same):
            continue
        if narrow(each.values["name"]).casefold() == name:
            yield "name", _("%(code)s has that name already.", code=each.key)
            return


def _node(values: Values, row: Row | None, known: Snapshot, new: New) -> Said:
    level, parent = values.get("level", ""), values.get("parent", "")
    wanted = ABOVE.get(level)
    if wanted is None:
        if parent:
            yield "parent", _("A unit stands below no other; leave this empty.")
    else:
        there = known.levels.get(parent) or _level(new["node"].get(parent, ""))
        if there != wanted:
            yield "parent", _("An office stands below a unit, a post below an office.")
    if (level == NodeLevel.POST.value) != bool(values.get("duty_class")):
        yield "duty_class", _("A post has a class of duty, and nothing else has one.")
    yield from _alike("node", values, row, known, "parent", "level")


def _level(text: str) -> str:
    return member(NodeLevel, text) or text


def _person(values: Values, row: Row | None, known: Snapshot, _new: New) -> Said:
    if row is None and not values.get("code"):
        for _column, _said in _alike("person", values, row, known):
            yield "name", _("There is somebody of that name; give a new code if it is another.")


def _holding(values: Values, row: Row | None, known: Snapshot, new: New) -> Said:
    post = values.get("post", "")
    level = known.levels.get(post) or _level(new["node"].get(post, ""))
    if level != NodeLevel.POST.value:
        yield "post", _("Only posts are held.")
    since, until = values.get("since", ""), values.get("until", "")
    if until and until < since:
        yield "until", _("The last day comes before the first; mend one of the two.")
        return
    for each in known.rows.get("holding", {}).values():
        other = each.values
        if row is not None and each.id == row.id:
            continue
        if (other["person"], other["post"]) != (values["person"], post):
            continue
        if other["since"] <= (until or "9999") and since <= (other["until"] or "9999"):
            yield "since", _("The same person holds this post on some of these days already.")
            return


def _named(table: str, *same: str) -> Callable[[Values, Row | None, Snapshot, New], Said]:
    def rule(values: Values, row: Row | None, known: Snapshot, _new: New) -> Said:
        return _alike(table, values, row, known, *same)

    return rule


def _item(values: Values, row: Row | None, known: Snapshot, _new: New) -> Said:
    yield from _level_with_reason(values, row, known, _new)
    yield from _alike("item", values, row, known, "category")


def _level_with_reason(values: Values, _row: Row | None, _known: Snapshot, _new: New) -> Said:
    if values.get("override_level") and not values.get("override_reason"):
        yield "override_reason", _("Say why the level is not the one of the matrix.")
    elif values.get("override_reason") and not values.get("override_level"):
        yield (
            "override_level",
            _("There is a reason but no level; choose the level, or take the reason out."),
        )


def _basis(values: Values, row: Row | None, known: Snapshot, _new: New) -> Said:
    first, last = values.get("in_force_from", ""), values.get("in_force_until", "")
    if first and last and last < first:
        yield "in_force_until", _("It cannot end before it begins; look at both days.")
    code, by = values.get("code", ""), values.get("replaced_by", "")
    seen = {code} if code else set()
    while by:
        if by in seen:
            yield "replaced_by", _("A basis cannot be replaced by itself, in one step or several.")
            return
        seen.add(by)
        found = known.rows.get("basis", {}).get(by)
        by = found.values.get("replaced_by", "") if found else ""


def _limit(values: Values, _row: Row | None, _known: Snapshot, _new: New) -> Said:
    if bool(values.get("extension_value")) != bool(values.get("extension_unit")):
        yield "extension_unit", _("An extension has both a length and a unit.")
    if values.get("extension_value") and not values.get("extension_approver"):
        yield (
            "extension_approver",
            _("Say who approves it: nobody extends a limit on their own."),
        )


def _step(values: Values, _row: Row | None, _known: Snapshot, _new: New) -> Said:
    if values.get("limit_unit") and not values.get("limit_value"):
        yield "limit_value", _("There is a unit but no time limit; fill it in, or empty both.")
    if values.get("basis_article") and not values.get("basis"):
        yield "basis", _("Say which basis the article belongs to.")


def _map(values: Values, row: Row | None, known: Snapshot, _new: New) -> Said:
    code, node = values.get("code", ""), values.get("node", "")
    if row is not None or not code:
        return
    if code in known.labels.get("account_map", {}):
        yield "code", _("%(code)s was issued before; a code is never issued twice.", code=code)
    elif code != node and not (code.startswith(f"{node}-S") and code[len(node) + 2 :].isdigit()):
        yield "code", _("A map has the code of its node, further ones with -S2, -S3 behind it.")


_RULES: Final[Mapping[str, Callable[[Values, Row | None, Snapshot, New], Said]]] = {
    "account_map": _map,
    "basis": _basis,
    "category": _named("category"),
    "holding": _holding,
    "item": _item,
    "matter": _named("matter"),
    "node": _node,
    "party": _named("party"),
    "person": _person,
    "risk_point": _level_with_reason,
    "statutory_limit": _limit,
    "step": _step,
}
