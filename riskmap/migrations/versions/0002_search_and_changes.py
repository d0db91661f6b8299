"""A counter of each bureau's changes, and the words that search looks up."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bureau") as table:
        table.add_column(sa.Column("changes", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("of_map", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_search_entry_bureau_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "target_id", name=op.f("uq_search_entry_kind_target_id")),
    )
    op.create_index(
        op.f("ix_search_entry_bureau_id_kind_place"),
        "search_entry",
        ["bureau_id", "kind", "place"],
    )
    op.create_index(op.f("ix_search_entry_of_map"), "search_entry", ["of_map"])
