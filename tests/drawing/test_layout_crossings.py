"""Lines cross only where the map itself interleaves them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.document.model import MapDocument
from riskmap.drawing.dot import source
from riskmap.drawing.engine import Engine
from riskmap.drawing.layout import place
from tests.drawing.notation import flow
from tests.drawing.picture import Picture, crossings

Span = tuple[int, int]


def spans(document: MapDocument) -> list[tuple[Span, bool]]:
    """Return the first and the last row of each line, and whether it goes back."""
    rows = {step.key: row for row, step in enumerate(document.steps)}
    ends = [(rows[line.source], rows[line.target]) for line in document.transitions]
    return [((min(pair), max(pair)), pair[1] <= pair[0]) for pair in ends]


def interleaved(one: Span, other: Span) -> bool:
    return one[0] < other[0] < one[1] < other[1] or other[0] < one[0] < other[1] < one[1]


def forced(document: MapDocument) -> int:
    """Return the pairs of lines that interleave, or of which one goes back beneath the other."""
    lines = spans(document)
    return sum(
        interleaved(one, other)
        or (back and not again and other[0] <= one[0] and one[1] <= other[1])
        or (again and not back and one[0] <= other[0] and other[1] <= one[1])
        for at, (one, back) in enumerate(lines)
        for other, again in lines[at + 1 :]
        if one[1] - one[0] > 1 or other[1] - other[0] > 1
    )


def crossed(document: MapDocument, engine: Engine) -> list[tuple[str, str]]:
    return crossings(Picture(engine.render(source(place(document)), "svg")))


def test_the_sample_s_lines_cross_only_where_they_must(sample: list[MapDocument], engine: Engine):
    for document in sample:
        assert len(crossed(document, engine)) <= forced(document), document.code


def test_no_lines_of_the_sample_cross_on_maps_where_none_interleave(
    sample: list[MapDocument], engine: Engine
):
    plain = [
        document
        for document in sample
        if not any(
            interleaved(one, other)
            for at, (one, _) in enumerate(spans(document))
            for other, _ in spans(document)[at + 1 :]
        )
    ]

    assert len(plain) >= 5
    assert [crossed(document, engine) for document in plain] == [[]] * len(plain)


@st.composite
def nested(draw: st.DrawFn) -> MapDocument:
    """Return a map that goes on from step to step, with returns and skips inside one another."""
    count = draw(st.integers(4, 20))
    lines = [f"{at}>{at + 1}" for at in range(1, count)]
    taken: list[Span] = []
    for _ in range(draw(st.integers(1, 8))):
        first = draw(st.integers(1, count - 2))
        span = (first, draw(st.integers(first + 2, count)))
        if not any(interleaved(span, other) or span == other for other in taken):
            taken.append(span)
            back = draw(st.booleans())
            lines.append(f"{span[back]}>{span[not back]}[{draw(st.sampled_from('是否'))}]")
    letters = st.sampled_from("abcdef"[: draw(st.integers(1, 6))])
    lanes = "".join(draw(st.lists(letters, min_size=count, max_size=count)))
    return flow(" ".join(lines), lanes=lanes)


@settings(max_examples=300, deadline=None)
@given(document=nested())
def test_no_lines_cross_where_returns_and_skips_are_nested(document: MapDocument, engine: Engine):
    assert crossed(document, engine) == []


def test_lines_that_interleave_do_cross(engine: Engine):
    assert crossed(flow("1>2 2>3 3>4 4>5 5>6 6>7 2>5[一] 3>6[二]"), engine) != []
