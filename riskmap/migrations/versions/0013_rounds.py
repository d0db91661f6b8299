"""Rounds of review, their maps, and the signatures that carried some forward."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_by", sa.String(length=100), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_by", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (closed_by = '')", name=op.f("ck_round_closed_by_somebody")
        ),
        sa.CheckConstraint("trim(title, ' \u3000') <> ''", name=op.f("ck_round_title_not_blank")),
        sa.CheckConstraint("closed_on >= started_on", name=op.f("ck_round_closed_after_its_start")),
        sa.CheckConstraint("due >= started_on", name=op.f("ck_round_due_after_its_start")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_round_number_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "closed_by_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_round_bureau_id_closed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "node_id"],
            ["node.bureau_id", "node.id"],
            name=op.f("fk_round_bureau_id_node_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "started_by_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_round_bureau_id_started_by_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_round_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_round_bureau_id_id")),
        sa.UniqueConstraint("bureau_id", "number", name=op.f("uq_round_bureau_id_number")),
    )
    op.create_table(
        "round_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "due",
                "carried",
                "changed",
                "new",
                "retired",
                name="outcome_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("final_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "final_id IS NULL OR outcome IS NOT NULL",
            name=op.f("ck_round_entry_final_with_an_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "final_id"],
            ["revision.bureau_id", "revision.id"],
            name=op.f("fk_round_entry_bureau_id_final_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_round_entry_bureau_id_map_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "revision_id"],
            ["revision.bureau_id", "revision.id"],
            name=op.f("fk_round_entry_bureau_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "round_id"],
            ["round.bureau_id", "round.id"],
            name=op.f("fk_round_entry_bureau_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_round_entry_bureau_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_entry")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_round_entry_bureau_id_id")),
        sa.UniqueConstraint("round_id", "map_id", name=op.f("uq_round_entry_round_id_map_id")),
    )
    with op.batch_alter_table("round_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_round_entry_bureau_id_round_id"), ["bureau_id", "round_id"], unique=False
        )
        batch_op.create_index(
            "uq_round_entry_one_open",
            ["map_id"],
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )

    op.create_table(
        "carried_forward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("round_entry_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "trim(who, ' \u3000') <> ''", name=op.f("ck_carried_forward_who_not_blank")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "round_entry_id"],
            ["round_entry.bureau_id", "round_entry.id"],
            name=op.f("fk_carried_forward_bureau_id_round_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "person_id"],
            ["person.bureau_id", "person.id"],
            name=op.f("fk_carried_forward_bureau_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "revision_id"],
            ["revision.bureau_id", "revision.id"],
            name=op.f("fk_carried_forward_bureau_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "user_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_carried_forward_bureau_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_carried_forward_bureau_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_forward")),
        sa.UniqueConstraint("round_entry_id", name=op.f("uq_carried_forward_round_entry_id")),
    )
