"""Audits: settings of the rules, runs, accepted gaps, findings, the figures of a year."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_parameter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "trim(reason, ' \u3000') <> ''", name=op.f("ck_audit_parameter_reason_not_blank")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_audit_parameter_bureau_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_parameter")),
        sa.UniqueConstraint("bureau_id", "name", name=op.f("uq_audit_parameter_bureau_id_name")),
    )
    op.create_table(
        "year_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_year_figure_value_range")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2200", name=op.f("ck_year_figure_year_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_year_figure_bureau_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_figure")),
        sa.UniqueConstraint(
            "bureau_id", "year", "name", name=op.f("uq_year_figure_bureau_id_year_name")
        ),
    )
    op.create_table(
        "acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "trim(reason, ' \u3000') <> ''", name=op.f("ck_acceptance_reason_not_blank")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "user_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_acceptance_bureau_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_acceptance_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("bureau_id", "identity", name=op.f("uq_acceptance_bureau_id_identity")),
    )
    op.create_table(
        "audit_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("gaps", sa.Text(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id", "user_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_audit_run_bureau_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_audit_run_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_run")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_audit_run_bureau_id_id")),
        sa.UniqueConstraint("bureau_id", "number", name=op.f("uq_audit_run_bureau_id_number")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("identity", sa.String(length=400), nullable=False),
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "error",
                "warning",
                "notice",
                name="severity_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "subject_kind",
            sa.Enum(
                "bureau",
                "node",
                "map",
                "person",
                "category",
                "item",
                "measure",
                "basis",
                "limit",
                "matter",
                "finding",
                name="subject_kind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("subject_code", sa.String(length=40), nullable=False),
        sa.Column("subject_keys", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "answered",
                "returned",
                "closed",
                "withdrawn",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mended_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_by_id IS NOT NULL)",
            name=op.f("ck_finding_closed_by_someone"),
        ),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_finding_code_not_blank")),
        sa.CheckConstraint("trim(title, ' \u3000') <> ''", name=op.f("ck_finding_title_not_blank")),
        sa.CheckConstraint(
            "closed_by_id <> mended_by_id", name=op.f("ck_finding_not_closed_by_who_mended")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "closed_by_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_finding_bureau_id_closed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "mended_by_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_finding_bureau_id_mended_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "node_id"],
            ["node.bureau_id", "node.id"],
            name=op.f("fk_finding_bureau_id_node_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "raised_by_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_finding_bureau_id_raised_by_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_finding_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_finding_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_finding_bureau_id_id")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_bureau_id_identity"), ["bureau_id", "identity"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_finding_bureau_id_node_id"), ["bureau_id", "node_id"], unique=False
        )

    op.create_table(
        "finding_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "raise",
                "answer",
                "return",
                "close",
                "reopen",
                "withdraw",
                "change",
                name="act_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id", "finding_id"],
            ["finding.bureau_id", "finding.id"],
            name=op.f("fk_finding_entry_bureau_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "user_id"],
            ["user.bureau_id", "user.id"],
            name=op.f("fk_finding_entry_bureau_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_entry")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_finding_entry_bureau_id_id")),
    )
    with op.batch_alter_table("finding_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_entry_bureau_id_finding_id"),
            ["bureau_id", "finding_id"],
            unique=False,
        )

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("trim(name, ' \u3000') <> ''", name=op.f("ck_evidence_name_not_blank")),
        sa.CheckConstraint("size > 0", name=op.f("ck_evidence_size_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "entry_id"],
            ["finding_entry.bureau_id", "finding_entry.id"],
            name=op.f("fk_evidence_bureau_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "finding_id"],
            ["finding.bureau_id", "finding.id"],
            name=op.f("fk_evidence_bureau_id_finding_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_bureau_id_finding_id"),
            ["bureau_id", "finding_id"],
            unique=False,
        )

    with op.batch_alter_table("account_map", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reviewed_on", sa.Date(), nullable=True))
