"""What is done to findings and accepted gaps, on both engines."""

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from riskmap.accounts.models import User
from riskmap.coverage import finding_queries as queries
from riskmap.coverage import findings
from riskmap.coverage.evidence import taken
from riskmap.coverage.finding_states import FindingAct, FindingState, NotNow, OwnWork
from riskmap.coverage.gaps import Gap, Kind, Severity, Subject, say
from riskmap.coverage.models import Evidence, Finding, FindingEntry
from riskmap.coverage.reading import read
from riskmap.db import now, today
from riskmap.db.connections import start_writing
from riskmap.history.models import Change
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from tests.coverage.files import PDF
from tests.refusals import refused
from tests.rows import make_bureau, make_node, make_user
from tests.together import together

DUE = today() + timedelta(days=30)


def gap_at(key: str = "r1", node: str = "") -> Gap:
    subject = Subject(Kind.MAP, "FZ-1", (key,))
    return Gap("G07", Severity.ERROR, subject, say("Too few measures."), node=node)


@dataclass
class Office:
    """A bureau with two offices, an auditor, another one, and the chief of the first office."""

    session: Session
    bureau: Bureau
    node: Node
    other: Node
    auditor: User
    second: User
    chief: User

    @classmethod
    def made(cls, session: Session) -> "Office":
        bureau = make_bureau(session)
        unit = make_node(session, bureau)
        nodes = [make_node(session, bureau, unit) for _ in range(2)]
        users = [make_user(session, bureau, shown=name) for name in ("审计", "另一审计", "科长")]
        return cls(session, bureau, *nodes, *users)

    def raised(self, gap: Gap | None = None, **values: object) -> Finding:
        asked = {"title": "措施不足", "demand": "补足措施", "node": self.node, "due": DUE}
        return findings.raise_from_gap(
            self.session, self.bureau, gap or gap_at(), said="措施太少。", by=self.auditor,
            **{**asked, **values},
        )  # fmt: skip

    def free(self, **values: object) -> Finding:
        asked = {
            "severity": Severity.NOTICE, "title": "台账不全", "demand": "补齐", "node": self.node,
            "due": DUE, "by": self.auditor,
        }  # fmt: skip
        return findings.raise_free(self.session, self.bureau, **{**asked, **values})

    def answered(self, *files: tuple[str, bytes]) -> Finding:
        finding = self.raised()
        sent = [taken(*each) for each in files]
        findings.answer(self.session, finding, text="已补", files=sent, by=self.chief)
        return finding

    def acts(self, finding: Finding) -> list[tuple[FindingAct, str, str]]:
        return [(each.act, each.text, each.who) for each in queries.entries(self.session, finding)]


@pytest.fixture
def office(session: Session) -> Office:
    return Office.made(session)


def test_a_finding_keeps_what_the_rule_said_and_whose_it_is(office: Office) -> None:
    finding = office.raised()

    assert finding.code == f"SJ-{today().year}-001"
    assert (finding.state, finding.severity) == (FindingState.OPEN, Severity.ERROR)
    assert finding.identity == gap_at().identity
    assert (finding.subject_kind, finding.subject_code, finding.subject_keys) == (
        Kind.MAP, "FZ-1", "r1",
    )  # fmt: skip
    assert office.acts(finding) == [(FindingAct.RAISE, "措施太少。", "审计")]


def test_codes_count_on_within_a_bureau_and_year_and_are_never_used_twice(office: Office) -> None:
    first, second = office.raised(), office.free()
    findings.withdraw(office.session, second, reason="误提", by=office.auditor)
    third = office.free()
    elsewhere = Office.made(office.session).free()

    numbers = [each.code[-3:] for each in (first, second, third, elsewhere)]
    assert numbers == ["001", "002", "003", "001"]
    with pytest.raises(IntegrityError, match="finding: retire, do not delete"):
        office.session.connection().execute(text(f"DELETE FROM finding WHERE id = {third.id}"))


def test_the_code_after_the_thousandth_is_the_next_one(office: Office) -> None:
    finding = office.free()
    office.session.flush()
    office.session.add(
        Finding(
            bureau_id=office.bureau.id, code=f"SJ-{today().year}-1000", severity=Severity.NOTICE,
            title="甲", node_id=finding.node_id, due=DUE, state=FindingState.OPEN,
            raised_by_id=office.auditor.id, raised_at=now(),
        )
    )  # fmt: skip
    office.session.flush()

    assert office.free().code == f"SJ-{today().year}-1001"


def test_a_gap_has_one_finding_at_a_time(office: Office) -> None:
    first = office.raised()

    with pytest.raises(findings.AlreadyRaised) as caught:
        office.raised()

    assert caught.value.code == first.code
    findings.withdraw(office.session, first, reason="误提", by=office.auditor)
    second = office.raised()
    assert [each.code for each in queries.of_gap(
        office.session, Scope(office.bureau), first.identity
    )] == [second.code, first.code]  # fmt: skip


def test_a_finding_goes_its_whole_way(office: Office) -> None:
    finding = office.answered(("整改.pdf", PDF))
    findings.send_back(office.session, finding, reason="附件不清", by=office.auditor)
    findings.answer(office.session, finding, text="已重附", by=office.chief)
    findings.close(office.session, finding, text="已核", by=office.auditor)

    assert finding.state is FindingState.CLOSED
    assert (finding.mended_by_id, finding.closed_by_id) == (office.chief.id, office.auditor.id)
    assert finding.closed_at is not None
    findings.reopen(office.session, finding, reason="又发生", by=office.second)
    assert finding.state is FindingState.RETURNED
    assert (finding.closed_by_id, finding.closed_at) == (None, None)
    assert [act.value for act, _text, _who in office.acts(finding)] == [
        "raise", "answer", "return", "answer", "close", "reopen",
    ]  # fmt: skip


def test_what_the_state_does_not_allow_changes_nothing(office: Office) -> None:
    finding = office.raised()
    by = {"by": office.auditor}
    before = office.acts(finding)

    for act in (
        lambda: findings.close(office.session, finding, **by),
        lambda: findings.send_back(office.session, finding, reason="退", **by),
        lambda: findings.reopen(office.session, finding, reason="开", **by),
    ):
        with pytest.raises(NotNow):
            act()

    assert finding.state is FindingState.OPEN
    assert office.acts(finding) == before


def test_an_act_that_needs_a_reason_is_not_done_without(office: Office) -> None:
    finding = office.answered()

    for reason in ("", " \n"):
        with pytest.raises(ValueError, match="needs a reason"):
            findings.send_back(office.session, finding, reason=reason, by=office.auditor)


def test_whoever_ever_answered_does_not_close(office: Office) -> None:
    finding = office.answered()
    findings.send_back(office.session, finding, reason="再改", by=office.auditor)
    findings.answer(office.session, finding, text="又改", by=office.second)

    for who in (office.chief, office.second):
        with pytest.raises(OwnWork):
            findings.close(office.session, finding, by=who)

    findings.close(office.session, finding, by=office.auditor)
    assert finding.closed_by_id == office.auditor.id


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ("state = 'closed', closed_by_id = mended_by_id", "ck_finding_not_closed_by_who_mended"),
        ("state = 'closed'", "ck_finding_closed_by_someone"),
        ("closed_by_id = raised_by_id", "ck_finding_closed_by_someone"),
        ("state = 'lost'", "ck_finding_state_known"),
        ("title = ' '", "ck_finding_title_not_blank"),
    ],
)
def test_the_database_holds_it_whoever_asks(office: Office, values: str, constraint: str) -> None:
    finding = office.answered()

    with refused(constraint):
        office.session.connection().execute(
            text(f"UPDATE finding SET {values} WHERE id = {finding.id}")
        )


@pytest.mark.parametrize("model", [Evidence, FindingEntry])
def test_what_was_said_and_shown_is_only_ever_added_to(office: Office, model: type) -> None:
    office.answered(("整改.pdf", PDF))
    name = model.__tablename__  # type: ignore[attr-defined]

    for statement in (f"DELETE FROM {name}", f"UPDATE {name} SET id = id"):
        message = f"{name}: only ever added to"
        with pytest.raises(IntegrityError, match=message), office.session.begin_nested():
            office.session.connection().execute(text(statement))


def test_a_file_is_kept_as_it_came_and_the_record_stays_small(office: Office) -> None:
    content = PDF.replace(b"<<", b"<< /X (" + b"y" * 500_000 + b")")
    finding = office.answered(("整改.pdf", content))
    (file,) = queries.evidence(office.session, finding)[
        queries.entries(office.session, finding)[-1].id
    ]

    found = queries.file(office.session, finding, file.id)
    assert found is not None
    assert found.content == content
    assert found.size == len(content) == queries.evidence_size(office.session, finding)
    assert queries.file(office.session, finding, 2**40) is None
    recorded = office.session.scalars(select(Change).where(Change.subject == "evidence")).one()
    assert len(recorded.details) < 1000
    assert json.loads(recorded.details)["content"] == ["…", "…"]
    assert json.loads(recorded.details)["sha256"][1] == file.sha256


def test_the_content_of_a_file_is_read_only_where_it_is_asked_for(office: Office) -> None:
    finding = office.answered(("整改.pdf", PDF))
    office.session.expire_all()

    (files,) = queries.evidence(office.session, finding).values()

    assert "content" not in files[0].__dict__


def test_a_file_of_another_finding_is_not_there(office: Office) -> None:
    one, other = office.answered(("整改.pdf", PDF)), office.free()
    number = office.session.scalars(select(Evidence.id)).one()

    assert queries.file(office.session, one, number) is not None
    assert queries.file(office.session, other, number) is None


def test_a_changed_finding_tells_what_was_changed_and_moves_to_the_other_desk(
    office: Office,
) -> None:
    finding, later = office.raised(), DUE + timedelta(days=9)

    findings.change(
        office.session, finding, title="措施仍不足", demand="再补", node=office.other, due=later,
        reason="移交", by=office.auditor,
    )  # fmt: skip

    assert (finding.title, finding.due, finding.node.id) == ("措施仍不足", later, office.other.id)
    assert office.acts(finding)[-1] == (FindingAct.CHANGE, "移交", "审计")
    here = Scope(office.bureau, (office.node.path,))
    there = Scope(office.bureau, (office.other.path,))
    assert not queries.owed(office.session, here)
    assert [row.code for row in queries.owed(office.session, there)] == [finding.code]


def listed(office: Office, scope: Scope | None = None, **asked: str) -> list[str]:
    statement, sorts = queries.listed(scope or Scope(office.bureau), asked, today())
    return [row.title for row in office.session.execute(statement.order_by(*sorts["due"]))]


def test_lists_show_what_is_asked_for_and_may_be_seen(office: Office) -> None:
    late = today() - timedelta(days=1)
    office.free(title="甲", due=late)
    office.free(title="乙", node=office.other, severity=Severity.ERROR)
    answered = office.answered()
    findings.change(
        office.session, answered, title="丙", demand="补", node=office.node, due=late,
        reason="改期", by=office.auditor,
    )  # fmt: skip
    closed = office.free(title="丁")
    findings.withdraw(office.session, closed, reason="误提", by=office.auditor)
    Office.made(office.session).free(title="别局")
    own = Scope(office.bureau, (office.other.path,))

    assert set(listed(office)) == {"甲", "乙", "丙"}
    assert set(listed(office, state="all")) == {"甲", "乙", "丙", "丁"}
    assert set(listed(office, state="owed")) == {"甲", "乙"}
    assert listed(office, state="withdrawn") == ["丁"]
    assert listed(office, overdue="1") == ["甲"]
    assert listed(office, severity="error", state="owed") == ["乙"]
    assert listed(office, rule="G07") == ["丙"]
    assert listed(office, node=office.other.code) == ["乙"]
    assert listed(office, q="甲") == ["甲"]
    assert listed(office, own) == ["乙"]
    assert listed(office, Scope(office.bureau, ())) == []


def test_facts_tell_who_mended_and_who_closed(office: Office) -> None:
    finding = office.answered(("整改.pdf", PDF))
    findings.close(office.session, finding, by=office.auditor)
    withdrawn = office.free()
    findings.withdraw(office.session, withdrawn, reason="误提", by=office.auditor)

    (fact,) = read(office.session, office.bureau, today()).findings

    assert (fact.code, fact.closed, fact.evidence) == (finding.code, True, 1)
    assert (fact.mended_by, fact.closed_by) == (str(office.chief.id), str(office.auditor.id))


def test_an_accepted_gap_counts_until_its_day(office: Office) -> None:
    session, bureau = office.session, office.bureau
    row = findings.accept(
        session, bureau, gap_at(), None, reason="另有措施", until=today(), by=office.auditor
    )

    assert list(queries.acceptances(session, bureau)) == [gap_at().identity]
    findings.accept(
        session, bureau, gap_at(), row, reason="已过", until=today() - timedelta(days=1),
        by=office.second,
    )  # fmt: skip
    assert queries.acceptances(session, bureau) == {}
    assert queries.acceptance(session, bureau, gap_at().key) is row
    assert row.who == "另一审计"
    findings.end_acceptance(session, row)
    assert queries.acceptance(session, bureau, gap_at().key) is None
    assert session.scalars(select(Change.kind).where(Change.subject == "acceptance")).all() == [
        "added", "changed", "removed",
    ]  # fmt: skip


def test_a_gap_is_accepted_once(office: Office) -> None:
    values = {"reason": "另有措施", "until": today(), "by": office.auditor}
    findings.accept(office.session, office.bureau, gap_at(), None, **values)

    with refused("uq_acceptance_bureau_id_identity"):
        findings.accept(office.session, office.bureau, gap_at(), None, **values)


# Two at once


@pytest.fixture
def shared(engine: Engine) -> tuple[Engine, int, dict[str, int]]:
    """A bureau that is committed, so that several transactions see it."""
    with Session(engine) as session:
        start_writing(session)
        office = Office.made(session)
        ids = {"node": office.node.id, "auditor": office.auditor.id, "chief": office.chief.id}
        found = office.bureau.id
        session.commit()
    return engine, found, ids


def test_several_who_raise_at_once_get_codes_of_their_own(shared) -> None:
    engine, bureau_id, ids = shared

    def raise_one(session: Session) -> str:
        return findings.raise_free(
            session, session.get_one(Bureau, bureau_id), severity=Severity.NOTICE, title="甲",
            demand="乙", node=session.get_one(Node, ids["node"]), due=DUE,
            by=session.get_one(User, ids["auditor"]),
        ).code  # fmt: skip

    codes = together(engine, raise_one)

    assert sorted(map(str, codes)) == [f"SJ-{today().year}-00{number}" for number in (1, 2, 3, 4)]


def test_several_who_raise_for_one_gap_at_once_make_one_finding(shared) -> None:
    engine, bureau_id, ids = shared

    def raise_one(session: Session) -> str:
        return findings.raise_from_gap(
            session, session.get_one(Bureau, bureau_id), gap_at(), title="甲", demand="乙",
            node=session.get_one(Node, ids["node"]), due=DUE, said="丙",
            by=session.get_one(User, ids["auditor"]),
        ).code  # fmt: skip

    came = together(engine, raise_one)

    assert came.count(findings.AlreadyRaised) == 3
    with Session(engine) as session:
        assert session.scalar(select(func.count(Finding.id))) == 1


def test_a_finding_is_answered_once_however_many_answer_it_at_once(shared) -> None:
    engine, bureau_id, ids = shared
    with Session(engine) as session:
        start_writing(session)
        bureau, node = session.get_one(Bureau, bureau_id), session.get_one(Node, ids["node"])
        number = findings.raise_free(
            session, bureau, severity=Severity.NOTICE, title="甲", demand="乙", node=node, due=DUE,
            by=session.get_one(User, ids["auditor"]),
        ).id  # fmt: skip
        session.commit()

    def answer(session: Session) -> str:
        finding, by = session.get_one(Finding, number), session.get_one(User, ids["chief"])
        return findings.answer(session, finding, text="已改", by=by).act.value

    came = together(engine, answer)

    assert sorted(map(str, came)) == sorted(map(str, ["answer", NotNow, NotNow, NotNow]))
    with Session(engine) as session:
        entries = select(func.count(FindingEntry.id)).where(FindingEntry.act == FindingAct.ANSWER)
        assert session.scalar(entries) == 1
