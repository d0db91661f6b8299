"""Who may open a page: every view says what it asks for, right under its route."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

View = TypeVar("View", bound=Callable[..., Any])
Guard = Callable[["Policy | None"], ResponseReturnValue | None]


class Policy(StrEnum):
    """What a view asks of who opens it; `accounts.roles` says which role has it, and how far."""

    PUBLIC = "public"  # signing in, the language, style sheets, scripts, fonts
    SIGNED_IN = "signed_in"  # one's own password and sessions
    READ = "read"  # the register and its maps: pages, charts, prints, search
    EDIT_MAPS = "edit_maps"
    READ_HISTORY = "read_history"  # of one record
    SIGN = "sign"  # sign a map off, or send it back; the box asks for its own role
    FREEZE = "freeze"  # the atlas of a day into an edition
    LEAD_ROUNDS = "lead_rounds"  # begin and close rounds of review
    EDIT_REGISTER = "edit_register"
    EDIT_ORGANISATION = "edit_organisation"
    EDIT_USERS = "edit_users"
    EDIT_GRANTS = "edit_grants"
    READ_AUDIT = "read_audit"  # gaps, grids, runs, findings
    AUDIT = "audit"  # make runs, accept gaps, raise findings and follow them to their end
    ANSWER_FINDINGS = "answer_findings"  # of one's own office, with evidence
    EXPORT = "export"  # take the rows away as a workbook
    IMPORT = "import"  # hand a workbook in; each row asks for the policy of its own sheet
    READ_TRAIL = "read_trail"  # everything that anybody did, refused attempts included


def allows(policy: Policy, *, writes: bool = True) -> Callable[[View], View]:
    """Declare a view's policy; `writes=False` for one that only reads, whatever its method."""

    def declare(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        view.writes = writes  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """Return the policy that an endpoint's view declares, None where it forgot to."""
    return getattr(app.view_functions[endpoint], "policy", None)


def writes(app: Flask, endpoint: str) -> bool:
    """Return whether an endpoint's view may write when it is posted to."""
    return getattr(app.view_functions[endpoint], "writes", True)


def install(app: Flask, guard: Guard) -> None:
    """Hold every request against the policy of its view: what the guard answers is the answer."""
    allows(Policy.PUBLIC)(app.view_functions["static"])

    @app.before_request
    def check() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        return guard(policy_of(current_app, request.endpoint))
