"""Counters by which two people who edit one row of the organisation meet."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("bureau", "person", "holding", "party"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
