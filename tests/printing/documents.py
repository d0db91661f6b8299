"""Documents and sheets for the printing tests, from what matters to a test."""

from collections.abc import Sequence

from riskmap.document.model import (
    Actor,
    Citation,
    Item,
    Limit,
    LimitSpan,
    MapDocument,
    Matter,
    Measure,
    Place,
    RiskPoint,
    Step,
    Transition,
)
from riskmap.document.terms import ActorRole, StepKind
from riskmap.drawing import dot
from riskmap.drawing.engine import Engine
from riskmap.organisation.tree import NodeLevel
from riskmap.printing.atlas import Atlas, Totals
from riskmap.printing.sheet import Sheet, Stamp, plan
from riskmap.register.rating import Level
from riskmap.register.terms import (
    Binds,
    Control,
    Evidence,
    LimitSense,
    LimitUnit,
    Phase,
    PowerKind,
    RiskKind,
)

STAMP = Stamp("V1.2", "2026-01-05")
ARTICLE = Citation("FG-001", "工伤保险条例", "国令586号", "第十七条", unverified=True)


def document(
    code: str = "FZ-U1-K03-G02",
    title: str = "工伤认定受理",
    *,
    level: NodeLevel = NodeLevel.POST,
    names: tuple[str, str, str] = ("云江市人社局机关", "工伤保险科", "受理岗"),
    steps: int = 5,
    lanes: int = 2,
    risks: Sequence[RiskPoint] = (),
    goal: str = "材料齐全的当日受理，不漏不压。",
    duties: Sequence[str] = ("受理申请", "核对材料", "一次告知补正"),
    first_basis: Citation | None = None,
) -> MapDocument:
    """Return a map that goes straight down, changing lanes at every step."""
    depth = (NodeLevel.UNIT, NodeLevel.OFFICE, NodeLevel.POST).index(level)
    unit, office, post = (name if at <= depth else "" for at, name in enumerate(names))
    keys = [f"s{number}" for number in range(1, steps + 1)]
    return MapDocument(
        code=code,
        title=title,
        place=Place(code, level, "云江市人社局", unit, office, post),
        goal=goal,
        duties=tuple(duties),
        matter=Matter("QL-001", "工伤认定", PowerKind.CONFIRMATION),
        major_decision=False,
        bases=(ARTICLE,),
        actors=tuple(
            Actor(f"a{number}", f"经办岗{number + 1}", ActorRole.OWN) for number in range(lanes)
        ),
        steps=tuple(
            Step(
                key,
                number,
                _kind(number, steps),
                f"办理第{number}项",
                f"a{number % lanes}",
                basis=first_basis if number == 1 else None,
            )
            for number, key in enumerate(keys, start=1)
        ),
        transitions=tuple(
            Transition(f"t{number}", *pair)
            for number, pair in enumerate(zip(keys, keys[1:], strict=False), start=1)
        ),
        risk_points=tuple(risks),
        limit_spans=(
            LimitSpan(
                "SX-01",
                "工伤认定申请",
                Limit(30, LimitUnit.DAY),
                LimitSense.AT_MOST,
                Binds.PARTY,
                ARTICLE,
                Evidence.TEXT,
                keys[0],
                keys[-1],
            ),
        ),
    )


def _kind(number: int, steps: int) -> StepKind:
    return StepKind.TERMINATOR if number in (1, steps) else StepKind.PROCESS


def risk(
    key: str = "r1",
    statement: str = "倒签收件日期",
    *,
    step: str = "s2",
    level: Level = Level.HIGH,
    item: tuple[str, str] = ("0101", "受理与补正"),
    category: tuple[str, str] = ("01", "工伤认定"),
    reason: str = "",
    measures: int = 1,
) -> RiskPoint:
    """Return a risk point with that many measures."""
    return RiskPoint(
        key,
        step,
        Item(*item, *category, RiskKind.DUTY, "对熟人申请当场收件", 3, 4),
        statement,
        level,
        reason,
        tuple(
            Measure(
                f"CS-0101-0{number}",
                "两人以上到场调查",
                Phase.PREVENT,
                Control.CHECK,
                "每次",
                "双人签名的笔录",
            )
            for number in range(1, measures + 1)
        ),
    )


def sheet(engine: Engine, of: MapDocument, stamp: Stamp = STAMP) -> Sheet:
    """Return a document's sheet with its chart drawn."""
    planned = plan(of)
    return Sheet(of, planned, engine.render(dot.source(planned.chart), "svg"), stamp)


def atlas(sheets: Sequence[Sheet], title: str = "云江市人社局法治账图汇编") -> Atlas:
    """Return an atlas of sheets with plausible totals."""
    totals = Totals(6, 28, 126, 9, 37, 60, 106, 1190, 430)
    return Atlas("云江市人社局", title, "2026年1月", tuple(sheets), totals)


def small_bureau() -> list[MapDocument]:
    """Return seven maps of two units in reading order; one post has two maps, one is long."""
    first, second = "云江市人社局机关", "云江市社保中心"
    risks = (risk("r1"), risk("r2", "不一次告知补正", step="s3", level=Level.LOW))
    return [
        document("FZ-U1", "机关总览", level=NodeLevel.UNIT, names=(first, "", "")),
        document("FZ-U1-K03", "工伤科流程", level=NodeLevel.OFFICE, names=(first, "工伤科", "")),
        document("FZ-U1-K03-G01", names=(first, "工伤科", "受理岗"), risks=risks),
        document("FZ-U1-K03-G01-S2", "材料补正告知", names=(first, "工伤科", "受理岗")),
        document("FZ-U1-K03-G02", "现场核查", names=(first, "工伤科", "调查岗"), steps=24),
        document("FZ-U1-K04-G01", "收文登记", names=(first, "办公室", "文秘岗")),
        document(
            "FZ-U2-K01-G01",
            "待遇核定",
            names=(second, "待遇科", "初审岗"),
            risks=[risk("r1", "虚增缴费年限", item=("0202", "待遇核定"), category=("02", "基金"))],
        ),
    ]
