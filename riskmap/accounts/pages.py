"""The sign-in page: the form, what was typed before, and the sample's users where it is shown."""

from collections.abc import Sequence

from flask import render_template
from sqlalchemy import select

from riskmap.accounts.forms import SignInForm
from riskmap.accounts.models import Grant, User
from riskmap.accounts.roles import Role
from riskmap.db import db

FIRST = "/desk"
"""Where somebody comes after signing in."""

DEMO_PASSWORD = "Yunjiang-2026"
"""Of the sample's users, who are let in on this machine only."""


def sign_in_page(
    *,
    form: SignInForm | None = None,
    target: str = "",
    kept: Sequence[tuple[str, str]] = (),
    wrong: bool = False,
) -> str:
    """Return the page; `kept` are the fields of a form that came without a valid sign-in.

    Where there are no users yet, it says how to begin.
    """
    if db.session.scalars(select(User.id).limit(1)).first() is None:
        return render_template("accounts/nobody_yet.html")
    form = form or SignInForm(formdata=None, target=target)
    return render_template(
        "accounts/sign_in.html",
        form=form,
        kept=kept,
        wrong=wrong,
        demo=demo_users(),
        demo_password=DEMO_PASSWORD,
    )


def demo_users() -> list[tuple[User, list[Role]]]:
    """Return the sample's users with their roles, by name; none in any other database."""
    users = db.session.scalars(
        select(User).where(User.is_demo, User.disabled_on.is_(None)).order_by(User.id)
    ).all()
    grants = db.session.scalars(
        select(Grant).where(Grant.user_id.in_([user.id for user in users])).order_by(Grant.id)
    ).all()
    held = {(each.user_id, each.role) for each in grants}
    return [(user, [role for role in Role if (user.id, role) in held]) for user in users]


def local(target: str, otherwise: str = FIRST) -> str:
    """Return an address of this site, `otherwise` where it is one of another."""
    if not target.startswith("/") or target[1:2] in ("/", "\\"):
        return otherwise
    return otherwise if any(ord(each) < 33 for each in target) else target
