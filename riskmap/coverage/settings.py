"""A bureau's settings of the rules: changed with a reason, put back to their defaults."""

from sqlalchemy import select

from riskmap.coverage.models import AuditParameter
from riskmap.coverage.parameters import Parameter
from riskmap.db import AnySession
from riskmap.organisation.models import Bureau


def row_of(session: AnySession, bureau: Bureau, parameter: Parameter) -> AuditParameter | None:
    """Return what a bureau has set, locked; None where it goes by the default."""
    query = select(AuditParameter).filter_by(bureau_id=bureau.id, name=parameter.name)
    return session.scalars(query.with_for_update()).one_or_none()


def change(
    session: AnySession, bureau: Bureau, parameter: Parameter, *, value: str, reason: str
) -> None:
    """Set a value for a bureau; `value` is as `parameters.checked` returns it."""
    row = row_of(session, bureau, parameter)
    if row is None:
        row = AuditParameter(bureau_id=bureau.id, name=parameter.name, value=value, reason=reason)
        session.add(row)
    else:
        row.value, row.reason = value, reason
    session.flush()


def put_back(session: AnySession, bureau: Bureau, parameter: Parameter) -> None:
    """Let a bureau go by the default again."""
    row = row_of(session, bureau, parameter)
    if row is not None:
        session.delete(row)
        session.flush()
