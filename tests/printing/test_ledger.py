from riskmap.document.model import Citation
from riskmap.printing.ledger import COLUMNS, rows
from tests.printing.documents import document, risk

TITLES = [column.title for column in COLUMNS]


def row(of):
    (found,) = rows([of])
    return dict(zip(TITLES, found, strict=True))


def test_a_risk_point_s_row_says_where_it_is_how_bad_it_is_and_what_answers_it():
    found = row(document(risks=[risk(measures=2)]))

    assert found == {
        "风险编号": ("FZ-U1-K03-G02·r1",),
        "单位/科室/岗位": ("云江市人社局机关", "工伤保险科", "受理岗"),
        "权力事项": ("QL-001 工伤认定",),
        "环节": ("2 办理第2项",),
        "大类/小项": ("01 工伤认定", "0101 受理与补正"),
        "风险类别": ("岗位职责",),
        "风险点": ("倒签收件日期",),
        "表现形式": ("对熟人申请当场收件",),
        "依据": ("《工伤保险条例》第十七条〔待核〕",),
        "L": ("3",),
        "C": ("4",),
        "D": ("12",),
        "等级": ("◆高",),
        "直接定级理由": (),
        "防控措施（阶段，频次，佐证）": (
            "CS-0101-01 两人以上到场调查（预防，每次，佐证：双人签名的笔录）",
            "CS-0101-02 两人以上到场调查（预防，每次，佐证：双人签名的笔录）",
        ),
    }


def test_a_step_s_own_basis_comes_before_the_map_s():
    own = Citation("FG-2", "工伤认定办法", "8号令", "第八条")

    found = row(document(first_basis=own, risks=[risk(step="s1")]))

    assert found["依据"] == ("《工伤认定办法》第八条",)


def test_a_level_set_directly_shows_its_reason():
    assert row(document(risks=[risk(reason="一票项")]))["直接定级理由"] == ("一票项",)


def test_a_risk_point_without_measures_says_so():
    found = row(document(risks=[risk(measures=0)]))

    assert found["防控措施（阶段，频次，佐证）"] == ("未设防控措施",)


def test_a_risk_point_on_no_step_still_has_a_row():
    assert row(document(risks=[risk(step="gone")]))["环节"] == ()


def test_rows_come_in_reading_order():
    maps = [document("A", risks=[risk("r1"), risk("r2")]), document("B", risks=[risk("r1")])]

    assert [found[0] for found in rows(maps)] == [("A·r1",), ("A·r2",), ("B·r1",)]
