"""What a chart says: every word of the document once, and none besides."""

from collections import Counter

from hypothesis import given, settings

from riskmap.document.model import MapDocument, RiskPoint, Step
from riskmap.document.terms import StepKind
from riskmap.drawing.dot import source
from riskmap.drawing.engine import Engine
from riskmap.drawing.layout import place
from tests.drawing.notation import flow
from tests.drawing.picture import Picture, bare, part
from tests.drawing.random_flows import flows


def expected(document: MapDocument, picture: Picture) -> dict[str, str]:
    """Return what each element with words says, without white space."""
    said = _heads(document, picture)
    tagged = {figure.name for figure in picture.named("tag")}
    for step in document.steps:
        handed = picture.has("handover-lane") and step.actor not in ("", document.place.code)
        who = document.actor_by_key[step.actor].name if handed else ""
        said |= _step(step, who, f"{step.key}-tag" in tagged)
    said |= {f"{line.key}-label": line.condition for line in document.transitions if line.condition}
    for number, risk in enumerate(document.risk_points, start=1):
        said |= _risk(number, risk)
    for office in document.offices:
        counts = f"◆高{office.high}▲中{office.medium}●低{office.low}"
        said[f"{office.code}-office"] = f"{office.name}{counts}见{office.map}"
    return {name: bare(text) for name, text in said.items()}


def _heads(document: MapDocument, picture: Picture) -> dict[str, str]:
    """Return what stands over lanes, cards and offices."""
    said = {"risks-head": "风险点与防控措施"} if document.risk_points else {}
    shared = picture.has("handover-lane")
    for actor in document.actors:
        if not shared or actor.key == document.place.code:
            said[f"{actor.key}-head"] = actor.name
    if shared:
        said["handover-head"] = "交接岗位与单位"
    if any(not step.actor for step in document.steps):
        said["nobody-head"] = "（未指定岗位）"
    if document.offices:
        said["offices-head"] = "所属科室的账图与风险点"
    return said


def _step(step: Step, said: str, tagged: bool) -> dict[str, str]:
    remarks = [step.limit.text] if step.limit and not tagged else []
    remarks += [f"{step.min_persons}人以上"] if step.min_persons > 1 else []
    remarks += [f"见{step.detail}"] if step.detail else []
    text = step.text + (f"〔{'，'.join(remarks)}〕" if remarks else "")
    tag = {f"{step.key}-tag": step.limit.text} if step.limit and tagged else {}
    if step.kind in (StepKind.TERMINATOR, StepKind.DECISION, StepKind.DATA):
        return {f"{step.key}-step": f"{step.number}{said and f'{said}：'}{text}"} | tag
    who = {f"{step.key}-who": said} if said else {}
    return {f"{step.key}-number": str(step.number), f"{step.key}-text": text} | tag | who


def _risk(number: int, risk: RiskPoint) -> dict[str, str]:
    sign = {"高": "◆", "中": "▲", "低": "●"}[risk.level.label]
    measures = [each.code + each.text for each in risk.measures] or ["未设防控措施"]
    return {
        f"{risk.key}-risk": f"{sign}R{number}〔{risk.level.label}〕{risk.statement}",
        f"{risk.key}-badge": str(number),
        f"{risk.key}-measures": "".join(measures),
    }


def drawn(document: MapDocument, engine: Engine) -> Picture:
    return Picture(engine.render(source(place(document)), "svg"))


def check_words(document: MapDocument, picture: Picture) -> None:
    said = {figure.name: figure.words for figure in picture.figures if figure.words}
    assert said == expected(document, picture)
    assert sum(len(bare(text.words)) for text in picture.texts) == sum(map(len, said.values()))


def check_elements(document: MapDocument, picture: Picture) -> None:
    assert [name for name, count in Counter(picture.ids).items() if count > 1] == []
    steps = [each.name.removesuffix("-step") for each in picture.named("step")]
    cards = [each.name.removesuffix("-card") for each in picture.named("card")]
    lines = [each.name for each in picture.arrows if part(each.name) not in ("leader", "stub")]
    assert sorted(steps) == sorted(step.key for step in document.steps)
    assert sorted(cards) == sorted(risk.key for risk in document.risk_points)
    assert sorted(lines) == sorted(line.key for line in document.transitions)


def test_the_sample_is_drawn_word_for_word(sample: list[MapDocument], engine: Engine):
    for document in sample:
        picture = drawn(document, engine)

        check_words(document, picture)
        check_elements(document, picture)


@settings(max_examples=100, deadline=None)
@given(document=flows())
def test_any_map_is_drawn_word_for_word(engine: Engine, document: MapDocument):
    picture = drawn(document, engine)

    check_words(document, picture)
    check_elements(document, picture)


def test_no_text_is_smaller_than_nine_points(sample: list[MapDocument], engine: Engine):
    sizes = {text.size for each in sample for text in drawn(each, engine).texts}

    assert min(sizes) >= 9


def test_a_risk_point_without_measures_says_so(engine: Engine):
    document = flow("1>2", risks="1:low")
    (risk,) = document.risk_points
    bare_risk = RiskPoint(risk.key, risk.step, risk.item, risk.statement, risk.level)

    picture = drawn(MapDocument(**{**vars(document), "risk_points": (bare_risk,)}), engine)

    assert picture.figure("r1-measures").words == "未设防控措施"


def test_levels_differ_by_shape_as_well_as_by_colour(engine: Engine):
    picture = drawn(flow("1>2 2>3", risks="1:high 2:medium 3:low"), engine)

    corners = [len(set(picture.figure(f"r{number}-badge").outline)) for number in (1, 2, 3)]
    assert corners == [4, 3, 24]
