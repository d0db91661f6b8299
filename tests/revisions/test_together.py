"""Several revisions signed at once: each by itself, none unread; by several people at once."""

from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from riskmap.db import today
from riskmap.db.connections import start_writing
from riskmap.maps.models import AccountMap
from riskmap.register.rating import Level
from riskmap.revisions import commands, readings
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.sign_offs import SignOffRole as Box
from riskmap.revisions.together import Outcome, Ticked, sign_together, ticked
from tests.revisions.office import Office
from tests.rows import make_map, make_step
from tests.together import together


@dataclass
class Two:
    """An office with two revisions of low level that wait for the holder."""

    office: Office
    revisions: list[Revision]

    @classmethod
    def made(cls, session: Session) -> "Two":
        office = Office.made(session, Level.LOW)
        second = make_map(session, office.bureau, office.post)
        make_step(session, second, actor_node_id=office.post.id)
        first = office.hand_in()
        chief = office.people["chief"]
        other = commands.hand_in(session, chief, second, version=second.version)
        return cls(office, [first, other])

    def read(self, *places: int) -> None:
        for each in places:
            row = self.revisions[each]
            commands.read(
                self.office.session, self.office.people["holder"], row, version=row.version
            )

    def sign(self, who: str = "holder") -> list[Outcome]:
        session = self.office.session
        picks = [(each.id, each.version) for each in self.revisions]
        chosen = [each for each, _node in ticked(session, picks)]
        return sign_together(session, self.office.people[who], chosen, day=today())

    def signed(self) -> int:
        return self.office.session.scalar(select(func.count(SignOff.id))) or 0


@pytest.fixture
def two(session: Session) -> Two:
    return Two.made(session)


def test_what_was_read_is_signed(two: Two) -> None:
    two.read(0, 1)

    found = two.sign()

    assert [(each.box, each.in_force, each.error) for each in found] == [
        (Box.FILLER, False, None)
    ] * 2
    assert two.signed() == 2


def test_what_was_not_read_is_not_signed_and_the_others_are(two: Two) -> None:
    two.read(1)

    found = two.sign()

    assert [type(each.error) for each in found] == [readings.NotRead, type(None)]
    assert two.signed() == 1


def test_what_came_into_force_is_told(two: Two) -> None:
    two.read(0, 1)
    two.sign()
    session, leader = two.office.session, two.office.people["leader"]
    for each in two.revisions:
        commands.read(session, leader, each, version=each.version)

    found = two.sign("leader")

    assert [(each.box, each.in_force) for each in found] == [(Box.HEAD, True)] * 2


def test_two_who_sign_the_same_at_once_sign_each_once(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        two = Two.made(session)
        two.read(0, 1)
        ids = [(each.id, each.version) for each in two.revisions]
        holder = two.office.people["holder"]
        session.commit()
        session.refresh(holder.user)
        session.expunge(holder.user)

    def sign(session: Session) -> int:
        order = ids if next(turns) % 2 else ids[::-1]
        chosen = [
            Ticked(session.get_one(Revision, one),
                   session.get_one(AccountMap, session.get_one(Revision, one).map_id), version)
            for one, version in order
        ]  # fmt: skip
        return sum(
            each.box is not None for each in sign_together(session, holder, chosen, day=today())
        )

    turns = iter(range(100))
    found = together(engine, sign)

    assert sorted(found) == [0, 0, 0, 2]
    with Session(engine) as session:
        assert session.scalar(select(func.count(SignOff.id))) == 2
