"""Random documents: skips, returns, branches, side steps, several ends, texts of all sizes."""

from collections.abc import Sequence

from hypothesis import strategies as st

from riskmap.document.model import Limit, MapDocument, RiskPoint, Step
from riskmap.document.terms import StepKind
from riskmap.register.rating import Level
from riskmap.register.terms import LimitUnit
from tests.drawing.notation import document, risk

_WORDS = (
    "核对", "受理", "登记", "申请人", "工伤保险科", "材料是否齐全", "（含补正材料）", "《决定书》",
    "，", "、", "。", "FZ-U1-K13-G01", "CS-0101-04", "2024", "100%", "PDF ", "A4", "“情况说明”",
    "报局领导", "签收", "由两名以上工作人员共同", "逐项", "不予", "退回", "ready to-go", "……",
)  # fmt: skip
_CONDITIONS = (
    "是", "否", "通过", "不通过", "退回补正", "材料不齐", "同意", "重大或者疑难的，", "超过3万元",
    "超时效或无管辖权", "申请人逾期未补正材料的", "A", "over limit", "",
)  # fmt: skip
_MIDDLE = (
    *[StepKind.PROCESS] * 5, *[StepKind.DECISION] * 4,
    StepKind.DOCUMENT, StepKind.DATA, StepKind.PREDEFINED, StepKind.TERMINATOR,
)  # fmt: skip


def texts(most: int) -> st.SearchStrategy[str]:
    """Return texts of up to `most` words."""
    words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=most)
    return words.map("".join).filter(str.strip)


@st.composite
def flows(draw: st.DrawFn, least: int = 3, most: int = 20, risky: int = 10) -> MapDocument:
    """Return a map of `least` to `most` steps that the editor would let stand as a draft.

    It has up to `risky` risk points.
    """
    count = draw(st.integers(least, most))
    lanes = draw(st.integers(1, 6))
    steps = [draw(_steps(number, count, lanes)) for number in range(1, count + 1)]
    lines: dict[tuple[str, str, str], None] = {}
    for step in steps:
        lines.update(dict.fromkeys(draw(_lines_from(step, steps))))
    on = sorted(draw(st.lists(st.integers(1, count), max_size=risky)))
    risks = [draw(_risks(number, f"s{step}")) for number, step in enumerate(on, start=1)]
    names = {f"a{lane}": draw(texts(3)) for lane in range(lanes)}
    return document(steps, list(lines), risks=risks, names=names)


@st.composite
def _steps(draw: st.DrawFn, number: int, count: int, lanes: int) -> Step:
    kind = draw(st.sampled_from(_MIDDLE)) if 1 < number < count else StepKind.TERMINATOR
    lane = draw(st.integers(0, lanes)) % lanes  # the first lane is the likeliest
    limit = st.builds(Limit, st.integers(1, 90), st.sampled_from(LimitUnit))
    return Step(
        key=f"s{number}",
        number=number,
        kind=kind,
        text=draw(texts(draw(st.sampled_from((2, 4, 10))))),
        actor=f"a{lane}" if draw(st.integers(0, 19)) else "",
        min_persons=draw(st.sampled_from((1, 1, 1, 2))),
        limit=draw(st.none() | limit),
        detail=draw(st.sampled_from(("", "", "", "FZ-U1-K13-G02"))),
    )


@st.composite
def _lines_from(draw: st.DrawFn, step: Step, steps: Sequence[Step]) -> list[tuple[str, str, str]]:
    count, here = len(steps), step.number
    others = [number for number in range(2, count + 1) if number != here]
    after = here + 1
    if here == count or (step.kind is StepKind.TERMINATOR and here > 1):
        return []
    if step.kind is StepKind.DECISION:
        extra = draw(st.lists(st.sampled_from(others), min_size=1, max_size=3))
        labels = st.lists(
            st.sampled_from(_CONDITIONS), min_size=len(extra) + 1, max_size=4, unique=True
        )
        targets = [after, *extra] if draw(st.booleans()) else [*extra, after]
        return [
            (step.key, f"s{target}", label)
            for target, label in zip(targets, draw(labels), strict=False)
        ]
    way = draw(st.sampled_from(("on", "on", "on", "on", "fork", "elsewhere", "labelled")))
    if way == "fork":
        more = draw(st.lists(st.sampled_from(others), min_size=1, max_size=2))
        label = draw(st.sampled_from(_CONDITIONS)) if draw(st.booleans()) else ""
        return [(step.key, f"s{target}", label) for target in {after, *more}]
    if way == "elsewhere":
        return [(step.key, f"s{draw(st.sampled_from(others))}", "")]
    label = draw(st.sampled_from(_CONDITIONS)) if way == "labelled" else ""
    return [(step.key, f"s{after}", label)]


@st.composite
def _risks(draw: st.DrawFn, number: int, step: str) -> RiskPoint:
    measures = draw(st.lists(texts(8), max_size=3))
    return risk(number, step, draw(st.sampled_from(Level)), draw(texts(6)), measures)
