"""What each role may do, and how far: a table, and how a user's grants add up.

The table is that of the security design: everything that is not in it is refused. Duties that may
not meet in one person (GB/T 22239-2019 8.1.4.2 d) are told by `clash`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from riskmap.web.access import Policy


class Role(StrEnum):
    """What somebody is to the register; a grant gives a role within a part of the bureau."""

    ADMIN = "admin"
    SECURITY = "security"
    CHIEF = "chief"
    HOLDER = "holder"
    LEADER = "leader"
    LEGAL = "legal"
    HEAD = "head"
    DISCIPLINE = "discipline"
    AUDITOR = "auditor"
    VIEWER = "viewer"


SIGNING = (Role.HOLDER, Role.LEADER, Role.LEGAL, Role.HEAD, Role.DISCIPLINE)
"""The roles that sign maps off."""


class Reach(StrEnum):
    """How far a policy goes: the whole bureau, or what the grant is for."""

    ALL = "all"
    OWN = "own"


Table = Mapping[Role, Mapping[Policy, Reach]]
_READER = {
    Policy.READ: Reach.ALL,
    Policy.READ_HISTORY: Reach.ALL,
    Policy.READ_AUDIT: Reach.ALL,
    Policy.EXPORT: Reach.ALL,
}
_SIGNER = _READER | {Policy.SIGN: Reach.OWN}
_LEADER = _SIGNER | {Policy.LEAD_ROUNDS: Reach.OWN}
_SECURITY = {Policy.EDIT_GRANTS: Reach.ALL}


def table(*, chiefs: Reach, viewers: Reach, three_admins: bool) -> Table:
    """Return what each role may do, by the settings of this installation.

    Without `three_admins`, who keeps the users gives out the roles as well.
    """
    admin = {Policy.EDIT_USERS: Reach.ALL, Policy.EDIT_ORGANISATION: Reach.ALL}
    return {
        Role.ADMIN: admin if three_admins else admin | _SECURITY,
        Role.SECURITY: _SECURITY,
        Role.CHIEF: {
            Policy.READ: chiefs,
            Policy.EDIT_MAPS: Reach.OWN,
            Policy.READ_HISTORY: Reach.OWN,
            Policy.READ_AUDIT: Reach.OWN,
            Policy.ANSWER_FINDINGS: Reach.OWN,
            Policy.EXPORT: Reach.OWN,
            Policy.IMPORT: Reach.OWN,
            Policy.SIGN: Reach.OWN,
        },
        Role.HOLDER: {Policy.READ: Reach.OWN, Policy.SIGN: Reach.OWN},
        Role.LEADER: _LEADER,
        Role.LEGAL: _LEADER
        | {
            Policy.EDIT_REGISTER: Reach.ALL,
            Policy.IMPORT: Reach.ALL,
            Policy.FREEZE: Reach.ALL,
        },
        Role.HEAD: _LEADER | {Policy.FREEZE: Reach.ALL},
        Role.DISCIPLINE: _SIGNER,
        Role.AUDITOR: _READER | {Policy.READ_TRAIL: Reach.ALL, Policy.AUDIT: Reach.ALL},
        Role.VIEWER: {Policy.READ: viewers},
    }


@dataclass(frozen=True, slots=True)
class Granted:
    """A role within the subtree of a node, by the node's path; "/" is the whole bureau."""

    role: Role
    path: str


def permissions(grants: Iterable[Granted], by: Table) -> dict[Policy, tuple[str, ...]]:
    """Return, per policy that some grants give, the paths it holds at and below."""
    found: dict[Policy, set[str]] = {}
    for grant in grants:
        for policy, reach in by[grant.role].items():
            found.setdefault(policy, set()).add("/" if reach is Reach.ALL else grant.path)
    return {policy: _outermost(paths) for policy, paths in found.items()}


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths that stand below none of the others, in order."""
    kept: list[str] = []
    for path in sorted(paths):
        if not any(path.startswith(above) for above in kept):
            kept.append(path)
    return tuple(kept)


def clash(grants: Iterable[Granted], *, three_admins: bool) -> tuple[Role, Role] | None:
    """Return two roles that one user may not hold together, None where there are none.

    Who keeps the users audits nobody; a chief does not sign as a reviewer what the same office
    wrote; with `three_admins`, keeping users and giving roles are two persons' work.
    """
    held = list(grants)
    roles = {each.role for each in held}
    apart = [(Role.ADMIN, Role.AUDITOR), (Role.SECURITY, Role.AUDITOR)]
    if three_admins:
        apart.append((Role.ADMIN, Role.SECURITY))
    for one, other in apart:
        if one in roles and other in roles:
            return one, other
    for chief in (each for each in held if each.role is Role.CHIEF):
        for signer in (each for each in held if each.role in SIGNING):
            if chief.path.startswith(signer.path) or signer.path.startswith(chief.path):
                return chief.role, signer.role
    return None
