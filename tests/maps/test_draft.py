"""A map as somebody types it: its form and its JSON."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.maps.draft import (
    LAST_KEY,
    MOST_AROUND,
    MOST_BELOW,
    MOST_STEPS,
    DraftError,
    MapDraft,
    NextRow,
    RiskRow,
    StepRow,
    from_form,
    from_json,
    renamed,
    tidied,
    to_form,
    to_json,
)
from tests.maps.typed import drafts, edited, typed


@given(drafts())
def test_a_form_holds_the_whole_draft(draft: MapDraft) -> None:
    assert from_form(to_form(draft)) == draft


@given(drafts())
def test_a_form_holds_the_whole_draft_on_its_way_through_an_address(draft: MapDraft) -> None:
    sent = urlencode(to_form(draft))

    assert from_form(parse_qsl(sent, keep_blank_values=True)) == draft


@given(drafts())
def test_a_draft_is_kept_as_text(draft: MapDraft) -> None:
    assert from_json(to_json(draft)) == draft


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"title": 3}', '{"steps": [{"key": []}]}']
)
def test_text_that_is_no_draft_is_refused(text: str) -> None:
    with pytest.raises(DraftError):
        from_json(text)


def test_the_names_of_a_form_are_those_that_pages_use() -> None:
    risk = RiskRow("r2", statement="不登记", measures=("CS-1", "CS-2"))
    step = StepRow("s1", text="收件", next=(NextRow("t9", "s2", "是"),), risks=(risk,))
    draft = MapDraft(title="受理", steps=(step,), next_key=12)

    fields = to_form(draft)

    assert ("title", "受理") in fields
    assert ("next_key", "12") in fields
    assert ("step-0-key", "s1") in fields
    assert ("step-0-text", "收件") in fields
    assert ("step-0-next-0-condition", "是") in fields
    assert ("step-0-risk-0-statement", "不登记") in fields
    assert [value for name, value in fields if name == "step-0-risk-0-measures"] == ["CS-1", "CS-2"]


def test_numbers_may_have_holes_and_count_by_size() -> None:
    draft = from_form([("step-10-text", "乙"), ("step-9-text", "甲"), ("step-10-next-7-to", "s1")])

    assert [step.text for step in draft.steps] == ["甲", "乙"]
    assert [line.to for line in draft.steps[1].next] == ["s1"]


def test_of_a_name_that_comes_twice_the_last_counts_but_every_tick() -> None:
    draft = from_form(
        [
            ("major_decision", ""),
            ("major_decision", "1"),
            ("step-0-key", "s1"),
            ("step-0-risk-0-key", "r1"),
            ("step-0-risk-0-measures", "CS-1"),
            ("step-0-risk-0-measures", "CS-2"),
            ("step-0-risk-0-measures", "CS-1"),
        ]
    )

    assert draft.major_decision == "1"
    assert draft.steps[0].risks[0].measures == ("CS-1", "CS-2")


def test_what_a_form_does_not_know_is_left_aside() -> None:
    plain = [("title", "受理"), ("step-0-key", "s1")]
    strange = [
        ("csrf_token", "x"), ("do", "add"), ("steps", "x"), ("step--1-key", "s2"), ("step-0-", "x"),
        ("step-0-next", "x"), ("step-0-risks", "x"), ("step-x-key", "s3"), ("step-0-nothing", "x"),
        ("step-0-next-0", "x"), ("bases-0-basis", "x"), ("step-9999999-key", "s4"), ("", ""),
        ("step-0-next-0-risk-0-key", "x"), ("step-٣-key", "s5"), ("step-0-key\n", "s6"),
    ]  # fmt: skip

    assert from_form([*plain, *strange]) == from_form(plain)


def test_line_ends_are_one_sign_however_a_browser_sends_them() -> None:
    assert from_form([("duties", "受理\r\n告知\r归档")]).duties == "受理\n告知\n归档"


def test_rows_without_a_key_get_one_that_no_row_had() -> None:
    draft = from_form(
        [
            ("next_key", "12"),
            ("step-0-key", "s3"),
            ("step-1-text", "新的"),
            ("step-1-next-0-to", "s3"),
            ("step-1-risk-0-item", "FX-0101"),
        ]
    )

    assert [step.key for step in draft.steps] == ["s3", "s12"]
    assert draft.steps[1].next[0].key == "t13"
    assert draft.steps[1].risks[0].key == "r14"
    assert draft.next_key == 15


def test_an_empty_row_without_a_key_is_none() -> None:
    draft = from_form(
        [
            ("step-0-kind", "process"),
            ("step-0-min_persons", "1"),
            ("step-1-key", "s1"),
            ("step-1-next-0-to", ""),
            ("step-1-next-0-key", ""),
            ("step-1-risk-0-level", ""),
        ]
    )

    assert draft == MapDraft(steps=(StepRow("s1"),), next_key=2)


@pytest.mark.parametrize(
    "key",
    ["s1", "'; DROP TABLE step", "s" * 30, "步骤", "s1\n", f"s{LAST_KEY + 1}", "s99999999999999"],
)
def test_a_forged_or_repeated_key_is_replaced(key: str) -> None:
    draft = from_form([("step-0-key", "s1"), ("step-1-key", key), ("step-1-text", "乙")])

    assert [step.key for step in draft.steps] == ["s1", "s2"]
    assert draft.next_key == 3


@pytest.mark.parametrize("number", ["", "0", "-5", "x", "1e9", "99999999999999999999", "٣"])
def test_a_forged_next_number_lies_above_the_keys_that_are_there(number: str) -> None:
    assert from_form([("next_key", number), ("step-0-key", "s7")]).next_key == 8


def test_a_form_of_any_size_gives_a_draft_of_bearable_size() -> None:
    fields = [(f"step-{number}-text", "甲") for number in range(2 * MOST_STEPS)]
    fields += [(f"step-0-next-{number}-to", "s1") for number in range(5 * MOST_BELOW)]
    fields += [(f"step-0-risk-{number}-item", "x") for number in range(5 * MOST_BELOW)]
    fields += [(f"basis-{number}-basis", "x") for number in range(5 * MOST_AROUND)]
    fields += [(f"span-{number}-limit", "x") for number in range(5 * MOST_AROUND)]

    draft = from_form(fields)

    assert len(draft.steps) == MOST_STEPS
    assert len(draft.steps[0].next) == len(draft.steps[0].risks) == MOST_BELOW
    assert len(draft.bases) == len(draft.spans) == MOST_AROUND


NAMES = st.from_regex(
    r"(step|basis|span|x)?-?[0-9]{0,3}-?(next|risk)?-?[0-9]{0,3}-?(key|to|text|measures)?",
    fullmatch=True,
)


@given(st.lists(st.tuples(NAMES, st.sampled_from(["", "s1", "s2", "t1", "x" * 50])), max_size=30))
def test_whatever_is_sent_every_row_has_a_key_of_its_own(fields: list[tuple[str, str]]) -> None:
    draft = from_form(fields)

    for keys in (
        [step.key for step in draft.steps],
        [line.key for step in draft.steps for line in step.next],
        [risk.key for step in draft.steps for risk in step.risks],
    ):
        assert len(set(keys)) == len(keys)
        assert all(0 < len(key) <= 20 for key in keys)
    assert from_form(to_form(draft)) == draft


@given(edited())
def test_what_the_buttons_make_survives_the_form(draft: MapDraft) -> None:
    assert from_form(to_form(draft)) == draft


def test_tidied_texts_have_no_blanks_around_them() -> None:
    draft = MapDraft(
        title="\u3000受理 ",
        steps=(StepRow("s1", text=" 收 件\n", next=(NextRow("t1", "s2", " 是"),)),),
    )

    tidy = tidied(draft)

    assert (tidy.title, tidy.steps[0].text, tidy.steps[0].next[0].condition) == (
        "受理",
        "收 件",
        "是",
    )


def test_renamed_keys_are_renamed_wherever_they_stand() -> None:
    draft = renamed(typed("(a b (c", "a>b b>c", "a-b"), {"b": "s9", "t2": "t8"})

    assert [step.key for step in draft.steps] == ["a", "s9", "c"]
    assert draft.steps[0].next[0].to == "s9"
    assert draft.steps[1].next[0].key == "t8"
    assert draft.spans[0].last == "s9"
