"""Error pages in words: what happened and what to do."""

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

MESSAGES = {
    404: ("没有这一页", "网址可能抄错了，或者这张账图已经停用。请从目录重新进入。"),
    405: ("不能这样访问", "请从目录重新进入。"),
    500: ("系统出错了", "请稍后重试；如果仍然如此，请把时间和网址告诉管理员。"),
    503: ("图暂时画不出来", "请稍后重试；如果仍然如此，请让管理员运行 riskmap check。"),
}


def install(app: Flask) -> None:
    """Answer every error with a page."""

    @app.errorhandler(HTTPException)
    def show(error: HTTPException) -> tuple[str, int]:
        return page(error.code or 500, error.name)


def page(code: int, name: str = "") -> tuple[str, int]:
    """Return the page of a status; `name` is its title where we have no words for it."""
    title, advice = MESSAGES.get(code, (name, "请从目录重新进入。"))
    return render_template("web/error.html", title=title, advice=advice, code=code), code
