"""A sheet's legend explains what the sheet shows, and is never wider than its paper."""

from dataclasses import replace

import pytest

from riskmap.document.model import Limit, MapDocument, Transition
from riskmap.printing import paper
from riskmap.printing.legend import CONTINUES, TITLE, compose
from riskmap.register.terms import LimitUnit
from tests.printing.documents import ARTICLE, document, risk


def texts(made: MapDocument, on: paper.Paper = paper.A3_LANDSCAPE) -> list[str]:
    return [entry.text for line in compose(made, on) for entry in line]


def test_only_what_the_sheet_shows_is_explained():
    plain = replace(document(), bases=(), limit_spans=())

    assert texts(plain) == []
    assert texts(replace(plain, risk_points=(risk(),)))[:3] == ["◆高风险", "▲中风险", "●低风险"]
    back = Transition("back", plain.steps[2].key, plain.steps[0].key, "退回")
    assert texts(replace(plain, transitions=(*plain.transitions, back))) == ["退回"]
    plain = replace(plain, transitions=())
    limited = replace(plain.steps[1], limit=Limit(3, LimitUnit.DAY))
    assert texts(replace(plain, steps=(plain.steps[0], limited))) == ["步骤时限"]
    cited = replace(plain.steps[1], basis=ARTICLE)
    assert texts(replace(plain, steps=(plain.steps[0], cited))) == ["〔待核〕依据原文待核实"]


@pytest.mark.parametrize("on", [paper.A4_PORTRAIT, paper.A4_LANDSCAPE, paper.A3_LANDSCAPE])
def test_no_line_is_wider_than_the_paper_beside_what_stands_at_its_ends(on: paper.Paper):
    full = document(risks=[risk()], first_basis=replace(ARTICLE, fictional=True))

    for line in compose(full, on):
        assert TITLE + sum(entry.width for entry in line) + CONTINUES <= on.room


def test_nothing_to_explain_still_leaves_one_line():
    assert compose(replace(document(), bases=(), limit_spans=()), paper.A4_PORTRAIT) == ((),)
