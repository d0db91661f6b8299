"""Whatever is done in a round, in whatever order: every map has one outcome, and they add up."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from riskmap.db import today
from riskmap.history.queries import check
from riskmap.maps.models import AccountMap
from riskmap.revisions import commands as revisions
from riskmap.revisions import queries as in_force
from riskmap.revisions.words import ERRORS as REFUSED
from riskmap.rounds import queries, verifying
from riskmap.rounds.models import CarriedForward, Round, RoundEntry
from riskmap.rounds.outcomes import Outcome
from riskmap.rounds.words import ERRORS
from tests.databases import undone
from tests.rounds.reviewed import Reviewed

WHICH = st.integers(0, 3)
WHO = st.sampled_from(("chief", "leader", "holder", "head"))
TRIED = st.one_of(
    st.tuples(st.just("start"), st.sampled_from(("all", "office"))),
    st.tuples(st.just("start"), st.just("all")),
    st.tuples(st.just("close")),
    st.tuples(st.just("carry"), WHICH, WHO),
    st.tuples(st.just("carry"), WHICH, WHO),
    st.tuples(st.just("approve"), WHICH),
    st.tuples(st.just("approve"), WHICH),
    st.tuples(st.just("edit"), WHICH, st.integers(1, 3)),
    st.tuples(st.just("draw")),
    st.tuples(st.just("retire"), WHICH),
    st.tuples(st.just("out_of_force"), WHICH),
)


class Trial:
    """An office where things are tried; what must have come of them is told the plain way.

    `expected` holds, per map of the open round, what the last thing that counted made of it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.office = Reviewed.low(session)
        self.office.approved()
        self.maps = [self.office.map, self.office.drawn(self.office.node)]
        self.held: Round | None = None
        self.closed: dict[int, dict[str, Outcome]] = {}
        self.expected: dict[str, Outcome] = {}
        self.had: set[str] = set()  # a document at the start

    def _map(self, which: int) -> AccountMap:
        return self.maps[which % len(self.maps)]

    def _in_force(self, drawn: AccountMap) -> Any:
        return in_force.in_force_of(self.session, drawn)

    def start(self, scope: str) -> None:
        node = None if scope == "all" else self.office.node
        used = [each for each in self.maps if each.retired_on is None]
        self.held = self.office.start(node=node)
        self.expected = {each.code: Outcome.DUE for each in used}
        self.had = {each.code for each in used if self._in_force(each)}

    def close(self) -> None:
        if self.held is not None:
            self.office.close(self.held)
            self.closed[self.held.id] = self.expected
            self.held, self.expected = None, {}

    def carry(self, which: int, who: str) -> None:
        drawn = self._map(which)
        if self.held is not None and drawn.code in self.expected:
            self.office.carry(self.held, who, drawn)
            assert self.expected[drawn.code] is Outcome.DUE
            self.expected[drawn.code] = Outcome.CARRIED

    def approve(self, which: int) -> None:
        drawn = self._map(which)
        if drawn.retired_on is not None:
            return
        self.office.hand_in_map(drawn)
        if drawn.code in self.expected:
            old = drawn.code in self.had
            self.expected[drawn.code] = Outcome.CHANGED if old else Outcome.NEW

    def edit(self, which: int, number: int) -> None:
        self._map(which).goal = f"目标{number}"
        self.session.flush()

    def draw(self) -> None:
        if len(self.maps) < 4:
            self.maps.append(self.office.drawn(self.office.node))
            if self.held is not None:
                self.expected[self.maps[-1].code] = Outcome.DUE

    def retire(self, which: int) -> None:
        drawn = self._map(which)
        drawn.retired_on = today()
        self.session.flush()
        if drawn.code in self.expected:
            entry = select(RoundEntry.id).where(RoundEntry.map_id == drawn.id)
            if self.session.scalar(entry.where(RoundEntry.outcome.is_(None))) is None:
                del self.expected[drawn.code]  # drawn and retired within one round
            else:
                self.expected[drawn.code] = Outcome.RETIRED

    def out_of_force(self, which: int) -> None:
        drawn = self._map(which)
        revision = self._in_force(drawn)
        if revision is None:
            return
        revisions.retire(
            self.session, self.office.people["head"], revision, version=revision.version,
            reason="重编",
        )  # fmt: skip
        if drawn.code in self.expected and self.expected[drawn.code] is not Outcome.RETIRED:
            old = drawn.code in self.had
            self.expected[drawn.code] = Outcome.RETIRED if old else Outcome.DUE

    def holds(self) -> None:
        """Assert what holds after everything."""
        self.session.expire_all()
        found = queries.rounds(self.session, self.office.bureau)
        lines = queries.lines(self.session, self.office.scope, found)
        wanted = {**self.closed, **({self.held.id: self.expected} if self.held else {})}
        assert {
            key: {each.code: each.outcome for each in some} for key, some in lines.items()
        } == wanted
        for held in found:
            some = lines[held.id]
            assert len({each.code for each in some}) == len(some)
            totals = queries.totals_of(held, some, today())
            parts = queries.parts(held, some, today())
            assert totals.all == len(some) == sum(totals.of.values())
            assert totals.all == sum(each.totals.all for each in parts if each.whole)
            assert totals.all == sum(each.totals.all for each in parts if not each.whole)
        twice = (
            select(RoundEntry.map_id)
            .where(RoundEntry.outcome.is_(None))
            .group_by(RoundEntry.map_id)
            .having(func.count() > 1)
        )
        assert self.session.scalars(twice).all() == []

    def recorded(self) -> None:
        """Assert that the record is whole and tells of every signature."""
        connection = self.session.connection()
        signed = self.session.scalar(select(func.count(CarriedForward.id)))
        assert check(connection, self.office.bureau.id).broken is None
        found = verifying.verify(connection)
        assert (found.count, found.altered) == (signed, ())


@settings(max_examples=40, deadline=None)
@given(tried=st.lists(TRIED, max_size=14))
def test_any_sequence_of_moves_leaves_each_map_one_outcome_and_totals_that_add_up(
    shared_engine: Engine, tried: list[tuple[Any, ...]]
) -> None:
    with undone(shared_engine) as session:
        trial = Trial(session)
        for name, *asked in tried:
            nested = session.begin_nested()
            try:
                getattr(trial, name)(*asked)
                nested.commit()
            except (*ERRORS, *REFUSED):
                nested.rollback()
            trial.holds()
        trial.recorded()
