"""Whatever is tried, by whomever, in whatever order: one document in force, and a whole record."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from riskmap.db import today
from riskmap.document.encoding import digest
from riskmap.history.models import Change
from riskmap.history.queries import check
from riskmap.register.rating import Level
from riskmap.revisions import commands, queries
from riskmap.revisions.models import Revision
from riskmap.revisions.showing import in_force
from riskmap.revisions.sign_offs import SignOffRole as Box
from riskmap.revisions.sign_offs import required
from riskmap.revisions.states import OPEN, RevisionState
from riskmap.revisions.words import ERRORS
from tests.databases import undone
from tests.revisions.office import NUMBERS, Office

PEOPLE = ("chief", "holder", "leader", "legal", "head", "discipline", "auditor", "other leader")
SIGNERS = ("holder", "chief", "leader", "legal", "head", "discipline")
WHO, LEVELS = st.sampled_from(PEOPLE), st.sampled_from(Level)
TRIED = st.one_of(
    st.tuples(st.just("edit"), st.integers(1, 3)),
    st.tuples(st.just("rate"), LEVELS),
    st.tuples(st.just("hand_in"), st.sampled_from(("chief", "holder", "legal"))),
    st.tuples(st.just("hand_in"), st.just("chief")),
    st.tuples(st.just("sign"), WHO, st.sampled_from(Box)),
    st.tuples(st.just("all_sign"), st.integers(1, 7)),
    st.tuples(st.just("all_sign"), st.just(7)),
    st.tuples(st.just("send_back"), WHO),
    st.tuples(st.just("take_back"), WHO),
    st.tuples(st.just("retire"), WHO),
)


class Trial:
    """An office where things are tried, and what must have come of them, told the plain way."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.office = Office.made(session, Level.LOW)
        self.in_force: str | None = None

    def newest(self) -> Revision | None:
        found = queries.of_map(self.session, self.office.map)
        return found[0] if found else None

    def edit(self, number: int) -> None:
        self.office.edit(f"目标{number}")

    def rate(self, level: Level) -> None:
        self.office.rate(level)

    def hand_in(self, who: str) -> None:
        self.office.hand_in(who)

    def sign(self, who: str, box: Box) -> None:
        if revision := self.newest():
            self.office.sign(revision, who, box)
            self.look_at(revision)

    def all_sign(self, times: int) -> None:
        """Let whoever may sign the next box, some times."""
        for _ in range(times):
            revision = self.newest()
            if revision is None or revision.state not in OPEN:
                return
            waits = [
                who
                for who in SIGNERS
                if queries.waiting(self.session, self.office.people[who], self.office.scope)
            ]
            box = self.office.next_box(revision)
            assert waits, "somebody can always sign"
            assert box is not None
            self.office.sign(revision, waits[0], box, number=NUMBERS.get(box, ""))
            self.look_at(revision)

    def look_at(self, revision: Revision) -> None:
        if revision.state is RevisionState.APPROVED:
            self.in_force = revision.digest

    def send_back(self, who: str) -> None:
        self._do(commands.send_back, who, reason="步骤不全")

    def take_back(self, who: str) -> None:
        self._do(commands.take_back, who)

    def retire(self, who: str) -> None:
        found = queries.in_force_of(self.session, self.office.map)
        if found is not None:
            self._act(commands.retire, who, found, reason="事项取消")
            self.in_force = None

    def _do(self, command: Callable[..., None], who: str, **asked: Any) -> None:
        if revision := self.newest():
            self._act(command, who, revision, **asked)

    def _act(
        self, command: Callable[..., None], who: str, revision: Revision, **asked: Any
    ) -> None:
        person = self.office.people[who]
        command(self.session, person, revision, version=revision.version, **asked)

    def holds(self) -> None:
        """Assert what holds after everything."""
        rows = queries.of_map(self.session, self.office.map)
        states = [each.state for each in rows]
        shown = [each.document for each in in_force(self.session, self.office.scope)]
        assert [digest(each) for each in shown] == [self.in_force] * (self.in_force is not None)
        assert states.count(RevisionState.APPROVED) == len(shown)
        assert sum(state in OPEN for state in states) <= 1
        assert [each.number for each in rows] == list(range(len(rows), 0, -1))
        assert all(digest(queries.document_of(each)) == each.digest for each in rows)
        for each in rows:
            if each.approved_on is not None:
                self.well_signed(each)

    def well_signed(self, revision: Revision) -> None:
        """Assert that a revision that came into force was signed by the boxes, days and persons
        that its level asks for."""
        signed = queries.sign_offs(self.session, [revision])[revision.id]
        assert tuple(each.box for each in signed) == required(revision.signed_at)
        assert sorted(each.day for each in signed) == [each.day for each in signed]
        assert revision.approved_on == signed[-1].day == today()
        later = {each.who for each in signed[1:]}
        assert "holder" not in later
        assert revision.handed_in_by not in later
        assert revision.signed_at.rank >= revision.level.rank

    def recorded(self) -> None:
        """Assert that the record is whole and tells of every revision."""
        found = check(self.session.connection(), self.office.bureau.id)
        assert found.broken is None
        told = self.session.scalars(
            select(Change.kind).where(Change.bureau_id == self.office.bureau.id)
        ).all()
        rows = queries.of_map(self.session, self.office.map)
        assert told.count("handed_in") == len(rows)
        assert told.count("approved") == sum(each.approved_on is not None for each in rows)


@settings(max_examples=40, deadline=None)
@given(tried=st.lists(TRIED, max_size=14))
def test_any_sequence_of_moves_keeps_one_document_in_force_and_a_whole_record(
    shared_engine: Engine, tried: list[tuple[Any, ...]]
) -> None:
    with undone(shared_engine) as session:
        trial = Trial(session)
        for name, *asked in tried:
            nested = session.begin_nested()
            try:
                getattr(trial, name)(*asked)
                nested.commit()
            except ERRORS:
                nested.rollback()
            trial.holds()
        trial.recorded()
