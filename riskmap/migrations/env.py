"""Alembic's entry: run migrations on the connection that riskmap hands over."""

from typing import Any, Literal

from alembic import context

from riskmap.accounts import models as _accounts  # noqa: F401 (all tables join the metadata)
from riskmap.coverage import models as _coverage  # noqa: F401
from riskmap.db import full_text
from riskmap.db.base import Base
from riskmap.db.schema import VERSION_TABLE
from riskmap.db.times import UtcDateTime
from riskmap.desk import models as _desk  # noqa: F401
from riskmap.history import models as _history  # noqa: F401
from riskmap.jobs import models as _jobs  # noqa: F401
from riskmap.revisions import edition_models as _editions  # noqa: F401
from riskmap.revisions import models as _revisions  # noqa: F401
from riskmap.rounds import models as _rounds  # noqa: F401
from riskmap.web import models as _web  # noqa: F401
from riskmap.workbooks import models as _workbooks  # noqa: F401


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column type as what it is in the database: migrations import no models."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    compare_type=True,
    include_name=full_text.ours,
    render_item=render,
)
context.run_migrations()
