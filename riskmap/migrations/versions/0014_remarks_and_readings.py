"""Remarks on revisions, and who has read a revision in which version."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revision_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "trim(text, ' \u3000') <> ''", name=op.f("ck_revision_remark_text_not_blank")
        ),
        sa.CheckConstraint(
            "trim(who, ' \u3000') <> ''", name=op.f("ck_revision_remark_who_not_blank")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "revision_id"],
            ["revision.bureau_id", "revision.id"],
            name=op.f("fk_revision_remark_bureau_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "user_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_revision_remark_bureau_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_revision_remark_bureau_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_remark")),
    )
    with op.batch_alter_table("revision_remark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revision_remark_bureau_id_revision_id"),
            ["bureau_id", "revision_id"],
            unique=False,
        )
    op.create_table(
        "revision_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id", "revision_id"],
            ["revision.bureau_id", "revision.id"],
            name=op.f("fk_revision_reading_bureau_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "user_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_revision_reading_bureau_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_revision_reading_bureau_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_reading")),
        sa.UniqueConstraint(
            "revision_id", "user_id", name=op.f("uq_revision_reading_revision_id_user_id")
        ),
    )
