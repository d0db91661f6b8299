"""Revisions of maps, and who signed them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "signing",
                "approved",
                "returned",
                "withdrawn",
                "superseded",
                "retired",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("map_version", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "high",
                "medium",
                "low",
                name="level_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "signed_at",
            sa.Enum(
                "high",
                "medium",
                "low",
                name="signed_at_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("handed_in_by_id", sa.Integer(), nullable=True),
        sa.Column("handed_in_by", sa.String(length=100), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('approved', 'superseded', 'retired')) = (approved_on IS NOT NULL)",
            name=op.f("ck_revision_approved_on_a_day"),
        ),
        sa.CheckConstraint(
            "(state IN ('superseded', 'retired')) = (ended_on IS NOT NULL)",
            name=op.f("ck_revision_ended_on_a_day"),
        ),
        sa.CheckConstraint(
            "trim(document, ' \u3000') <> ''", name=op.f("ck_revision_document_not_blank")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revision_number_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "handed_in_by_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_revision_bureau_id_handed_in_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_revision_bureau_id_map_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_revision_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_revision_bureau_id_id")),
        sa.UniqueConstraint("map_id", "number", name=op.f("uq_revision_map_id_number")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revision_bureau_id_state"), ["bureau_id", "state"], unique=False
        )
        batch_op.create_index(
            "uq_revision_one_in_force",
            ["map_id"],
            unique=True,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.create_index(
            "uq_revision_one_open",
            ["map_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('submitted', 'signing')"),
            postgresql_where=sa.text("state IN ('submitted', 'signing')"),
        )

    op.create_table(
        "sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column(
            "box",
            sa.Enum(
                "填表人",
                "科室(单位)负责人",
                "分管领导",
                "政策法规科",
                "主要负责人",
                "党组会审定",
                "纪检备案",
                name="box_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(who, ' \u3000') <> ''", name=op.f("ck_sign_off_who_not_blank")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "person_id"],
            ["person.bureau_id", "person.id"],
            name=op.f("fk_sign_off_bureau_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "revision_id"],
            ["revision.bureau_id", "revision.id"],
            name=op.f("fk_sign_off_bureau_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "user_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_sign_off_bureau_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_sign_off_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint("revision_id", "box", name=op.f("uq_sign_off_revision_id_box")),
    )
    with op.batch_alter_table("sign_off", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_off_bureau_id_revision_id"),
            ["bureau_id", "revision_id"],
            unique=False,
        )
