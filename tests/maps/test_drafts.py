"""What is typed is kept by itself, per user, and can be gone back to."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from riskmap.accounts.models import User
from riskmap.history.models import Change
from riskmap.maps import drafts
from riskmap.maps.draft import DraftError, MapDraft
from riskmap.maps.models import AccountMap, MapDraftRow, MapDraftStep
from riskmap.organisation.models import Bureau
from riskmap.organisation.queries import bureaus
from tests.maps.typed import typed

STORED = typed("(a b (c", "a>b b>c")


def titled(title: str) -> MapDraft:
    return replace(STORED, title=title)


class Typing:
    """Two users at a map of the sample."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.map = session.scalars(select(AccountMap).order_by(AccountMap.code)).first()
        self.one, self.two = session.scalars(select(User.id).order_by(User.id).limit(2)).all()

    def keep(self, title: str, user: int | None = None, version: int = 1) -> MapDraftRow:
        assert self.map is not None
        return drafts.keep(
            self.session,
            self.map,
            user or self.one,
            titled(title),
            base_version=version,
            stored=lambda: STORED,
        )

    def load(self, user: int | None = None) -> MapDraftRow | None:
        assert self.map is not None
        return drafts.load(self.session, self.map, user or self.one)


@pytest.fixture
def typing(sample_session: Session) -> Typing:
    return Typing(sample_session)


def test_what_was_typed_is_there_again(typing: Typing) -> None:
    assert typing.load() is None

    typing.keep("一")

    row = typing.load()
    assert row is not None
    assert drafts.content(row) == titled("一")
    assert drafts.base(row) == STORED
    assert row.base_version == 1


def test_each_user_types_for_oneself(typing: Typing) -> None:
    typing.keep("我的")
    typing.keep("他的", typing.two)

    mine, theirs = typing.load(), typing.load(typing.two)

    assert mine is not None
    assert theirs is not None
    assert (drafts.content(mine).title, drafts.content(theirs).title) == ("我的", "他的")


def test_undo_goes_back_state_by_state_to_where_the_typing_began(typing: Typing) -> None:
    for title in ("一", "二", "三"):
        row = typing.keep(title)

    found = []
    while drafts.can_undo(typing.session, row):
        draft = drafts.undo(typing.session, row)
        assert draft is not None
        found.append(draft)

    assert found == [titled("二"), titled("一"), STORED]
    assert drafts.content(row) == STORED
    assert drafts.undo(typing.session, row) is None


def test_what_did_not_change_is_no_state_of_its_own(typing: Typing) -> None:
    for title in ("一", "一", "一"):
        row = typing.keep(title)

    assert drafts.undo(typing.session, row) == STORED
    assert not drafts.can_undo(typing.session, row)


def test_after_an_undo_typing_goes_on_from_there(typing: Typing) -> None:
    for title in ("一", "二"):
        row = typing.keep(title)
    drafts.undo(typing.session, row)

    typing.keep("另一个二")

    assert drafts.undo(typing.session, row) == titled("一")


def test_only_the_last_states_are_kept(typing: Typing) -> None:
    for number in range(drafts.STATES_KEPT + 10):
        row = typing.keep(f"第{number}次")

    count = select(func.count()).select_from(MapDraftStep)
    assert typing.session.scalar(count) == drafts.STATES_KEPT
    assert drafts.undo(typing.session, row) == titled(f"第{drafts.STATES_KEPT + 8}次")


def test_discarding_forgets_the_draft_and_its_states_of_one_user_only(typing: Typing) -> None:
    typing.keep("他的", typing.two)
    typing.keep("一")
    row = typing.keep("二")

    drafts.discard(typing.session, row)

    assert typing.load() is None
    assert typing.load(typing.two) is not None
    assert typing.session.scalar(select(func.count()).select_from(MapDraftStep)) == 1


def test_where_the_map_has_moved_on_nobody_knows_what_the_typing_began_with(
    typing: Typing,
) -> None:
    row = typing.keep("一", version=0)
    assert row.base is None
    assert drafts.base(row) is None

    row = typing.keep("二", version=1)  # after both were put together
    assert (row.base_version, drafts.base(row)) == (1, STORED)


def test_what_the_typing_began_with_stays_when_the_map_moves_on(typing: Typing) -> None:
    typing.keep("一")
    assert typing.map is not None
    typing.map.goal = "他改了"
    typing.session.flush()

    row = typing.keep("二")

    assert (row.base_version, drafts.base(row)) == (1, STORED)


def test_keeping_a_draft_is_no_change_of_the_map_or_the_bureau_and_no_record(
    typing: Typing,
) -> None:
    bureau = bureaus(typing.session)[0]
    said = select(func.count()).select_from(Change)
    assert typing.map is not None
    before = typing.map.version, bureau.changes, typing.session.scalar(said)

    typing.keep("一")
    row = typing.keep("二")
    drafts.undo(typing.session, row)
    drafts.discard(typing.session, row)
    typing.session.flush()
    typing.session.expire_all()

    after = typing.map.version, typing.session.get_one(Bureau, bureau.id).changes
    assert (*after, typing.session.scalar(said)) == before


def test_a_draft_that_cannot_be_read_says_so(typing: Typing) -> None:
    row = typing.keep("一")
    row.content = "{"

    with pytest.raises(DraftError):
        drafts.content(row)
