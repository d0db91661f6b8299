"""The codes that rows get which the file gives none: each kind's own pattern goes on."""

from collections.abc import Collection, Mapping
from typing import Final

from riskmap.organisation.codes import next_code as next_of_tree
from riskmap.organisation.codes import usual_stem
from riskmap.organisation.tree import NodeLevel
from riskmap.register.codes import below, next_code

STEMS: Final = {"category": ("FX-", 2), "basis": ("FG-", 3), "statutory_limit": ("SX-", 3),
                "matter": ("QL-", 3)}  # fmt: skip
PEOPLE: Final = {"person": ("RY-", 3), "party": ("CY-", 2)}


def issue(table: str, values: Mapping[str, str], issued: Collection[str]) -> str:
    """Return the code of a new row of a table, by those that were ever issued."""
    if table in STEMS:
        stem, digits = STEMS[table]
        return next_code(stem, issued, digits, issued)
    if table in PEOPLE:
        stem, digits = PEOPLE[table]
        return next_of_tree(issued, usual_stem(issued, stem), digits)
    if table == "item":
        return next_code(values["category"], issued, 2)
    if table == "measure":
        return next_code(below(values["item"], "CS"), issued, 2)
    parent = values.get("parent", "")
    if not parent:
        units = [code for code in issued if "-K" not in code]
        return next_of_tree(issued, usual_stem(units, "FZ-U"), 1)
    letter = "K" if values["level"] == NodeLevel.OFFICE.value else "G"
    return next_of_tree(issued, f"{parent}-{letter}", 2)
