"""The sample's maps are in force, signed as its file says; but for the planted one."""

from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.config import ZONE
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import documents
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.revisions import queries, showing
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.sign_offs import missing
from riskmap.revisions.states import RevisionState

UNSIGNED, SIGNED_BY_ITS_FILLER, OUT_OF_ORDER, WITHOUT_NUMBER = (
    "FZ-U8-K02-G01", "FZ-U4-K01-G01", "FZ-U6-K01", "FZ-U7-K01-G01",
)  # fmt: skip
"""What the sample's README lists as planted under G10."""

Signed = dict[str, tuple[Revision, list[SignOff]]]


@pytest.fixture
def signed(sample_session: Session) -> Signed:
    rows = sample_session.execute(
        select(AccountMap.code, Revision)
        .join(Revision, Revision.map_id == AccountMap.id)
        .order_by(AccountMap.code)
    ).all()
    boxes = queries.sign_offs(sample_session, [row.Revision for row in rows])
    return {row.code: (row.Revision, boxes[row.Revision.id]) for row in rows}


def test_every_map_but_the_planted_one_is_in_force_as_it_is_drawn(
    sample_session: Session, signed: Signed
) -> None:
    scope = Scope(sample_session.scalars(select(Bureau)).one())
    drawn = documents(sample_session, scope)

    shown = showing.shown(sample_session, scope)

    assert [each.document for each in shown] == drawn
    assert [each.document.code for each in shown if each.number is None] == [UNSIGNED]
    in_force = [each.document for each in showing.in_force(sample_session, scope)]
    assert in_force == [each for each in drawn if each.code != UNSIGNED]
    assert Counter(revision.state for revision, _ in signed.values()) == {
        RevisionState.APPROVED: len(drawn) - 1
    }


def test_every_level_has_all_its_boxes(signed: Signed) -> None:
    lacking = {
        code: missing(revision.signed_at, [each.box for each in boxes])
        for code, (revision, boxes) in signed.items()
    }

    assert not any(lacking.values()), lacking


def test_days_follow_each_other_and_the_last_one_is_when_it_came_into_force(
    signed: Signed,
) -> None:
    out_of_order = []
    for code, (revision, boxes) in signed.items():
        days = [each.day for each in boxes]
        if days != sorted(days):
            out_of_order.append(code)
        assert revision.approved_on == max(days)
        assert revision.handed_in_at.astimezone(ZONE).date() == days[0]

    assert out_of_order == [OUT_OF_ORDER]


def test_minutes_and_filings_have_their_numbers(signed: Signed) -> None:
    without = [
        code
        for code, (_revision, boxes) in signed.items()
        if any(each.box.numbered and not each.number for each in boxes)
    ]

    assert without == [WITHOUT_NUMBER]


def test_nobody_but_the_planted_one_signs_what_they_filled_in(signed: Signed) -> None:
    own = [
        code
        for code, (_revision, boxes) in signed.items()
        if boxes[0].person_id in {each.person_id for each in boxes[1:]}
    ]

    assert own == [SIGNED_BY_ITS_FILLER]


def test_signatures_of_the_sample_are_persons_and_no_users(signed: Signed) -> None:
    boxes = [each for _revision, found in signed.values() for each in found]

    assert all(each.person_id and not each.user_id and each.who for each in boxes)
