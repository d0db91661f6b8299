"""What each role may do, how far, and which exclude each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.accounts.roles import SIGNING, Granted, Reach, Role, clash, permissions, table
from riskmap.web.access import Policy

BY = table(chiefs=Reach.ALL, viewers=Reach.OWN, three_admins=False)
THREE = table(chiefs=Reach.OWN, viewers=Reach.ALL, three_admins=True)
A, O, N = "all", "own", None  # noqa: E741 (the table reads like the design's)
COLUMNS = (
    Policy.READ, Policy.EDIT_MAPS, Policy.READ_HISTORY, Policy.EDIT_REGISTER,
    Policy.EDIT_ORGANISATION, Policy.EDIT_USERS, Policy.EDIT_GRANTS, Policy.READ_TRAIL,
    Policy.READ_AUDIT, Policy.AUDIT, Policy.ANSWER_FINDINGS,
    Policy.EXPORT, Policy.IMPORT, Policy.SIGN, Policy.FREEZE,
    Policy.LEAD_ROUNDS,
)  # fmt: skip
DESIGN = {  # the security design's §5
    Role.ADMIN:      (N, N, N, N, A, A, A, N, N, N, N, N, N, N, N, N),
    Role.SECURITY:   (N, N, N, N, N, N, A, N, N, N, N, N, N, N, N, N),
    Role.CHIEF:      (A, O, O, N, N, N, N, N, O, N, O, O, O, O, N, N),
    Role.HOLDER:     (O, N, N, N, N, N, N, N, N, N, N, N, N, O, N, N),
    Role.LEADER:     (A, N, A, N, N, N, N, N, A, N, N, A, N, O, N, O),
    Role.LEGAL:      (A, N, A, A, N, N, N, N, A, N, N, A, A, O, A, O),
    Role.HEAD:       (A, N, A, N, N, N, N, N, A, N, N, A, N, O, A, O),
    Role.DISCIPLINE: (A, N, A, N, N, N, N, N, A, N, N, A, N, O, N, N),
    Role.AUDITOR:    (A, N, A, N, N, N, N, A, A, A, N, A, N, N, N, N),
    Role.VIEWER:     (O, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N),
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_design_says_and_nothing_else(role):
    found = permissions([Granted(role, "/1/5/")], BY)

    wanted = {
        policy: ("/",) if reach == A else ("/1/5/",)
        for policy, reach in zip(COLUMNS, DESIGN[role], strict=True)
        if reach
    }
    assert found == wanted


def test_every_policy_that_is_not_everybody_s_is_in_the_table():
    assert set(Policy) - set(COLUMNS) == {Policy.PUBLIC, Policy.SIGNED_IN}


def test_the_settings_narrow_chiefs_widen_viewers_and_part_the_administrators():
    assert THREE[Role.CHIEF][Policy.READ] is Reach.OWN
    assert THREE[Role.VIEWER][Policy.READ] is Reach.ALL
    assert Policy.EDIT_GRANTS not in THREE[Role.ADMIN]
    assert THREE[Role.SECURITY] == {Policy.EDIT_GRANTS: Reach.ALL}


PATHS = st.lists(st.integers(1, 3), max_size=3).map(
    lambda ids: "/" + "".join(f"{each}/" for each in ids)
)
GRANTS = st.lists(st.builds(Granted, st.sampled_from(Role), PATHS), max_size=6)


def reached(grants, policy: Policy, path: str) -> bool:
    """Return whether some grant gives a policy at a path, told the long way round."""
    for grant in grants:
        reach = BY[grant.role].get(policy)
        if reach is Reach.ALL or (reach is Reach.OWN and path.startswith(grant.path)):
            return True
    return False


@given(GRANTS, st.sampled_from(COLUMNS), PATHS)
def test_grants_add_up_and_nothing_is_added_to_them(grants, policy, path):
    paths = permissions(grants, BY).get(policy, ())

    assert any(path.startswith(each) for each in paths) == reached(grants, policy, path)


@given(GRANTS)
def test_no_path_is_told_that_stands_below_another(grants):
    for paths in permissions(grants, BY).values():
        assert list(paths) == sorted(set(paths))
        for one in paths:
            assert [each for each in paths if one.startswith(each)] == [one]


# Roles that exclude each other


@pytest.mark.parametrize(
    ("one", "other", "three"),
    [
        (Role.ADMIN, Role.AUDITOR, False),
        (Role.SECURITY, Role.AUDITOR, False),
        (Role.ADMIN, Role.AUDITOR, True),
        (Role.SECURITY, Role.AUDITOR, True),
        (Role.ADMIN, Role.SECURITY, True),
        *((Role.CHIEF, role, False) for role in SIGNING),
    ],
)
def test_two_roles_exclude_each_other(one, other, three):
    found = clash([Granted(other, "/1/"), Granted(one, "/1/")], three_admins=three)

    assert found == (one, other)


@pytest.mark.parametrize(
    "grants",
    [
        [(Role.ADMIN, "/"), (Role.SECURITY, "/")],
        [(Role.ADMIN, "/"), (Role.VIEWER, "/")],
        [(Role.CHIEF, "/1/2/"), (Role.LEADER, "/1/3/")],
        [(Role.CHIEF, "/1/2/"), (Role.CHIEF, "/1/3/")],
        [(Role.CHIEF, "/1/2/"), (Role.VIEWER, "/")],
        [(Role.LEADER, "/1/"), (Role.LEGAL, "/")],
        [(Role.CHIEF, "/1/"), (Role.LEADER, "/11/")],
    ],
)
def test_two_roles_go_together(grants):
    assert clash([Granted(*each) for each in grants], three_admins=False) is None


@pytest.mark.parametrize(("chief", "signer"), [("/1/2/", "/1/"), ("/1/", "/1/2/"), ("/1/2/", "/")])
def test_a_chief_signs_neither_above_nor_below_the_own_office(chief, signer):
    grants = [Granted(Role.CHIEF, chief), Granted(Role.LEADER, signer)]

    assert clash(grants, three_admins=False) == (Role.CHIEF, Role.LEADER)


@given(GRANTS, st.booleans())
def test_taking_a_role_away_never_makes_a_clash(grants, three):
    if clash(grants, three_admins=three) is None:
        for number in range(len(grants)):
            rest = grants[:number] + grants[number + 1 :]
            assert clash(rest, three_admins=three) is None


@given(GRANTS, st.booleans())
def test_a_clash_does_not_depend_on_the_order(grants, three):
    there, back = clash(grants, three_admins=three), clash(grants[::-1], three_admins=three)

    assert (there is None) == (back is None)
