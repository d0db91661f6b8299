"""Limits are retired like the rest of the register; what people edit has a version."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("statutory_limit") as table:
        table.add_column(sa.Column("retired_on", sa.Date(), nullable=True))
    for name in ("matter", "not_applicable", "statutory_limit"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
