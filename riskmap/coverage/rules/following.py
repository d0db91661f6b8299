"""Findings: put right in time, with evidence, and closed by somebody else."""

from collections.abc import Iterator
from typing import Final

from riskmap.coverage.facts import Facts, FindingFact
from riskmap.coverage.gaps import Found, Kind, Severity, Subject, say
from riskmap.coverage.rule import Rule


def _followed(facts: Facts) -> Iterator[Found]:
    for finding in facts.findings:
        yield from _overdue(facts, finding)
        yield from _closed(facts, finding)


def _overdue(facts: Facts, finding: FindingFact) -> Iterator[Found]:
    if finding.due and finding.due < facts.day and not finding.closed:
        yield Found(
            Subject(Kind.FINDING, finding.code),
            say(
                "Finding %(code)s was to be closed by %(due)s, and is %(days)s days overdue.",
                code=finding.code,
                due=finding.due.isoformat(),
                days=(facts.day - finding.due).days,
            ),
            node=finding.node,
            about="overdue",
        )


def _closed(facts: Facts, finding: FindingFact) -> Iterator[Found]:
    subject = Subject(Kind.FINDING, finding.code)
    if finding.closed and not finding.evidence:
        yield Found(
            subject,
            say("Finding %(code)s was closed without any evidence.", code=finding.code),
            node=finding.node,
            about="evidence",
            severity=Severity.WARNING,
        )
    if finding.closed and finding.closed_by and finding.closed_by == finding.mended_by:
        person = facts.persons.get(finding.closed_by)
        yield Found(
            subject,
            say(
                "Finding %(code)s was put right and closed by one person, %(person)s.",
                code=finding.code,
                person=person.name if person else finding.closed_by,
            ),
            node=finding.node,
            about="closer",
        )


FOLLOWED: Final = Rule(
    code="G31",
    severity=Severity.ERROR,
    statement=say(
        "A finding is closed in time, with evidence, by another person than the one who put it "
        "right."
    ),
    remedy=say("Put it right and add the evidence; let somebody else check and close it."),
    basis="设计建议",
    check=_followed,
)
RULES: Final = (FOLLOWED,)
