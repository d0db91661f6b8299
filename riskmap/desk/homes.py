"""Where somebody starts: the first page that their roles open."""

from flask import current_app, url_for

from riskmap.accounts.current import Asking
from riskmap.web.access import Policy

HOMES = (
    (Policy.READ, "desk.home"),
    (Policy.EDIT_ORGANISATION, "desk.organisation"),
    (Policy.EDIT_USERS, "desk.users"),
    (Policy.EDIT_GRANTS, "desk.users"),
)
"""What is asked for, and the page; a page that is not there is passed over."""


def home_for(asking: Asking | None) -> str:
    """Return the address of the first page that somebody may see, their account's at the least."""
    for policy, endpoint in HOMES:
        if asking is not None and asking.may(policy) and endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("accounts.account")
