"""Search: two-character terms hit, codes and names hit, and what is found follows every change."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from riskmap.desk.indexing import complete
from riskmap.desk.models import Found, SearchEntry
from riskmap.desk.search import find
from riskmap.desk.search_text import for_postgresql, for_sqlite, phrases, words
from riskmap.maps.models import AccountMap, RiskPoint, RiskPointMeasure, Step
from riskmap.organisation.models import Bureau, Holding, Node, Person
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.register.models import Measure


@pytest.fixture
def bureau(sample_session: Session) -> Bureau:
    return bureaus(sample_session)[0]


def counts(session: Session, bureau: Bureau, question: str) -> dict[Found, int]:
    return {group.kind: group.total for group in find(session, Scope(bureau), question)}


def found(session: Session, bureau: Bureau, question: str, kind: Found) -> list[str]:
    """Return the texts of all that is found of a kind, gathered page by page."""
    texts: list[str] = []
    while True:
        groups = find(session, Scope(bureau), question, kind=kind, start=len(texts), count=7)
        page = [hit.text for group in groups for hit in group.hits]
        if not page:
            return texts
        assert len(page) <= 7
        texts += page


@pytest.mark.parametrize("term", ["受理", "工伤", "送达", "复核", "审", "工伤认定", "收件回执"])
def test_a_chinese_term_of_any_length_finds_every_step_that_contains_it(
    sample_session: Session, bureau: Bureau, term: str
) -> None:
    rows = select(Step.text).where(Step.text.contains(term) | Step.document.contains(term))
    true = sorted(sample_session.scalars(rows))

    assert true
    assert sorted(found(sample_session, bureau, term, Found.STEP)) == true
    assert counts(sample_session, bureau, term)[Found.STEP] == len(true)


def test_codes_names_and_beginnings_are_found(sample_session: Session, bureau: Bureau) -> None:
    assert found(sample_session, bureau, "FZ-U1-K13-G01", Found.NODE) == ["工伤认定受理岗"]
    assert found(sample_session, bureau, "fz-u1-k13", Found.NODE)[0].startswith("工伤保险科")
    assert len(found(sample_session, bureau, "CS-0101", Found.MEASURE)) == 4
    assert found(sample_session, bureau, "樊禾", Found.PERSON) == ["樊禾"]
    assert found(sample_session, bureau, "ＦＺ－Ｕ１－Ｋ１３－Ｇ０１", Found.NODE) == [
        "工伤认定受理岗"
    ]


def test_several_words_must_all_occur(sample_session: Session, bureau: Bureau) -> None:
    both = found(sample_session, bureau, "登记 回执", Found.STEP)

    assert both
    assert all("登记" in text for text in both)
    assert len(both) < len(found(sample_session, bureau, "登记", Found.STEP))


@pytest.mark.parametrize("question", ["", "  ", "，。！", "%", "'", '"', "* OR NOT AND ^ ( :"])
def test_a_question_without_words_finds_nothing_and_breaks_nothing(
    sample_session: Session, bureau: Bureau, question: str
) -> None:
    if not phrases(question):
        assert counts(sample_session, bureau, question) == {}
    assert isinstance(counts(sample_session, bureau, question), dict)


@given(st.text(max_size=40))
def test_any_text_is_a_question_without_markup(question: str) -> None:
    asked = phrases(question)

    for phrase in asked:
        for word in phrase:
            assert word.isalnum() or not word.isascii()
            assert not set(word) & set("\"'()*:&|!<>^ ")
    assert for_sqlite(asked).count('"') == 2 * len(asked)
    assert for_postgresql(asked).count("(") == len(asked)


@given(st.text(alphabet="工伤认定送达审核批", min_size=1, max_size=12), st.data())
def test_every_part_of_a_text_is_found_in_its_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    kept = words(text).split()

    (phrase,) = phrases(text[start:end])
    *whole, last = phrase
    assert any(
        kept[at : at + len(whole)] == whole and kept[at + len(whole)].startswith(last)
        for at in range(len(kept) - len(whole))
    )


def test_what_is_found_follows_a_change(sample_session: Session, bureau: Bureau) -> None:
    step = sample_session.scalars(select(Step).where(Step.text.contains("打印收件回执"))).first()
    assert step is not None
    step.text = "窗口当面核验龘字证件"
    sample_session.flush()

    assert found(sample_session, bureau, "龘字", Found.STEP) == ["窗口当面核验龘字证件"]
    assert "打印收件回执" not in "".join(found(sample_session, bureau, "收件回执", Found.STEP))


def test_what_is_retired_or_deleted_is_found_no_more(
    sample_session: Session, bureau: Bureau
) -> None:
    measure = sample_session.scalars(select(Measure).where(Measure.code == "CS-0101-01")).one()
    account_map = sample_session.scalars(
        select(AccountMap).where(AccountMap.code == "FZ-U1-K13-G01")
    ).one()
    before = counts(sample_session, bureau, "FZ-U1-K13-G01")
    assert before[Found.MAP] == 1

    measure.retired_on = account_map.retired_on = date(2026, 1, 1)
    sample_session.flush()

    assert found(sample_session, bureau, "CS-0101-01", Found.MEASURE) == []
    assert Found.MAP not in counts(sample_session, bureau, "FZ-U1-K13-G01")
    kept = select(func.count()).where(SearchEntry.of_map == account_map.id)
    assert sample_session.scalar(kept) == 0


def test_a_risk_point_that_is_taken_away_is_found_no_more(
    sample_session: Session, bureau: Bureau
) -> None:
    risk = sample_session.scalars(
        select(RiskPoint).where(RiskPoint.statement.contains("倒签收件日期"))
    ).first()
    assert risk is not None
    answers = select(RiskPointMeasure).where(RiskPointMeasure.risk_point_id == risk.id)
    for row in sample_session.scalars(answers):
        sample_session.delete(row)
    sample_session.flush()
    sample_session.delete(risk)
    sample_session.flush()

    assert found(sample_session, bureau, "倒签收件日期", Found.RISK_POINT) == []


def test_a_bureau_finds_only_its_own(sample_session: Session, bureau: Bureau) -> None:
    other = Bureau(code="QT", name="另一个局", short_name="另一局")
    sample_session.add(other)
    sample_session.flush()

    assert counts(sample_session, other, "工伤") == {}


@pytest.mark.parametrize("question", ["工伤", "审核", "FZ-U1", "RY", "登记 回执"])
def test_of_a_part_of_the_bureau_only_what_is_there_is_found_and_counted(
    sample_session: Session, bureau: Bureau, question: str
) -> None:
    node = sample_session.scalars(select(Node).where(Node.code == "FZ-U1-K13")).one()
    scope = Scope(bureau, (node.path,))
    inside = select(Node.id).where(Node.path.startswith(node.path))
    its_maps = select(AccountMap.id).where(AccountMap.node_id.in_(inside))
    held = select(Holding.person_id).where(Holding.post_id.in_(inside))
    places = {
        Found.NODE: select(Node.code).where(Node.id.in_(inside)),
        Found.PERSON: select(Person.code).where(Person.id.in_(held)),
        Found.MAP: select(AccountMap.code).where(AccountMap.id.in_(its_maps)),
        Found.STEP: select(AccountMap.code).where(AccountMap.id.in_(its_maps)),
        Found.RISK_POINT: select(AccountMap.code).where(AccountMap.id.in_(its_maps)),
    }

    groups = find(sample_session, scope, question, count=1000)

    whole = {each.kind: each for each in find(sample_session, Scope(bureau), question, count=1000)}
    for kind, all_there_is in whole.items():
        seen = next((group for group in groups if group.kind is kind), None)
        mine = set(sample_session.scalars(places[kind])) if kind in places else None
        hits = [hit for hit in all_there_is.hits if mine is None or hit.code in mine]
        assert list(seen.hits if seen else ()) == hits
        assert (seen.total if seen else 0) == len(hits)


def test_who_sees_nothing_of_a_bureau_finds_nothing_of_its_offices(
    sample_session: Session, bureau: Bureau
) -> None:
    kinds = {group.kind for group in find(sample_session, Scope(bureau, ()), "工伤")}

    assert kinds <= {Found.ITEM, Found.MEASURE, Found.BASIS}


def test_a_database_that_was_upgraded_is_indexed_as_a_new_one(sample_engine: Engine) -> None:
    def entries(session: Session) -> list[tuple[object, ...]]:
        columns = (SearchEntry.kind, SearchEntry.target_id, SearchEntry.place, SearchEntry.words)
        return sorted(tuple(row) for row in session.execute(select(*columns)))

    with Session(sample_engine) as session:
        before = entries(session)
        session.connection().execute(delete(SearchEntry))
        complete(session.connection())

        assert entries(session) == before
        assert counts(session, bureaus(session)[0], "工伤")
