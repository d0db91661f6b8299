"""Four processes save one map again and again: nothing is lost, nothing is overwritten unseen."""

import json
import time
from collections import Counter
from itertools import pairwise
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.db.connections import start_writing
from riskmap.history.chain import first_broken
from riskmap.history.models import ChainHead, Change
from riskmap.maps import commands
from riskmap.maps.comparing import merged
from riskmap.maps.draft import MapDraft
from riskmap.maps.editing import apply
from riskmap.maps.models import AccountMap, Step
from riskmap.maps.pickers import Pickers, pickers
from riskmap.maps.stored import draft_of
from riskmap.organisation.queries import bureaus
from tests.databases import closing
from tests.maps.test_saving import write
from tests.rows import make_bureau, make_map, make_step, make_transition

CODE = "FZ-U1-K13"
WRITERS = 4
SAVES = 200
BREATH = 0.01  # between two saves, in seconds: without one, SQLite lets somebody wait for ever


def small_map(url: str) -> None:
    """Add a bureau with a map of three steps: as much as two hundred saves by four need."""
    with closing(url) as engine, Session(engine) as session:
        row = make_map(session, make_bureau(session), code=CODE, next_key=9)
        steps = [make_step(session, row, key=f"s{number}", number=number) for number in (1, 2, 3)]
        for number, (one, two) in enumerate(pairwise(steps), start=1):
            make_transition(session, one, two, key=f"t{number}")
        session.commit()


def save_again_and_again(url: str, writer: int, together: Barrier, said: Any) -> None:
    """Read the map, change a step's text, save: and tell how often that was kept."""
    told: list[tuple[str, int]] = []
    with closing(url) as engine:
        with Session(engine) as session:
            known = pickers(session, bureaus(session)[0])
            row = session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
            draft = draft_of(session, row, known)
        together.wait()
        for number in range(SAVES):
            text = f"第{writer}人第{number}次"
            told.append(save_once(engine, known, write(draft, 1, text=text), text))
            time.sleep(BREATH)
    said.put(told)


def save_once(engine: Any, known: Pickers, draft: MapDraft, text: str) -> tuple[str, int]:
    """Return the text and the version that it was saved as, 0 where somebody else was first.

    All change the same text and nothing else, so that the draft of the first page says what a
    later one would, but for that text and the version.
    """
    mine = select(AccountMap).where(AccountMap.code == CODE)
    with Session(engine) as session:  # the page is opened
        version = session.scalars(mine).one().version
    with Session(engine) as session:  # and handed in
        start_writing(session)
        row = session.scalars(mine).one()
        try:
            stored = commands.locked(session, row)
            saved = commands.save_map(session, stored, draft, known, version=version)
        except commands.Stale:
            return text, 0
        session.commit()
        return text, saved.version


def test_what_is_kept_and_what_is_refused_is_all_that_was_saved(database: str) -> None:
    small_map(database)
    apart = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    apart.set_forkserver_preload([__name__])  # imported once for all four
    together, said = apart.Barrier(WRITERS), apart.Queue()
    writers = [
        apart.Process(target=save_again_and_again, args=(database, writer, together, said))
        for writer in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    told = [each for _ in writers for each in said.get(timeout=100)]
    for writer in writers:
        writer.join(timeout=20)

    kept = {text: version for text, version in told if version}
    refused = [text for text, version in told if not version]
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    assert len(kept) + len(refused) == WRITERS * SAVES
    assert len(kept) >= SAVES  # whoever is refused was so because somebody else was not
    with closing(database) as engine, Session(engine) as session:
        the_record_is_whole(session, kept)


def the_record_is_whole(session: Session, kept: dict[str, int]) -> None:
    row = session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
    step = session.scalars(select(Step).where(Step.map_id == row.id, Step.key == "s2")).one()
    first = min(kept.values())
    assert sorted(kept.values()) == list(range(first, row.version + 1))  # each its own version
    assert kept[step.text] == row.version

    changes = session.scalars(select(Change).order_by(Change.chain, Change.number)).all()
    texts = [
        json.loads(each.details)["text"]
        for each in changes
        if each.kind == "changed" and each.subject == "step" and each.row_id == step.id
    ]
    assert Counter(new for _old, new in texts) == Counter(kept.keys())
    in_order = [text for text, _ in sorted(kept.items(), key=lambda each: each[1])]
    assert [new for _old, new in texts] == in_order
    assert [old for old, _new in texts[1:]] == in_order[:-1]
    for head in session.scalars(select(ChainHead)):
        entries = [vars(each) for each in changes if each.chain == head.chain]
        assert first_broken(head.chain, entries, (head.number, head.hash)) is None


def test_two_who_add_a_step_each_are_told_and_both_steps_are_there_in_the_end(
    sample_database: str,
) -> None:
    with closing(sample_database) as engine:
        with Session(engine) as session:
            known = pickers(session, bureaus(session)[0])
            row = session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
            base, version = draft_of(session, row, known), row.version
        mine, theirs = (added(base, text) for text in ("我加的", "他加的"))
        assert saved(engine, known, theirs, version)

        assert not saved(engine, known, mine, version)

        with Session(engine) as session:
            row = session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
            now, newer = draft_of(session, row, known), row.version
        both = merged(base, mine, now, {})
        assert saved(engine, known, both, newer)
        with Session(engine) as session:
            row = session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
            texts = [step.text for step in draft_of(session, row, known).steps]
    assert {"我加的", "他加的"} <= set(texts)
    assert len(texts) == len(base.steps) + 2


def added(draft: MapDraft, text: str) -> MapDraft:
    return write(apply(draft, "insert:2"), 2, text=text)


def saved(engine: Any, known: Pickers, draft: MapDraft, version: int) -> bool:
    with Session(engine) as session:
        start_writing(session)
        row = session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
        try:
            stored = commands.locked(session, row)
            commands.save_map(session, stored, draft, known, version=version)
        except commands.Stale:
            return False
        session.commit()
        return True
