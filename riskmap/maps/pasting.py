"""What is pasted from Word, Excel or WPS: one step a line, without the numbers before it."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

LONGEST = 1000
"""Characters of a line that are taken; a step is refused far below."""

MOST_LINES = 300

_CHINESE = "[〇零一二三四五六七八九十百]{1,5}"
_NUMBER = rf"(?:[0-9０-９]{{1,3}}|{_CHINESE}|[ivxIVX]{{1,5}}|[a-zA-Z])"
_UNIT = "[0-9.%％‰万亿元倍个名人件份次日天周月年时分秒米公里度折吨克]|小时"  # an amount, no number
_NUMBERING = re.compile(
    "|".join(
        (
            rf"第\s*(?:[0-9０-９]{{1,3}}|{_CHINESE})\s*[步条项]\s*[：:、.．，,]?",
            rf"步骤\s*(?:[0-9０-９]{{1,3}}|{_CHINESE})\s*[：:、.．，,]?",
            rf"[（(〔【\[]\s*{_NUMBER}\s*[）)〕】\]]\s*[、.．：:]?",
            rf"{_NUMBER}\s*[）)]\s*[、.．]?",
            rf"(?:[0-9０-９]{{1,3}}|{_CHINESE})\s*[、：:]",
            rf"[0-9]{{1,3}}(?:[.．][0-9]{{1,3}})+(?!\s*(?:{_UNIT}))[.．、]?(?=\s|[^\x00-\x7f]|$)",
            r"[0-9０-９]{1,3}[.．](?![0-9０-９])",
            r"[a-zA-Z][.．、](?=\s|[^\x00-\x7f])",
            r"[ivxIVX]{1,5}[.．、](?=\s|[^\x00-\x7f])",
            r"[①-⑳⑴-⒛㈠-㈩㊀-㊉❶-❿➀-➓]\s*[、.．]?",
            r"[•·●○■□◆◇▪▫◦‣➢►▶※★☆√✓\uf000-\uf0ff]",
            r"[-–—*+](?=\s|[^\x00-\x7f])",
        )
    )
)
_JUST_NUMBER = re.compile(rf"(?:第?\s*{_NUMBER}\s*步?|[0-9０-９.．]+|步骤\s*[0-9]+|[\W_]+)")
_BARE_NUMBER = re.compile(r"([0-9]{1,3}) (?=\S)")
_HEADING = re.compile(
    "序号|编号|步骤|步骤名称|(?:操作|工作|办理)?(?:步骤|内容|流程|环节)|名称|类型|"
    "(?:责任|经办|办理)?(?:岗位|部门|科室|人员|人)|职责|(?:办理)?时限|依据|文书|材料|下一步|备注"
)
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Pasted:
    """A line as a step: its text, and who carries it out where a cell names them."""

    text: str
    actor: str = ""


def lines(text: str, actors: Collection[str] = ()) -> list[Pasted]:
    """Return what a pasted text holds, a step a line; blank lines are left out.

    Of a row of cells the first that is neither a number nor an actor's name is the text.
    """
    rows = [[_trimmed(cell) for cell in row.split("\t")] for row in _rows(text)]
    rows = [row for row in rows if any(row) and not _heading(row)]
    found = (_line(row, actors) for row in _without_bare_numbers(rows))
    return [each for each in found if each is not None][:MOST_LINES]


def _heading(row: Sequence[str]) -> bool:
    return len(row) > 1 and all(_HEADING.fullmatch(cell) for cell in row if cell)


def _without_bare_numbers(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows without the bare numbers that they begin with, if these count the rows.

    “3 名工作人员到场” keeps its number: no line before it begins with 2.
    """
    found = [_BARE_NUMBER.match(row[0]) for row in rows]
    numbers = [int(each[1]) for each in found if each]
    if len(rows) < 2 or numbers != list(range(1, len(rows) + 1)):
        return rows
    return [[row[0][each.end() :], *row[1:]] for row, each in zip(rows, found, strict=True) if each]


def _rows(text: str) -> Iterable[str]:
    """Return the lines; a line break inside a quoted cell of Excel is a blank."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n")
    if "\t" in whole:
        whole = re.sub(r'(?:(?<=^)|(?<=[\t\n]))"((?:[^"]|"")*)"(?=[\t\n]|$)', _unquoted, whole)
    return whole.split("\n")


def _unquoted(cell: re.Match[str]) -> str:
    return cell[1].replace('""', '"').replace("\n", " ").replace("\t", " ")


def _line(cells: Sequence[str], actors: Collection[str]) -> Pasted | None:
    actor = next((cell for cell in cells if cell in actors), "") if len(cells) > 1 else ""
    texts = [
        cell for cell in cells if cell and cell != actor and not (
            len(cells) > 1 and _JUST_NUMBER.fullmatch(cell)
        )
    ]  # fmt: skip
    text = next((found for found in map(without_number, texts) if found), "")
    return Pasted(text[:LONGEST], actor) if text else None


def _trimmed(cell: str) -> str:
    return re.sub(r"\s+", " ", _UNSEEN.sub("", cell)).strip()


def without_number(line: str) -> str:
    """Return a line without the numbers and bullets that it begins with."""
    for _ in range(3):  # “（一） 1. 核对材料”
        found = _NUMBERING.match(line)
        if found is None:
            break
        line = line[found.end() :].strip()
    return line
