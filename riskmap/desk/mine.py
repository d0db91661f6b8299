"""What lies on somebody's desk: the maps to keep, what changed last, what asks for attention."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, case, exists, func, or_, select

from riskmap.accounts.models import Attempt, Grant, User
from riskmap.coverage import finding_queries
from riskmap.coverage.finding_states import FindingState, Retest, days_left, overdue, retest
from riskmap.coverage.gaps import Severity
from riskmap.coverage.rules import BY_CODE
from riskmap.db import AnySession, now
from riskmap.desk import lists
from riskmap.document.lines import Uses
from riskmap.document.soundness import problems
from riskmap.history.events import Kind
from riskmap.history.models import Change
from riskmap.maps import listed
from riskmap.maps.in_use import in_use
from riskmap.maps.models import AccountMap, MapDraftRow, RiskPointMeasure
from riskmap.maps.problem_words import sentence
from riskmap.maps.queries import documents
from riskmap.organisation.models import Bureau, Holding, Node
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.models import Basis, Item, Measure
from riskmap.revisions.showing import shown

Rows = Sequence[Row[*tuple[Any, ...]]]
NEWEST = 12  # changed maps that a desk shows
REVIEWED = '{"reviewed_on": '  # how the record begins what it tells of a review
WEEK = timedelta(days=7)
MONTH = timedelta(days=30)


def _newest(bureau: Bureau) -> Any:
    """Return a subquery of each map's newest change: `map_id`, `last`, and how many `changes`.

    That a map was reviewed is recorded, but is no change of it: it is never the `last`.
    """
    changed = ~Change.details.startswith(REVIEWED, autoescape=True)
    return (
        select(
            Change.map_id,
            func.max(case((changed, Change.id))).label("last"),
            func.count(Change.request.distinct()).label("changes"),
        )
        .where(Change.bureau_id == bureau.id, Change.map_id.is_not(None))
        .group_by(Change.map_id)
        .subquery()
    )


def maps_to_keep(session: AnySession, scope: Scope) -> Rows:
    """Return the maps in use in a scope, by code: as in the list of maps, and the last change."""
    newest = _newest(scope.bureau)
    return session.execute(
        listed.working_copies(scope)
        .add_columns(AccountMap.changed_at, Change.who)
        .outerjoin(newest, newest.c.map_id == AccountMap.id)
        .outerjoin(Change, Change.id == newest.c.last)
        .order_by(AccountMap.code)
    ).all()


def drafts_of(session: AnySession, user_id: int) -> dict[str, datetime]:
    """Return when what a user has typed and not saved was kept last, by code of the map."""
    rows = session.execute(
        select(AccountMap.code, MapDraftRow.saved_at)
        .join(MapDraftRow, MapDraftRow.map_id == AccountMap.id)
        .where(MapDraftRow.user_id == user_id)
    )
    return {row.code: row.saved_at for row in rows}


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a map, in words, and the key of the row that it leads to."""

    code: str
    title: str
    key: str
    said: str


def flaws(session: AnySession, scope: Scope) -> list[Flaw]:
    """Return what is wrong with the flows and the measures of a scope's maps, in reading order."""
    return [
        Flaw(each.code, each.title, problem.key, sentence(problem, each))
        for each in documents(session, scope)
        for problem in problems(each)
    ]


@dataclass(frozen=True, slots=True)
class LastChange:
    """The newest change of a map: when, and by whom."""

    code: str
    title: str
    place: str
    at: datetime
    who: str
    changes: int


def changed_last(session: AnySession, scope: Scope) -> list[LastChange]:
    """Return the maps of a scope that were changed last, the newest first."""
    newest = _newest(scope.bureau)
    rows = session.execute(
        select(
            AccountMap.code, AccountMap.title, Node.name, Change.at, Change.who, newest.c.changes
        )
        .join(newest, newest.c.map_id == AccountMap.id)
        .join(Change, Change.id == newest.c.last)
        .join(Node, AccountMap.node_id == Node.id)
        .where(*in_use(scope))
        .order_by(newest.c.last.desc())
        .limit(NEWEST)
    )
    return [LastChange(*row) for row in rows]


def maps_of(session: AnySession, ids: Collection[int]) -> Sequence[AccountMap]:
    """Return maps by their ids, in the order of their codes."""
    query = select(AccountMap).where(AccountMap.id.in_(ids)).order_by(AccountMap.code)
    return session.scalars(query).all()


def without_map(session: AnySession, scope: Scope) -> Rows:
    """Return the nodes in use of a scope that no map in use is drawn for: code, name, level."""
    drawn = exists().where(AccountMap.node_id == Node.id, AccountMap.retired_on.is_(None))
    return session.execute(
        select(Node.code, Node.name, Node.level)
        .where(scope.nodes(), Node.retired_on.is_(None), ~drawn)
        .order_by(Node.code)
    ).all()


def vacant(session: AnySession, scope: Scope, day: date) -> Rows:
    """Return the posts in use of a scope that nobody holds on a day: code, name."""
    held = exists().where(
        Holding.post_id == Node.id,
        Holding.since <= day,
        or_(Holding.until.is_(None), Holding.until >= day),
    )
    return session.execute(
        select(Node.code, Node.name)
        .where(scope.nodes(), Node.level == NodeLevel.POST, Node.retired_on.is_(None), ~held)
        .order_by(Node.code)
    ).all()


def ended_and_cited(session: AnySession, scope: Scope, day: date) -> Rows:
    """Return where maps of a scope cite what is no longer in force: map's code, title, basis."""
    citing = lists.citations()
    return session.execute(
        select(
            AccountMap.code,
            AccountMap.title,
            Basis.code.label("basis"),
            Basis.title.label("basis_title"),
        )
        .join(citing, citing.c.map_id == AccountMap.id)
        .join(Basis, Basis.id == citing.c.basis_id)
        .where(*in_use(scope), Basis.in_force_until < day)
        .order_by(AccountMap.code, Basis.code)
    ).all()


def retired_and_used(session: AnySession, scope: Scope) -> Rows:
    """Return where maps of a scope use a retired measure: map's code, title, measure."""
    return session.execute(
        select(AccountMap.code, AccountMap.title, Measure.code.label("measure"), Measure.text)
        .join(RiskPointMeasure, RiskPointMeasure.map_id == AccountMap.id)
        .join(Measure, RiskPointMeasure.measure_id == Measure.id)
        .where(*in_use(scope), Measure.retired_on.is_not(None))
        .distinct()
        .order_by(AccountMap.code, Measure.code)
    ).all()


@dataclass(frozen=True, slots=True)
class RegisterFigures:
    """What of the register asks for attention; each figure leads to its list."""

    unused: int
    bare_items: int
    ended_cited: int
    unchecked: int


def register_figures(session: AnySession, scope: Scope, day: date) -> RegisterFigures:
    """Return how long the lists are that ask for attention, and how many items have no measure."""
    counted = Uses([each.document for each in shown(session, scope)])
    answered = select(Measure.item_id).where(Measure.retired_on.is_(None))

    def how_many(statement: Select[Any]) -> int:
        return int(session.scalar(select(func.count()).select_from(statement.subquery())) or 0)

    def of_bureau(model: Any, *conditions: Any) -> Select[Any]:
        in_use = (model.bureau_id == scope.bureau.id, model.retired_on.is_(None))
        return select(model.id).where(*in_use, *conditions)

    return RegisterFigures(
        unused=how_many(lists.measures(scope, {"used": "no"}, counted)[0]),
        bare_items=how_many(of_bureau(Item, Item.id.not_in(answered))),
        ended_cited=how_many(lists.bases(scope, {"state": "cited"}, day, counted)[0]),
        unchecked=how_many(of_bureau(Basis, Basis.unverified)),
    )


def refusals(session: AnySession, bureau: Bureau) -> dict[Kind, int]:
    """Return how often in the last week somebody was refused, by kind; those of no bureau too."""
    kinds = (Kind.REFUSED, Kind.SIGN_IN_FAILED, Kind.LOCKED)
    rows = session.execute(
        select(Change.kind, func.count())
        .where(
            or_(Change.bureau_id == bureau.id, Change.bureau_id.is_(None)),
            Change.kind.in_([each.value for each in kinds]),
            Change.at > now() - WEEK,
        )
        .group_by(Change.kind)
    )
    found = {row[0]: row[1] for row in rows}
    return {each: found.get(each.value, 0) for each in kinds}


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """What of the accounts asks for attention."""

    active: int
    locked: int
    never_changed: int
    without_role: int


def account_figures(session: AnySession, bureau: Bureau) -> AccountFigures:
    """Return how many users are active, shut out, have their first password, or no role."""
    active = (User.bureau_id == bureau.id, User.disabled_on.is_(None))
    locked = exists().where(and_(Attempt.name_key == User.name_key, Attempt.locked_until > now()))
    granted = exists().where(Grant.user_id == User.id)

    def how_many(*conditions: Any) -> int:
        return int(session.scalar(select(func.count(User.id)).where(*active, *conditions)) or 0)

    return AccountFigures(
        how_many(), how_many(locked), how_many(User.must_change), how_many(~granted)
    )


@dataclass(frozen=True, slots=True)
class Owed:
    """A finding that an office is to mend: when it is due, and how many days are left."""

    code: str
    title: str
    office: str
    severity: Severity
    state: FindingState
    due: date
    left: int
    late: bool


def owed(session: AnySession, scope: Scope, day: date) -> list[Owed]:
    """Return the findings that the offices of a scope are to answer, by the day they are due."""
    return [
        Owed(
            row.code,
            row.title,
            row.office,
            row.severity,
            row.state,
            row.due,
            days_left(row.due, day),
            overdue(row.state, row.due, day),
        )
        for row in finding_queries.owed(session, scope)
    ]


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """What of the findings and accepted gaps asks for the auditor; each leads to its list."""

    answered: int
    late: int
    gone: int
    ending: int


def audit_figures(
    session: AnySession, scope: Scope, day: date, identities: Callable[[], Collection[str]]
) -> AuditFigures:
    """Return how many findings wait to be checked, are late, or are of gaps that are gone.

    `identities` gives those of the gaps of now; it is asked only where a finding was made of one.
    """
    found = finding_queries.open_findings(session, scope)
    gaps = identities() if found else ()
    gone = [
        each
        for each in found.values()
        if retest(each.identity, each.rule, BY_CODE, gaps) is Retest.GONE
    ]
    soon = day + MONTH
    accepted = finding_queries.acceptances(session, scope.bureau).values()

    def how_many(**asked: str) -> int:
        statement, _sorts = finding_queries.listed(scope, asked, day)
        return int(session.scalar(select(func.count()).select_from(statement.subquery())) or 0)

    return AuditFigures(
        answered=how_many(state="answered"),
        late=how_many(overdue="1"),
        gone=len(gone),
        ending=sum(each.until <= soon for each in accepted),
    )
