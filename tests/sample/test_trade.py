"""The sample keeps the rules of the trade, but for the gaps that its README lists."""

from collections import Counter
from dataclasses import replace

import msgspec
import pytest

from riskmap.config import sample_folder
from riskmap.document.terms import Duty, LimitEffect
from riskmap.register.rating import Level
from riskmap.revisions.sign_offs import SignOffRole
from riskmap.sample import files
from riskmap.sample.loader import Sample, read_sample
from tests.sample import trade
from tests.sample.trade import Facts, Map, Violation

FOLDER = sample_folder()


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(read_sample(FOLDER))


@pytest.fixture(scope="module")
def found(facts: Facts) -> list[Violation]:
    return trade.violations(facts)


def test_nothing_is_broken_but_what_was_planted(found: list[Violation]) -> None:
    gaps = {(each.rule, each.subject) for each in trade.planted()}

    assert [str(each) for each in found if (each.rule, each.subject) not in gaps] == []


def test_every_planted_gap_is_found(found: list[Violation]) -> None:
    there = {(each.rule, each.subject) for each in found}

    assert [each for each in trade.planted() if (each.rule, each.subject) not in there] == []


def test_between_20_and_40_gaps_are_planted_each_with_its_reason() -> None:
    gaps = trade.planted()

    assert 20 <= len(gaps) <= 40
    assert len({(each.rule, each.subject) for each in gaps}) == len(gaps)
    assert all(len(each.why) >= 10 for each in gaps)
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert text.count("\n| G") + text.count("\n| R") == len(gaps)


def test_the_gaps_an_audit_has_to_show_are_among_the_planted() -> None:
    rules = Counter(each.rule for each in trade.planted())

    # Two duties in one hand, no second review, 30 days to serve, a law replaced, risks copied, a
    # map unsigned, a post vacant.
    assert {"G11", "G13", "G14", "G16", "G27", "G10", "G28"} <= set(rules)


def test_the_sample_is_as_large_as_it_has_to_be(facts: Facts) -> None:
    maps = facts.maps
    steps = [step for each in maps for step in each.entry.steps]

    assert len(maps) == 106
    assert len(steps) >= 1000
    assert sum(len(step.risks) for step in steps) >= 400
    assert sum(len(each.entry.limit_spans) for each in maps) >= 90
    assert sum(1 for each in maps if each.flow.returns) >= 0.7 * 106
    assert sum(1 for each in maps if each.flow.parallels or each.flow.skips) >= 25
    assert min(len(each.entry.steps) for each in maps) >= 6


def test_no_two_posts_are_described_alike_but_the_planted(facts: Facts) -> None:
    texts = {each.code: described(each) for each in facts.maps if each.scale == "post"}
    codes = sorted(texts)
    alike = [
        (one, other)
        for index, one in enumerate(codes)
        for other in codes[:index]
        if trade.alike(texts[one], texts[other]) >= trade.ALIKE_FROM
    ]

    assert alike == []


def described(each: Map) -> str:
    """Return all that a map says of its post, in one text."""
    entry = each.entry
    words = [entry.goal, *entry.duties]
    for step in entry.steps:
        words += [step.text, *(risk.statement for risk in step.risks)]
    return "".join(words)


def test_titles_are_given_once(facts: Facts) -> None:
    titles = Counter(each.entry.title for each in facts.maps)

    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: path.name)
def test_every_file_says_that_it_is_fictional(path) -> None:  # type: ignore[no-untyped-def]
    head = path.read_text(encoding="utf-8").split("\n\n")[0]

    assert head.startswith("#")
    assert "虚构" in head


def test_the_bureau_has_its_17_internal_rules_and_says_that_they_are_invented(
    facts: Facts,
) -> None:
    internal = [each for each in facts.bases.values() if each.kind == "internal"]

    assert len(internal) == 17
    assert all(each.fictional for each in internal)


# Each rule can fail: a sound map is spoilt, and the rule says so


def only(facts: Facts, code: str, **changed: object) -> Facts:
    """Return the facts with one map changed."""
    spoilt = Facts(facts.sample)
    spoilt.maps = [
        replace(each, entry=msgspec.structs.replace(each.entry, **changed))
        if each.code == code
        else each
        for each in facts.maps
    ]
    return spoilt


def with_step(facts: Facts, code: str, key: str, **changed: object) -> Facts:
    """Return the facts with one step changed."""
    entry = next(each.entry for each in facts.maps if each.code == code)
    steps = [
        msgspec.structs.replace(step, **changed) if step.key == key else step
        for step in entry.steps
    ]
    return only(facts, code, steps=steps)


def entry(facts: Facts, code: str) -> files.MapEntry:
    return next(each.entry for each in facts.maps if each.code == code)


RECOGNITION, RECOGNISED, PAID, PENALTY = "FZ-U1-K13", "FZ-U1-K13-G03", "FZ-U2-K04", "FZ-U4-K02"
Change = dict[str, object]

SPOILT_MAPS: dict[str, tuple[str, Change]] = {
    "G03": (RECOGNITION, {"goal": " "}),
    "G18": (PENALTY, {"major_decision": False}),
    "L02": (RECOGNITION, {"steps": []}),
}
# Per rule a map, the duty of its step that is spoilt (or its key), and what is written there.
SPOILT_STEPS: dict[str, tuple[str, Duty | str, Change]] = {
    "G04": (RECOGNITION, "s2", {"next": ["s1"]}),
    "G05": (RECOGNITION, "s2", {"actor": ""}),
    "G12": (RECOGNITION, Duty.INVESTIGATE, {"min_persons": 1}),
    "G13": (PAID, Duty.SECOND_REVIEW, {"duty": None}),
    "G14": (RECOGNITION, Duty.INVESTIGATE, {"limit": "90日"}),
    "G15": (RECOGNITION, Duty.INVESTIGATE, {"effect": LimitEffect.EXTENDS}),
    "G16": (RECOGNITION, "s2", {"basis": "FG-003"}),
    "G20": (RECOGNITION, Duty.INVESTIGATE, {"recording": None}),
    "G21": (PENALTY, Duty.NOTIFY, {"text": "告知"}),
    "G22": (RECOGNITION, Duty.RECUSE, {"duty": None}),
    "G36": (RECOGNITION, "s2", {"text": "送法治审核"}),
    "L01": (RECOGNITION, "s2", {"text": "办" * 41}),
}
CHECKS = {check.__name__[:3].upper(): check for check in trade.RULES}


def said_of(facts: Facts, rule: str, code: str) -> set[str]:
    return {each.message for each in CHECKS[rule](facts) if each.subject == code}


@pytest.mark.parametrize("rule", SPOILT_MAPS)
def test_a_map_that_breaks_a_rule_is_named(facts: Facts, rule: str) -> None:
    code, change = SPOILT_MAPS[rule]

    assert said_of(only(facts, code, **change), rule, code) - said_of(facts, rule, code)


@pytest.mark.parametrize("rule", SPOILT_STEPS)
def test_a_step_that_breaks_a_rule_is_named(facts: Facts, rule: str) -> None:
    code, where, change = SPOILT_STEPS[rule]
    broken = facts
    for step in entry(facts, code).steps:
        if where in (step.key, step.duty):
            broken = with_step(broken, code, step.key, **change)

    assert said_of(broken, rule, code) - said_of(facts, rule, code)


def test_a_node_without_a_map_is_named(facts: Facts) -> None:
    fewer = Facts(facts.sample)
    fewer.maps = [each for each in facts.maps if each.code != RECOGNITION]

    assert said_of(fewer, "G01", RECOGNITION)


def signed(facts: Facts, code: str, signatures: list[files.SignatureEntry]) -> Facts:
    changed = Facts(facts.sample)
    changed.signed = {
        **facts.signed,
        code: msgspec.structs.replace(facts.signed[code], signatures=signatures),
    }
    return changed


def test_a_sign_off_that_is_missing_out_of_order_own_or_not_entitled_is_named(
    facts: Facts,
) -> None:
    code = RECOGNISED
    right = facts.signed[code].signatures
    assert facts.worst(entry(facts, code)) is Level.HIGH
    assert [each.role for each in right] == list(SignOffRole)

    def said(signatures: list[files.SignatureEntry]) -> str:
        return " ".join(
            each.message
            for each in trade.g10_sign_off(signed(facts, code, signatures))
            if each.subject == code
        )

    change = msgspec.structs.replace
    assert said(right) == ""
    assert "缺纪检备案签批" in said(right[:-1])
    assert "顺序不对" in said([*right[1:], right[0]])
    assert "倒序" in said([change(right[0], day=right[-1].day), *right[1:]])
    assert "填表人又作后续签批" in said(
        [right[0], change(right[1], person=right[0].person), *right[2:]]
    )
    assert "当日不任" in said([right[0], change(right[1], person="RY-001"), *right[2:]])
    assert "缺文号" in said([*right[:-1], change(right[-1], number="")])


def test_texts_are_alike_from_nine_tenths_on() -> None:
    assert trade.alike("倒签收件日期，替超期的申请补时效", "倒签收件日期，替超期的申请补时限") > 0.9
    assert trade.alike("倒签收件日期", "压下举报线索") == 0


def test_the_sample_read_for_these_tests_is_the_one_that_is_loaded(facts: Facts) -> None:
    assert isinstance(facts.sample, Sample)
    assert facts.sample.folder == FOLDER
