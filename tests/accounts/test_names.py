"""Names that look alike are one name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.accounts.names import name_key


@pytest.mark.parametrize(
    "other",
    [
        "Zhang San", "ZHANGSAN", "zhang\u200bsan", "ｚｈａｎｇｓａｎ", " zhangsan\u3000",
        "zhang\ufeffsan", "zhang\u2060san", "zhang\u00adsan", "zhang\u202esan",
    ],
)  # fmt: skip
def test_blanks_capitals_full_width_and_invisible_signs_make_no_other_name(other):
    assert name_key(other) == name_key("zhangsan")


@pytest.mark.parametrize("other", ["zhangsam", "zhangsan2", "张三", ""])
def test_another_name_stays_another(other):
    assert name_key(other) != name_key("zhangsan")


@given(st.text())
def test_what_is_compared_is_compared_alike_again(text):
    assert name_key(name_key(text)) == name_key(text)
