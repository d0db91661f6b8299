"""Time limits against the law: the procedures of the trade, kept to the day and overrun by one."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.coverage import paths
from riskmap.coverage.rules.time_limits import times
from riskmap.document.model import Citation, Limit, Transition
from riskmap.document.soundness import Flow
from riskmap.document.terms import Duty, LimitEffect
from riskmap.register.terms import LimitUnit
from tests.coverage import planting
from tests.coverage.procedure import CODE, procedure, step

LEADER = "CY-14"
LAWFUL = [
    # 工伤认定 15+60+20：工伤认定办法第八条、第二十二条，工伤保险条例第二十条
    ("SX-039", ["7日", "8日"], "16日"),
    ("SX-024", ["10日", "40日", "10日"], "11日"),
    ("SX-025", ["15日"], "16日"),
    ("SX-040", ["20日"], "21日"),
    # 劳动能力鉴定 60+15，材料补正5个工作日：工伤保险条例第二十五条，劳动能力鉴定管理办法
    ("SX-026", ["5工作日", "30日", "23日"], "24日"),
    ("SX-043", ["5工作日"], "6工作日"),
    ("SX-044", ["15日"], "16日"),
    # 仲裁 5+45：调解仲裁法第二十九条、第四十三条
    ("SX-012", ["2日", "3日"], "4日"),
    ("SX-019", ["5日", "20日", "20日"], "21日"),
    # 劳动保障监察 60个工作日：监察条例第十七条
    ("SX-036", ["30工作日", "30工作日"], "31工作日"),
    ("SX-046", ["15工作日"], "16工作日"),
    # 行政处罚：送达7个工作日
    ("SX-004", ["7工作日"], "8工作日"),
]


def tried(facts, code, *lengths):
    """Return what is found of a span over steps of some lengths."""
    steps = [step("s1"), *(step(f"s{n}", time) for n, time in enumerate(lengths, 2)), step("s99")]
    spans = ((code, "s2", f"s{len(lengths) + 1}"),)
    return planting.found(procedure(*steps, spans=spans, facts=facts), "G14")


@pytest.mark.parametrize(("code", "lengths", "longer"), LAWFUL, ids=[each[0] for each in LAWFUL])
def test_a_procedure_may_take_all_the_time_the_law_gives_and_no_day_more(
    facts, code, lengths, longer
):
    assert tried(facts, code, *lengths) == {}

    (gap,) = tried(facts, code, *lengths[:-1], longer).values()
    assert gap.subject.keys[-1] == f"s{len(lengths) + 1}"
    assert gap.about == code
    assert facts.limits[code].limit.text in gap.message.text()


def test_working_days_are_weighed_in_calendar_days(facts):
    # 14个工作日约为19.6日，不超过20日；15个工作日是21日。
    assert tried(facts, "SX-040", "14工作日") == {}
    (gap,) = tried(facts, "SX-040", "15工作日").values()
    assert "21 calendar" in gap.message.text()
    assert "15 working" in gap.message.text()


def test_the_longest_of_several_ways_counts_and_is_shown(facts):
    after = procedure(
        step("s1"), step("s2", "10日"), step("s3", "5日"), step("s4", "50日"), step("s5", "1日"),
        step("s6"), lines="s1>s2 s2>s3 s2>s4 s3>s5 s4>s5 s5>s6",
        spans=(("SX-024", "s2", "s5"),), facts=facts,
    )  # fmt: skip

    (gap,) = planting.found(after, "G14").values()
    assert gap.seen[0].keys == ("s2", "s4", "s5")


def test_work_done_again_after_a_return_is_not_counted_twice(facts):
    after = procedure(
        step("s1"), step("s2", "30日"), step("s3", "30日"), step("s4"),
        lines="s1>s2 s2>s3 s3>s2 s3>s4", spans=(("SX-024", "s2", "s3"),), facts=facts,
    )  # fmt: skip

    assert planting.found(after, "G14") == {}


def test_time_that_a_suspension_takes_is_not_of_the_limit(facts):
    held = step("s3", "90日", effect=LimitEffect.SUSPENDS)
    after = procedure(
        step("s1"), step("s2", "30日"), held, step("s4", "30日"), step("s5"),
        spans=(("SX-024", "s2", "s4"),), facts=facts,
    )  # fmt: skip

    assert planting.found(after, "G14") == {}


def test_a_least_time_is_measured_on_the_shortest_way(facts):
    year = facts.limits["SX-028"]  # 复查鉴定：一年后
    short = tried(facts, year.code, "11月")
    long = tried(facts, year.code, "1年")

    assert [gap.about for gap in short.values()] == ["SX-028"]
    assert long == {}


def test_a_span_whose_law_the_map_does_not_cite_is_found(facts):
    after = procedure(
        step("s1"), step("s2", "5日"), step("s3"), spans=(("SX-040", "s2", "s2"),), facts=facts
    )
    bare = planting.document(after, CODE, bases=())

    assert planting.new(after, bare, "G14")[0].message.template.startswith("The limit")


def test_a_span_that_no_way_leads_through_is_found(facts):
    after = procedure(
        step("s1"), step("s2", "5日"), step("s3", "5日"), step("s4"), step("s5"),
        lines="s1>s2 s1>s3 s2>s4 s3>s5", spans=(("SX-040", "s2", "s5"),), facts=facts,
    )  # fmt: skip

    (gap,) = planting.found(after, "G14").values()
    assert gap.message.template.startswith("No way leads on")


def test_a_step_longer_than_anything_its_article_allows_is_noticed(facts):
    law = facts.limits["SX-040"]
    cited = Citation(law.basis, "工伤认定办法", "", law.article)
    long = procedure(step("s1"), step("s2", "21日", basis=cited), step("s3"), facts=facts)
    right = procedure(step("s1"), step("s2", "20日", basis=cited), step("s3"), facts=facts)

    assert [gap.severity for gap in planting.found(long, "G14").values()] == ["notice"]
    assert planting.found(right, "G14") == {}


def extension(**columns):
    return step(
        "s3", "15日", Duty.APPROVE, actor=LEADER, document="延期审批表",
        effect=LimitEffect.EXTENDS, **columns,
    )  # fmt: skip


def extended(facts, by, code="SX-019"):
    return procedure(
        step("s1"), step("s2", "45日"), by, step("s4"), step("s5"),
        spans=((code, "s2", "s4"),), facts=facts,
    )  # fmt: skip


def test_an_extension_that_the_law_allows_and_a_leader_approves_passes(facts):
    assert planting.found(extended(facts, extension()), "G15") == {}


@pytest.mark.parametrize(
    ("about", "change"),
    [
        ("approver", {"actor": "FZ-U5-K02-G01"}),
        ("approver", {"duty": Duty.FIRST_REVIEW}),
        ("document", {"document": ""}),
        ("too-long", {"limit": Limit(16, LimitUnit.DAY)}),
    ],
)
def test_an_extension_without_approver_or_document_or_beyond_the_law_is_found(facts, about, change):
    after = extended(facts, replace(extension(), **change))

    assert [gap.about for gap in planting.found(after, "G15").values()] == [about]


def test_a_limit_that_the_law_does_not_let_be_extended_is_not_extended(facts):
    after = extended(facts, extension(), code="SX-024")

    assert [gap.about for gap in planting.found(after, "G15").values()] == ["not-allowed"]


def test_a_suspension_names_its_grounds_and_goes_on_afterwards(facts):
    law = facts.limits["SX-024"]
    held = step(
        "s3", document="中止通知书", basis=Citation(law.basis, "工伤保险条例", "", law.article),
        effect=LimitEffect.SUSPENDS,
    )  # fmt: skip
    spans = (("SX-024", "s2", "s4"),)
    steps = (step("s1"), step("s2", "30日"), held, step("s4"), step("s5"))

    def abouts(*steps, **more):
        after = procedure(*steps, spans=spans, facts=facts, **more)
        return [gap.about for gap in planting.found(after, "G15").values()]

    assert abouts(*steps) == []
    assert abouts(*steps[:2], replace(held, basis=None), *steps[3:]) == ["grounds"]
    assert abouts(*steps, lines="s1>s2 s2>s3 s2>s4 s4>s5") == ["resumed"]


@pytest.mark.parametrize("code", ["FZ-U1-K13", "FZ-U1-K13-G04", "FZ-U4-K02", "FZ-U5-K02"])
def test_a_real_procedure_that_takes_a_day_too_long_somewhere_is_found(facts, code):
    """Each span of the sample's real procedures: its last step made longer than the whole limit."""
    spans = planting.any_document(facts, code).limit_spans
    for span in [each for each in spans if each.sense == "at-most"]:
        over = Limit(int(paths.calendar_days(span.limit)) + 1, LimitUnit.DAY)
        after = planting.step(facts, code, span.last, limit=over, effect=None)

        assert span.code in {gap.about for gap in planting.new(facts, after, "G14")}


LINES = st.sets(
    st.tuples(st.integers(1, 6), st.integers(1, 6)).filter(lambda pair: pair[0] != pair[1])
)


@given(LINES, st.lists(st.integers(0, 20), min_size=6, max_size=6))
def test_the_longest_and_the_shortest_way_are_those_of_all_ways(lines, lengths):
    flow, days = _flow(lines, lengths)
    every = list(_ways(lines, 1, 6, lengths))

    longest = paths.longest(flow, "s1", "s6", days)
    shortest = paths.shortest(flow, "s1", "s6", days)

    assert (longest is None) == (not every)
    if longest and shortest:
        assert longest[0] == max(every)
        assert shortest[0] == min(every)
        assert sum(days[key] for key in longest[1]) == longest[0]
        assert set(longest[1]) <= paths.between(flow, "s1", "s6")


def _flow(lines, lengths):
    steps = tuple(step(f"s{n}", f"{time}日") for n, time in enumerate(lengths, 1))
    document = _Document(steps, lines)
    return Flow(document), {f"s{n}": Fraction(time) for n, time in enumerate(lengths, 1)}


class _Document:
    """As much of a document as a flow looks at."""

    def __init__(self, steps, lines):
        self.steps = steps
        self.transitions = tuple(Transition(f"t{a}{b}", f"s{a}", f"s{b}") for a, b in sorted(lines))


def _ways(lines, here, there, lengths):
    """Yield the time of every way that goes forward only."""
    if here == there:
        yield lengths[here - 1]
        return
    for source, target in sorted(lines):
        if source == here and target > here:
            for rest in _ways(lines, target, there, lengths):
                yield lengths[here - 1] + rest


def test_the_sample_s_steps_have_the_times_of_their_limits(facts):
    drawn = facts.map_by_code["FZ-U1-K13"]

    found = times(drawn)

    assert found.keys() == {each.key for each in drawn.document.steps}
    assert found["s17"] == Fraction(20)
