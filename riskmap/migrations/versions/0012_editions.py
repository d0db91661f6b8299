"""Editions: the atlas of a day, frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("maps", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("pdf_digest", sa.String(length=64), nullable=False),
        sa.Column("public_pdf", sa.LargeBinary(), nullable=False),
        sa.Column("public_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_edition_number_range")),
        sa.CheckConstraint(
            "trim(content, ' \u3000') <> ''", name=op.f("ck_edition_content_not_blank")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "user_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_edition_bureau_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_edition_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("bureau_id", "number", name=op.f("uq_edition_bureau_id_number")),
    )
