"""A workbook handed in: what it changes, what it refuses, and what it leaves alone."""

from datetime import date

import pytest
from sqlalchemy import func, select

from riskmap.history.models import Change
from riskmap.maps.models import AccountMap, RiskPoint, RiskPointMeasure, Step, Transition
from riskmap.organisation.models import Holding, Node, Party, Person
from riskmap.organisation.scope import Scope
from riskmap.register.models import Basis, Category, Item, Measure, Responsibility
from riskmap.web.access import Policy
from riskmap.workbooks.book import Book, ReadSheet, cell_name
from riskmap.workbooks.importing import OtherBureau, import_book
from tests.workbooks.handed_in import HandedIn, refused, values

MAP = "FZ-U1-K13-G01"


def one(session, model, **where):
    return session.scalars(select(model).filter_by(**where)).one()


def test_a_workbook_that_nobody_touched_changes_nothing(file):
    before = values(file.session, file.scope)

    outcome = file.outcome()

    assert outcome.entries == []
    assert outcome.rows["read"] == outcome.rows["unchanged"] > 6000
    assert values(file.session, file.scope) == before


def test_a_changed_cell_changes_that_field_and_is_told_old_and_new(file):
    old = file.known.rows["step"][f"{MAP}/s2"].values["text"]
    version = one(file.session, AccountMap, code=MAP).version
    file.set("step", f"{MAP}/s2", text="核对身份并登记")

    outcome = file.outcome()

    (entry,) = outcome.entries
    row = file.row("step", f"{MAP}/s2") + 1
    assert (entry.what, entry.sheet, entry.cell) == ("changed", "步骤", f"E{row}")
    assert (entry.old, entry.new) == (old, "核对身份并登记")
    assert outcome.rows["changed"] == 1
    file.session.expire_all()
    account_map = one(file.session, AccountMap, code=MAP)
    assert one(file.session, Step, map_id=account_map.id, key="s2").text == "核对身份并登记"
    assert account_map.version == version + 1
    newest = file.session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
    assert (newest.kind, newest.subject, newest.name) == ("changed", "step", "s2")


def test_new_rows_name_one_another_by_what_the_file_calls_them(file):
    steps = file.known.rows["step"]
    count = sum(key.startswith(f"{MAP}/") for key in steps)
    file.add("step", map=MAP, key="甲", number=3, kind="处理", text="当场复印留存", actor=MAP)
    file.add("transition", map=MAP, source="s2", target="甲")
    file.add("transition", map=MAP, source="甲", target="s3", condition="已留存")
    file.add("risk_point", map=MAP, step="甲", item="FX-0101", statement="复印件与原件不符也收下",
             measures="CS-0101-01；CS-0101-02")  # fmt: skip

    outcome = file.outcome()

    assert refused(outcome) == []
    assert outcome.rows["added"] == 4
    account_map = one(file.session, AccountMap, code=MAP)
    step = one(file.session, Step, map_id=account_map.id, text="当场复印留存")
    assert step.number == 3
    assert sorted(
        file.session.scalars(select(Step.number).where(Step.map_id == account_map.id))
    ) == list(range(1, count + 2))
    line = one(file.session, Transition, map_id=account_map.id, source_id=step.id)
    assert line.condition == "已留存"
    risk = one(file.session, RiskPoint, step_id=step.id)
    answers = file.session.scalars(
        select(Measure.code)
        .join(RiskPointMeasure, RiskPointMeasure.measure_id == Measure.id)
        .where(RiskPointMeasure.risk_point_id == risk.id)
    )
    assert sorted(answers) == ["CS-0101-01", "CS-0101-02"]
    keys = set(file.session.scalars(select(Step.key).where(Step.map_id == account_map.id)))
    assert f"{MAP}/{step.key}" not in steps
    assert step.key in keys


def test_a_category_with_all_below_it_comes_in_one_file(file):
    file.add("category", code="FX-07", name="信息公开")
    file.add("item", code="FX-0701", category="FX-07", name="公开内容审核", kind="业务流程",
             manifestation="把不该公开的个人信息公开", likelihood=2, severity=3)  # fmt: skip
    file.add("measure", code="CS-0701-01", item="FX-0701", text="公开前由两人核对个人信息",
             phase="预防", control="制衡", frequency="每次")  # fmt: skip
    file.add("responsibility", measure="CS-0701-01", node="FZ-U1-K01", role="responsible")

    outcome = file.outcome()

    assert (refused(outcome), outcome.rows["added"]) == ([], 4)
    measure = one(file.session, Measure, code="CS-0701-01")
    assert measure.text == "公开前由两人核对个人信息"
    assert one(file.session, Item, id=measure.item_id).code == "FX-0701"
    assert one(file.session, Category, code="FX-07").position > 0


def test_people_posts_and_holdings_come_in_one_file(file):
    file.add("node", code="FZ-U1-K77", level="科室", name="档案科", parent="FZ-U1")
    file.add("node", code="FZ-U1-K77-G01", level="岗位", name="档案管理岗", parent="FZ-U1-K77",
             duty_class="业务运行")  # fmt: skip
    file.add("person", code="RY-900", name="甲乙")
    file.add("holding", person="RY-900", post="FZ-U1-K77-G01", role="A",
             since=date(2026, 1, 1))  # fmt: skip

    outcome = file.outcome()

    assert refused(outcome) == []
    post = one(file.session, Node, code="FZ-U1-K77-G01")
    office = one(file.session, Node, code="FZ-U1-K77")
    assert post.path == f"{office.path}{post.id}/"
    assert one(file.session, Holding, post_id=post.id).since == date(2026, 1, 1)


def test_what_is_left_out_of_the_file_stays(file):
    before = values(file.session, file.scope)
    for key in list(file.known.rows["measure"])[:5]:
        file.drop("measure", key)
    file.rows["step"] = file.rows["step"][:1]
    del file.rows["transition"]

    outcome = file.outcome()

    assert outcome.entries == []
    assert values(file.session, file.scope) == before


def test_a_deleted_measure_is_retired_and_a_deleted_line_is_gone(file):
    key = next(key for key in file.known.rows["transition"] if key.startswith(f"{MAP}/"))
    file.delete("measure", "CS-0101-01")
    file.delete("transition", key)

    outcome = file.outcome()

    assert (outcome.rows["removed"], refused(outcome)) == (2, [])
    file.session.expire_all()
    assert one(file.session, Measure, code="CS-0101-01").retired_on is not None
    account_map = one(file.session, AccountMap, code=MAP)
    assert (
        file.session.scalars(
            select(Transition).filter_by(map_id=account_map.id, key=key.split("/")[1])
        ).all()
        == []
    )


def test_a_step_goes_only_with_what_stands_on_it(file):
    file.delete("step", f"{MAP}/s2")

    outcome = file.outcome()

    ((sheet, cell, reason),) = refused(outcome)
    assert (sheet, cell) == ("步骤", f"B{file.row('step', f'{MAP}/s2') + 1}")
    lines = [
        key.split("/")[1]
        for key, row in file.known.rows["transition"].items()
        if key.startswith(f"{MAP}/") and "s2" in (row.values["source"], row.values["target"])
    ]
    assert lines
    assert all(line in reason for line in lines)


def test_units_offices_and_posts_are_not_deleted_by_a_workbook(file):
    file.delete("node", MAP)

    ((_sheet, _cell, reason),) = refused(file.outcome())

    assert "组织" in reason


def test_a_row_that_somebody_else_changed_since_is_refused_with_both_texts(file):
    file.set("measure", "CS-0101-01", text="表里的写法")
    one(file.session, Measure, code="CS-0101-01").text = "库里的写法"
    file.session.flush()

    outcome = file.outcome()

    ((_sheet, cell, reason),) = refused(outcome)
    assert cell == f"C{file.row('measure', 'CS-0101-01') + 1}"
    assert "表里的写法" in reason
    assert "库里的写法" in reason
    assert one(file.session, Measure, code="CS-0101-01").text == "库里的写法"


def test_a_row_that_only_somebody_else_changed_since_is_left_alone(file):
    one(file.session, Measure, code="CS-0101-01").text = "库里的写法"
    file.session.flush()

    outcome = file.outcome()

    assert outcome.entries == []
    assert one(file.session, Measure, code="CS-0101-01").text == "库里的写法"


def test_a_row_that_both_made_the_same_is_no_change(file):
    file.set("measure", "CS-0101-01", text="同一种写法")
    one(file.session, Measure, code="CS-0101-01").text = "同一种写法"
    file.session.flush()

    assert file.outcome().entries == []


def test_a_row_that_is_gone_is_refused_if_it_was_changed(file):
    key = next(key for key in file.known.rows["responsibility"])
    file.set("responsibility", key, delete="删除")
    row = file.session.get_one(Responsibility, file.known.rows["responsibility"][key].id)
    file.session.delete(row)
    file.session.flush()

    assert len(refused(file.outcome())) == 1


def test_the_second_of_two_rows_of_one_key_is_refused_and_names_the_first(file):
    row = file.row("measure", "CS-0101-01")
    file.rows["measure"].append(list(file.rows["measure"][row]))

    ((_sheet, cell, reason),) = refused(file.outcome())

    assert cell == f"A{len(file.rows['measure'])}"
    assert str(row + 1) in reason


WRONG = [
    ("step", f"{MAP}/s2", "kind", "什么"),
    ("step", f"{MAP}/s2", "text", ""),
    ("step", f"{MAP}/s2", "text", "长" * 201),
    ("step", f"{MAP}/s2", "text", "一\n二"),
    ("step", f"{MAP}/s2", "text", "铃\x07"),
    ("step", f"{MAP}/s2", "actor", "没有这个岗"),
    ("step", f"{MAP}/s2", "min_persons", "两人"),
    ("step", f"{MAP}/s2", "min_persons", 100),
    ("step", f"{MAP}/s2", "limit_value", -3),
    ("step", f"{MAP}/s2", "detail_map", MAP),
    ("transition", f"{MAP}/t1", "target", "s99"),
    ("risk_point", f"{MAP}/r1", "measures", "CS-0101-01、CS-9999-01"),
    ("measure", "CS-0101-01", "item", "FX-0102"),
    ("item", "FX-0101", "likelihood", 5),
    ("item", "FX-0101", "kind", "别的"),
    ("basis", "FG-001", "in_force_from", "2024/2/30"),
    ("basis", "FG-001", "replaced_by", "FG-001"),
    ("basis", "FG-001", "unverified", "也许"),
    ("statutory_limit", "SX-001", "extension_value", 3),
    ("node", MAP, "parent", "FZ-U1"),
    ("node", "FZ-U1-K13", "duty_class", "其他"),
]


@pytest.mark.parametrize(("table", "key", "column", "value"), WRONG)
def test_what_cannot_be_meant_is_refused_at_its_cell_and_nothing_of_it_is_done(
    file, table, key, column, value
):
    before = values(file.session, file.scope)
    file.set(table, key, **{column: value})

    outcome = file.outcome()

    wanted = cell_name(file.row(table, key) + 1, file.place(table, column) + 1)
    cells = [cell for _sheet, cell, _reason in refused(outcome)]
    related = {"extension_value": "extension_unit"}.get(column)
    if related:
        wanted = cell_name(file.row(table, key) + 1, file.place(table, related) + 1)
    assert wanted in cells
    assert outcome.rows["refused"] == 1
    assert not outcome.anything
    assert values(file.session, file.scope) == before


def test_what_is_refused_does_not_keep_the_rest(file):
    file.set("step", f"{MAP}/s2", kind="什么")
    file.set("step", f"{MAP}/s3", text="另一步照常修改")
    file.set("measure", "CS-0101-01", text="另一条照常修改")

    outcome = file.outcome()

    assert (outcome.rows["refused"], outcome.rows["changed"]) == (1, 2)
    account_map = one(file.session, AccountMap, code=MAP)
    assert one(file.session, Step, map_id=account_map.id, key="s3").text == "另一步照常修改"


def test_a_fault_that_only_the_whole_map_shows_is_laid_to_its_row(file):
    row = file.known.rows["transition"][f"{MAP}/t1"]
    file.set("transition", f"{MAP}/t1", target=row.values["source"])

    ((sheet, cell, _reason),) = refused(file.outcome())

    number = file.row("transition", f"{MAP}/t1") + 1
    assert (sheet, cell) == ("流向", f"D{number}")


def test_a_retired_row_is_not_chosen_anew(file):
    one(file.session, Party, code="CY-01").retired_on = date(2026, 1, 1)
    file.session.flush()
    again = HandedIn(file.session, file.scope)
    again.set("step", f"{MAP}/s2", actor="CY-01")

    ((_sheet, _cell, reason),) = refused(again.outcome())

    assert "停用" in reason


def test_rows_that_somebody_may_not_change_are_refused_one_by_one(file):
    home = one(file.session, Node, code="FZ-U1-K13").path

    def chief(policy: Policy, path: str) -> bool:
        return policy is Policy.EDIT_MAPS and path.startswith(home)

    file.set("step", f"{MAP}/s2", text="本科室的步骤")
    other = next(key for key in file.known.rows["step"] if key.startswith("FZ-U2-K03-G01/"))
    file.set("step", other, text="别的科室的步骤")
    file.set("measure", "CS-0101-01", text="登记册的措施")

    outcome = file.outcome(chief)

    assert outcome.rows["changed"] == 1
    assert [sheet for sheet, _cell, _reason in refused(outcome)] == ["防控措施", "步骤"]
    assert {each.key for each in outcome.of("changed")} == {f"{MAP}/s2"}


def test_who_sees_a_part_cannot_name_or_change_what_is_outside_it(file):
    office = one(file.session, Node, code="FZ-U1-K13")
    scope = Scope(file.scope.bureau, (office.path,))
    mine = HandedIn(file.session, scope)
    assert all(key.startswith("FZ-U1-K13") for key in mine.known.rows["account_map"])
    mine.rows["step"] = file.rows["step"]  # somebody else's export
    other = file.row("step", next(k for k in file.known.rows["step"] if k.startswith("FZ-U2-K03")))
    mine.rows["step"][other][mine.place("step", "text")] = "改别的科室"
    mine.rows["step"][file.row("step", f"{MAP}/s2")][mine.place("step", "actor")] = "FZ-U2-K03-G01"

    outcome = mine.outcome()

    assert outcome.rows["refused"] == 2
    assert not outcome.anything


def test_a_workbook_of_another_bureau_is_refused_whole(file):
    guide = ReadSheet("说明", ((), (), ("单位编号", "别的局")))
    book = Book((guide, *file.book().sheets))

    with pytest.raises(OtherBureau):
        import_book(file.session, file.scope, book, lambda _policy, _path: True)


def test_sheets_and_columns_that_are_not_ours_are_named_and_left(file):
    file.rows["measure"][0].append("我的备注")
    for row in file.rows["measure"][1:]:
        row.append("x")
    book = Book((*file.book().sheets, ReadSheet("草稿", (("随手写的",),))))

    outcome = import_book(file.session, file.scope, book, lambda _policy, _path: True)

    assert outcome.entries == []
    assert len(outcome.left) == 2
    assert "我的备注" in outcome.left[0]
    assert "草稿" in outcome.left[1]


def test_a_sheet_without_its_key_column_is_refused_whole_and_says_which(file):
    for row in file.rows["measure"]:
        del row[0]

    ((sheet, cell, reason),) = refused(file.outcome())

    assert (sheet, cell) == ("防控措施", "")
    assert "编号" in reason


def test_what_people_write_in_cells_is_understood(file):
    file.set("basis", "FG-001", in_force_from="２０２４年１月２日", unverified="√")
    file.set("item", "FX-0101", likelihood="３", severity=2.0)
    file.set("step", f"{MAP}/s2", kind="decision", min_persons="")
    file.set("measure", "CS-0101-01", phase="Prevention")

    outcome = file.outcome()

    assert refused(outcome) == []
    basis = one(file.session, Basis, code="FG-001")
    assert (basis.in_force_from, basis.unverified) == (date(2024, 1, 2), True)
    item = one(file.session, Item, code="FX-0101")
    assert (item.likelihood, item.severity) == (3, 2)


def test_a_new_map_is_entered_whole(file):
    node = "FZ-U1-K13-G01"
    file.add("account_map", code=f"{node}-S2", node=node, title="补正材料办理")
    file.add("step", map=f"{node}-S2", key="a", number=1, kind="起止", text="开始")
    file.add("step", map=f"{node}-S2", key="b", number=2, kind="起止", text="结束")
    file.add("transition", map=f"{node}-S2", source="a", target="b")

    outcome = file.outcome()

    assert refused(outcome) == []
    row = one(file.session, AccountMap, code=f"{node}-S2")
    count = select(func.count(Step.id)).where(Step.map_id == row.id)
    assert file.session.scalar(count) == 2


def test_a_person_of_a_known_name_needs_a_code_of_their_own(file):
    name = file.known.rows["person"]["RY-001"].values["name"]
    file.add("person", name=name)
    file.add("person", code="RY-901", name=name)

    outcome = file.outcome()

    assert outcome.rows["added"] == 1
    assert one(file.session, Person, code="RY-901").name == name
    assert len(refused(outcome)) == 1
