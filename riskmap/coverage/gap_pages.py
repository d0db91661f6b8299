"""The auditor's first page: the figures and the list of gaps; and one gap with its trace."""

from collections import Counter
from collections.abc import Sequence

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.coverage.auditing import counted
from riskmap.coverage.blueprint import bp, in_scope, shown_audit, visible_gaps
from riskmap.coverage.comparison import compared
from riskmap.coverage.facts import Facts
from riskmap.coverage.figures import recount
from riskmap.coverage.finding_queries import of_gap
from riskmap.coverage.finding_states import overdue
from riskmap.coverage.gap_lines import Line, known, line
from riskmap.coverage.gaps import Gap, Severity
from riskmap.coverage.listing import Asked, GapState, Known
from riskmap.coverage.marking import chart_with, keys_on, map_of
from riskmap.coverage.rules import BY_CODE, RULES
from riskmap.coverage.rules.coverage import MEASURES_SHOWN
from riskmap.coverage.subjects import place, seen_by, shown
from riskmap.db import db
from riskmap.drawing.engine import DrawingFailed
from riskmap.organisation.tree import NodeLevel
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form
from riskmap.web.listing import asked_for, page_of
from riskmap.web.members import choices


def asked() -> Asked:
    """Return what the address asks the list of gaps for."""
    severity = asked_for("severity", list(Severity))
    return Asked(
        q=asked_for("q"),
        state=GapState(asked_for("state", list(GapState)) or GapState.OPEN),
        severity=Severity(severity) if severity else None,
        rule=asked_for("rule", [rule.code for rule in RULES]),
        node=asked_for("node"),
    )


def lines(facts: Facts, about: Known, gaps: Sequence[Gap], wanted: Asked) -> list[Line]:
    """Return the gaps that are asked for, the worst first; mended ones are the last audit's."""
    rows = [about.row(gap) for gap in gaps]
    if wanted.state is GapState.MENDED:
        gone = compared(about.before.values(), gaps).gone
        rows = [about.row(gap, mended=True) for gap in gone]
    found = (line(facts, row) for row in rows)
    return [each for each in found if wanted.wants(facts, each.row, each.words)]


def states() -> list[tuple[str, str]]:
    """Return the choices of the list's state."""
    return [
        (GapState.OPEN.value, _("open: all but the accepted")),
        (GapState.NEW.value, _("new since the last audit")),
        (GapState.FINDING.value, _("made a finding")),
        (GapState.ACCEPTED.value, _("accepted")),
        (GapState.MENDED.value, _("mended since the last audit")),
        (GapState.ALL.value, _("all")),
    ]


@bp.get("")
@allows(Policy.READ_AUDIT)
def home() -> ResponseReturnValue:
    """Show the figures and the gaps of now."""
    scope, wanted, about = in_scope(), asked(), known(db.session, in_scope())
    audit = shown_audit(scope)
    facts, gaps = audit.facts, visible_gaps(scope, audit)
    by_rule = Counter(gap.rule for gap in gaps)
    return render_template(
        "coverage/home.html",
        bureau=scope.bureau,
        figures=recount(facts),
        counts=counted(gaps),
        counts_before=counted(about.before.values()) if about.last else None,
        uncovered=by_rule[MEASURES_SHOWN.code],
        last=about.last,
        under_way=len(about.findings),
        late=sum(overdue(each.state, each.due, facts.day) for each in about.findings.values()),
        list=page_of(lines(facts, about, gaps, wanted), "severity"),
        asked=wanted,
        filtered=wanted != Asked(),
        rules=[(rule, by_rule[rule.code]) for rule in RULES if by_rule[rule.code]],
        severities=choices(Severity),
        units=units(facts, gaps),
        states=states(),
        form=Form(),
    )


def units(facts: Facts, gaps: Sequence[Gap]) -> list[tuple[str, str]]:
    """Return the units and offices that have gaps: code and name, offices indented."""
    nodes = (facts.nodes[gap.node] for gap in gaps if gap.node in facts.nodes)
    concerned = {code for node in nodes for code in (*node.above, node.code)}
    return [
        (node.code, ("\u3000" if node.level is NodeLevel.OFFICE else "") + node.name)
        for node in facts.nodes.values()
        if node.code in concerned and node.level is not NodeLevel.POST
    ]


@bp.get("/gaps/<key:key>")
@allows(Policy.READ_AUDIT)
def gap(key: str) -> ResponseReturnValue:
    """Show one gap: what was seen, why it is one, what would mend it, and where it is."""
    scope = in_scope()
    audit, about = shown_audit(scope), known(db.session, scope)
    facts = audit.facts
    now = {each.key: each for each in visible_gaps(scope, audit)}
    found = now.get(key) or next((g for g in about.before.values() if g.key == key), None)
    if found is None:
        abort(404)
    return render_template(
        "coverage/gap.html",
        bureau=scope.bureau,
        row=about.row(found, mended=key not in now),
        findings=of_gap(db.session, scope, found.identity),
        rule=BY_CODE.get(found.rule),
        place=place(facts, found.node),
        about=shown(facts, found.subject),
        seen=seen_by(facts, found),
        facts=facts,
        chart=_chart(facts, found),
        marked=keys_on(map_of(facts, found), [found]),
    )


def _chart(facts: Facts, found: Gap) -> str | None:
    """Return the chart with the gap marked, None where it is on no map or cannot be drawn."""
    try:
        return chart_with(facts, found)
    except DrawingFailed:
        return None
