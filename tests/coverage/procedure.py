"""Procedures of a few steps, in a line each: for rules that look at the flow and its times."""

from dataclasses import replace

from riskmap.coverage.facts import DrawnMap, Facts
from riskmap.document.model import (
    Actor,
    Citation,
    Limit,
    LimitSpan,
    MapDocument,
    Matter,
    Place,
    Step,
    Transition,
)
from riskmap.document.terms import ActorRole, Duty, StepKind
from riskmap.organisation.tree import NodeLevel
from riskmap.register.terms import LimitUnit, PowerKind

CODE = "FZ-TEST"
NODE = "FZ-U1-K13"


def limit(text: str) -> Limit | None:
    """Return a limit, as 15日 or 5工作日; None for 0."""
    number = text.rstrip("日工作月年个")
    return Limit(int(number), LimitUnit(text[len(number) :])) if number != "0" else None


def step(key: str, time: str = "0", duty: Duty | None = None, **columns: object) -> Step:
    """Return a step of a key and a time; its number is in its key."""
    number = int(key.lstrip("s"))
    made = Step(key, number, StepKind.PROCESS, f"第{number}步", NODE, duty, limit=limit(time))
    return replace(made, **columns)


def procedure(
    *steps: Step,
    lines: str = "",
    spans: tuple[tuple[str, str, str], ...] = (),
    facts: Facts,
    kind: PowerKind = PowerKind.CONFIRMATION,
    matter: str = "工伤认定",
    major: bool = False,
) -> Facts:
    """Return facts with one map: steps one after another, or as `lines` says (s1>s2 s1>s3).

    Each span is a limit's code with its first and last step; what it rests on is cited.
    """
    if not lines:
        keys = [each.key for each in steps]
        lines = " ".join(f"{one}>{other}" for one, other in zip(keys, keys[1:], strict=False))
    pairs = [each.split(">") for each in lines.split()]
    last = {one for one, _other in pairs}
    shaped = tuple(
        replace(each, kind=StepKind.TERMINATOR) if index == 0 or each.key not in last else each
        for index, each in enumerate(steps)
    )
    laws = {code: facts.limits[code] for code, _first, _last in spans}
    cited = tuple(
        Citation(law.basis, facts.bases[law.basis].title, "", law.article) for law in laws.values()
    )
    document = MapDocument(
        code=CODE,
        title="试办程序",
        place=Place(NODE, NodeLevel.OFFICE, "云江市人社局", "局机关", "工伤保险科"),
        goal="按期办结",
        duties=("办理",),
        matter=Matter("QL-001", matter, kind),
        major_decision=major,
        bases=cited,
        actors=(Actor(NODE, "工伤保险科", ActorRole.OWN),),
        steps=shaped,
        transitions=tuple(
            Transition(f"t{number}", one, other) for number, (one, other) in enumerate(pairs)
        ),
        risk_points=(),
        limit_spans=tuple(
            LimitSpan(
                code,
                laws[code].name,
                laws[code].limit,
                laws[code].sense,
                laws[code].binds,
                cited[index],
                laws[code].evidence,
                first,
                end,
            )
            for index, (code, first, end) in enumerate(spans)
        ),
    )
    return replace(facts, maps=(DrawnMap(document, facts.day, facts.day),))
