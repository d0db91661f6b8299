"""What is found, in Chinese whatever the screen's language is: for paper, commands and files."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask_babel import force_locale, gettext

from riskmap.coverage.facts import Facts
from riskmap.document.sentences import Said
from riskmap.printing.chinese import name
from riskmap.web.language import DEFAULT, LANGUAGES

P = ParamSpec("P")
R = TypeVar("R")


def in_chinese(make: Callable[P, R]) -> Callable[P, R]:
    """Let a function speak Chinese."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        with force_locale(LANGUAGES[DEFAULT]):
            return make(*args, **kwargs)

    return made


def chinese(sentence: Said) -> str:
    """Return a sentence in Chinese; inside `in_chinese`."""
    return sentence.text(gettext, name)


SEVERITIES = {"error": "错误", "warning": "警告", "notice": "提示"}
STATES = {
    "open": "整改中",
    "answered": "已回复待复核",
    "returned": "退回",
    "closed": "已销号",
    "withdrawn": "已撤销",
}
FIGURES = {
    "categories": "风险大类",
    "items": "风险小项",
    "measures": "防控措施",
    "units": "单位",
    "offices": "科室",
    "posts": "岗位",
    "maps": "法治账图",
    "steps": "操作步骤",
    "risk_points": "风险点",
    "limit_spans": "时限区间",
}


def shows(facts: Facts) -> str:
    """Return which texts of the maps some facts are of."""
    if facts.draft:
        return f"账图 {len(facts.maps)} 张，均为工作稿，未经审定"
    signed = sum(each.signed is not None for each in facts.maps)
    others = len(facts.maps) - signed
    told = f"账图 {len(facts.maps)} 张，其中现行版 {signed} 张"
    return told + (f"，未经审定按工作稿的 {others} 张" if others else "")
