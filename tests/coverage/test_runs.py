"""Audits that are kept: numbered, and as they were."""

from datetime import date

from riskmap.coverage.live import audited
from riskmap.coverage.runs import gaps_of, keep
from riskmap.organisation.queries import bureaus

DAY = date(2026, 1, 5)


def test_a_kept_audit_gives_its_gaps_back(sample_session):
    bureau = bureaus(sample_session)[0]
    audit = audited(sample_session, bureau, DAY)
    runs = [keep(sample_session, bureau, audit) for _ in range(2)]

    assert [run.number for run in runs] == [1, 2]
    assert gaps_of(runs[0]) == audit.gaps
    assert runs[0].facts == runs[1].facts
    assert len(runs[0].facts) == 64
