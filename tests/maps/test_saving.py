"""A draft becomes rows: only what differs is touched, keys are kept, nothing is issued twice."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from riskmap.history.models import Change
from riskmap.maps import commands
from riskmap.maps.checking import faults
from riskmap.maps.draft import BasisRow, MapDraft, NextRow, RiskRow, SpanRow
from riskmap.maps.editing import apply
from riskmap.maps.models import AccountMap, RiskPoint, Step, Transition
from riskmap.maps.pickers import Pickers, pickers, settled
from riskmap.maps.queries import documents
from riskmap.maps.saving import Saved
from riskmap.maps.sketching import sketch
from riskmap.maps.stored import draft_of
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.register.models import Item, Matter, Measure
from tests.databases import undone
from tests.maps.typed import edited

CODE = "FZ-U1-K13"


class Desk:
    """A map of the sample, open to be edited."""

    def __init__(self, session: Session, code: str = CODE) -> None:
        self.session = session
        self.bureau: Bureau = bureaus(session)[0]
        self.known: Pickers = pickers(session, self.bureau)
        self.map = session.scalars(select(AccountMap).where(AccountMap.code == code)).one()
        self.draft = draft_of(session, self.map, self.known)
        self.changes = self._last_change()

    def _last_change(self) -> int:
        return self.session.scalars(select(Change.id).order_by(Change.id.desc()).limit(1)).one()

    def save(self, draft: MapDraft, version: int | None = None) -> Saved:
        begun = version or self.map.version
        stored = commands.locked(self.session, self.map)
        return commands.save_map(self.session, stored, draft, self.known, version=begun)

    def stored(self) -> MapDraft:
        self.session.expire_all()
        self.known = pickers(self.session, self.bureau)
        return draft_of(self.session, self.map, self.known)

    def history(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        """Return what was recorded since the map was opened."""
        rows = self.session.scalars(
            select(Change).where(Change.id > self.changes).order_by(Change.id)
        )
        return [(row.kind, row.subject, row.name, json.loads(row.details)) for row in rows]


@pytest.fixture
def desk(sample_session: Session) -> Desk:
    return Desk(sample_session)


def write(draft: MapDraft, at: int, **columns: Any) -> MapDraft:
    step = replace(draft.steps[at], **columns)
    return replace(draft, steps=(*draft.steps[:at], step, *draft.steps[at + 1 :]))


def test_a_draft_that_was_not_changed_touches_nothing(desk: Desk) -> None:
    version = desk.map.version

    saved = desk.save(desk.draft)

    assert (saved.anything, saved.version) == (False, version)
    assert (desk.map.version, desk.history()) == (version, [])


def test_one_text_is_one_change_of_one_row(desk: Desk) -> None:
    version, before = desk.map.version, desk.draft.steps[1].text

    saved = desk.save(write(desk.draft, 1, text="登记申请 "))

    assert saved == Saved(changed=1, version=version + 1)
    assert desk.history() == [("changed", "step", "s2", {"text": [before, "登记申请"]})]
    assert desk.stored().steps[1].text == "登记申请"


def test_every_field_of_a_step_is_saved_and_can_be_emptied(desk: Desk) -> None:
    full = write(
        desk.draft, 1, kind="document", text="登记", actor="CY-01", duty="告知", min_persons="3",
        limit_value="5", limit_unit="工作日", recording="音像", effect="suspends", document="单",
        basis="FG-025", article="第九条", detail="FZ-U1-K13-G02",
    )  # fmt: skip

    desk.save(full)
    assert desk.stored() == settled(full, desk.known)

    blank = write(
        full, 1, actor="", duty="", min_persons="", limit_value="", recording="", effect="",
        document="", basis="", article="", detail="",
    )  # fmt: skip
    desk.save(blank)
    step = desk.stored().steps[1]
    assert (step.actor, step.duty, step.min_persons, step.limit_value) == ("", "", "1", "")
    assert (step.limit_unit, step.recording, step.effect, step.detail) == ("", "", "", "")


def test_the_head_of_the_map_is_saved(desk: Desk) -> None:
    bases = (*desk.draft.bases[1:], BasisRow("FG-012", "第三条"))
    head = replace(
        desk.draft, title="认定", goal="按期\n办结", duties="受理\n送达", matter="",
        major_decision="1", bases=bases, spans=(),
    )  # fmt: skip

    desk.save(head)

    assert desk.stored() == settled(head, desk.known)


def test_a_step_put_in_moves_the_numbers_below_and_keeps_all_keys(desk: Desk) -> None:
    new_key = f"s{desk.map.next_key}"
    draft = write(apply(desk.draft, "insert:1"), 1, text="核对身份")

    desk.save(draft)

    steps = desk.session.scalars(
        select(Step).where(Step.map_id == desk.map.id).order_by(Step.number)
    ).all()
    assert [step.number for step in steps] == list(range(1, len(draft.steps) + 1))
    assert [step.key for step in steps][:3] == ["s1", new_key, "s2"]
    assert desk.stored() == settled(draft, desk.known)
    changed = [each for each in desk.history() if each[:2] == ("changed", "step")]
    assert {tuple(details) for *_, details in changed} == {("number",)}


def test_a_step_taken_out_goes_with_its_lines_risk_points_and_their_measures(desk: Desk) -> None:
    draft = apply(desk.draft, "delete:1")

    desk.save(draft)

    assert desk.stored() == settled(replace(draft, next_key=desk.map.next_key), desk.known)
    removed = {(subject, name) for kind, subject, name, _ in desk.history() if kind == "removed"}
    assert {("step", "s2"), ("risk_point", "r1")} <= removed


def test_a_key_is_never_issued_twice_though_its_row_is_gone(desk: Desk) -> None:
    begun = desk.draft
    gone = begun.steps[1]
    desk.save(apply(begun, "delete:1"))
    number = desk.map.next_key

    desk.save(begun)  # as an undo that came too late would

    keys = list(desk.stored().all_keys())
    assert gone.key not in keys
    assert [step.text for step in desk.stored().steps] == [step.text for step in begun.steps]
    assert f"s{number}" in keys
    assert desk.map.next_key > number


def test_forged_keys_do_not_drive_the_numbers_up(desk: Desk) -> None:
    number = desk.map.next_key
    new = apply(desk.draft, "insert:1")
    forged = write(new, 1, text="新", key="s9999999")
    forged = write(forged, 0, next=(replace(forged.steps[0].next[0], to="s9999999"),))

    desk.save(replace(forged, next_key=9_999_999))

    assert number < desk.map.next_key < number + 10
    assert desk.stored().steps[0].next[0].to == desk.stored().steps[1].key


def test_lines_that_change_places_are_no_change(desk: Desk) -> None:
    """The database refuses two lines that say the same, in whatever order it sees the changes."""
    first = desk.draft.steps[0]
    twice = (NextRow("t900", "s2"), NextRow("t901", "s3"))
    desk.save(write(desk.draft, 0, next=twice))
    lines = desk.stored().steps[0].next
    version = desk.map.version
    assert len(first.next) == 1

    crossed = tuple(
        replace(line, to=other.to) for line, other in zip(lines, reversed(lines), strict=True)
    )
    saved = desk.save(write(desk.stored(), 0, next=crossed))

    assert not saved.anything
    assert desk.map.version == version


def test_lines_that_push_each_other_on_are_saved(desk: Desk) -> None:
    (line,) = desk.draft.steps[0].next
    two = (NextRow(line.key, "s2"), NextRow("t900", "s3"))
    desk.save(write(desk.draft, 0, next=two))
    begun = desk.stored()
    old, new = begun.steps[0].next

    pushed = write(begun, 0, next=(replace(old, to="s3"), replace(new, to="s4")))
    desk.save(pushed)

    assert {each.to for each in desk.stored().steps[0].next} == {"s3", "s4"}
    assert {each.key for each in desk.stored().steps[0].next} == {old.key, new.key}


def test_an_empty_row_for_a_line_is_left_out(desk: Desk) -> None:
    version = desk.map.version

    saved = desk.save(apply(desk.draft, "add-next:1"))

    assert not saved.anything
    assert desk.map.version == version


def test_risk_points_and_their_measures_are_saved(desk: Desk) -> None:
    step = desk.draft.steps[1]
    (risk,) = step.risks
    new = RiskRow(
        f"r{desk.map.next_key}",
        "FX-0102",
        "单人到场",
        "high",
        "金额大",
        ("CS-0102-02", "CS-0101-04"),
    )
    kept = replace(risk, measures=(risk.measures[1],), other="CS-0101-03")

    draft = write(desk.draft, 1, risks=(new, kept))
    saved = desk.save(draft)

    assert saved.added == 1 + 2 + 1
    assert saved.removed == 1
    found = desk.stored().steps[1].risks
    assert found == settled(draft, desk.known).steps[1].risks


def test_measures_that_stay_are_not_touched(desk: Desk) -> None:
    (risk,) = desk.draft.steps[1].risks
    turned = replace(risk, measures=tuple(reversed(risk.measures)))

    assert not desk.save(write(desk.draft, 1, risks=(turned,))).anything


def with_new(draft: MapDraft, at: int = 1) -> MapDraft:
    (risk, *others) = draft.steps[at].risks
    new = replace(
        risk, new_text="双人核对原件", new_phase="prevent", new_control="制衡",
        new_frequency="每件", new_evidence="核对表",
    )  # fmt: skip
    return write(draft, at, risks=(new, *others))


def test_a_measure_made_in_place_gets_the_next_code_of_its_item(desk: Desk) -> None:
    saved = desk.save(with_new(desk.draft))

    assert saved.measures == ["CS-0101-05"]
    row = desk.session.scalars(select(Measure).where(Measure.code == "CS-0101-05")).one()
    assert (row.text, row.frequency, row.evidence) == ("双人核对原件", "每件", "核对表")
    assert desk.stored().steps[1].risks[0].measures == ("CS-0101-01", "CS-0101-04", "CS-0101-05")
    again = desk.save(with_new(desk.stored()))
    assert again.measures == ["CS-0101-06"]


def test_a_code_of_a_retired_measure_is_not_issued_again(desk: Desk) -> None:
    desk.save(with_new(desk.draft))
    row = desk.session.scalars(select(Measure).where(Measure.code == "CS-0101-05")).one()
    row.retired_on = date(2026, 1, 1)
    row.item_id = desk.session.scalars(select(Item.id).where(Item.code == "FX-0102")).one()
    desk.session.flush()

    assert desk.save(with_new(desk.stored())).measures == ["CS-0101-06"]


def test_an_item_without_measures_gets_the_first_code(desk: Desk) -> None:
    old = desk.session.scalars(select(Item).where(Item.code == "FX-0101")).one()
    columns = {c.key: getattr(old, c.key) for c in Item.__mapper__.column_attrs}
    new = Item(**columns | {"id": None, "code": "FX-0777", "name": "新小项"})
    desk.session.add(new)
    desk.session.flush()
    desk.known = pickers(desk.session, desk.bureau)

    (risk,) = desk.draft.steps[1].risks
    draft = with_new(write(desk.draft, 1, risks=(replace(risk, item="FX-0777"),)))

    assert desk.save(draft).measures == ["CS-0777-01"]


def test_limit_spans_are_saved(desk: Desk) -> None:
    (span, *others) = desk.draft.spans
    limit = desk.known.limits.choices[0].code
    moved = replace(span, first=desk.draft.steps[1].key, last=desk.draft.steps[2].key)
    draft = replace(desk.draft, spans=(moved, *others, SpanRow(limit, "s2", "s3")))

    desk.save(draft)

    assert set(desk.stored().spans) == set(settled(draft, desk.known).spans)
    kinds = [kind for kind, subject, *_ in desk.history() if subject == "limit_span"]
    assert sorted(kinds) == ["added", "changed"]


def test_a_map_that_has_moved_on_is_not_saved(desk: Desk) -> None:
    version = desk.map.version
    desk.save(write(desk.draft, 1, text="他的"))

    with pytest.raises(commands.Stale) as caught:
        desk.save(write(desk.draft, 1, text="我的"), version=version)

    assert caught.value.version == version + 1
    assert desk.stored().steps[1].text == "他的"


def test_a_matter_that_another_map_of_the_node_is_about_is_refused(desk: Desk) -> None:
    node = desk.session.get_one(Node, desk.map.node_id)
    other = commands.new_map(desk.session, node, title="另一张")

    matter = desk.known.matters.codes[desk.map.matter_id or 0]
    draft = replace(draft_of(desk.session, other, desk.known), matter=matter)
    stored = commands.locked(desk.session, other)
    with pytest.raises(commands.MatterTaken) as caught:
        commands.save_map(desk.session, stored, draft, desk.known, version=other.version)

    assert caught.value.code == CODE


def test_saving_takes_a_constant_number_of_reads(desk: Desk) -> None:
    said: list[str] = []
    connection = desk.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *a: said.append(a[2]))
    desk.known = pickers(desk.session, desk.bureau)
    said.clear()

    desk.save(write(desk.draft, 1, text="登记申请"))

    assert len([each for each in said if each.startswith("SELECT")]) <= 12
    assert len(said) <= 24


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(edit=edited(MapDraft()))
def test_nothing_typed_into_nothing_is_lost(edit: MapDraft, shared_sample_engine: Engine) -> None:
    with undone(shared_sample_engine) as session:
        saved_and_read_are_one(Desk(session), edit)


def saved_and_read_are_one(desk: Desk, draft: MapDraft) -> None:
    draft = replace(draft, title=draft.title.strip() or "图")
    if faults(draft, desk.known, desk.map.code, desk.draft):
        return
    desk.save(draft)
    stored = desk.stored()
    tidy = settled(draft, desk.known)
    assert [step.text for step in stored.steps] == [step.text for step in tidy.steps]
    assert stored.goal == tidy.goal


def edits() -> Iterator[str]:
    yield from ("delete:2", "duplicate:3", "move:2:6", "insert:4", "add", "up:5", "delete:0")
    yield from ("delete-risk:1:0", "delete-span:0", "delete-basis:1", "down:7", "move:9:1")


@pytest.mark.parametrize("code", ["FZ-U1-K13", "FZ-U5-K02-G01", "FZ-U4-K03", "FZ-U2"])
def test_after_any_edit_the_chart_of_the_rows_is_the_chart_of_the_draft(
    sample_session: Session, code: str
) -> None:
    desk = Desk(sample_session, code)
    draft = desk.draft
    for do in edits():
        draft = apply(draft, do)
        draft = replace(
            draft,
            steps=tuple(replace(step, text=step.text or "新的一步") for step in draft.steps),
        )
        if faults(draft, desk.known, code, desk.draft):
            continue
        desk.save(draft)
        stored = desk.stored()
        (row,) = documents(sample_session, Scope(desk.bureau), [code])
        assert sketch(stored, desk.known, row.place, code, row.offices) == row
        assert replace(stored, next_key=0, spans=()) == replace(
            settled(draft, desk.known), next_key=0, spans=()
        )
        assert set(stored.spans) == set(settled(draft, desk.known).spans)
        draft = stored


# New maps, and copies


def test_a_new_map_has_a_start_that_leads_to_an_end(desk: Desk) -> None:
    node = desk.session.scalars(select(Node).where(Node.code == CODE)).one()
    matter = desk.session.scalars(select(Matter).where(Matter.code == "QL-002")).one()

    row = commands.new_map(desk.session, node, title=" 新的图 ", matter_id=matter.id)

    draft = draft_of(desk.session, row, desk.known)
    assert (row.code, row.title, row.version) == (f"{CODE}-S2", "新的图", 1)
    assert draft.matter == f"{matter.name} QL-002"
    assert [(step.kind, step.text) for step in draft.steps] == [
        ("terminator", "开始"),
        ("terminator", "结束"),
    ]
    assert draft.steps[0].next == (NextRow("t3", "s2"),)
    assert row.next_key == 4


def test_a_code_of_a_map_is_never_issued_twice(desk: Desk) -> None:
    node = desk.session.scalars(select(Node).where(Node.code == CODE)).one()

    second = commands.new_map(desk.session, node, title="第二张")
    second.retired_on = date(2026, 1, 1)
    third = commands.new_map(desk.session, node, title="第三张")

    assert (second.code, third.code) == (f"{CODE}-S2", f"{CODE}-S3")


def test_a_second_map_of_one_matter_is_refused(desk: Desk) -> None:
    node = desk.session.get_one(Node, desk.map.node_id)

    with pytest.raises(commands.MatterTaken):
        commands.new_map(desk.session, node, title="又一张", matter_id=desk.map.matter_id)


def test_a_copy_begins_with_steps_lines_risk_points_and_measures(desk: Desk) -> None:
    node = desk.session.scalars(select(Node).where(Node.code == "FZ-U1-K01-G01")).one()
    office = {each.code for each in desk.known.actors if each.code.startswith(CODE)}

    row = commands.copy_map(desk.session, desk.map, node, title="照着画")

    copy = draft_of(desk.session, row, desk.known)
    assert row.code == "FZ-U1-K01-G01-S2"
    assert (copy.goal, copy.duties, copy.matter) == ("", "", "")
    assert copy.bases == desk.draft.bases
    assert copy.spans == desk.draft.spans
    for mine, theirs in zip(copy.steps, desk.draft.steps, strict=True):
        own = desk.known.actors.resolve(theirs.actor) in office
        assert mine == replace(theirs, actor="" if own else theirs.actor)
    assert any(step.actor for step in copy.steps)
    assert not all(step.actor for step in copy.steps)


def test_a_copy_for_the_same_node_keeps_who_acts(desk: Desk) -> None:
    node = desk.session.get_one(Node, desk.map.node_id)

    row = commands.copy_map(desk.session, desk.map, node, title="另一事项")

    assert draft_of(desk.session, row, desk.known).steps == desk.draft.steps


def test_a_copy_and_its_original_do_not_share_rows(desk: Desk) -> None:
    node = desk.session.get_one(Node, desk.map.node_id)
    row = commands.copy_map(desk.session, desk.map, node, title="另一事项")
    version = desk.map.version

    draft = write(draft_of(desk.session, row, desk.known), 1, text="只改这张")
    stored = commands.locked(desk.session, row)
    commands.save_map(desk.session, stored, draft, desk.known, version=row.version)

    assert desk.stored() == desk.draft
    assert desk.map.version == version
    for kind in (Step, Transition, RiskPoint):
        ids = [set(desk.session.scalars(select(kind.id).where(kind.map_id == each.id)))
               for each in (row, desk.map)]  # fmt: skip
        assert len(ids[0]) == len(ids[1])
        assert not ids[0] & ids[1]
