"""A ledger as found becomes rows of our sheets: what it names is found, what is new is added.

An entry becomes an item of the register with its measures and who owes them, and a risk point on a
step of its place's map. The rows bear the cells that they were read from, and go the way of every
workbook from here: planned, shown, checked, carried out, undone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from flask_babel import gettext as _

from riskmap.document.terms import StepKind
from riskmap.maps.commands import END, START
from riskmap.organisation.codes import next_map_code
from riskmap.organisation.tree import DutyClass, NodeLevel
from riskmap.register import rating
from riskmap.register.rating import Level
from riskmap.register.terms import Phase, ResponsibilityRole, RiskKind
from riskmap.web.members import shown
from riskmap.workbooks.book import Book, cell_name
from riskmap.workbooks.choices import CREATE, LEAVE, Choices
from riskmap.workbooks.codes import issue
from riskmap.workbooks.columns import BY_NAME
from riskmap.workbooks.found.columns import Column
from riskmap.workbooks.found.fields import Field
from riskmap.workbooks.found.ledger import Found, found
from riskmap.workbooks.found.reasons import SENTENCES
from riskmap.workbooks.found.records import Measure as Said
from riskmap.workbooks.found.records import Row as Entry
from riskmap.workbooks.places import NodeName, Place, likest, place_of, settled
from riskmap.workbooks.rows import Row, Snapshot
from riskmap.workbooks.taking import STATE, Fault, Taken, TakenRow, Tally
from riskmap.workbooks.texts import joined, narrow

GRADES: Final = {Level.HIGH: (3, 3), Level.MEDIUM: (2, 2), Level.LOW: (1, 2)}
"""Likelihood and severity of an item whose ledger gives its level only."""

PHASES: Final = (
    (Phase.PREVENT, ("前期", "预防", "事前", "prevent")),
    (Phase.MONITOR, ("中期", "监控", "事中", "monitor", "detect")),
    (Phase.RESPOND, ("后期", "处置", "事后", "整改", "respond", "correct")),
)
"""The words in the head of a column of measures that say when they work."""

KEPT: Final = (
    Field.CODE, Field.MATTER, Field.MATTER_CODE, Field.POWER_KIND, Field.SCORE, Field.BASIS,
    Field.OWNER, Field.OFFICE_HEAD, Field.LEADER,
)  # fmt: skip
"""Fields that no column of ours holds: they are kept in the item's remark."""

MEASURED: Final = {
    Field.FREQUENCY: "frequency", Field.EVIDENCE: "evidence", Field.INDICATOR: "indicator",
}  # fmt: skip
"""Fields of an entry that each of its measures gets, where they fit its column."""

LONGEST_STATEMENT: Final = BY_NAME["risk_point"].by_name["statement"].longest

ALIKE: Final = 0.85
"""From here on two steps' texts are taken for one step."""


def read_ledger(book: Book, choices: Choices) -> Found:
    """Return what a ledger holds by what was chosen; raises `FieldTwice`."""
    return found(
        book, choices.columns_of_tables(), choices.level_meanings(), choices.grade_meanings()
    )


def nodes_of(known: Snapshot) -> dict[str, NodeName]:
    """Return the nodes in use that may be seen, by code."""
    return {
        code: NodeName(code, row.values["name"], NodeLevel(row.values["level"]),
                       row.values.get("parent", ""))
        for code, row in known.rows["node"].items()
        if not row.retired
    }  # fmt: skip


def take_ledger(book: Book, choices: Choices, known: Snapshot) -> Taken:
    """Return the rows of ours that a ledger says, with what is refused, left out and told."""
    return _Taking(read_ledger(book, choices), choices, known).taken()


@dataclass
class _Map:
    """A map that entries go onto: its steps' keys by their texts, those added, how many it had."""

    code: str
    new: bool
    steps: dict[str, str]
    count: int
    added: dict[str, TakenRow] = field(default_factory=dict)


class _Taking:
    def __init__(self, ledger: Found, choices: Choices, known: Snapshot) -> None:
        self.ledger, self.choices, self.known = ledger, choices, known
        self.nodes = nodes_of(known)
        self.found = Taken()
        self.tally = Tally(ledger.read)
        self.issued = {name: set(known.labels.get(name, ())) for name in BY_NAME}
        self.by_name = {
            name: {narrow(row.values["name"]): code for code, row in reversed(rows.items())
                   if not row.retired}
            for name, rows in known.rows.items()
            if name in ("category", "item")
        }  # fmt: skip
        self.measures: dict[str, dict[str, str]] = {}
        for code, row in known.rows["measure"].items():
            if not row.retired:
                of_item = self.measures.setdefault(row.values["item"], {})
                of_item.setdefault(_bare(row.values["text"]), code)
        self.owed = set(known.rows["responsibility"])
        self.new_items: dict[str, dict[str, str]] = {}
        self.remarks: dict[str, list[str]] = {}
        self.remarked: dict[str, Entry] = {}
        self.placed: dict[Place, str] = {}
        self.maps: dict[str, _Map] = {}
        self.points = {
            (row.values["map"], row.values["item"], narrow(row.values["statement"])): row
            for row in known.rows["risk_point"].values()
        }
        self.told: set[tuple[str, str, str]] = set()
        self.entry: Entry
        self.columns: Mapping[Field, Column] = {}

    def taken(self) -> Taken:
        for each in self.ledger.left_out:
            self._leave(each.sheet, each.row, _(SENTENCES[each.why].template), each.text)
        self.tally.left = len(self.ledger.left_out)
        for refused in self.ledger.refused:
            self.tally.refused += len(refused.numbers)
            self.found.faults += [
                Fault(refused.sheet, each.cell, each.value, each.said.text(_, shown))
                for each in refused.problems
            ]
        for told in self.ledger.told:
            self.found.notes.append(f"{told.sheet} {told.cell}：{told.said.text(_, shown)}")
        for entry in self.ledger.rows:
            self._take(entry)
        self._finish_maps()
        self._put_remarks()
        self.found.tally = self.tally
        return self.found

    # One entry

    def _take(self, entry: Entry) -> None:
        self.entry, self.columns = entry, self._columns(entry)
        place = place_of(entry)
        chosen = self.choices.places.get(place.key)
        if chosen == LEAVE:
            self.tally.left += len(entry.numbers)
            self._leave(entry.sheet, entry.numbers[0], _("Left out by choice."), entry.statement)
            return
        if chosen != CREATE and chosen not in self.nodes:
            chosen = self._settled(place)
        if fault := self._fault(entry, place, chosen):
            self.tally.refused += len(entry.numbers)
            self.found.faults.append(fault)
        else:
            self.tally.entries[entry.sheet, entry.numbers[0]] = len(entry.numbers)
            self._one(entry, place, chosen)

    def _one(self, entry: Entry, place: Place, chosen: str) -> None:
        node = self._created(place) if chosen == CREATE else chosen
        item = self._item(entry)
        measures = [code for each in entry.measures if (code := self._measure(item, each))]
        if self.choices.register:
            for measure in measures if node else []:
                self._owe(measure, node)
            if measures and not node:
                self._tell(_("%(place)s: no unit, office or post is chosen, so nobody owes these "
                             "measures.", place=place.key or entry.sheet))  # fmt: skip
            self._remark(entry, item, place)
        if self.choices.maps:
            self._risk_point(entry, node, item, measures)

    def _columns(self, entry: Entry) -> dict[Field, Column]:
        """Return the columns of an entry's own table by what they hold, the first of several."""
        own = [
            each for each in self.ledger.columns
            if each.sheet == entry.sheet and each.heads[1] < entry.numbers[0]
        ]  # fmt: skip
        last = max((each.heads for each in own), default=(0, 0))
        return {each.field: each for each in reversed(own) if each.heads == last}

    def _place(self, field: Field) -> int:
        """Return the column of a field, where it has none that of the risk."""
        wanted = (field, Field.RISK, Field.MANIFESTATION, Field.ITEM)
        return next((self.columns[each].column for each in wanted if each in self.columns), 1)

    def _add(self, table: str, texts: Mapping[str, str], **cells: Field) -> TakenRow:
        """Add a row of ours; `cells` name the columns that stand elsewhere than the risk."""
        places = {name: self._place(cells.get(name, Field.RISK)) for name in texts}
        row = TakenRow(BY_NAME[table], self.entry.sheet, self.entry.numbers[0], texts, places)
        self.found.rows.append(row)
        return row

    def _leave(self, sheet: str, row: int, why: str, text: str) -> None:
        said = _("sheet “%(sheet)s”, row %(row)s: %(why)s", sheet=sheet, row=row, why=why)
        self.found.left.append(f"{said} {text[:60]}".rstrip())

    def _tell(self, said: str) -> None:
        if said not in self.found.notes:
            self.found.notes.append(said)

    def _issue(self, table: str, values: Mapping[str, str]) -> str:
        code = issue(table, values, self.issued[table])
        self.issued[table].add(code)
        return code

    # What keeps an entry out; asked before anything is added for it

    def _fault(self, entry: Entry, place: Place, chosen: str) -> Fault | None:
        """Return the cell that keeps an entry out, None where it can be taken in."""
        at = next((each for each in (Field.POST, Field.OFFICE, Field.UNIT)
                   if each in self.columns), Field.RISK)  # fmt: skip
        if self.choices.maps and not chosen:
            return self._at(at, place.key, _(
                "No unit, office or post is chosen for this place; choose one on the page of "
                "places, or let it be created."))  # fmt: skip
        if chosen == CREATE and not self._may_stand(place):
            return self._at(at, place.key, _(
                "Say on the page of places below which unit or office it is created."))  # fmt: skip
        item = self.by_name["item"].get(_named(entry))
        if item is None and not self.choices.register:
            return self._at(
                Field.RISK, _called(entry),
                _("The register has no such item; whoever keeps it takes this ledger in first."),
            )  # fmt: skip
        if item is None and self._grades(entry) is None:
            return self._at(Field.LEVEL, "", _(
                "It has no level; say on the page of columns which column holds it, or which "
                "level such rows get."))  # fmt: skip
        known = self.measures.get(item or "", {})
        lost = next((each for each in entry.measures if _bare(each.text) not in known), None)
        if lost and not self.choices.register:
            return self._at(Field.MEASURES, lost.text, _(
                "The item has no such measure; whoever keeps the register takes this "
                "ledger in first."))  # fmt: skip
        return None

    def _at(self, field: Field, value: str, reason: str) -> Fault:
        """Return a fault of the entry at the cell of a field."""
        cell = cell_name(self.entry.numbers[0], self._place(field))
        return Fault(self.entry.sheet, cell, value, reason)

    # Places

    def _settled(self, place: Place) -> str:
        if place not in self.placed:
            self.placed[place] = settled(likest(place, self.nodes))
        return self.placed[place]

    def _below(self, place: Place) -> str:
        """Return below which node a place is created: as chosen, or what its names say."""
        return self.choices.below.get(place.key, "") or self._settled(place.higher)

    def _may_stand(self, place: Place) -> bool:
        below = self._below(place)
        if below not in self.nodes:
            return not below and place.level is NodeLevel.UNIT and bool(place.name)
        return self.nodes[below].level is not NodeLevel.POST and bool(place.name)

    def _created(self, place: Place) -> str:
        """Return the code of a node that is added below the one that was chosen."""
        below = self._below(place)
        level = self._level_below(below)
        if level is NodeLevel.OFFICE and place.post:
            if place.office:  # the office first, then the post
                below = self._new_node(place.office, below, NodeLevel.OFFICE)
            else:
                return self._new_node(place.name, below, NodeLevel.OFFICE)
            level = NodeLevel.POST
        return self._new_node(place.name, below, level)

    def _level_below(self, code: str) -> NodeLevel:
        if not code:
            return NodeLevel.UNIT
        unit = self.nodes[code].level is NodeLevel.UNIT
        return NodeLevel.OFFICE if unit else NodeLevel.POST

    def _new_node(self, name: str, below: str, level: NodeLevel) -> str:
        for code, node in self.nodes.items():
            if (node.name, node.parent, node.level) == (name, below, level):
                return code
        code = self._issue("node", {"parent": below, "level": level.value})
        texts = {"code": code, "level": level.value, "name": name, "parent": below}
        if level is NodeLevel.POST:
            texts["duty_class"] = DutyClass.OTHER.value
        at = {NodeLevel.UNIT: Field.UNIT, NodeLevel.OFFICE: Field.OFFICE}.get(level, Field.POST)
        self._add("node", texts, name=at)
        self.nodes[code] = NodeName(code, name, level, below)
        return code

    # The register

    def _category(self, entry: Entry) -> str:
        name = entry.fields.get(Field.CATEGORY, "") or self.choices.category
        if name in self.issued["category"]:
            return name
        code = self.by_name["category"].get(narrow(name))
        if code is None:
            code = self._issue("category", {})
            self.by_name["category"][narrow(name)] = code
            self._add("category", {"code": code, "name": name}, name=Field.CATEGORY)
        return code

    def _grades(self, entry: Entry) -> tuple[int, int] | None:
        """Return likelihood and severity: as given, or those that the level stands for."""
        if entry.likelihood and entry.severity:
            return entry.likelihood, entry.severity
        level = entry.level or (Level(self.choices.unrated) if self.choices.unrated else None)
        return GRADES[level] if level else None

    def _item(self, entry: Entry) -> str:
        name = _named(entry)
        code = self.by_name["item"].get(name)
        return code if code is not None else self._new_item(entry, name)

    def _new_item(self, entry: Entry, name: str) -> str:
        grades = self._grades(entry)
        assert grades is not None, "checked before"
        category = self._category(entry)
        code = self._issue("item", {"category": category})
        shows = "\n".join(each.text for each in entry.manifestations) or entry.statement
        texts = {
            "code": code, "category": category, "name": _called(entry),
            "kind": _kind(entry, self.choices.kind).value, "manifestation": shows,
            "likelihood": str(grades[0]), "severity": str(grades[1]), "remark": "",
        }  # fmt: skip
        if entry.level and rating.level(*grades) is not entry.level:
            texts["override_level"] = entry.level.value
            texts["override_reason"] = _reason(entry)
        self.new_items[code] = texts
        self._add(
            "item", texts, name=Field.ITEM if Field.ITEM in entry.fields else Field.RISK,
            kind=Field.RISK_KIND, manifestation=Field.MANIFESTATION, likelihood=Field.LIKELIHOOD,
            severity=Field.SEVERITY, override_level=Field.LEVEL,
        )  # fmt: skip
        self.by_name["item"][name] = code
        return code

    def _measure(self, item: str, said: Said) -> str:
        known = self.measures.setdefault(item, {})
        code = known.get(_bare(said.text))
        if code is not None:
            return code
        code = self._issue("measure", {"item": item})
        texts = {
            "code": code, "item": item, "text": said.text, "phase": _phase(said.head).value,
            "control": self.choices.control.value,
        }  # fmt: skip
        texts |= {
            MEASURED[at]: _line(text) for at, text in _measured(self.entry) if _fits(at, text)
        }
        self._add("measure", texts, text=Field.MEASURES, frequency=Field.FREQUENCY,
                  evidence=Field.EVIDENCE, indicator=Field.INDICATOR)  # fmt: skip
        known[_bare(said.text)] = code
        return code

    def _owe(self, measure: str, node: str) -> None:
        role = ResponsibilityRole.RESPONSIBLE.value
        key = f"{measure}/{node}/{role}"
        if key not in self.owed:
            self.owed.add(key)
            self._add("responsibility", {"measure": measure, "node": node, "role": role},
                      node=Field.POST if Field.POST in self.columns else Field.OFFICE)  # fmt: skip

    def _remark(self, entry: Entry, item: str, place: Place) -> None:
        kept = [(at, entry.fields[at]) for at in KEPT if entry.fields.get(at)]
        kept += [(at, text) for at, text in _measured(entry)
                 if not (entry.measures and _fits(at, text))]  # fmt: skip
        said = [(self.columns[at].head if at in self.columns else at.value, text)
                for at, text in kept]  # fmt: skip
        said += entry.remarks
        if entry.section and entry.section != place.office:
            said.append((_("Section"), entry.section))
        if said:
            line = "；".join(f"{head} {text}" for head, text in said)
            line = f"{place.key or entry.sheet}：{line}"
            self.remarks.setdefault(item, []).append(line)
            self.remarked.setdefault(item, entry)

    def _put_remarks(self) -> None:
        for item, lines in self.remarks.items():
            entry, said = self.remarked[item], "\n".join(dict.fromkeys(lines))
            if item in self.new_items:
                self.new_items[item]["remark"] = said
                continue
            row = self.known.rows["item"].get(item)
            was = row.values.get("remark", "") if row else ""
            more = [line for line in said.split("\n") if line not in was.split("\n")]
            if row is None or not more:
                continue
            self.entry, self.columns = entry, self._columns(entry)
            remark = "\n".join([was, *more] if was else more)
            self._add("item", {"code": item, "remark": remark,
                               STATE: row.state(BY_NAME["item"])})  # fmt: skip

    # Maps

    def _map(self, node: str, entry: Entry) -> _Map:
        own = {
            code: row for code, row in self.known.rows["account_map"].items()
            if row.values["node"] == node and not row.retired
        }  # fmt: skip
        code = _about(own, self.known, entry.fields.get(Field.MATTER, "")) or self._new_code(node)
        if code not in self.maps:
            there = self.known.steps.get(code, {})
            steps = {narrow(text): key for key, text in there.items()}
            self.maps[code] = _Map(code, code not in own, steps, len(there))
            if code not in own:
                title = _("%(name)s: its account map", name=self.nodes[node].name)
                self._add("account_map", {"code": code, "node": node, "title": title})
        return self.maps[code]

    def _new_code(self, node: str) -> str:
        """Return the code of the one map that a node gets which has none in use."""
        return next_map_code(node, self.issued["account_map"])

    def _step(self, on: _Map, entry: Entry, node: str) -> str:
        """Return the key of an entry's step: one that is there, or one that is added."""
        text = _line(
            entry.fields.get(Field.STEP) or entry.fields.get(Field.MATTER) or self.choices.step
        )
        key = on.steps.get(narrow(text)) or next(
            (key for known, key in on.steps.items() if _alike(narrow(text), known) >= ALIKE), None
        )
        if key is not None:
            return key
        key = f"N{len(on.added) + 1}"
        number = len(on.added) + 2 if on.new else max(on.count, 1)
        actor = node if self.nodes[node].level is NodeLevel.POST else ""
        texts = _step(on, key, number, StepKind.PROCESS, text, actor)
        on.steps[narrow(text)] = key
        on.added[key] = self._add("step", texts, text=Field.STEP)
        if not on.new:
            self._tell(_(
                "Map %(map)s has no step “%(text)s”: it is added before the last one, without "
                "lines; draw them in the editor.", map=on.code, text=text))  # fmt: skip
        return key

    def _risk_point(self, entry: Entry, node: str, item: str, measures: list[str]) -> None:
        on = self._map(node, entry)
        statement = _line(entry.statement)
        if len(statement) > LONGEST_STATEMENT >= len(_called(entry)):
            statement = _called(entry)
        point = on.code, item, narrow(statement)
        if point in self.told:
            self._tell(_("%(sheet)s, row %(row)s says the same of the same place "
                                      "as a row above.", sheet=entry.sheet,
                                      row=entry.numbers[0]))  # fmt: skip
            return
        self.told.add(point)
        if there := self.points.get(point):
            self._add("risk_point", {"map": on.code, "key": there.values["key"],
                                     STATE: there.state(BY_NAME["risk_point"])})  # fmt: skip
            return
        texts = {
            "map": on.code, "key": "", "step": self._step(on, entry, node), "item": item,
            "statement": statement, "measures": joined(measures),
        }  # fmt: skip
        if entry.level and entry.level is not self._level_of(item):
            texts |= {"override_level": entry.level.value, "override_reason": _reason(entry)}
        self._add("risk_point", texts, statement=Field.RISK, override_level=Field.LEVEL,
                  measures=Field.MEASURES, step=Field.STEP)  # fmt: skip

    def _level_of(self, item: str) -> Level:
        row = self.new_items.get(item) or self.known.rows["item"][item].values
        if row.get("override_level"):
            return Level(row["override_level"])
        return rating.level(int(row["likelihood"]), int(row["severity"]))

    def _finish_maps(self) -> None:
        """Give new maps a start, an end, and lines from each step to the next in the order told."""
        for on in self.maps.values():
            if on.new and on.added:
                self.found.rows += _ends_and_lines(on)


def _ends_and_lines(on: _Map) -> Iterator[TakenRow]:
    rows = list(on.added.values())
    for key, number, text, near in (
        ("N-start", 1, START, rows[0]), ("N-end", len(rows) + 2, END, rows[-1]),
    ):  # fmt: skip
        actor = near.texts["actor"]
        yield _beside(near, "step", _step(on, key, number, StepKind.TERMINATOR, text, actor))
    for source, target in pairwise(["N-start", *on.added, "N-end"]):
        near = on.added.get(source, rows[0])
        texts = {"map": on.code, "key": "", "source": source, "target": target}
        yield _beside(near, "transition", texts)


def _step(on: _Map, key: str, number: int, kind: StepKind, text: str, actor: str) -> dict[str, str]:
    """Return what a step of a map says that is added."""
    return {
        "map": on.code, "key": key, "number": str(number), "kind": kind.value, "text": text,
        "actor": actor, "min_persons": "1",
    }  # fmt: skip


def _beside(near: TakenRow, table: str, texts: Mapping[str, str]) -> TakenRow:
    """Return a row that stands where another does in the ledger."""
    at = near.places.get("text", 1)
    return TakenRow(BY_NAME[table], near.sheet, near.number, dict(texts), dict.fromkeys(texts, at))


def _called(entry: Entry) -> str:
    """Return what an entry's item is called."""
    return _line(entry.fields.get(Field.ITEM) or entry.fields.get(Field.RISK) or entry.statement)


def _named(entry: Entry) -> str:
    """Return what an entry's item is called, as names are compared."""
    return narrow(_called(entry))


def _line(text: str) -> str:
    """Return a text as one line, its signs as they were typed."""
    return " ".join(text.split())


def _measured(entry: Entry) -> Iterator[tuple[Field, str]]:
    """Yield what an entry says that each of its measures gets."""
    return ((at, text) for at in MEASURED if (text := entry.fields.get(at, "")))


def _fits(at: Field, text: str) -> bool:
    """Return whether a text is not too long for its column of the sheet of measures."""
    return len(_line(text)) <= BY_NAME["measure"].by_name[MEASURED[at]].longest


def _bare(text: str) -> str:
    """Return a measure as it is compared: without the stop at its end."""
    return narrow(text).rstrip("。；;. ")


def _kind(entry: Entry, otherwise: RiskKind) -> RiskKind:
    said = f"{entry.fields.get(Field.RISK_KIND, '')} {entry.section}"
    return next((each for each in RiskKind if each.value in said or each.value[:2] in said),
                otherwise)  # fmt: skip


def _phase(head: str) -> Phase:
    said = head.casefold()
    return next((phase for phase, words in PHASES if any(word in said for word in words)),
                Phase.PREVENT)  # fmt: skip


def _reason(entry: Entry) -> str:
    given = _line(entry.fields.get(Field.OVERRIDE_REASON, ""))
    word = entry.fields.get(Field.LEVEL, "")
    return given or _("The ledger that was taken in gives “%(word)s”.", word=word)


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _about(own: Mapping[str, Row], known: Snapshot, matter: str) -> str:
    """Return the map of a node that is about a matter, else its first one, "" without any."""
    for code, row in own.items():
        called = (row.values["title"], known.label("matter", row.values.get("matter", "")))
        if matter and max(_alike(matter, each) for each in called) >= ALIKE:
            return code
    return next(iter(sorted(own)), "")


def places_in(ledger: Found) -> Iterator[tuple[Place, int]]:
    """Yield the places that a ledger names with their entries, in the order of the ledger."""
    counts: dict[str, tuple[Place, int]] = {}
    for each in ledger.rows:
        place = place_of(each)
        counts[place.key] = (place, counts.get(place.key, (place, 0))[1] + 1)
    yield from counts.values()
