"""What is done to findings, on either database."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from riskmap.accounts.models import User
from riskmap.coverage import evidence, findings
from riskmap.coverage.finding_queries import acceptances, open_findings, waiting
from riskmap.coverage.finding_states import FindingState, NotNow, OwnWork
from riskmap.coverage.gaps import Severity
from riskmap.coverage.live import audited
from riskmap.coverage.models import Evidence, FindingEntry
from riskmap.coverage.runs import gaps_of, keep
from riskmap.db import today
from riskmap.organisation.models import Node
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope

DAY = date(2026, 1, 5)


@pytest.fixture
def bureau(sample_session):
    return bureaus(sample_session)[0]


@pytest.fixture
def users(sample_session):
    rows = sample_session.scalars(select(User))
    return {row.name: row for row in rows}


@pytest.fixture
def finding(sample_session, bureau, users):
    node = sample_session.scalars(select(Node).where(Node.code == "FZ-U1-K13")).one()
    return findings.raise_free(
        sample_session, bureau, severity=Severity.ERROR, title="送达超期", demand="改为20日",
        node=node, due=date(2026, 2, 1), by=users["shenji"],
    )  # fmt: skip


def answered(session, finding, users):
    file = evidence.taken("说明.txt", b"ok")
    return findings.answer(session, finding, text="已改", files=[file], by=users["gongshang"])


def test_codes_run_through_the_year_and_every_act_leaves_an_entry(
    sample_session, bureau, users, finding
):
    answered(sample_session, finding, users)
    findings.send_back(sample_session, finding, reason="缺回证", by=users["shenji"])
    answered(sample_session, finding, users)
    findings.close(sample_session, finding, by=users["shenji"])

    assert finding.code == f"SJ-{today().year}-001"
    acts = sample_session.scalars(select(FindingEntry.act).order_by(FindingEntry.id)).all()
    assert acts == ["raise", "answer", "return", "answer", "close"]
    assert finding.state is FindingState.CLOSED
    assert len(sample_session.scalars(select(Evidence)).all()) == 2


def test_who_mended_does_not_close_even_past_the_commands(sample_session, users, finding):
    answered(sample_session, finding, users)
    with pytest.raises(OwnWork):
        findings.close(sample_session, finding, by=users["gongshang"])
    with pytest.raises(NotNow):
        findings.reopen(sample_session, finding, reason="x", by=users["shenji"])

    finding.state, finding.closed_by_id = FindingState.CLOSED, users["gongshang"].id
    with pytest.raises(DBAPIError, match=r"(?i)not_closed_by_who_mended"):
        sample_session.flush()


@pytest.mark.parametrize("table", [FindingEntry, Evidence])
def test_what_was_said_and_handed_in_is_never_changed(sample_session, users, finding, table):
    answered(sample_session, finding, users)
    row = sample_session.scalars(select(table).limit(1)).one()
    row.bureau_id = row.bureau_id + 0
    setattr(row, "text" if table is FindingEntry else "name", "改过")

    with pytest.raises(DBAPIError, match="only ever added to"):
        sample_session.flush()


def test_what_waits_is_counted(sample_session, bureau, users, finding):
    scope = Scope(bureau)
    assert waiting(sample_session, scope, set(), date(2026, 3, 1)).overdue == 1
    answered(sample_session, finding, users)

    found = waiting(sample_session, scope, set(), date(2026, 3, 1))

    assert (found.overdue, found.to_answer, found.to_check) == (0, 0, 1)


def test_a_gap_s_finding_is_known_by_the_gap(sample_session, bureau, users):
    gap = audited(sample_session, bureau, DAY).gaps[0]
    node = sample_session.scalars(select(Node).where(Node.code == "FZ-U8-K01")).one()
    values = {"title": "x", "demand": "y", "node": node, "due": date(2027, 1, 1), "said": "z"}
    row = findings.raise_from_gap(sample_session, bureau, gap, by=users["shenji"], **values)

    assert open_findings(sample_session, Scope(bureau)) == {gap.identity: row}
    with pytest.raises(findings.AlreadyRaised):
        findings.raise_from_gap(sample_session, bureau, gap, by=users["shenji"], **values)


def test_an_acceptance_counts_until_its_day(sample_session, bureau, users):
    gap = audited(sample_session, bureau, DAY).gaps[0]
    row = findings.accept(
        sample_session, bureau, gap, None, reason="等解释", until=today(), by=users["shenji"]
    )
    assert acceptances(sample_session, bureau) == {gap.identity: row}

    row.until = date(2020, 1, 1)
    sample_session.flush()

    assert acceptances(sample_session, bureau) == {}


def test_a_kept_audit_gives_its_gaps_back(sample_session, bureau):
    audit = audited(sample_session, bureau, DAY)
    runs = [keep(sample_session, bureau, audit) for _ in range(2)]

    assert [run.number for run in runs] == [1, 2]
    assert gaps_of(runs[0]) == audit.gaps
    assert runs[0].facts == runs[1].facts
    assert len(runs[0].facts) == 64
