"""Facts are read from rows in a fixed number of statements, whatever there is."""

from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event

from riskmap.coverage.live import Audits, audited, visible
from riskmap.coverage.models import AuditParameter
from riskmap.coverage.parameters import TENURE_YEARS
from riskmap.coverage.reading import read
from riskmap.organisation.models import Node
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from tests import rows

DAY = date(2026, 1, 5)


@contextmanager
def counted(session):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_the_statements_are_the_same_few_however_many_maps_there_are(sample_session):
    sample = bureaus(sample_session)[0]
    one = rows.make_bureau(sample_session)
    rows.make_map(sample_session, one)

    def asked(bureau, **how):
        with counted(sample_session) as statements:
            read(sample_session, bureau, DAY, **how)
        return len(statements)

    assert asked(sample, draft=True) == asked(one, draft=True)
    asked(sample)  # frozen documents are read once
    assert asked(sample) == asked(one)


def test_facts_hold_what_the_rows_say(sample_session):
    facts = read(sample_session, bureaus(sample_session)[0], DAY)

    post = facts.nodes["FZ-U1-K13-G01"]
    assert (post.above, post.office, post.unit) == (("FZ-U1", "FZ-U1-K13"), "FZ-U1-K13", "FZ-U1")
    assert facts.limits["SX-019"].extension.text == "15日"
    assert facts.measures["CS-0101-01"].responsible
    assert facts.map_by_code["FZ-U2-K06-G02"].reviewed == date(2024, 12, 11)
    assert facts.holders("FZ-U9-K02-G01") == []
    assert facts.bases["FG-026"].replaced_by == "FG-027"


def test_another_bureau_is_in_nobody_s_facts(sample_session):
    other = rows.make_bureau(sample_session)
    rows.make_node(sample_session, other, code="ZZ-1")

    sample = next(each for each in bureaus(sample_session) if each.is_sample)
    assert "ZZ-1" not in read(sample_session, sample, DAY).nodes
    assert list(read(sample_session, other, DAY).nodes) == ["ZZ-1"]


def test_a_bureau_s_settings_are_its_own(sample_session):
    sample, other = bureaus(sample_session)[0], rows.make_bureau(sample_session)
    sample_session.add(
        AuditParameter(bureau_id=other.id, name=TENURE_YEARS.name, value="9", reason="试办")
    )
    sample_session.flush()

    assert read(sample_session, other, DAY).parameters.number(TENURE_YEARS) == 9
    assert read(sample_session, sample, DAY).parameters.number(TENURE_YEARS) == 5


def test_the_audit_of_now_is_made_again_when_a_row_changes(sample_session):
    bureau, audits = bureaus(sample_session)[0], Audits()
    first = audits.of(sample_session, bureau)
    assert audits.of(sample_session, bureau) is first

    bureau.changes += 1
    sample_session.flush()

    assert audits.of(sample_session, bureau) is not first


@pytest.mark.parametrize("code", ["FZ-U1-K13", "FZ-U2"])
def test_who_sees_a_part_sees_the_gaps_of_that_part(sample_session, code):
    bureau = bureaus(sample_session)[0]
    path = sample_session.query(Node.path).filter_by(code=code).scalar()
    gaps = audited(sample_session, bureau, DAY).gaps

    found = visible(sample_session, Scope(bureau, (path,)), gaps)

    assert {gap.identity for gap in found} == {
        gap.identity for gap in gaps if gap.node == code or gap.node.startswith(f"{code}-")
    }
    assert found
