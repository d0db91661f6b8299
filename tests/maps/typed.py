"""Drafts for tests: from a short notation, and random ones made as people make them."""

from dataclasses import replace

from hypothesis import strategies as st

from riskmap.maps.draft import BasisRow, MapDraft, NextRow, RiskRow, SpanRow, StepRow
from riskmap.maps.editing import OPERATIONS, apply

KINDS = {"(": "terminator", "?": "decision", "": "process"}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=12)
WORDS = st.sampled_from(["", "收件", "核对材料", "审批", " 送达 ", "归\n档"])


def typed(steps: str, lines: str = "", spans: str = "") -> MapDraft:
    """Return a draft: "(a b? c (d" are its steps, "a>b b>c:是" its lines, "a-c" its spans."""
    keys = [word.strip("(?") for word in steps.split()]
    kinds = [KINDS[word.replace(key, "")] for word, key in zip(steps.split(), keys, strict=True)]
    drawn: dict[str, list[NextRow]] = {key: [] for key in keys}
    for number, word in enumerate(lines.split(), start=1):
        way, _, condition = word.partition(":")
        source, target = way.split(">")
        drawn[source].append(NextRow(f"t{number}", target, condition))
    return MapDraft(
        title="工伤认定",
        steps=tuple(
            StepRow(key, kind, f"步骤{key}", min_persons="1", next=tuple(drawn[key]))
            for key, kind in zip(keys, kinds, strict=True)
        ),
        spans=tuple(SpanRow("SX-01", *span.split("-")) for span in spans.split()),
        next_key=50,
    )


def lines(draft: MapDraft) -> str:
    """Return a draft's lines in the notation."""
    return " ".join(
        f"{step.key}>{line.to}" + (f":{line.condition}" if line.condition else "")
        for step in draft.steps
        for line in step.next
    )


def order(draft: MapDraft) -> str:
    """Return a draft's steps in the notation, without their kinds."""
    return " ".join(step.key for step in draft.steps)


@st.composite
def drafts(draw: st.DrawFn) -> MapDraft:
    """Return any draft whose rows have keys of their own, with any texts."""
    letters = iter(range(1, 1000))
    steps = []
    for _ in range(draw(st.integers(0, 4))):
        nexts = [
            NextRow(f"t{next(letters)}", draw(TEXT), draw(TEXT))
            for _ in range(draw(st.integers(0, 3)))
        ]
        risks = [
            RiskRow(
                f"r{next(letters)}",
                *(draw(TEXT) for _ in range(4)),
                measures=tuple(draw(st.lists(TEXT, max_size=3, unique=True))),
                **{name: draw(TEXT) for name in ("other", "new_text", "new_phase")},
            )
            for _ in range(draw(st.integers(0, 2)))
        ]
        step = StepRow(f"s{next(letters)}", *(draw(TEXT) for _ in range(13)))
        steps.append(replace(step, next=tuple(nexts), risks=tuple(risks)))
    bases = draw(st.lists(st.builds(BasisRow, TEXT, TEXT), max_size=2))
    spans = draw(st.lists(st.builds(SpanRow, TEXT, TEXT, TEXT), max_size=2))
    head = (draw(TEXT) for _ in range(5))
    return MapDraft(*head, tuple(bases), tuple(steps), tuple(spans), next(letters))


BEGUN = typed("(s1 s2? s3 s4 (s5", "s1>s2 s2>s3:是 s2>s4:否 s3>s4 s4>s5", "s2-s4")
BEGUN = replace(
    BEGUN,
    steps=tuple(
        replace(step, risks=(RiskRow(f"r{at}", "FX-0101", "收件不登记", measures=("CS-1",)),))
        for at, step in enumerate(BEGUN.steps, start=10)
    ),
)


@st.composite
def operations(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(OPERATIONS)))
    numbers = [draw(st.integers(0, 6)) for _ in range(OPERATIONS[name].numbers)]
    return ":".join([name, *map(str, numbers)])


@st.composite
def edited(draw: st.DrawFn, begun: MapDraft = BEGUN) -> MapDraft:
    """Return a draft as it is after some buttons were pressed and some fields typed in."""
    draft = begun
    for _ in range(draw(st.integers(0, 6))):
        pressed = draw(st.booleans())
        draft = apply(draft, draw(operations())) if pressed else draw(written(draft))
    return draft


@st.composite
def written(draw: st.DrawFn, draft: MapDraft) -> MapDraft:
    """Return a draft with something typed into one of its fields."""
    text = draw(WORDS)
    if not draft.steps or draw(st.integers(0, 4)) == 0:
        return replace(draft, **{draw(st.sampled_from(["title", "goal", "matter"])): text})
    at = draw(st.integers(0, len(draft.steps) - 1))
    step = draft.steps[at]
    if step.next and draw(st.booleans()):
        number = draw(st.integers(0, len(step.next) - 1))
        line = replace(step.next[number], condition=text)
        new = replace(step, next=(*step.next[:number], line, *step.next[number + 1 :]))
    elif step.risks and draw(st.booleans()):
        risk = replace(step.risks[0], statement=text, measures=("CS-2", "CS-1"))
        new = replace(step, risks=(risk, *step.risks[1:]))
    else:
        new = replace(step, **{draw(st.sampled_from(["text", "actor", "document"])): text})
    return replace(draft, steps=(*draft.steps[:at], new, *draft.steps[at + 1 :]))
