"""Carrying out what a file asks of maps: each map's draft is made, checked and saved as edited."""

from collections import defaultdict
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from riskmap.db import AnySession, today
from riskmap.maps import commands as maps
from riskmap.maps.checking import faults
from riskmap.maps.models import AccountMap
from riskmap.maps.pickers import Pickers, pickers
from riskmap.maps.stored import Stored
from riskmap.organisation.models import Bureau, Node
from riskmap.workbooks.columns import ACCOUNT_MAP as MAP
from riskmap.workbooks.known import Known, Progress, pick
from riskmap.workbooks.map_edits import Asked, Edited, edited, in_the_file, left_standing
from riskmap.workbooks.plan import Plan, Planned, Shift
from riskmap.workbooks.taking import Fault


class MapCarrier:
    """Does what a plan says to the maps of a bureau."""

    def __init__(
        self, session: AnySession, bureau: Bureau, known: Known, progress: Progress
    ) -> None:
        self.session, self.bureau, self.known, self.progress = session, bureau, known, progress

    def carry_out(self, plan: Plan) -> None:
        """Do what is planned of maps and flush."""
        for planned in pick(plan.added, MAP):
            self._begin(planned, plan)
        asked = self._asked(plan)
        known = pickers(self.session, self.bureau) if asked else None
        for number, (code, each) in enumerate(sorted(asked.items())):
            self.progress(number, len(asked))
            if known is not None:
                self._map(code, each, known, plan)
        for planned in pick(plan.removed, MAP):
            self._row(planned).retired_on = today()
        for planned in pick(plan.brought, MAP):
            self._row(planned).retired_on = None
        self.session.flush()

    def _row(self, planned: Planned) -> AccountMap:
        assert planned.row is not None, "a map that is there"
        return self.session.get_one(AccountMap, planned.row.id)

    def _asked(self, plan: Plan) -> dict[str, Asked]:
        """Return what is asked of each map by its code."""
        asked: dict[str, Asked] = defaultdict(Asked)
        for planned in (*plan.added, *plan.changed):
            if planned.table.of_map:
                asked[self._map_of(planned)].put.setdefault(planned.table.name, []).append(planned)
        for planned in plan.removed:
            if planned.table.of_map and planned.table is not MAP:
                rows = asked[self._map_of(planned)].removed
                rows.setdefault(planned.table.name, []).append(planned)
        return asked

    def _map_of(self, planned: Planned) -> str:
        if planned.table.name == "account_map":
            return self.known.keys.get(id(planned)) or planned.values["code"]
        return planned.values["map"]

    def _begin(self, planned: Planned, plan: Plan) -> None:
        node = self.session.scalars(
            select(Node).where(Node.bureau_id == self.bureau.id,
                               Node.code == planned.values["node"])
        ).one_or_none()  # fmt: skip
        if node is None:
            plan.take_back([(planned, self.known.lost(planned))])
            return
        code = maps.next_code(self.session, node)
        wanted = planned.values.get("code") or code
        if wanted != code:
            said = _("The next map of this node is %(code)s; write that, or nothing.", code=code)
            plan.take_back([(planned, [planned.fault("code", said)])])
            return
        maps.begin(self.session, node, title=planned.values["title"])
        self.known.keys[id(planned)] = code
        self.known.ids("account_map").pop(code, None)
        self.known.learn("account_map", code)

    def _map(self, code: str, asked: Asked, known: Pickers, plan: Plan) -> None:
        row = self.session.scalars(
            select(AccountMap).where(
                AccountMap.bureau_id == self.bureau.id, AccountMap.code == code
            )
        ).one_or_none()
        if row is None:
            said = _("There is no such map, or it is refused.")
            self._refuse(plan, asked, [(each, each.fault("map", said)) for each in asked.all()])
            return
        stored = maps.locked(self.session, row)
        base = stored.draft(known)
        self._refuse(plan, asked, left_standing(base, asked))
        while any(asked.all()):
            edit = edited(base, asked, known)
            found = faults(edit.draft, known, code, base)
            if found:
                there = {each.sentence for each in faults(base, known, code, base)}
                found = [each for each in found if each.sentence not in there]
            if not found:
                self._save(stored, edit, known, plan, asked)
                return
            self._refuse(plan, asked, in_the_file(found, edit, list(asked.all())))

    def _save(self, stored: Stored, edit: Edited, known: Pickers, plan: Plan, asked: Asked) -> None:
        before = {step.key: number for number, step in enumerate(edit.base.steps, start=1)}
        try:
            maps.save_map(self.session, stored, edit.draft, known, version=stored.map.version)
        except maps.MatterTaken as taken:
            said = _("%(code)s is the node's map of this matter already.", code=taken.code)
            rows = list(asked.all())
            self._refuse(plan, asked, [(each, each.fault("matter", said)) for each in rows])
            return
        self.known.keys |= edit.keys
        plan.shifted += [
            Shift(stored.map.code, step.key, before[step.key], number)
            for number, step in enumerate(edit.draft.steps, start=1)
            if before.get(step.key, number) != number
        ]

    def _refuse(self, plan: Plan, asked: Asked, found: Iterable[tuple[Planned, Fault]]) -> None:
        by_row: dict[int, tuple[Planned, list[Fault]]] = {}
        for planned, fault in found:
            by_row.setdefault(id(planned), (planned, []))[1].append(fault)
        plan.take_back(by_row.values())
        asked.drop(planned for planned, _reasons in by_row.values())
