"""Which rows of a sheet are no entries: titles, notes, totals, signatures, numbers of pages."""

import re
from collections.abc import Sequence
from typing import Final

from riskmap.workbooks.found.cells import HAN, joined
from riskmap.workbooks.found.fields import Field, folded
from riskmap.workbooks.found.grid import Grid
from riskmap.workbooks.found.reasons import Why

_PAGE: Final = re.compile(
    r"第\s*[\dNnXx_一二三四五六七八九十]*\s*页(?:[,，、/\s]*共\s*[\dNnXxMm_一二三四五六七八九十]*\s*页)?"
    r"|共\s*\d+\s*页|page\s*\d+(?:\s*(?:of|/)\s*\d+)?|[-—–]+\s*\d+\s*[-—–]+",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(
    r"(?:本页|本表|部门|科室|单位|本单位)?[合小总共]\s*计(?:[：:（(].*)?"
    r"|(?:grand ?|sub-?)?total[s:]?",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(
    r"(?:备?注|附注|注释|说明|填[表报写]说明|notes?|remarks?)\s*\d*\s*[：:.]|填[表报写]说明|※|[*＊]\s*注",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(r"[（(]?[\d一二三四五六七八九十①-⑳]{1,2}[)）]?[.、．]?\s*\S")
_SIGNED: Final = re.compile(
    r"(?:(?:填[表报]|制表|编制|审核|审批|签字)?(?:日期|时间)|"
    r"填\s*[表报]\s*人?|制\s*表\s*人?|编\s*制\s*人?|审\s*核\s*人?|复\s*核\s*人?|审\s*批\s*人?|"
    r"批\s*准\s*人?|审\s*定\s*人?|(?:科室|部门|单位|主要|分管)?(?:负责人|领导)|纪检(?:组长|干部|监察员)|"
    r"经办人|联系人|联系电话|电话|签字|签名|本人签[字名]|"
    r"prepared by|reviewed by|approved by|"
    r"date|signature|signed)(?:\s*[（(]?(?:签字|签名|签章|盖章|公章)[)）]?)?\s*(?P<colon>[：:])?",
    re.IGNORECASE,
)
_DAY: Final = re.compile(
    r"[\d〇零一二三四五六七八九十○]*\s*年\s*[\d一二三四五六七八九十]*\s*月(?:\s*[\d一二三四五六七八九十]*\s*日)?"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
)
_SEAL: Final = re.compile(r"[（(]?\s*(?:单位)?\s*(?:盖\s*章|公\s*章|签\s*章)\s*(?:处)?\s*[)）]?")
_EXAMPLE: Final = re.compile(
    r"(?:填[写表])?(?:示例|样例|范例|举例|例如?)\s*\d*\s*(?:[：:].*)?|(?:e\.g\.|example).*",
    re.IGNORECASE,
)
_NO_RISK: Final = re.compile(
    r"(?:暂无|无|没有|none|n/a|nil)|(?:经)?(?:自查|排查|认真排查|清理)?[,，]?"
    r"(?:暂无|无|没有|未发现|未排查出)(?:明显)?(?:廉政|廉洁)?风险(?:点|隐患)?",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(
    r"(?:一览表|台账|登记表|汇总表|清单|自查表|防控表|管理表|排查表|明细表|统计表|信息表|情况表|表)"
    r"(?:[（(].*[)）])?|(?:ledger|register)(?: of .*| \d{4})?",
    re.IGNORECASE,
)
_HEADED: Final = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第.{1,3}部分)"
)
_STAMP: Final = r"(?:[（(](?:盖章|公章|签章)[)）])?"
_NAMED: Final = {
    Field.UNIT: re.compile(rf"(?:填报|填表|所属|所在)?单位(?:名称)?{_STAMP}"),
    Field.OFFICE: re.compile(rf"(?:填报|填表|所属|所在)?(?:科室|部门|处室)(?:名称)?{_STAMP}"),
    Field.POST: re.compile(r"(?:所在)?岗位(?:名称)?"),
    Field.MATTER: re.compile(r"(?:事项|职权|权力事项|业务)(?:名称)?"),
}  # fmt: skip
_SIGNER: Final = re.compile(
    rf"[{HAN}](?:\s*[{HAN}]){{1,3}}|[\d\s\-—]+|[A-Za-z][A-Za-z. ]{{1,30}}|[_＿ ]+"
)
_SHORT: Final = 12


def footer(grid: Grid, row: int, after: Why | None) -> Why | None:
    """Return why a row is no entry wherever it stands; `after` is why the row before is none."""
    texts = [joined(value) for _, value in grid.filled(row)]
    if not texts:
        return Why.BLANK
    if _PAGE.fullmatch(" ".join(texts)) or all(_PAGE.fullmatch(each) for each in texts):
        return Why.PAGE
    if _NOTE.match(texts[0]):
        return Why.NOTE
    if after is Why.NOTE and len(texts) == 1 and _NUMBERED.match(texts[0]):
        return Why.NOTE
    return Why.SIGNATURE if signature(texts) else None


def signature(texts: Sequence[str]) -> bool:
    """Say whether the cells of a row are labels such as 填表人, each with what is signed."""
    labelled = False
    expects = False
    for each in texts:
        kind = _signed(each)
        if kind is None and not (expects and len(each) <= _SHORT):
            return False
        labelled = labelled or kind is not None
        expects = kind is not None and kind
    return labelled


def _signed(text: str) -> bool | None:
    """Return whether a label waits for its value in the next cell; None where it is no label."""
    if _DAY.fullmatch(text) or _SEAL.fullmatch(text):
        return False
    whole = False
    for piece in re.split(rf"\s+(?=[{HAN}（）()]+[：:])", text):
        found = _SIGNED.match(piece)
        rest = piece[found.end() :].strip() if found else piece
        whole = found is not None and not rest
        if not (whole or (found and found["colon"] and _signer(rest))) and not _DAY.fullmatch(
            piece
        ):
            return None
    return whole


def _signer(text: str) -> bool:
    """Say whether a text is what stands behind such a label: a name, a day, a number to call."""
    return bool(_DAY.fullmatch(text) or _SEAL.fullmatch(text) or _SIGNER.fullmatch(text))


def total(text: str) -> bool:
    """Say whether the first cell of a row begins a total."""
    return _TOTAL.fullmatch(text) is not None


def example(text: str) -> bool:
    """Say whether the first cell of a row begins an example."""
    return _EXAMPLE.fullmatch(text) is not None


def no_risk(text: str) -> bool:
    """Say whether a risk reads: there is none."""
    return _NO_RISK.fullmatch(text.rstrip("。. ")) is not None


def title(text: str) -> bool:
    """Say whether a text ends as titles of ledgers do."""
    return any(found.end() == len(text) for found in _TITLE.finditer(text))


def heading(grid: Grid, row: int, known: int, stated: int = 0) -> bool:
    """Say whether a row is one text over the table, of which `known` columns have a head.

    In the column where risks are `stated` it is one only if it is merged over others.
    """
    cells = grid.filled(row)
    if len(cells) != 1:
        return False
    column, value = cells[0]
    _, left, _, right = grid.range_at(row, column)
    if right - left + 1 > known / 2:
        return True
    return column == 1 != stated and bool(_HEADED.match(value)) and len(folded(value)) <= 2 * _SHORT


def titles(grid: Grid, above: int, floor: int, known: int) -> list[int]:
    """Return the rows right above a second table that are its title, below row `floor`."""
    found = []
    for row in range(above, floor, -1):
        cells = grid.filled(row)
        if cells and not _is_title(grid, row, known):
            break
        if cells:
            found.append(row)
    return found


def _is_title(grid: Grid, row: int, known: int) -> bool:
    texts = [value for _, value in grid.filled(row)]
    if footer(grid, row, None) is not None or total(texts[0]):
        return False
    if any(_label_of(text) for text in texts):
        return True
    return len(texts) == 1 and (title(joined(texts[0])) or heading(grid, row, known))


def above(grid: Grid, row: int) -> Why:
    """Return what a row above the first heads of a sheet is."""
    cells = grid.filled(row)
    if not cells:
        return Why.BLANK
    short = len(cells) <= 2 or any(_label_of(value) for _, value in cells)
    return Why.TITLE if short else Why.ABOVE_HEAD


def said_above(grid: Grid, rows: Sequence[int]) -> dict[Field, str]:
    """Return what the title says for all rows of its table: 填报单位：… or label and cell."""
    found: dict[Field, str] = {}
    for row in rows:
        cells = grid.filled(row)
        for at, (_, value) in enumerate(cells):
            for piece in re.split(r"\s+(?=[^\s：:]{2,10}[：:])|\n", value):
                field = _label_of(piece)
                after = re.split("[：:]", piece, maxsplit=1)[1:]
                behind = cells[at + 1][1] if at + 1 < len(cells) else ""
                said = after[0].strip() if after and after[0].strip() else behind
                if field and said and not _label_of(said) and len(said) <= 40:
                    found.setdefault(field, said)
    return found


def _label_of(text: str) -> Field | None:
    label = re.split("[：:]", text, maxsplit=1)[0].replace(" ", "")
    return next((field for field, words in _NAMED.items() if words.fullmatch(label)), None)
