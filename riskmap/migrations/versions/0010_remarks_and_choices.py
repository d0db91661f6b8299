"""Remarks of items; how a ledger that was handed in is to be read."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("item", "remark"), ("workbook_import", "choices")):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.Text(), server_default="", nullable=False))
