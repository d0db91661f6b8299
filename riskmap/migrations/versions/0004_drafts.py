"""What users are typing on maps, and the states before."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "map_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id", "map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_map_draft_bureau_id_map_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "user_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_map_draft_bureau_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_draft")),
        sa.UniqueConstraint("map_id", "user_id", name=op.f("uq_map_draft_map_id_user_id")),
    )
    op.create_index(op.f("ix_map_draft_user_id"), "map_draft", ["user_id"], unique=False)

    op.create_table(
        "map_draft_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["map_draft.id"], name=op.f("fk_map_draft_step_draft_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_draft_step")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_map_draft_step_draft_id_number")),
    )
