"""The organisation in reading order."""

from sqlalchemy.orm import Session

from riskmap.organisation.queries import above, bureaus, nodes
from riskmap.organisation.scope import Scope
from tests.rows import make_bureau, make_node


def test_nodes_are_read_unit_by_unit_each_office_followed_by_its_posts(session: Session) -> None:
    bureau = make_bureau(session)
    second = make_node(session, bureau, code="U2", position=1)
    first = make_node(session, bureau, code="U1", position=0)
    office = make_node(session, bureau, first, code="U1-K2", position=1)
    make_node(session, bureau, office, code="U1-K2-G2", position=1)
    make_node(session, bureau, office, code="U1-K2-G1", position=0)
    make_node(session, bureau, second, code="U2-K1")
    make_node(session, bureau, first, code="U1-K1", position=0)
    make_node(session, make_bureau(session), code="U9")

    codes = [node.code for node in nodes(session, Scope(bureau))]

    assert codes == ["U1", "U1-K1", "U1-K2", "U1-K2-G1", "U1-K2-G2", "U2", "U2-K1"]


def test_nodes_at_one_position_are_read_by_code(session: Session) -> None:
    bureau = make_bureau(session)
    for code in ("U3", "U1", "U2"):
        make_node(session, bureau, code=code)

    assert [node.code for node in nodes(session, Scope(bureau))] == ["U1", "U2", "U3"]


def test_of_a_part_of_the_bureau_only_its_nodes_are_read_in_the_same_order(
    session: Session,
) -> None:
    bureau = make_bureau(session)
    second = make_node(session, bureau, code="U2", position=1)
    first = make_node(session, bureau, code="U1", position=0)
    late = make_node(session, bureau, first, code="U1-K2", position=1)
    early = make_node(session, bureau, second, code="U2-K1", position=0)
    make_node(session, bureau, late, code="U1-K2-G1")
    make_node(session, bureau, first, code="U1-K1", position=0)

    seen = nodes(session, Scope(bureau, (early.path, late.path)))

    assert [node.code for node in seen] == ["U1-K2", "U1-K2-G1", "U2-K1"]
    assert nodes(session, Scope(bureau, ())) == []


def test_above_a_node_stand_its_office_and_its_unit(session: Session) -> None:
    bureau = make_bureau(session)
    unit = make_node(session, bureau, code="U1")
    office = make_node(session, bureau, unit, code="K9")
    post = make_node(session, bureau, office, code="G5")

    assert [node.code for node in above(session, post)] == ["U1", "K9", "G5"]
    assert [node.code for node in above(session, unit)] == ["U1"]


def test_bureaus_are_read_by_code(session: Session) -> None:
    for code in ("C", "A", "B"):
        make_bureau(session, code=code)

    assert [bureau.code for bureau in bureaus(session)] == ["A", "B", "C"]
