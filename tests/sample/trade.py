"""The rules of the trade that the sample has to keep, as far as its files can be asked.

`uv run python -m tests.sample.trade [CODE …]` prints every violation with file and line, those
that riskmap/sample/README.md lists as planted apart; exit code 1 if any other is found. Rule
codes are those of the trade's list of gaps (G01 to G36); L codes are about language.
"""

import itertools
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from riskmap.config import sample_folder
from riskmap.document.terms import Duty, LimitEffect, StepKind
from riskmap.organisation.tree import DutyClass, PartyRole
from riskmap.register.rating import Level, level
from riskmap.register.terms import Control, LimitSense, LimitUnit, PowerKind
from riskmap.revisions.sign_offs import SignOffRole, required
from riskmap.sample import files
from riskmap.sample.loader import Sample, read_sample
from tests.sample.flow import Flow

REVIEWED_WITHIN = timedelta(days=365)
VACANT_AT_MOST = timedelta(days=30)
SAME_POST_AT_MOST = 5  # years, on a post with a high risk
ALIKE_FROM = 0.9
OLD_TERMS = {
    "法治审核": "法制审核",
    "劳动仲裁委": "劳动人事争议仲裁委员会",
    "劳动争议仲裁委": "劳动人事争议仲裁委员会",
    "劳动保障局": "人力资源和社会保障局",
    "人事局": "人力资源和社会保障局",
}
NO_RISK = "经排查"
EXAM_MATTERS = {"QL-033", "QL-035"}
RECUSAL_MATTERS = {
    "QL-001", "QL-002", "QL-025", "QL-026", "QL-027", "QL-030",
    "QL-039", "QL-040", "QL-041", "QL-042", "QL-043",
}  # fmt: skip
JUDGING = {Duty.INVESTIGATE, Duty.APPRAISE, Duty.COLLECTIVE, Duty.DRAW}
ON_SITE = re.compile(r"现场(核查|勘查|检查|查验)|到场核")
# Duties that one post may not do both of on one map.
INCOMPATIBLE = [
    (Duty.FIRST_REVIEW, Duty.SECOND_REVIEW),
    (Duty.FIRST_REVIEW, Duty.APPROVE),
    (Duty.SECOND_REVIEW, Duty.APPROVE),
    (Duty.FIRST_REVIEW, Duty.PAY),
    (Duty.SECOND_REVIEW, Duty.PAY),
    (Duty.APPROVE, Duty.PAY),
    (Duty.INVESTIGATE, Duty.APPROVE),
    (Duty.INVESTIGATE, Duty.DECIDE),
    (Duty.INVESTIGATE, Duty.LEGAL_REVIEW),
    (Duty.ACCEPT, Duty.DRAW),
    (Duty.APPRAISE, Duty.DRAW),
    (Duty.PAY, Duty.RECONCILE),
]
# Posts that one person may not hold together, beyond the four classes of duty.
APART = [
    ("FZ-U1-K03-G01", "FZ-U1-K03-G02"),
    ("FZ-U2-K04-G01", "FZ-U2-K04-G02"),
    ("FZ-U2-K04-G02", "FZ-U2-K04-G03"),
    ("FZ-U2-K02-G01", "FZ-U2-K02-G02"),
    ("FZ-U2-K03-G01", "FZ-U2-K03-G02"),
    ("FZ-U2-K06-G01", "FZ-U2-K03-G01"),
    ("FZ-U1-K13-G02", "FZ-U1-K13-G03"),
    ("FZ-U6-K02-G01", "FZ-U6-K02-G02"),
]
HOLLOW = re.compile(r"^(加强|提高|强化)[^,，。]*(教育|认识|监督|学习|意识)[。]?$")
VAGUE = re.compile(r"(?<!行政)管理部门|相关人员|有关人员|相关部门")


@dataclass(frozen=True, order=True)
class Violation:
    """A rule broken at a place: a map's code, or of the register or a person."""

    rule: str
    subject: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule} {self.subject}: {self.message}"


@dataclass(frozen=True)
class Map:
    """A map of the sample with its flow and the file it stands in."""

    path: Path
    entry: files.MapEntry

    @cached_property
    def flow(self) -> Flow:
        return Flow(self.entry)

    @property
    def code(self) -> str:
        return self.entry.code

    @property
    def scale(self) -> str:
        """Return unit, office or post."""
        return ("unit", "office", "post")[self.code.count("-") - 1]

    def duties(self) -> set[Duty]:
        return {step.duty for step in self.entry.steps if step.duty}

    def with_duty(self, *duties: Duty) -> list[files.StepEntry]:
        return [step for step in self.entry.steps if step.duty in duties]

    def broken(self, rule: str, entry: files.Entry, message: str) -> Violation:
        return Violation(rule, self.code, f"{self.path.name}:{entry.line}", message)


class Facts:
    """The sample's files by code."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.maps = [Map(path, each) for path, content in sample.maps for each in content.maps]
        organisation = sample.organisation
        self.as_of = organisation.as_of
        self.parties = {each.code: each for each in organisation.parties}
        self.matters = {each.code: each for each in organisation.matters}
        offices = [office for unit in organisation.units for office in unit.offices]
        self.posts = {post.code: post for office in offices for post in office.posts}
        self.nodes = {unit.code for unit in organisation.units}
        self.nodes |= {office.code for office in offices} | set(self.posts)
        categories = sample.register.categories
        self.items = {item.code: item for category in categories for item in category.items}
        self.measures = {m.code: m for item in self.items.values() for m in item.measures}
        self.bases = {each.code: each for each in sample.bases.bases}
        self.limits = {each.code: (basis, each) for basis in sample.bases.bases
                       for each in basis.limits}  # fmt: skip

        self.leaders = sample.sign_offs.leaders
        self.signed = {each.map: each for each in sample.sign_offs.sign_offs}

    def kind(self, entry: files.MapEntry) -> PowerKind | None:
        return self.matters[entry.matter].kind if entry.matter in self.matters else None

    def own_actor(self, code: str) -> bool:
        """Return whether an actor belongs to the bureau: a node, or one of its leaders."""
        return code in self.nodes or (
            code in self.parties and self.parties[code].role is PartyRole.LEADER
        )

    def level(self, risk: files.RiskEntry) -> Level:
        item = self.items[risk.item]
        override = risk.override or item.override
        return override.level if override else level(item.likelihood, item.severity)

    def worst(self, entry: files.MapEntry) -> Level | None:
        levels = [self.level(risk) for step in entry.steps for risk in step.risks]
        return max(levels, key=lambda each: each.rank, default=None)

    def leads(self, person: str, party: str, node: str, on: date) -> bool:
        """Return whether a person leads a node on a day, as the nearest of that capacity."""
        over = [
            (max((len(each) for each in leader.over if _within(node, each)), default=0), leader)
            for leader in self.leaders
            if leader.party == party
            and (not leader.over or any(_within(node, each) for each in leader.over))
            and _on(leader, on)
        ]
        nearest = max((depth for depth, _ in over), default=0)
        return any(leader.person == person for depth, leader in over if depth == nearest)

    def holds(self, person: str, node: str, on: date) -> bool:
        """Return whether a person holds a post, or a post at or below a node, on a day."""
        return any(
            holder.person == person and _on(holder, on)
            for code, post in self.posts.items()
            if _within(code, node)
            for holder in post.holders
        )


def _within(node: str, above: str) -> bool:
    return node == above or node.startswith(f"{above}-")


def _on(entry: files.HolderEntry | files.LeaderEntry, day: date) -> bool:
    return entry.since <= day and not (entry.until and entry.until < day)


def days(text: str) -> Fraction:
    """Return a step's limit in calendar days, five working days being a week.

    >>> days("5个工作日"), days("20日")
    (Fraction(7, 1), Fraction(20, 1))
    """
    found = re.fullmatch(r"([1-9]\d*)个?(日|工作日|月|年)", text)
    return in_days(int(found[1]), LimitUnit(found[2])) if found else Fraction(0)


def in_days(value: int, unit: LimitUnit) -> Fraction:
    return (
        value
        * {
            LimitUnit.DAY: Fraction(1),
            LimitUnit.WORKING_DAY: Fraction(7, 5),
            LimitUnit.MONTH: Fraction(30),
            LimitUnit.YEAR: Fraction(365),
        }[unit]
    )


def g01_every_node_has_one_map(facts: Facts) -> Iterator[Violation]:
    drawn = Counter(re.sub(r"-S\d+$", "", each.code) for each in facts.maps)
    for code in sorted(facts.nodes - set(drawn)):
        yield Violation("G01", code, "maps/", "没有账图")
    for each in facts.maps:
        if each.code not in facts.nodes:
            yield each.broken("G01", each.entry, "图号不是组织树中的编号")
        if each.path.stem != "-".join(each.code.split("-")[:3]):
            yield each.broken("G01", each.entry, "应写在本科室(单位)的文件里")


def g03_elements(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        entry = each.entry
        missing = [
            name
            for name, there in {
                "工作目标": entry.goal.strip(),
                "岗位职责": len(entry.duties) >= 2,
                "依据": entry.bases,
                "事项": entry.matter,
                "时限": any(step.limit for step in entry.steps) or entry.limit_spans,
            }.items()
            if not there
        ]
        if missing:
            yield each.broken("G03", entry, f"缺{'、'.join(missing)}")
        risks = [risk for step in entry.steps for risk in step.risks]
        declared = any(NO_RISK in duty for duty in entry.duties)
        if not risks and not declared:
            yield each.broken("G03", entry, "没有风险点，职责里也没有“经排查无廉政风险点”的声明")
        if each.scale == "post" and not any(step.actor == each.code for step in entry.steps):
            yield each.broken("G03", entry, "没有一步由本岗办理")


def g04_flow(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        flow, steps = each.flow, each.entry.steps
        starts = [key for key, sources in flow.before.items() if not sources]
        if starts != [steps[0].key]:
            yield each.broken("G04", each.entry, f"开始应恰为第一步，实为 {starts}")
        for key in sorted(set(flow.step) - flow.reached(steps[0].key)):
            yield each.broken("G04", flow.step[key], f"{key} 从开始走不到")
        for key in sorted(set(flow.step) - flow.reaching(flow.ends)):
            yield each.broken("G04", flow.step[key], f"{key} 走不到任何结束")
        for step in steps:
            yield from _shape(each, step)


def _shape(each: Map, step: files.StepEntry) -> Iterator[Violation]:
    lines = each.flow.after[step.key]
    terminal = step.kind is StepKind.TERMINATOR
    if terminal != (not lines or step is each.entry.steps[0]):
        yield each.broken("G04", step, f"{step.key} 开始和结束、且只有它们，用 terminator")
    names = [line.when for line in lines]
    if step.kind is StepKind.DECISION:
        if not 2 <= len(lines) <= 4 or not all(names) or len(set(names)) < len(names):
            yield each.broken("G04", step, f"{step.key} 判断要有2至4条线，条件齐全、互不相同")
    elif any(names):
        yield each.broken("G04", step, f"{step.key} 不是判断，流向不写条件")
    if len({line.to for line in lines}) < len(lines) or step.key in {line.to for line in lines}:
        yield each.broken("G04", step, f"{step.key} 有两条线去同一步，或回到自己")


def g05_lanes(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        for step in each.entry.steps:
            if step.actor not in facts.nodes and step.actor not in facts.parties:
                yield each.broken("G05", step, f"{step.key} 没有办理岗位或参与方")
            if (step.kind is StepKind.PREDEFINED) != bool(step.detail):
                yield each.broken("G05", step, f"{step.key} 有且只有 predefined 写 detail")
            if step.detail == each.code or step.detail and step.detail not in facts.nodes:
                yield each.broken("G05", step, f"{step.key} 的 detail 不是别的图号")
        if len({step.actor for step in each.entry.steps}) > 6:
            yield each.broken("G05", each.entry, "泳道多于6条")


def g07_enough_measures(facts: Facts) -> Iterator[Violation]:
    for each, step, risk in _risks(facts):
        grade = facts.level(risk)
        if len(risk.measures) < grade.rank or len(set(risk.measures)) < len(risk.measures):
            yield each.broken("G07", risk, f"{step.key}/{risk.key} 为{grade.label}，措施不足")
        controls = {facts.measures[code].control for code in risk.measures}
        if grade is Level.HIGH and not controls & {Control.CHECK, Control.SUPERVISION}:
            yield each.broken("G07", risk, f"{risk.key} 为高，却没有制衡或监督类措施")
        if not any(code[3:7] == risk.item[3:7] for code in risk.measures):
            yield each.broken("G07", risk, f"{risk.key} 没有一条本小项的措施")


def _risks(facts: Facts) -> Iterator[tuple[Map, files.StepEntry, files.RiskEntry]]:
    for each in facts.maps:
        for step in each.entry.steps:
            for risk in step.risks:
                yield each, step, risk


def g08_no_hollow_measure(facts: Facts) -> Iterator[Violation]:
    for code, measure in facts.measures.items():
        where = f"register.yaml:{measure.line}"
        hollow = HOLLOW.match(measure.text)
        if hollow and not (measure.responsible and measure.frequency and measure.evidence):
            yield Violation("G08", code, where, "空话措施")
        elif not (measure.responsible and measure.frequency and measure.evidence):
            yield Violation("G08", code, where, "缺责任岗位、频次或佐证")


def g09_levels_follow_scores(facts: Facts) -> Iterator[Violation]:
    for each, step, risk in _risks(facts):
        if step.duty is Duty.PAY and facts.level(risk) is not Level.HIGH:
            yield each.broken("G09", risk, f"{risk.key} 在支付步骤上，应直接定为高")
        item = facts.items[risk.item]
        if risk.override and risk.override.level is (
            item.override.level if item.override else level(item.likelihood, item.severity)
        ):
            yield each.broken("G09", risk, f"{risk.key} 与小项同级，不必写 override")


SIGNED_BY: dict[SignOffRole, str] = {
    SignOffRole.LEADER: "CY-14",
    SignOffRole.PRINCIPAL: "CY-15",
    SignOffRole.PARTY_GROUP: "CY-16",
    SignOffRole.DISCIPLINE: "CY-27",
}
LEGAL_OFFICE = "FZ-U1-K02"


def _entitled(facts: Facts, each: Map, signature: files.SignatureEntry) -> bool:
    """Return whether the signer had the capacity of the box on that day."""
    person, on, code = signature.person, signature.day, each.code
    match signature.role:
        case SignOffRole.FILLER if each.scale == "unit":
            return any(
                facts.leads(person, "CY-13", node, on)
                for node in facts.nodes
                if _within(node, code) and node.count("-") == 2
            )
        case SignOffRole.FILLER:
            return facts.holds(person, code, on)
        case SignOffRole.HEAD:
            return facts.leads(person, "CY-17" if each.scale == "unit" else "CY-13", code, on)
        case SignOffRole.LEGAL:
            return facts.holds(person, LEGAL_OFFICE, on) or facts.leads(
                person, "CY-13", LEGAL_OFFICE, on
            )
        case _:
            return facts.leads(person, SIGNED_BY[signature.role], code, on)


def g10_sign_off(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        entry = facts.signed.get(each.code)
        if entry is None:
            yield each.broken("G10", each.entry, "没有签批记录")
            continue
        for message in (*_boxes(facts, each, entry), *_signers(facts, each, entry)):
            yield Violation("G10", each.code, f"sign_offs.yaml:{entry.line}", message)


def _boxes(facts: Facts, each: Map, entry: files.SignOffEntry) -> Iterator[str]:
    """Say which boxes are missing, out of order, or dated wrongly."""
    roles = [signature.role for signature in entry.signatures]
    for role in required(facts.worst(each.entry)):
        if role not in roles:
            yield f"缺{role.value}签批"
    if roles != sorted(set(roles), key=lambda role: role.place):
        yield "签批顺序不对，或同一栏签了两次"
    dates = [signature.day for signature in entry.signatures]
    if dates != sorted(dates) or any(day > facts.as_of for day in dates):
        yield "签批日期有倒序，或晚于今天"


def _signers(facts: Facts, each: Map, entry: files.SignOffEntry) -> Iterator[str]:
    """Say which signer was not entitled, and which paper has no number."""
    signatures = entry.signatures
    filler = {each.person for each in signatures if each.role is SignOffRole.FILLER}
    if filler & {each.person for each in signatures if each.role is not SignOffRole.FILLER}:
        yield "填表人又作后续签批"
    for signature in signatures:
        if not _entitled(facts, each, signature):
            yield f"{signature.person} 当日不任{signature.role.value}"
        if signature.role.numbered and not signature.number.strip():
            yield f"{signature.role.value}缺文号"


def g11_separation(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        done: dict[str, set[Duty]] = defaultdict(set)
        for step in each.entry.steps:
            if step.duty and step.actor in facts.posts:
                done[step.actor].add(step.duty)
        for actor, pair in itertools.product(done, INCOMPATIBLE):
            if done[actor].issuperset(pair):
                message = f"{actor} 既{pair[0].value}又{pair[1].value}"
                yield each.broken("G11", each.entry, message)
    for person, codes in sorted(_held(facts).items()):
        classes = {facts.posts[code].duty_class for code in codes} - {DutyClass.OTHER}
        if len(classes) > 1 or any(codes.issuperset(pair) for pair in APART):
            message = f"同时任 {'、'.join(sorted(codes))}"
            yield Violation("G11", person, "organisation.yaml", message)


def _held(facts: Facts) -> dict[str, set[str]]:
    """Return the posts that each person holds on the sample's day."""
    held: dict[str, set[str]] = defaultdict(set)
    for code, post in facts.posts.items():
        for holder in post.holders:
            if _on(holder, facts.as_of):
                held[holder.person].add(code)
    return held


def g12_two_persons(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        for step in each.entry.steps:
            needs = step.duty in (Duty.INVESTIGATE, Duty.DRAW) or (
                step.duty is Duty.CUSTODY and each.entry.matter in EXAM_MATTERS
            )
            on_site = ON_SITE.search(step.text) and facts.own_actor(step.actor)
            if (needs or on_site) and step.min_persons < 2 and step.kind is not StepKind.TERMINATOR:
                yield each.broken("G12", step, f"{step.key} 须两人以上，写 min_persons: 2")


def g13_three_stages(facts: Facts) -> Iterator[Violation]:
    chain = (Duty.FIRST_REVIEW, Duty.SECOND_REVIEW, Duty.APPROVE)
    for each in facts.maps:
        paying = facts.kind(each.entry) is PowerKind.PAYMENT or Duty.PAY in each.duties()
        if not paying:
            continue
        actors = [{step.actor for step in each.with_duty(duty)} for duty in chain]
        missing = [duty.value for duty, there in zip(chain, actors, strict=True) if not there]
        # A post's map may show its own stage alone; its office's map shows the whole chain.
        if missing and (each.scale != "post" or Duty.PAY in each.duties()):
            yield each.broken("G13", each.entry, f"待遇、补贴、支付流程缺{'、'.join(missing)}")
        elif actors[0] & actors[1] or actors[1] & actors[2] or actors[0] & actors[2]:
            yield each.broken("G13", each.entry, "初审、复核、审批有同一岗位办两步")
        for pay in each.with_duty(Duty.PAY):
            for duty in chain:
                keys = frozenset(step.key for step in each.with_duty(duty))
                if keys and pay.key in each.flow.reached(each.entry.steps[0].key, keys):
                    yield each.broken("G13", pay, f"{pay.key} 不经{duty.value}也能走到支付")


def g14_time_limits(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        times = {
            step.key: Fraction(0) if step.effect else days(step.limit) for step in each.entry.steps
        }
        cited = {text.split()[0] for text in each.entry.bases}
        cited |= {step.basis.split()[0] for step in each.entry.steps if step.basis}
        for span in each.entry.limit_spans:
            if span.limit not in facts.limits:
                yield each.broken("G14", span, f"没有时限 {span.limit}")
                continue
            basis, limit = facts.limits[span.limit]
            if basis.code not in cited:
                yield each.broken("G14", span, f"{span.limit} 出自 {basis.code}，本图没有引用它")
            allowed = in_days(limit.value, limit.unit)
            taken = each.flow.longest(span.first, span.last, times)
            if taken is None:
                yield each.broken("G14", span, f"从 {span.first} 向前走不到 {span.last}")
            elif limit.sense is LimitSense.AT_MOST and taken > allowed:
                message = (
                    f"{limit.name}：各步合计约{float(taken):.1f}日，超过{float(allowed):.1f}日"
                )
                yield each.broken("G14", span, message)
            elif limit.sense is not LimitSense.AT_MOST and taken < allowed:
                message = f"{limit.name}：约{float(taken):.1f}日，少于{float(allowed):.1f}日"
                yield each.broken("G14", span, message)


def g15_extensions(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        for step in each.entry.steps:
            if step.effect is LimitEffect.EXTENDS and not (
                step.duty is Duty.APPROVE
                and step.document
                and step.actor in facts.parties
                and facts.parties[step.actor].role is PartyRole.LEADER
            ):
                yield each.broken("G15", step, f"{step.key} 延期须由负责人审批并有文书")
            if step.effect is LimitEffect.SUSPENDS and not (step.document and step.basis):
                yield each.broken("G15", step, f"{step.key} 中止须有事由依据和文书")
            if step.effect and not each.flow.after[step.key]:
                yield each.broken("G15", step, f"{step.key} 延期或中止之后没有恢复办理的流向")


def g16_bases_in_force(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        cited = [(each.entry, text) for text in each.entry.bases]
        cited += [(step, step.basis) for step in each.entry.steps if step.basis]
        for entry, text in cited:
            code, _, article = text.partition(" ")
            basis = facts.bases.get(code)
            if basis is None:
                yield each.broken("G16", entry, f"没有依据 {code}")
            elif not article.strip():
                yield each.broken("G16", entry, f"{code} 没有写条号")
            elif basis.replaced_by or (basis.in_force_until and basis.in_force_until < facts.as_of):
                yield each.broken("G16", entry, f"{code} 已失效")
        for text, count in Counter(each.entry.bases).items():
            if count > 1:
                yield each.broken("G16", each.entry, f"依据 {text} 写了两次")


def g17_matters_are_drawn(facts: Facts) -> Iterator[Violation]:
    drawn = {each.entry.matter for each in facts.maps}
    for code, matter in sorted(facts.matters.items()):
        if code not in drawn:
            where = f"organisation.yaml:{matter.line}"
            yield Violation("G17", code, where, f"{matter.name}没有一张账图")


def g18_legal_review(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        if facts.kind(each.entry) is PowerKind.PENALTY and not each.entry.major_decision:
            yield each.broken("G18", each.entry, "处罚事项应标 major_decision")
        if not each.entry.major_decision:
            continue
        reviews = each.with_duty(Duty.LEGAL_REVIEW)
        keys = frozenset(step.key for step in reviews)
        for decision in each.with_duty(Duty.DECIDE):
            if decision.key in each.flow.reached(each.entry.steps[0].key, keys):
                yield each.broken("G18", decision, f"{decision.key} 不经法制审核也能走到")
        handling = {s.actor for s in each.with_duty(Duty.INVESTIGATE, Duty.DRAFT, Duty.ACCEPT)}
        if handling & {step.actor for step in reviews}:
            yield each.broken("G18", each.entry, "法制审核人就是承办人")


def g19_publicity(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        kind = facts.kind(each.entry)
        week = kind in (PowerKind.LICENCE, PowerKind.PENALTY)
        month = kind in (PowerKind.INSPECTION, PowerKind.COERCION) or each.entry.matter == "QL-001"
        decided = [s for s in each.with_duty(Duty.DECIDE) if facts.own_actor(s.actor)]
        if not decided or not (week or month):
            continue
        published = each.with_duty(Duty.PUBLICISE)
        if not published:
            yield each.broken("G19", each.entry, "有决定，没有公示步骤")
        allowed = in_days(7 if week else 20, LimitUnit.WORKING_DAY)
        for step in published:
            if not step.limit or days(step.limit) > allowed:
                yield each.broken("G19", step, f"{step.key} 公示时限应有，且不超过{allowed}日")


def g20_recording(facts: Facts) -> Iterator[Violation]:
    enforcing = {PowerKind.LICENCE, PowerKind.PENALTY, PowerKind.INSPECTION,
                 PowerKind.CONFIRMATION, PowerKind.ADJUDICATION, PowerKind.COERCION}  # fmt: skip
    recorded = (Duty.INVESTIGATE, Duty.DRAW, Duty.HEARING, Duty.SERVE, Duty.DECIDE)
    for each in facts.maps:
        for step in each.with_duty(*recorded):
            if step.kind in (StepKind.DECISION, StepKind.TERMINATOR) or step.recording:
                continue
            if facts.own_actor(step.actor):
                yield each.broken("G20", step, f"{step.key} {step.duty}没有写记录方式 recording")
        closing = Duty.ARCHIVE in each.duties() or any("归档" in s.text for s in each.entry.steps)
        if each.scale == "office" and facts.kind(each.entry) in enforcing and not closing:
            yield each.broken("G20", each.entry, "没有归档步骤")


def g21_hearing(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        decisions = each.with_duty(Duty.DECIDE)
        if facts.kind(each.entry) is not PowerKind.PENALTY or not decisions:
            continue
        told = frozenset(
            step.key for step in each.with_duty(Duty.NOTIFY) if "陈述申辩" in step.text
        )
        for decision in decisions:
            if decision.key in each.flow.reached(each.entry.steps[0].key, told):
                yield each.broken("G21", decision, f"{decision.key} 之前没有告知陈述申辩")
        if Duty.HEARING not in each.duties():
            yield each.broken("G21", each.entry, "没有听证分支")
        words = "".join(step.text + step.document for step in each.entry.steps)
        if "复议" not in words:
            yield each.broken("G21", each.entry, "没有告知复议、诉讼")


def g22_recusal(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        if (
            each.entry.matter in RECUSAL_MATTERS
            and each.duties() & JUDGING
            and Duty.RECUSE not in each.duties()
        ):
            yield each.broken("G22", each.entry, "有调查、评审或讨论，却没有回避步骤")


def g23_reviewed_each_year(facts: Facts) -> Iterator[Violation]:
    for code, entry in sorted(facts.signed.items()):
        last = max((signature.day for signature in entry.signatures), default=None)
        if last and last + REVIEWED_WITHIN < facts.as_of:
            where = f"sign_offs.yaml:{entry.line}"
            yield Violation("G23", code, where, f"{last} 以后没有再复查，已超过一年")


def alike(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 1; 0 where they cannot reach `ALIKE_FROM`."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE_FROM or matcher.quick_ratio() < ALIKE_FROM:
        return 0
    return matcher.ratio()


def g27_no_copied_text(facts: Facts) -> Iterator[Violation]:
    statements = [(each, risk) for each, _, risk in _risks(facts)]
    for index, (each, risk) in enumerate(statements):
        for earlier, other in statements[:index]:
            if earlier.code != each.code and alike(risk.statement, other.statement) >= ALIKE_FROM:
                yield each.broken("G27", risk, f"{risk.key} 照抄 {earlier.code} 的 {other.key}")
    texts = [(each, "".join(step.text for step in each.entry.steps)) for each in facts.maps]
    for index, (each, text) in enumerate(texts):
        for earlier, other in texts[:index]:
            if alike(text, other) >= ALIKE_FROM:
                yield each.broken("G27", each.entry, f"步骤与 {earlier.code} 雷同")


def g28_posts_are_held(facts: Facts) -> Iterator[Violation]:
    for code, post in facts.posts.items():
        if any(_on(holder, facts.as_of) for holder in post.holders):
            continue
        ends = [holder.until for holder in post.holders if holder.until]
        if not ends or max(ends) + VACANT_AT_MOST < facts.as_of:
            yield Violation("G28", code, f"organisation.yaml:{post.line}", "空缺超过30天，没有B角")


def g29_rotation(facts: Facts) -> Iterator[Violation]:
    levels = {each.code: facts.worst(each.entry) for each in facts.maps}
    for code, post in facts.posts.items():
        for holder in post.holders:
            years = (facts.as_of - holder.since).days / 365.25
            if (
                levels.get(code) is Level.HIGH
                and _on(holder, facts.as_of)
                and years > SAME_POST_AT_MOST
            ):
                where = f"organisation.yaml:{holder.line}"
                yield Violation("G29", code, where, f"{holder.person} 任职已{years:.1f}年")


def g34_items_are_found(facts: Facts) -> Iterator[Violation]:
    found = {risk.item for _, _, risk in _risks(facts)}
    for code, item in facts.items.items():
        if code not in found:
            yield Violation("G34", code, f"register.yaml:{item.line}", "没有一个风险点属于这个小项")


def g36_terms(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        entry = each.entry
        texts: list[tuple[files.Entry, str]] = [(entry, " ".join([entry.goal, *entry.duties]))]
        texts += [(step, f"{step.text} {step.document}") for step in entry.steps]
        texts += [(risk, risk.statement) for step in entry.steps for risk in step.risks]
        for place, text in texts:
            for old, new in OLD_TERMS.items():
                if re.search(f"{old}(?!员会)", text):
                    yield each.broken("G36", place, f"“{old}”应作“{new}”")


def r07_every_measure_is_used(facts: Facts) -> Iterator[Violation]:
    used = {code for _, _, risk in _risks(facts) for code in risk.measures}
    for code in sorted(set(facts.measures) - used):
        where = f"register.yaml:{facts.measures[code].line}"
        yield Violation("R07", code, where, "没有一张账图用到这条措施")


def l01_sentences_fit_their_box(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        for step in each.entry.steps:
            for message in _wording(step):
                yield each.broken("L01", step, f"{step.key} {message}")
    for each, _, risk in _risks(facts):
        if len(risk.statement) > 40:
            yield each.broken("L01", risk, f"{risk.key} 风险表述超过40字")
    for code, measure in facts.measures.items():
        if len(measure.text) > 60:
            where = f"register.yaml:{measure.line}"
            yield Violation("L01", code, where, "措施超过60字")


def _wording(step: files.StepEntry) -> Iterator[str]:
    if len(step.text) > 40:
        yield f"步骤长{len(step.text)}字，至多40字"
    if step.limit and not days(step.limit):
        yield f"时限“{step.limit}”写法不对"
    if VAGUE.search(step.text):
        yield f"责任含糊：{step.text}"


def l02_size(facts: Facts) -> Iterator[Violation]:
    for each in facts.maps:
        most = {"post": 16, "office": 24, "unit": 20}[each.scale]
        if not 6 <= len(each.entry.steps) <= most:
            message = f"{len(each.entry.steps)}步，应为6至{most}步"
            yield each.broken("L02", each.entry, message)


RULES: tuple[Callable[[Facts], Iterable[Violation]], ...] = (
    g01_every_node_has_one_map,
    g03_elements,
    g04_flow,
    g05_lanes,
    g07_enough_measures,
    g08_no_hollow_measure,
    g09_levels_follow_scores,
    g10_sign_off,
    g11_separation,
    g12_two_persons,
    g13_three_stages,
    g14_time_limits,
    g15_extensions,
    g16_bases_in_force,
    g17_matters_are_drawn,
    g18_legal_review,
    g19_publicity,
    g20_recording,
    g21_hearing,
    g22_recusal,
    g23_reviewed_each_year,
    g27_no_copied_text,
    g28_posts_are_held,
    g29_rotation,
    g34_items_are_found,
    g36_terms,
    r07_every_measure_is_used,
    l01_sentences_fit_their_box,
    l02_size,
)


def violations(facts: Facts) -> list[Violation]:
    """Return what the rules find, rule by rule."""
    return [found for rule in RULES for found in sorted(rule(facts))]


@dataclass(frozen=True, order=True)
class Planted:
    """A gap left on purpose, as riskmap/sample/README.md lists it."""

    rule: str
    subject: str
    why: str


_LISTED = re.compile(r"^\| ([A-Z]\d\d) \| (\S+) \| (.+) \|$", re.MULTILINE)


def planted() -> list[Planted]:
    """Return the gaps that the sample's README lists, in its order."""
    text = (sample_folder() / "README.md").read_text(encoding="utf-8")
    return [Planted(*found) for found in _LISTED.findall(text)]


def main(codes: list[str]) -> int:
    """Print the violations of the maps whose codes begin with one of `codes`, or of all."""
    facts = Facts(read_sample(sample_folder()))
    gaps = {(each.rule, each.subject) for each in planted()}
    found = [
        each for each in violations(facts) if not codes or each.subject.startswith(tuple(codes))
    ]
    unplanned = [each for each in found if (each.rule, each.subject) not in gaps]
    lines = [str(each) for each in unplanned]
    if not codes:
        lost = sorted(gaps - {(each.rule, each.subject) for each in found})
        lines += [f"README.md: {rule} {subject}: 列为缺口，却查不出来" for rule, subject in lost]
        lines.append(f"{len(gaps)} planted gaps, {len(lost)} of them not found")
    mine = [each for each in facts.maps if not codes or each.code.startswith(tuple(codes))]
    counts = {
        "maps": len(mine),
        "steps": sum(len(each.entry.steps) for each in mine),
        "risk points": sum(len(step.risks) for each in mine for step in each.entry.steps),
        "limit spans": sum(len(each.entry.limit_spans) for each in mine),
        "with a return": sum(1 for each in mine if each.flow.returns),
        "with a parallel or a skip": sum(
            1 for each in mine if each.flow.parallels or each.flow.skips
        ),
        "violations": len(unplanned),
    }
    lines.append(", ".join(f"{count} {name}" for name, count in counts.items()))
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if unplanned else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
