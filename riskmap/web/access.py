"""Who may open a page: every view says so, right under its route."""

import ipaddress
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


class Policy(StrEnum):
    """What a view asks of who opens it."""

    PUBLIC = "public"  # style sheets, scripts, fonts
    READ = "read"  # the register and its maps; from this machine only until there are accounts


def allows(policy: Policy) -> Callable[[View], View]:
    """Declare a view's policy."""

    def declare(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """Return the policy that an endpoint's view declares, None where it forgot to."""
    return getattr(app.view_functions[endpoint], "policy", None)


def install(app: Flask) -> None:
    """Hold every request against the policy of its view."""
    allows(Policy.PUBLIC)(app.view_functions["static"])

    @app.before_request
    def check() -> None:
        if request.endpoint is None:
            return
        match policy_of(current_app, request.endpoint):
            case Policy.PUBLIC:
                return
            case Policy.READ if _from_this_machine():
                return
        abort(403)


def _from_this_machine() -> bool:
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
