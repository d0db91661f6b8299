"""An import undone as one step: everything says again what it said, or nothing is touched."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope
from riskmap.register.models import Measure
from riskmap.workbooks.undoing import CannotUndo, undo
from tests.workbooks.handed_in import HandedIn, anybody, refused, values

MAP = "FZ-U1-K13-G01"


def same_but_for_what_was_added(before, after):
    """Return whether rows say what they said; those that were added since are retired or gone."""
    for table, rows in before.items():
        for key, row in rows.items():
            if after[table].get(key) != row:
                return False
        for key in after[table].keys() - rows.keys():
            if after[table][key]["retired"] != "True":
                return False
    return True


def test_all_kinds_of_change_are_undone_as_one_step(file):
    before = values(file.session, file.scope)
    file.set("measure", "CS-0101-01", text="改过的措施", phase="respond")
    file.set("step", f"{MAP}/s2", text="改过的步骤", number=4)
    file.set("node", "FZ-U1-K13", name="改名的科室")
    file.add("measure", code="CS-0101-99", item="FX-0101", text="新措施", phase="prevent",
             control="制衡", frequency="每月")  # fmt: skip
    file.add("step", map=MAP, key="甲", number=3, kind="process", text="新步骤", actor=MAP)
    file.add("transition", map=MAP, source="s2", target="甲")
    file.add("transition", map=MAP, source="甲", target="s3")
    file.delete("measure", "CS-0102-01")
    key = next(iter(file.known.rows["responsibility"]))
    file.delete("responsibility", key)
    done = file.outcome()
    assert refused(done) == []
    assert values(file.session, file.scope) != before

    undo(file.session, file.scope, done, anybody)

    file.session.expire_all()
    assert same_but_for_what_was_added(before, values(file.session, file.scope))


def test_what_was_changed_again_keeps_all_of_it_from_being_undone(file):
    file.set("measure", "CS-0101-01", text="改过一次")
    file.set("measure", "CS-0101-02", text="也改过一次")
    done = file.outcome()
    file.session.scalars(select(Measure).filter_by(code="CS-0101-01")).one().text = "又改了一次"
    file.session.flush()
    before = values(file.session, file.scope)

    with pytest.raises(CannotUndo) as caught:
        undo(file.session, file.scope, done, anybody)

    (fault,) = caught.value.faults
    assert "CS-0101-01" in fault.value
    assert "又改了一次" in fault.reason
    assert values(file.session, file.scope) == before


def test_who_may_no_longer_change_a_row_does_not_undo_it(file):
    file.set("measure", "CS-0101-01", text="改过一次")
    done = file.outcome()

    with pytest.raises(CannotUndo):
        undo(file.session, file.scope, done, lambda _policy, _path: False)


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("text"), st.integers(1, 12), st.text("甲乙丙=1", min_size=1, max_size=8)),
        st.tuples(st.just("kind"), st.integers(1, 12), st.sampled_from(["process", "document"])),
        st.tuples(st.just("min_persons"), st.integers(1, 12), st.integers(0, 5)),
        st.tuples(st.just("number"), st.integers(1, 12), st.integers(1, 15)),
        st.tuples(st.just("actor"), st.integers(1, 12), st.sampled_from(["", MAP, "CY-01", "无"])),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(edits=EDITS)
def test_any_edits_of_a_map_s_steps_are_undone_and_count_in_full(file, edits):
    office = file.session.scalars(select(Node).filter_by(code="FZ-U1-K13")).one()
    scope = Scope(file.scope.bureau, (office.path,))
    with file.session.begin_nested() as savepoint:
        before = values(file.session, scope)
        again = HandedIn(file.session, scope)
        for column, step, value in edits:
            if f"{MAP}/s{step}" in again.known.rows["step"]:
                again.set("step", f"{MAP}/s{step}", **{column: value})
        done = again.outcome()
        rows = done.rows
        told = rows["added"] + rows["changed"] + rows["removed"] + rows["refused"]
        undo(file.session, scope, done, anybody)
        file.session.expire_all()
        after = values(file.session, scope)
        savepoint.rollback()

    assert rows["read"] == told + rows["unchanged"]
    assert after == before
