"""The pages that take a map out of use and bring it back."""

import re

import pytest

from tests.users import post, sign_in
from tests.web.signing import CHIEF, HIGH, HOLDER, LEADER, OTHER_CHIEF, POST, edit, hand_in, state

PAGE, INDEX = f"/maps/{HIGH}/retire", f"/maps/{HIGH}/revisions"


def version(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found
    return found[1]


def retire(client, page=PAGE, **fields):
    more = {"version": version(client.get(page).text), "reason": "并入综合受理", **fields}
    return post(client, page, page, more=more)


def test_a_leader_takes_a_map_out_of_use_and_brings_it_back(own):
    waiting = hand_in(own, HIGH)
    leader = sign_in(own, LEADER)
    assert f'href="{PAGE}"' in leader.get(INDEX).text
    asked = leader.get(PAGE).text
    assert re.search(r"第 1 版，自 [-\d]{10} 起施行，有步骤 [1-9]\d* 个、风险点 [1-9]\d* 个", asked)
    assert "第 2 版正在签批，将一并撤回" in asked

    answer = retire(leader)

    assert (answer.status_code, answer.location) == (303, INDEX)
    assert state(own, waiting).value == "withdrawn"
    assert state(own, f"{INDEX}/1").value == "retired"
    text = leader.get(INDEX).text
    assert "停用" in text
    assert "并入综合受理" in text
    assert "尚未有人签批" not in text
    assert f'href="/maps/{HIGH}"' not in text  # which is there no more
    assert HIGH not in leader.get("/maps?node=FZ-U1-K13").text
    assert leader.get(f"{INDEX}/1/sheet.pdf").status_code == 200

    back = post(leader, INDEX, f"/maps/{HIGH}/bring-back", more={"version": version(text)})
    assert (back.status_code, back.location) == (303, INDEX)
    assert HIGH in leader.get("/maps?node=FZ-U1-K13").text
    assert "没有现行版" in leader.get(PAGE).text


def test_without_a_reason_it_stays_and_the_field_says_so(own):
    answer = retire(sign_in(own, LEADER), reason=" ")

    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert state(own, f"{INDEX}/1").value == "approved"


def test_who_looked_at_it_before_it_changed_keeps_the_reason_they_wrote(own):
    leader = sign_in(own, LEADER)
    seen = version(leader.get(PAGE).text)
    edit(own, HIGH)

    answer = retire(leader, version=seen)

    assert answer.status_code == 409
    assert "并入综合受理" in answer.text
    assert state(own, f"{INDEX}/1").value == "approved"


@pytest.mark.parametrize(("who", "status"), [(CHIEF, 403), (OTHER_CHIEF, 404)])
def test_nobody_else_takes_a_document_out_of_force(own, who, status):
    client = sign_in(own, who)

    answer = post(client, "/account", PAGE, more={"version": "1", "reason": "不要了"})

    assert answer.status_code == status
    assert f'href="{PAGE}"' not in client.get("/desk").text
    assert state(own, f"{INDEX}/1").value == "approved"


def test_who_may_not_is_told_who_may(own):
    for who, page in ((CHIEF, PAGE), (HOLDER, f"/maps/{POST}/retire")):
        text = sign_in(own, who).get(page).text
        assert "由分管领导、政策法规科或主要负责人停用" in text
        assert "<textarea" not in text


def test_a_map_that_is_out_of_use_is_not_taken_out_again(own):
    leader = sign_in(own, LEADER)
    seen = version(leader.get(PAGE).text)
    retire(leader)

    again = post(leader, "/account", PAGE, more={"version": seen, "reason": "再来"})

    assert again.status_code == 409
    assert leader.get(PAGE).status_code == 404
