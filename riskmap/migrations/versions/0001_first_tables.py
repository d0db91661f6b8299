"""The organisation, the register and the account maps."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bureau",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=100), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_bureau_code_not_blank")),
        sa.CheckConstraint("trim(name, ' \u3000') <> ''", name=op.f("ck_bureau_name_not_blank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bureau")),
        sa.UniqueConstraint("code", name=op.f("uq_bureau_code")),
    )
    op.create_table(
        "basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "law",
                "regulation",
                "rule",
                "normative",
                "internal",
                "standard",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("in_force_until", sa.Date(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("unverified", sa.Boolean(), nullable=False),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_basis_code_not_blank")),
        sa.CheckConstraint("trim(title, ' \u3000') <> ''", name=op.f("ck_basis_title_not_blank")),
        sa.CheckConstraint(
            "in_force_until >= in_force_from", name=op.f("ck_basis_ends_after_start")
        ),
        sa.CheckConstraint("replaced_by_id <> id", name=op.f("ck_basis_not_replaced_by_itself")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "replaced_by_id"],
            ["basis.bureau_id", "basis.id"],
            name=op.f("fk_basis_bureau_id_replaced_by_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_basis_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_basis_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_basis_bureau_id_id")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_category_code_not_blank")),
        sa.CheckConstraint("trim(name, ' \u3000') <> ''", name=op.f("ck_category_name_not_blank")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_category_position_range")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_category_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_category_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_category_bureau_id_id")),
    )
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "许可",
                "处罚",
                "强制",
                "确认",
                "给付",
                "检查",
                "奖励",
                "裁决",
                "其他",
                "内部管理",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_matter_code_not_blank")),
        sa.CheckConstraint("trim(name, ' \u3000') <> ''", name=op.f("ck_matter_name_not_blank")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_matter_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_matter_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_matter_bureau_id_id")),
    )
    op.create_table(
        "node",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("parent_level", sa.String(length=32), nullable=True),
        sa.Column(
            "level",
            sa.Enum(
                "unit",
                "office",
                "post",
                name="level_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column(
            "duty_class",
            sa.Enum(
                "业务运行",
                "基金财务",
                "数据管理",
                "稽核内控",
                "其他",
                name="duty_class_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(level = 'post') = (duty_class IS NOT NULL)", name=op.f("ck_node_posts_have_duties")
        ),
        sa.CheckConstraint(
            "(level = 'unit') = (parent_id IS NULL)", name=op.f("ck_node_only_units_are_roots")
        ),
        sa.CheckConstraint(
            "(level = 'unit') = (parent_level IS NULL)", name=op.f("ck_node_parent_level_known")
        ),
        sa.CheckConstraint(
            "level NOT IN ('office', 'post') OR parent_level = CASE level WHEN 'office' THEN 'unit' ELSE 'office' END",
            name=op.f("ck_node_parent_is_one_level_up"),
        ),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_node_code_not_blank")),
        sa.CheckConstraint("trim(name, ' \u3000') <> ''", name=op.f("ck_node_name_not_blank")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_node_no_own_parent")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_node_position_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "parent_id", "parent_level"],
            ["node.bureau_id", "node.id", "node.level"],
            name=op.f("fk_node_bureau_id_parent_id_parent_level"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_node_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_node_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", "level", name=op.f("uq_node_bureau_id_id_level")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_node_bureau_id_id")),
    )
    with op.batch_alter_table("node", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_node_bureau_id_parent_id_position"),
            ["bureau_id", "parent_id", "position"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_node_bureau_id_path"), ["bureau_id", "path"], unique=False
        )

    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "applicant",
                "leader",
                "external",
                name="role_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_party_code_not_blank")),
        sa.CheckConstraint("trim(name, ' \u3000') <> ''", name=op.f("ck_party_name_not_blank")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_party_position_range")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_party_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_party_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_party_bureau_id_id")),
        sa.UniqueConstraint("bureau_id", "name", name=op.f("uq_party_bureau_id_name")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_person_code_not_blank")),
        sa.CheckConstraint("trim(name, ' \u3000') <> ''", name=op.f("ck_person_name_not_blank")),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_person_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_person_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_person_bureau_id_id")),
    )
    op.create_table(
        "account_map",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("duties", sa.Text(), nullable=False),
        sa.Column("major_decision", sa.Boolean(), nullable=False),
        sa.Column("next_key", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "trim(code, ' \u3000') <> ''", name=op.f("ck_account_map_code_not_blank")
        ),
        sa.CheckConstraint(
            "trim(title, ' \u3000') <> ''", name=op.f("ck_account_map_title_not_blank")
        ),
        sa.CheckConstraint("next_key >= 1", name=op.f("ck_account_map_next_key_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "matter_id"],
            ["matter.bureau_id", "matter.id"],
            name=op.f("fk_account_map_bureau_id_matter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "node_id"],
            ["node.bureau_id", "node.id"],
            name=op.f("fk_account_map_bureau_id_node_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_account_map_bureau_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_map")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_account_map_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_account_map_bureau_id_id")),
    )
    with op.batch_alter_table("account_map", schema=None) as batch_op:
        batch_op.create_index(
            "uq_account_map_one_per_matter",
            ["node_id", "matter_id"],
            unique=True,
            sqlite_where=sa.text("retired_on IS NULL"),
            postgresql_where=sa.text("retired_on IS NULL"),
        )

    op.create_table(
        "holding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("post_level", sa.String(length=32), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "A", "B", name="role_known", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("post_level = 'post'", name=op.f("ck_holding_posts_are_held")),
        sa.CheckConstraint("until >= since", name=op.f("ck_holding_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "person_id"],
            ["person.bureau_id", "person.id"],
            name=op.f("fk_holding_bureau_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "post_id", "post_level"],
            ["node.bureau_id", "node.id", "node.level"],
            name=op.f("fk_holding_bureau_id_post_id_post_level"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding")),
        sa.UniqueConstraint(
            "person_id", "post_id", "since", name=op.f("uq_holding_person_id_post_id_since")
        ),
    )
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_holding_bureau_id_post_id"), ["bureau_id", "post_id"], unique=False
        )

    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "思想道德",
                "岗位职责",
                "业务流程",
                "制度机制",
                "外部环境",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("manifestation", sa.Text(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column(
            "override_level",
            sa.Enum(
                "high",
                "medium",
                "low",
                name="override_level_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(override_level IS NULL) = (trim(override_reason, ' \u3000') = '')",
            name=op.f("ck_item_override_with_reason"),
        ),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_item_code_not_blank")),
        sa.CheckConstraint("trim(name, ' \u3000') <> ''", name=op.f("ck_item_name_not_blank")),
        sa.CheckConstraint("likelihood BETWEEN 1 AND 4", name=op.f("ck_item_likelihood_range")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_item_position_range")),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name=op.f("ck_item_severity_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "category_id"],
            ["category.bureau_id", "category.id"],
            name=op.f("fk_item_bureau_id_category_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_item_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_item_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_item_bureau_id_id")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_bureau_id_category_id_position"),
            ["bureau_id", "category_id", "position"],
            unique=False,
        )

    op.create_table(
        "statutory_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("basis_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("article", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "日",
                "工作日",
                "月",
                "年",
                name="unit_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "sense",
            sa.Enum(
                "at-most",
                "at-least",
                "before",
                name="sense_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "binds",
            sa.Enum(
                "bureau",
                "party",
                name="binds_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("start_event", sa.Text(), nullable=False),
        sa.Column("extension_value", sa.Integer(), nullable=True),
        sa.Column(
            "extension_unit",
            sa.Enum(
                "日",
                "工作日",
                "月",
                "年",
                name="extension_unit_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("extension_approver", sa.String(length=200), nullable=False),
        sa.Column("suspension", sa.Text(), nullable=False),
        sa.Column(
            "evidence",
            sa.Enum(
                "P",
                "S",
                "K",
                name="evidence_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "trim(code, ' \u3000') <> ''", name=op.f("ck_statutory_limit_code_not_blank")
        ),
        sa.CheckConstraint(
            "trim(name, ' \u3000') <> ''", name=op.f("ck_statutory_limit_name_not_blank")
        ),
        sa.CheckConstraint(
            "trim(start_event, ' \u3000') <> ''",
            name=op.f("ck_statutory_limit_start_event_not_blank"),
        ),
        sa.CheckConstraint(
            "(extension_value IS NULL) = (extension_unit IS NULL)",
            name=op.f("ck_statutory_limit_extension_has_unit"),
        ),
        sa.CheckConstraint("extension_value > 0", name=op.f("ck_statutory_limit_extension_range")),
        sa.CheckConstraint("value > 0", name=op.f("ck_statutory_limit_value_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "basis_id"],
            ["basis.bureau_id", "basis.id"],
            name=op.f("fk_statutory_limit_bureau_id_basis_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id"], ["bureau.id"], name=op.f("fk_statutory_limit_bureau_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_limit")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_statutory_limit_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_statutory_limit_bureau_id_id")),
    )
    with op.batch_alter_table("statutory_limit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_statutory_limit_bureau_id_basis_id"),
            ["bureau_id", "basis_id"],
            unique=False,
        )

    op.create_table(
        "map_basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("basis_id", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_map_basis_position_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "basis_id"],
            ["basis.bureau_id", "basis.id"],
            name=op.f("fk_map_basis_bureau_id_basis_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_map_basis_bureau_id_map_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_basis")),
        sa.UniqueConstraint(
            "map_id", "basis_id", "article", name=op.f("uq_map_basis_map_id_basis_id_article")
        ),
    )
    with op.batch_alter_table("map_basis", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_map_basis_bureau_id_basis_id"), ["bureau_id", "basis_id"], unique=False
        )

    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "prevent",
                "monitor",
                "respond",
                name="phase_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "control",
            sa.Enum(
                "制衡",
                "监督",
                "教育",
                "技术",
                "制度",
                "公开",
                name="control_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("frequency", sa.String(length=100), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("indicator", sa.String(length=200), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("trim(code, ' \u3000') <> ''", name=op.f("ck_measure_code_not_blank")),
        sa.CheckConstraint("trim(text, ' \u3000') <> ''", name=op.f("ck_measure_text_not_blank")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_measure_position_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "item_id"],
            ["item.bureau_id", "item.id"],
            name=op.f("fk_measure_bureau_id_item_id"),
        ),
        sa.ForeignKeyConstraint(["bureau_id"], ["bureau.id"], name=op.f("fk_measure_bureau_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("bureau_id", "code", name=op.f("uq_measure_bureau_id_code")),
        sa.UniqueConstraint("bureau_id", "id", name=op.f("uq_measure_bureau_id_id")),
    )
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measure_bureau_id_item_id_position"),
            ["bureau_id", "item_id", "position"],
            unique=False,
        )

    op.create_table(
        "not_applicable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "trim(reason, ' \u3000') <> ''", name=op.f("ck_not_applicable_reason_not_blank")
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "item_id"],
            ["item.bureau_id", "item.id"],
            name=op.f("fk_not_applicable_bureau_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "node_id"],
            ["node.bureau_id", "node.id"],
            name=op.f("fk_not_applicable_bureau_id_node_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_applicable")),
        sa.UniqueConstraint("item_id", "node_id", name=op.f("uq_not_applicable_item_id_node_id")),
    )
    with op.batch_alter_table("not_applicable", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_not_applicable_bureau_id_node_id"),
            ["bureau_id", "node_id"],
            unique=False,
        )

    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "terminator",
                "process",
                "decision",
                "document",
                "data",
                "predefined",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor_node_id", sa.Integer(), nullable=True),
        sa.Column("actor_party_id", sa.Integer(), nullable=True),
        sa.Column(
            "duty",
            sa.Enum(
                "受理",
                "补正",
                "告知",
                "调查",
                "抽取",
                "初审",
                "复核",
                "审批",
                "集体讨论",
                "法制审核",
                "听证",
                "决定",
                "送达",
                "公示",
                "支付",
                "监督",
                "备案",
                "归档",
                "回避",
                "拟定",
                "鉴定评审",
                "保管",
                "登记",
                "对账",
                "其他",
                name="duty_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("min_persons", sa.Integer(), nullable=False),
        sa.Column("limit_value", sa.Integer(), nullable=True),
        sa.Column(
            "limit_unit",
            sa.Enum(
                "日",
                "工作日",
                "月",
                "年",
                name="limit_unit_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "recording",
            sa.Enum(
                "文字",
                "音像",
                "文字和音像",
                name="recording_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "limit_effect",
            sa.Enum(
                "extends",
                "suspends",
                name="limit_effect_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("basis_id", sa.Integer(), nullable=True),
        sa.Column("basis_article", sa.String(length=100), nullable=False),
        sa.Column("detail_map_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("trim(key, ' \u3000') <> ''", name=op.f("ck_step_key_not_blank")),
        sa.CheckConstraint("trim(text, ' \u3000') <> ''", name=op.f("ck_step_text_not_blank")),
        sa.CheckConstraint(
            "(limit_value IS NULL) = (limit_unit IS NULL)", name=op.f("ck_step_limit_has_unit")
        ),
        sa.CheckConstraint(
            "actor_node_id IS NULL OR actor_party_id IS NULL",
            name=op.f("ck_step_one_actor_at_most"),
        ),
        sa.CheckConstraint("detail_map_id <> map_id", name=op.f("ck_step_not_its_own_detail")),
        sa.CheckConstraint("limit_value > 0", name=op.f("ck_step_limit_range")),
        sa.CheckConstraint("min_persons >= 1", name=op.f("ck_step_min_persons_range")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_step_number_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "actor_node_id"],
            ["node.bureau_id", "node.id"],
            name=op.f("fk_step_bureau_id_actor_node_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "actor_party_id"],
            ["party.bureau_id", "party.id"],
            name=op.f("fk_step_bureau_id_actor_party_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "basis_id"],
            ["basis.bureau_id", "basis.id"],
            name=op.f("fk_step_bureau_id_basis_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "detail_map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_step_bureau_id_detail_map_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_step_bureau_id_map_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sa.UniqueConstraint("map_id", "id", name=op.f("uq_step_map_id_id")),
        sa.UniqueConstraint("map_id", "key", name=op.f("uq_step_map_id_key")),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_step_bureau_id_actor_node_id"),
            ["bureau_id", "actor_node_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_step_bureau_id_detail_map_id"),
            ["bureau_id", "detail_map_id"],
            unique=False,
        )

    op.create_table(
        "limit_span",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("statutory_limit_id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau_id", "map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_limit_span_bureau_id_map_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "statutory_limit_id"],
            ["statutory_limit.bureau_id", "statutory_limit.id"],
            name=op.f("fk_limit_span_bureau_id_statutory_limit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["map_id", "first_id"],
            ["step.map_id", "step.id"],
            name=op.f("fk_limit_span_map_id_first_id"),
        ),
        sa.ForeignKeyConstraint(
            ["map_id", "last_id"],
            ["step.map_id", "step.id"],
            name=op.f("fk_limit_span_map_id_last_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_span")),
        sa.UniqueConstraint(
            "map_id",
            "statutory_limit_id",
            "first_id",
            "last_id",
            name=op.f("uq_limit_span_map_id_statutory_limit_id_first_id_last_id"),
        ),
    )
    with op.batch_alter_table("limit_span", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_limit_span_bureau_id_statutory_limit_id"),
            ["bureau_id", "statutory_limit_id"],
            unique=False,
        )

    op.create_table(
        "responsibility",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "responsible",
                "supervising",
                "cooperating",
                name="role_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "measure_id"],
            ["measure.bureau_id", "measure.id"],
            name=op.f("fk_responsibility_bureau_id_measure_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "node_id"],
            ["node.bureau_id", "node.id"],
            name=op.f("fk_responsibility_bureau_id_node_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
        sa.UniqueConstraint(
            "measure_id", "node_id", "role", name=op.f("uq_responsibility_measure_id_node_id_role")
        ),
    )
    with op.batch_alter_table("responsibility", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_responsibility_bureau_id_node_id"),
            ["bureau_id", "node_id"],
            unique=False,
        )

    op.create_table(
        "risk_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column(
            "override_level",
            sa.Enum(
                "high",
                "medium",
                "low",
                name="override_level_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(override_level IS NULL) = (trim(override_reason, ' \u3000') = '')",
            name=op.f("ck_risk_point_override_with_reason"),
        ),
        sa.CheckConstraint("trim(key, ' \u3000') <> ''", name=op.f("ck_risk_point_key_not_blank")),
        sa.CheckConstraint(
            "trim(statement, ' \u3000') <> ''", name=op.f("ck_risk_point_statement_not_blank")
        ),
        sa.CheckConstraint("position >= 0", name=op.f("ck_risk_point_position_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "item_id"],
            ["item.bureau_id", "item.id"],
            name=op.f("fk_risk_point_bureau_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_risk_point_bureau_id_map_id"),
        ),
        sa.ForeignKeyConstraint(
            ["map_id", "step_id"],
            ["step.map_id", "step.id"],
            name=op.f("fk_risk_point_map_id_step_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_point")),
        sa.UniqueConstraint("map_id", "id", name=op.f("uq_risk_point_map_id_id")),
        sa.UniqueConstraint("map_id", "key", name=op.f("uq_risk_point_map_id_key")),
    )
    with op.batch_alter_table("risk_point", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_risk_point_bureau_id_item_id"), ["bureau_id", "item_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_risk_point_map_id_step_id"), ["map_id", "step_id"], unique=False
        )

    op.create_table(
        "transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(length=200), nullable=False),
        sa.CheckConstraint("trim(key, ' \u3000') <> ''", name=op.f("ck_transition_key_not_blank")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_transition_no_self_loop")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_transition_bureau_id_map_id"),
        ),
        sa.ForeignKeyConstraint(
            ["map_id", "source_id"],
            ["step.map_id", "step.id"],
            name=op.f("fk_transition_map_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["map_id", "target_id"],
            ["step.map_id", "step.id"],
            name=op.f("fk_transition_map_id_target_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transition")),
        sa.UniqueConstraint("map_id", "key", name=op.f("uq_transition_map_id_key")),
        sa.UniqueConstraint(
            "source_id",
            "target_id",
            "condition",
            name=op.f("uq_transition_source_id_target_id_condition"),
        ),
    )
    with op.batch_alter_table("transition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_transition_map_id_target_id"), ["map_id", "target_id"], unique=False
        )

    op.create_table(
        "risk_point_measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bureau_id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("risk_point_id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_risk_point_measure_position_range")),
        sa.ForeignKeyConstraint(
            ["bureau_id", "map_id"],
            ["account_map.bureau_id", "account_map.id"],
            name=op.f("fk_risk_point_measure_bureau_id_map_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bureau_id", "measure_id"],
            ["measure.bureau_id", "measure.id"],
            name=op.f("fk_risk_point_measure_bureau_id_measure_id"),
        ),
        sa.ForeignKeyConstraint(
            ["map_id", "risk_point_id"],
            ["risk_point.map_id", "risk_point.id"],
            name=op.f("fk_risk_point_measure_map_id_risk_point_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_point_measure")),
        sa.UniqueConstraint(
            "risk_point_id",
            "measure_id",
            name=op.f("uq_risk_point_measure_risk_point_id_measure_id"),
        ),
    )
    with op.batch_alter_table("risk_point_measure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_risk_point_measure_bureau_id_measure_id"),
            ["bureau_id", "measure_id"],
            unique=False,
        )
