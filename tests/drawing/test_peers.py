"""What other tools are given to draw in the README's comparison: all that our own chart says."""

import pytest

from exports.sample import peers
from riskmap.document.model import MapDocument


@pytest.mark.parametrize(
    ("write", "joint"), [(peers.mermaid, "<br>"), (peers.dot, "\\n"), (peers.plantuml, "\\n")]
)
def test_every_step_condition_actor_and_risk_point_is_in_the_source(
    sample: list[MapDocument], write, joint
):
    for document in sample:
        source = write(document)

        for step in document.steps:
            assert source.count(joint.join(peers.step_lines(step))) == 1
        for number, risk in enumerate(document.risk_points, start=1):
            assert all(line in source for line in peers.risk_lines(number, risk))
        for actor in document.actors:
            assert actor.name in source
        for line in document.transitions:
            assert line.condition in source


@pytest.mark.parametrize(("write", "arrow"), [(peers.mermaid, "-->"), (peers.dot, "-> s")])
def test_every_line_is_in_the_source(sample: list[MapDocument], write, arrow):
    for document in sample:
        assert write(document).count(arrow) == len(document.transitions)


def test_a_jump_of_plantuml_leads_to_a_circle_of_its_letter(sample: list[MapDocument]):
    jumps = 0
    for document in sample:
        lines = peers.plantuml(document).splitlines()
        circles = {line for line in lines if len(line) == 3 and line.startswith("(")}
        jumps += len(circles)
        for circle in circles:
            after = [lines[at + 1] for at, line in enumerate(lines) if line == circle]
            assert len([each for each in after if each != "detach"]) == 1
            assert "detach" in after
    assert jumps > len(sample)


def test_lines_are_as_long_as_asked_and_none_begins_with_a_closing_sign():
    assert peers.wrap("一二三四，五六AB", 4) == ["一二三四，", "五六AB"]
