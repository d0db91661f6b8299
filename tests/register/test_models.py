"""What the database refuses in the register."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from riskmap.organisation.models import Bureau
from riskmap.register.models import Basis
from riskmap.register.rating import Level
from riskmap.register.terms import LimitUnit
from tests.refusals import refused
from tests.rows import (
    make_basis,
    make_bureau,
    make_category,
    make_example,
    make_item,
    make_limit,
    make_matter,
    make_measure,
    make_node,
    make_not_applicable,
    make_responsibility,
)

Attempt = Callable[[Session, Bureau], object]


def responsible_twice(session: Session, bureau: Bureau) -> object:
    measure, node = make_measure(session, bureau), make_node(session, bureau)
    make_responsibility(session, measure, node)
    return make_responsibility(session, measure, node)


def replaced_by_itself(session: Session, bureau: Bureau) -> object:
    return make_basis(session, bureau, id=77, replaced_by_id=77)


REFUSED: dict[str, tuple[str, Attempt]] = {
    "likelihood 0": ("ck_item_likelihood_range", lambda s, b: make_item(s, b, likelihood=0)),
    "likelihood 5": ("ck_item_likelihood_range", lambda s, b: make_item(s, b, likelihood=5)),
    "severity 0": ("ck_item_severity_range", lambda s, b: make_item(s, b, severity=0)),
    "severity 5": ("ck_item_severity_range", lambda s, b: make_item(s, b, severity=5)),
    "an overridden level without a reason": (
        "ck_item_override_with_reason",
        lambda s, b: make_item(s, b, override_level=Level.HIGH),
    ),
    "an overridden level whose reason is a blank": (
        "ck_item_override_with_reason",
        lambda s, b: make_item(s, b, override_level=Level.HIGH, override_reason="\u3000 "),
    ),
    "a reason for no override": (
        "ck_item_override_with_reason",
        lambda s, b: make_item(s, b, override_reason="直接接触试卷"),
    ),
    "a category at a negative position": (
        "ck_category_position_range",
        lambda s, b: make_category(s, b, position=-1),
    ),
    "an item at a negative position": (
        "ck_item_position_range",
        lambda s, b: make_item(s, b, position=-1),
    ),
    "a measure at a negative position": (
        "ck_measure_position_range",
        lambda s, b: make_measure(s, b, position=-1),
    ),
    "a category without a name": (
        "ck_category_name_not_blank",
        lambda s, b: make_category(s, b, name=" "),
    ),
    "an item without a name": ("ck_item_name_not_blank", lambda s, b: make_item(s, b, name="")),
    "a measure without a text": (
        "ck_measure_text_not_blank",
        lambda s, b: make_measure(s, b, text=" "),
    ),
    "a basis without a title": (
        "ck_basis_title_not_blank",
        lambda s, b: make_basis(s, b, title=" "),
    ),
    "a matter without a name": (
        "ck_matter_name_not_blank",
        lambda s, b: make_matter(s, b, name=" "),
    ),
    "a limit without a name": (
        "ck_statutory_limit_name_not_blank",
        lambda s, b: make_limit(s, b, name=" "),
    ),
    "a limit without a start": (
        "ck_statutory_limit_start_event_not_blank",
        lambda s, b: make_limit(s, b, start_event=" "),
    ),
    "a limit of nothing": (
        "ck_statutory_limit_value_range",
        lambda s, b: make_limit(s, b, value=0),
    ),
    "an extension by nothing": (
        "ck_statutory_limit_extension_range",
        lambda s, b: make_limit(s, b, extension_value=0, extension_unit=LimitUnit.DAY),
    ),
    "an extension without a unit": (
        "ck_statutory_limit_extension_has_unit",
        lambda s, b: make_limit(s, b, extension_value=30),
    ),
    "a basis that ends before it starts": (
        "ck_basis_ends_after_start",
        lambda s, b: make_basis(
            s, b, in_force_from=date(2020, 1, 2), in_force_until=date(2020, 1, 1)
        ),
    ),
    "a basis replaced by itself": ("ck_basis_not_replaced_by_itself", replaced_by_itself),
    "an item that does not concern a node, without a reason": (
        "ck_not_applicable_reason_not_blank",
        lambda s, b: make_not_applicable(s, make_item(s, b), make_node(s, b), reason=" "),
    ),
    "a node named twice for one role in a measure": (
        "uq_responsibility_measure_id_node_id_role",
        responsible_twice,
    ),
}


@pytest.mark.parametrize(("constraint", "attempt"), REFUSED.values(), ids=REFUSED)
def test_the_database_refuses(session: Session, constraint: str, attempt: Attempt) -> None:
    bureau = make_bureau(session)

    with refused(constraint):
        attempt(session, bureau)


@pytest.mark.parametrize(
    "make", [make_category, make_item, make_measure, make_basis, make_limit, make_matter]
)
def test_a_code_is_issued_once_in_a_bureau_but_again_in_another(
    session: Session, make: Callable[..., object]
) -> None:
    bureau, other = make_bureau(session), make_bureau(session)
    row = make(session, bureau, code="FX-01")

    make(session, other, code="FX-01")

    with refused(f"uq_{row.__tablename__}_bureau_id_code"):
        make(session, bureau, code="FX-01")


def test_an_override_with_its_reason_is_kept(session: Session) -> None:
    item = make_item(
        session, make_bureau(session), override_level=Level.HIGH, override_reason="直接接触试卷"
    )

    assert item.override_level is Level.HIGH


CLOSED = [
    ("basis", "kind"),
    ("finding", "severity"),
    ("finding", "state"),
    ("finding", "subject_kind"),
    ("item", "kind"),
    ("item", "override_level"),
    ("job", "state"),
    ("matter", "kind"),
    ("measure", "control"),
    ("measure", "phase"),
    ("node", "duty_class"),
    ("node", "level"),
    ("holding", "role"),
    ("party", "role"),
    ("responsibility", "role"),
    ("risk_point", "override_level"),
    ("round_entry", "outcome"),
    ("statutory_limit", "binds"),
    ("statutory_limit", "evidence"),
    ("statutory_limit", "sense"),
    ("statutory_limit", "unit"),
    ("statutory_limit", "extension_unit"),
    ("step", "duty"),
    ("step", "kind"),
    ("step", "limit_effect"),
    ("step", "limit_unit"),
    ("step", "recording"),
    ("user_grant", "role"),
    ("workbook_import", "state"),
]


BESIDE = {
    ("finding", "state"): "closed_by_id = NULL",
    ("item", "override_level"): "override_reason = '直接接触试卷'",
    ("node", "level"): "duty_class = NULL",
    ("risk_point", "override_level"): "override_reason = '直接接触试卷'",
    ("statutory_limit", "extension_unit"): "extension_value = 1",
    ("step", "limit_unit"): "limit_value = 1",
    ("workbook_import", "state"): "done_at = at",
}
"""What else to set, lest another constraint speak first."""


@pytest.mark.parametrize(("name", "column"), CLOSED)
def test_a_word_outside_a_closed_set_is_refused_by_the_database(
    session: Session, name: str, column: str
) -> None:
    row = make_example(session)[name]

    with refused(f"ck_{name}_{column}_known"):
        session.connection().exec_driver_sql(
            f"UPDATE {name} SET {column} = 'gossip', {BESIDE.get((name, column), 'id = id')} "
            f"WHERE id = {row.id}"
        )


SEALED = [
    ("finding_entry", "act"),
    ("revision", "level"),
    ("revision", "signed_at"),
    ("sign_off", "box"),
]
MOVED = [("revision", "state")]
"""Of tables whose rows are only ever added: tried by adding one."""


@pytest.mark.parametrize(("name", "column"), SEALED)
def test_a_word_outside_a_closed_set_is_not_added_to_what_is_sealed(
    session: Session, name: str, column: str
) -> None:
    row = make_example(session)[name]
    kept = ", ".join(each.name for each in row.__table__.columns if each.name not in ("id", column))

    with refused(f"ck_{name}_{column}_known"):
        session.connection().exec_driver_sql(
            f"INSERT INTO {name} ({kept}, {column}) SELECT {kept}, 'gossip' FROM {name} "
            f"WHERE id = {row.id}"
        )


def test_every_closed_set_is_in_the_table_above() -> None:
    tables: list[Table] = list(Basis.metadata.tables.values())

    found = {
        (table.name, column.name)
        for table in tables
        for column in table.columns
        if getattr(column.type, "enums", None)
    }

    assert found == {*CLOSED, *SEALED, *MOVED}  # tests/revisions tries the last


def test_a_row_read_back_has_the_members_of_its_closed_sets(session: Session) -> None:
    limit = make_limit(session, make_bureau(session), unit=LimitUnit.WORKING_DAY)
    session.expire(limit)

    assert session.scalars(select(type(limit).unit)).one() is LimitUnit.WORKING_DAY
