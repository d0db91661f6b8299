"""Editions on their page: who makes one, who takes one away, and that each is recorded."""

import hashlib

import pytest
from sqlalchemy import select

from riskmap.db import db, today
from riskmap.history.models import Change
from riskmap.jobs.models import Job
from riskmap.organisation.models import Bureau
from riskmap.revisions import editions
from riskmap.revisions.edition_models import Edition
from tests.users import post, sign_in

UNSIGNED = "到课抽查与证书核发"


@pytest.fixture
def kept(own):
    with own.app_context():
        bureau = db.session.scalars(select(Bureau)).one()
        bound = editions.Bound(b"{}", 105, b"%PDF inside", b"%PDF outside")
        editions.keep(db.session, bureau, bound, today(), "年度汇编")
        db.session.commit()
    return own


def test_who_may_is_shown_what_will_be_bound_and_asks_for_it_once(own):
    head = sign_in(own, "juzhang")
    page = head.get("/editions").text
    assert "收录现行版账图 105 张" in page
    assert UNSIGNED in page

    answer = post(head, "/editions", "/editions", text="上报用")

    assert answer.status_code == 303
    with own.app_context():
        (job,) = db.session.scalars(select(Job).where(Job.kind == "edition"))
        assert "上报用" in job.argument
        assert answer.location == f"/jobs/{job.id}"
        assert db.session.scalars(select(Edition)).all() == []


def test_too_long_a_purpose_is_refused_and_kept(own):
    answer = post(sign_in(own, "juzhang"), "/editions", "/editions", text="长" * 501)

    assert answer.status_code == 422
    assert "长" * 501 in answer.text


def test_who_may_not_make_one_sees_the_list_alone(kept):
    page = sign_in(kept, "shenji").get("/editions").text

    assert "年度汇编" in page
    assert "<textarea" not in page


@pytest.mark.parametrize(
    ("form", "content"), [("atlas", b"%PDF inside"), ("public", b"%PDF outside")]
)
def test_an_edition_is_taken_away_as_it_was_kept_and_that_is_recorded(kept, form, content):
    answer = sign_in(kept, "shenji").get(f"/editions/1/{form}.pdf")

    assert answer.data == content
    with kept.app_context():
        taken = select(Change).where(Change.kind == "exported").order_by(Change.id.desc())
        assert form in db.session.scalars(taken.limit(1)).one().details
        edition = db.session.scalars(select(Edition)).one()
        digits = edition.public_digest if form == "public" else edition.pdf_digest
        assert hashlib.sha256(content).hexdigest() == digits


@pytest.mark.parametrize("form", ["atlas", "public"])
def test_who_reads_a_part_of_the_bureau_takes_none_away(kept, form):
    viewer = sign_in(kept, "chayue")

    assert viewer.get(f"/editions/1/{form}.pdf").status_code == 404
    page = viewer.get("/editions").text
    assert "能查阅全局的人才可下载" in page
    assert "年度汇编" not in page
