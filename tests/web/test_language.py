"""Chinese first, English by choice: every word of the interface is in the catalogue."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from riskmap.config import PACKAGE
from riskmap.desk.words import NAMES, word
from tests.web.pages import CODE, PAGES

ROOT = Path(__file__).parent.parent.parent
CATALOGUE = PACKAGE / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_l": None, "say": None, "gettext": None, "ngettext": (1, 2)}
CHINESE = re.compile(r"[\u3400-\u9fff]")


def sources() -> set[str]:
    """Return every English sentence that the code and the templates say."""
    found = set()
    for folder, methods in (
        (ROOT / "riskmap", [("**.py", "python")]),
        (ROOT / "templates", [("**.html", "jinja2")]),
    ):
        for _, _, message, *_ in extract_from_dir(folder, methods, keywords=KEYWORDS):
            found.add(message)
    return found


def test_the_chinese_catalogue_is_complete_and_holds_nothing_else():
    with CATALOGUE.open("rb") as file:
        catalogue = {each.id: each for each in read_po(file) if each.id}

    assert set(catalogue) == sources()
    assert [each.id for each in catalogue.values() if not all(texts(each.string))] == []
    assert [each.id for each in catalogue.values() if each.fuzzy] == []
    for each in catalogue.values():
        assert placeholders(each.id) == placeholders(each.string)


def texts(said: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms of a message: one, or one for each number that its language tells apart."""
    return (said,) if isinstance(said, str) else said


def placeholders(said: str | tuple[str, ...]) -> set[str]:
    return {each for text in texts(said) for each in re.findall(r"%\(\w+\)s", text)}


def test_the_compiled_catalogue_is_that_of_its_source():
    compiled = BytesIO()
    with CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file))

    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue(), (
        "run uv sync --reinstall-package riskmap"
    )


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name
)
def test_a_template_says_nothing_that_is_not_translated(path):
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"<!doctype html>", "", text)
    text = re.sub(r"<kbd>.*?</kbd>", " ", text)  # what stands on the keys themselves
    said = re.sub(r"<[^>]*>", " ", text)
    said = re.sub(r'[\w-]+="[^"]*"|\bautofocus\b', " ", said)  # a macro may write attributes alone
    attributes = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', text)

    words = re.findall(r"[A-Za-z\u3400-\u9fff]{2,}", " ".join([said, *attributes]))
    assert [each for each in words if each not in ("English", "PDF")] == []


class Shown(HTMLParser):
    """Collects the names of things that riskmap itself says: headings of columns, buttons.

    What is named as data, and so marked as not to be translated, is no word of riskmap's.
    """

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("input", "meta", "link", "br", "option"):
            self.inside.append("data" if ("translate", "no") in attrs else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside or "data" in self.inside:
            while self.inside.pop() not in (tag, "data"):
                pass

    def handle_data(self, data: str) -> None:
        if "data" in self.inside:
            return
        if data.strip() and {"thead", "button", "label", "dt"} & set(self.inside):
            self.found.append(data.strip())


@pytest.mark.parametrize("path", [path for path in PAGES if "?" not in path])
def test_in_english_no_heading_column_or_button_is_left_in_chinese(client, path):
    client.set_cookie("riskmap_language", "en")
    answer = client.get(path)
    parser = Shown()
    parser.feed(answer.text)

    assert '<html lang="en">' in answer.text
    assert parser.found
    assert [each for each in parser.found if CHINESE.search(each)] == []


def test_chinese_is_what_a_first_visitor_sees(client):
    page = client.get("/", headers={"Accept-Language": "en"}).text

    assert '<html lang="zh-Hans-CN">' in page
    assert "风险清单" in page


def test_the_choice_of_language_is_kept_and_leads_back(client):
    chosen = client.get("/language/en", headers={"Referer": f"http://localhost/maps/{CODE}?x=1"})

    assert chosen.status_code == 302
    assert chosen.location == f"/maps/{CODE}?x=1"
    assert '<html lang="en">' in client.get("/").text


@pytest.mark.parametrize(
    "came", ["http://elsewhere/x", "http://localhost//elsewhere", "javascript:x", "\\\\x", ""]
)
def test_the_choice_of_language_never_leads_to_another_site(client, came):
    assert client.get("/language/en", headers={"Referer": came}).location == "/"


def test_every_closed_set_has_its_word_in_chinese(app):
    with app.test_request_context():
        for member, name in NAMES:
            assert CHINESE.search(word(member)) or word(member)[0] in "AB", str(name)
            if CHINESE.search(member.value) and member.value not in ("工作日", "月"):
                assert word(member) in (member.value, f"{member.value}岗位"), member
