"""A document's stable JSON, and its digest."""

import dataclasses
from collections.abc import Iterator
from enum import Enum
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.document.encoding import DocumentError, digest, from_json, to_json
from riskmap.document.model import (
    Actor,
    Citation,
    Item,
    Limit,
    LimitSpan,
    MapDocument,
    Matter,
    Measure,
    Office,
    Place,
    RiskPoint,
    Step,
    Transition,
)
from riskmap.document.terms import ActorRole, Duty, LimitEffect, Recording, StepKind
from riskmap.organisation.tree import NodeLevel
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

CITATION = Citation("FG-003", "工伤保险条例", "国务院令第586号", "第十七条")
FULL = MapDocument(
    code="FZ-U1-K13-G01",
    title="工伤认定受理",
    place=Place("FZ-U1-K13-G01", NodeLevel.POST, "云江市人社局", "局本级", "工伤科", "受理岗"),
    goal="15日内出受理决定",
    duties=("受理", "告知"),
    matter=Matter("QL-001", "工伤认定", PowerKind.CONFIRMATION),
    major_decision=False,
    bases=(CITATION,),
    actors=(Actor("FZ-U1-K13-G01", "受理岗", ActorRole.OWN),),
    steps=(
        Step(
            key="s1",
            number=1,
            kind=StepKind.PROCESS,
            text="核对材料",
            actor="FZ-U1-K13-G01",
            duty=Duty.ACCEPT,
            min_persons=2,
            limit=Limit(15, LimitUnit.DAY),
            recording=Recording.TEXT,
            effect=LimitEffect.SUSPENDS,
            document="收件回执",
            basis=CITATION,
            detail="FZ-U1-K13",
        ),
        Step(key="s2", number=2, kind=StepKind.TERMINATOR, text="归档"),
    ),
    transitions=(Transition("t1", "s1", "s2", "材料齐全"),),
    risk_points=(
        RiskPoint(
            key="r1",
            step="s1",
            item=Item("FX-0101", "受理", "FX-01", "工伤认定", RiskKind.DUTY, "口头退件", 3, 2),
            statement="收件不登记",
            level=Level.HIGH,
            reason="屡次发生",
            measures=(Measure("CS-1", "登记", Phase.PREVENT, Control.RULE, "每件", "回执", "0件"),),
        ),
    ),
    limit_spans=(
        LimitSpan(
            code="SX-001",
            name="受理",
            limit=Limit(15, LimitUnit.DAY),
            sense=LimitSense.AT_MOST,
            binds=Binds.BUREAU,
            citation=CITATION,
            evidence=Evidence.TEXT,
            first="s1",
            last="s2",
        ),
    ),
    offices=(Office("FZ-U1-K13", "工伤保险科", "FZ-U1-K13", 3, 2, 1),),
)
NUMBERS = st.integers(min_value=1, max_value=400)
LIMITS = st.builds(Limit, value=NUMBERS)
GRADES = st.integers(min_value=1, max_value=4)
STEPS = st.builds(Step, number=NUMBERS, min_persons=NUMBERS, limit=st.none() | LIMITS)
RISKS = st.builds(RiskPoint, item=st.builds(Item, likelihood=GRADES, severity=GRADES))
SPANS = st.builds(LimitSpan, limit=LIMITS)
DOCUMENTS = st.builds(
    MapDocument,
    steps=st.lists(STEPS, max_size=4).map(tuple),
    risk_points=st.lists(RISKS, max_size=3).map(tuple),
    limit_spans=st.lists(SPANS, max_size=2).map(tuple),
)


@given(DOCUMENTS)
@settings(deadline=None, max_examples=80)
def test_a_document_comes_back_from_json_as_it_was(document: MapDocument) -> None:
    encoded = to_json(document)

    found = from_json(encoded)

    assert found == document
    assert to_json(found) == encoded
    assert digest(found) == digest(document)


def test_a_document_is_written_as_the_same_bytes_each_time() -> None:
    again = from_json(to_json(FULL))

    assert to_json(again) == to_json(FULL)
    assert again is not FULL
    assert digest(FULL) == "070bff3038c1c804658c363ab79654e5baa79ee3e83eda7d4046c5a2b3593ba2"


def test_looking_things_up_in_a_document_changes_nothing_of_its_form() -> None:
    fresh = from_json(to_json(FULL))
    before = digest(fresh)

    assert fresh.step_by_key["s1"].text == "核对材料"
    assert fresh.actor_by_key["FZ-U1-K13-G01"].name == "受理岗"

    assert digest(fresh) == before
    assert fresh == FULL


def test_chinese_is_written_as_it_is_read() -> None:
    assert "工伤认定受理" in to_json(FULL).decode("utf-8")


def variants(value: Any) -> Iterator[Any]:
    """Yield the value with one thing in it changed, for every thing in it."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            for each in variants(getattr(value, field.name)):
                yield dataclasses.replace(value, **{field.name: each})
    elif isinstance(value, tuple):
        yield value[:-1]
        yield (*value, *value[:1])
        for index, member in enumerate(value):
            for each in variants(member):
                yield (*value[:index], each, *value[index + 1 :])
    elif value is not None:
        yield another(value)


def another(value: bool | int | str) -> object:
    if isinstance(value, Enum):
        return next(each for each in type(value) if each is not value)
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}。"


def test_the_digest_changes_with_any_field() -> None:
    digests = [digest(each) for each in variants(FULL)]

    assert digest(FULL) not in digests
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize(
    "change",
    [{"matter": None}, {"bases": ()}, {"duties": ("受理告知",)}],
)
def test_the_digest_changes_with_what_is_left_out_or_joined(change: dict[str, Any]) -> None:
    assert digest(dataclasses.replace(FULL, **change)) != digest(FULL)


def changed(**document: object) -> bytes:
    envelope = msgspec.json.decode(to_json(FULL))
    envelope["document"] |= document
    return msgspec.json.encode(envelope)


def without(name: str) -> bytes:
    envelope = msgspec.json.decode(to_json(FULL))
    del envelope["document"][name]
    return msgspec.json.encode(envelope)


def with_unknown_step_field() -> bytes:
    envelope = msgspec.json.decode(to_json(FULL))
    envelope["document"]["steps"][0]["colour"] = "red"
    return msgspec.json.encode(envelope)


REFUSED = {
    "nothing": b"",
    "no JSON": b"{",
    "a number": b"1",
    "a list": b"[]",
    "an empty object": b"{}",
    "not UTF-8": b'{"format": "\xff"}',
    "a lone surrogate": b'{"format": "\\ud800"}',
    "an image": b"\x89PNG\r\n\x1a\n",
    "a bare document": msgspec.json.encode(FULL),
    "another format": to_json(FULL).replace(b"riskmap-document/2", b"riskmap-document/3"),
    "an envelope with more in it": to_json(FULL).replace(b'{"document"', b'{"x":1,"document"', 1),
    "a cut file": to_json(FULL)[:-1],
    "two documents": to_json(FULL) * 2,
    "a field of a wrong type": changed(title=5),
    "a field that is null": changed(title=None),
    "a word outside a closed set": to_json(FULL).replace(b'"high"', b'"extreme"'),
    "a missing field": without("title"),
    "an unknown field": changed(colour="red"),
    "an unknown field of a step": with_unknown_step_field(),
    "a deep nest": b'{"document":' + b'{"x":' + b"[" * 100_000,
    "a deep nest in a field": b'{"format":' + b"[" * 100_000,
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        from_json(data)


def test_another_format_is_named() -> None:
    with pytest.raises(DocumentError, match="'riskmap-document/3', not 'riskmap-document/2'"):
        from_json(REFUSED["another format"])


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(deadline=None, max_examples=200)
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        from_json(data)
