"""A map's rows as sources for other drawing tools, as their manuals would write them.

Each says what our chart says: every step with its number, text, limit and persons, every line with
its condition, every actor as a lane, every risk point with its level and measures as a note.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from html import escape
from unicodedata import east_asian_width

from riskmap.document.model import MapDocument, RiskPoint, Step
from riskmap.document.terms import StepKind

STEP = 11  # characters on a line of a step, and
NOTE = 26  # on one of a note: none of the tools breaks Chinese well by itself
TEXT = {"mermaid": 16, "plantuml": 12, "dot": 9}  # the tools' own sizes, dot's spacing is told
FACE = "Noto Sans SC"
NOBODY = "（未指定岗位）"


def wrap(text: str, most: int) -> list[str]:
    """Return a text's lines of up to `most` characters, two narrow ones counting as one."""
    lines, room = [""], 2.0 * most
    for sign in text:
        wide = 2 if east_asian_width(sign) in "WFA" else 1
        if room < wide and sign not in "，。、；：？！〕）》”":
            lines.append("")
            room = 2.0 * most
        lines[-1] += sign
        room -= wide
    return [line.strip() for line in lines]


def step_lines(step: Step) -> list[str]:
    """Return what stands in a step's box."""
    said = [step.limit.text] if step.limit else []
    said += [f"{step.min_persons}人以上"] if step.min_persons > 1 else []
    said += [f"见{step.detail}"] if step.detail else []
    lines = wrap(f"{step.number} {step.text}", STEP)
    return lines + (wrap(f"〔{'，'.join(said)}〕", STEP) if said else [])


def risk_lines(number: int, risk: RiskPoint) -> list[str]:
    """Return what stands in a risk point's note."""
    texts = [f"R{number}〔{risk.level.label}〕{risk.statement}"]
    texts += [f"{measure.code} {measure.text}" for measure in risk.measures]
    return [line for text in texts for line in wrap(text, NOTE)]


def lanes(document: MapDocument) -> Iterator[tuple[str, list[Step]]]:
    """Yield the name of each actor with its steps, and those of nobody."""
    for key, name in [*((actor.key, actor.name) for actor in document.actors), ("", NOBODY)]:
        steps = [step for step in document.steps if step.actor == key]
        if steps:
            yield name, steps


# mermaid: a flowchart with a subgraph for each lane

_MERMAID_SHAPES = {
    StepKind.TERMINATOR: "stadium",
    StepKind.PROCESS: "rect",
    StepKind.DECISION: "diamond",
    StepKind.DOCUMENT: "doc",
    StepKind.DATA: "lean-r",
    StepKind.PREDEFINED: "fr-rect",
}


def mermaid(document: MapDocument) -> str:
    """Return the source of a mermaid flowchart."""
    lines = ["flowchart TB"]
    for number, (name, steps) in enumerate(lanes(document), start=1):
        lines.append(f'subgraph lane{number}["{_mermaid_text([name])}"]')
        lines += [
            f'{step.key}@{{ shape: {_MERMAID_SHAPES[step.kind]}, label: "'
            f'{_mermaid_text(step_lines(step))}" }}'
            for step in steps
        ]
        lines.append("end")
    lines += [
        f'{line.source} -->|"{_mermaid_text([line.condition])}"| {line.target}'
        if line.condition
        else f"{line.source} --> {line.target}"
        for line in document.transitions
    ]
    for number, risk in enumerate(document.risk_points, start=1):
        said = _mermaid_text(risk_lines(number, risk))
        lines.append(f'{risk.key}@{{ shape: notch-rect, label: "{said}" }}')
        lines.append(f"{risk.step} -.- {risk.key}")
        lines.append(f"style {risk.key} fill:#fff5ad,stroke:#aaaa33,text-align:left")
    return "\n".join(lines) + "\n"


def _mermaid_text(lines: Iterable[str]) -> str:
    return "<br>".join(escape(line).replace("#", "#35;") for line in lines)


# Graphviz: a cluster for each lane, notes beside their steps

_DOT_SHAPES = {
    StepKind.TERMINATOR: "box, style=rounded",
    StepKind.PROCESS: "box",
    StepKind.DECISION: "diamond, margin=0",
    StepKind.DOCUMENT: "note",
    StepKind.DATA: "parallelogram, margin=0",
    StepKind.PREDEFINED: "box, peripheries=2",
}


def dot(document: MapDocument) -> str:
    """Return the source of a drawing that dot lays out."""
    face = f'fontname="{FACE}", fontsize={TEXT["dot"]}'
    lines = [
        "digraph {",
        f"graph [{face}, newrank=true, ranksep=0.3, nodesep=0.25]",
        f'node [{face}, margin="0.08,0.05", height=0.3]',
        f"edge [{face}, arrowsize=0.6]",
    ]
    for number, (name, steps) in enumerate(lanes(document), start=1):
        lines.append(f"subgraph cluster_{number} {{ label={_dot_text([name])}")
        lines += [
            f"{step.key} [label={_dot_text(step_lines(step))}, shape={_DOT_SHAPES[step.kind]}]"
            for step in steps
        ]
        lines.append("}")
    lines += [
        f"{line.source} -> {line.target} [label={_dot_text([line.condition])}]"
        for line in document.transitions
    ]
    for number, risk in enumerate(document.risk_points, start=1):
        said = _dot_text(risk_lines(number, risk), "\\l")
        lines.append(
            f'{risk.key} [label={said}, shape=note, style=filled, fillcolor="#fff5ad"]'
            f"{{ rank=same {risk.step} {risk.key} }}"
            f"{risk.step} -> {risk.key} [style=dotted, dir=none]"
        )
    return "\n".join([*lines, "}\n"])


def _dot_text(lines: Sequence[str], end: str = "") -> str:
    said = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return '"' + ("".join(f"{line}{end}" for line in said) if end else "\\n".join(said)) + '"'


# PlantUML: an activity diagram with swimlanes; what is no nested block jumps by lettered circles

_PLANTUML_SHAPES = {
    StepKind.DOCUMENT: " <<output>>",
    StepKind.DATA: " <<input>>",
    StepKind.PREDEFINED: " <<procedure>>",
}


def plantuml(document: MapDocument) -> str:
    """Return the source of a PlantUML activity diagram."""
    first = _Blocks(document, {})
    list(first.all())  # only then is known where jumps lead
    letters = {key: chr(ord("A") + index) for index, key in enumerate(sorted(first.jumps))}
    return "\n".join(
        [
            "@startuml",
            f'skinparam defaultFontName "{FACE}"',
            f"skinparam defaultFontSize {TEXT['plantuml']}",
            *(f"|{name}|" for name, _ in lanes(document)),
            *_Blocks(document, letters).all(),
            "@enduml\n",
        ]
    )


class _Blocks:
    """The flow as nested blocks; `jumps` are the steps that are reached by a jump."""

    def __init__(self, document: MapDocument, letters: Mapping[str, str]) -> None:
        self.document = document
        self.letters = letters
        self.rows = {step.key: row for row, step in enumerate(document.steps)}
        self.lanes = {step.key: name for name, steps in lanes(document) for step in steps}
        self.notes: dict[str, list[list[str]]] = {key: [] for key in self.rows}
        for number, risk in enumerate(document.risk_points, start=1):
            self.notes[risk.step].append(risk_lines(number, risk))
        self.done: set[str] = set()
        self.jumps: set[str] = set()

    def all(self) -> Iterator[str]:
        yield from self.block(self.document.steps[0].key, frozenset())

    def block(self, key: str, until: Set[str]) -> Iterator[str]:
        """Yield the steps from `key` on, up to where a block around goes on or the flow ends."""
        here: str | None = key
        while here is not None and here not in until:
            if here in self.done:
                self.jumps.add(here)
                yield from (f"({self.letters.get(here, 'A')})", "detach")
                return
            self.done.add(here)
            following = [(line.target, line.condition) for line in self.document.after(here)]
            joint = self.joint([target for target, _ in following])
            asked = len(following) > 1 and any(condition for _, condition in following)
            yield from self.step(here, asked)
            if len(following) < 2:
                here = following[0][0] if following else None
                if here is None:
                    yield "stop"
                continue
            yield from self.branches(here, following, until | ({joint} if joint else set()))
            here = joint

    def step(self, key: str, branching: bool) -> Iterator[str]:
        """Yield a step; a decision without notes is asked by what follows, where none can stand."""
        step = self.document.step_by_key[key]
        yield f"|{self.lanes[key]}|"
        if key in self.letters:
            yield f"({self.letters[key]})"
        if self.rows[key] == 0:
            yield "start"
        if branching and not self.notes[key]:
            return
        yield f":{self.said(key)};{_PLANTUML_SHAPES.get(step.kind, '')}"
        for lines in self.notes[key]:
            yield from ("note right", *lines, "end note")

    def said(self, key: str) -> str:
        return "\\n".join(step_lines(self.document.step_by_key[key]))

    def branches(
        self, key: str, following: Sequence[tuple[str, str]], until: Set[str]
    ) -> Iterator[str]:
        """Yield blocks side by side: in parallel, or each under its condition."""
        fork = not any(condition for _, condition in following)
        question = "" if self.notes[key] else self.said(key)
        for number, (target, condition) in enumerate(following):
            if fork:
                yield "fork again" if number else "fork"
            elif number == len(following) - 1:
                yield f"else ({condition})"
            else:
                yield (
                    f"elseif () then ({condition})"
                    if number
                    else f"if ({question}) then ({condition})"
                )
            yield from self.block(target, until)
        yield "end fork" if fork else "endif"

    def joint(self, targets: Sequence[str]) -> str | None:
        """Return the first step to which two of the branches lead without going back."""
        reached = [self.ahead(target) for target in targets]
        met = {
            key
            for key in self.rows
            if key not in self.done and sum(key in each for each in reached) > 1
        }
        return min(met, key=self.rows.__getitem__, default=None)

    def ahead(self, key: str) -> set[str]:
        found = {key}
        for line in self.document.after(key):
            if self.rows[line.target] > self.rows[key]:
                found |= self.ahead(line.target)
        return found
