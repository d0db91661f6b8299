"""The organisation in reading order."""

from sqlalchemy.orm import Session

from riskmap.organisation.queries import bureaus, nodes
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

    codes = [node.code for node in nodes(session, bureau.id)]

    assert codes == ["U1", "U1-K1", "U1-K2", "U1-K2-G1", "U1-K2-G2", "U2", "U2-K1"]


def test_nodes_at_one_position_are_read_by_code(session: Session) -> None:
    bureau = make_bureau(session)
    for code in ("U3", "U1", "U2"):
        make_node(session, bureau, code=code)

    assert [node.code for node in nodes(session, bureau.id)] == ["U1", "U2", "U3"]


def test_bureaus_are_read_by_code(session: Session) -> None:
    for code in ("C", "A", "B"):
        make_bureau(session, code=code)

    assert [bureau.code for bureau in bureaus(session)] == ["A", "B", "C"]
