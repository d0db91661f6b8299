"""From data and a template to PDF bytes: the only module that runs Typst.

Text reaches Typst as JSON and is shown as strings, never read as markup; the temporary folder is
all that a template can open. Equal data give equal bytes: no date, no random identifier.
"""

import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal

import msgspec
import typst

from riskmap import config
from riskmap.drawing.cleaning import clean
from riskmap.drawing.text import uncovered

_SUSPECT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_ESCAPED = re.compile(rb"\\[^\"\\/]")  # how a control character stands in JSON


class TypesettingFailed(RuntimeError):
    """Typst could not make a PDF; the message says what, where and what to do."""


def typeset(template: str, data: object, pictures: Mapping[str, bytes]) -> bytes:
    """Return the PDF of a template of templates/printing with its data and SVG pictures."""
    (pdf,) = _set(template, data, pictures, "pdf")
    return pdf


def typeset_pictures(template: str, data: object, pictures: Mapping[str, bytes]) -> list[bytes]:
    """Return the pages of a template as SVG, one each."""
    return _set(template, data, pictures, "svg")


def _set(
    template: str, data: object, pictures: Mapping[str, bytes], kind: Literal["pdf", "svg"]
) -> list[bytes]:
    text = _json(data)
    fallback = bool(uncovered("".join(set(text.decode()))))
    with tempfile.TemporaryDirectory(prefix="riskmap-print-") as name:
        folder = Path(name)
        _fill(folder, text, pictures)
        return _compile(folder, template, kind, _fonts(fallback))


def _json(data: object) -> bytes:
    """Return the data as JSON, `printable`; what has nothing to clean, as most, is not copied."""
    with suppress(UnicodeEncodeError):  # half of a surrogate pair: to be cleaned like all else
        text = msgspec.json.encode(data, order="sorted")
        if not (_ESCAPED.search(text) or _SUSPECT.search(text.decode())):
            return text
    return msgspec.json.encode(printable(msgspec.to_builtins(data)), order="sorted")


def _fill(folder: Path, data: bytes, pictures: Mapping[str, bytes]) -> None:
    """Write what a template opens: its data, and all pictures in one file.

    Hundreds of small files can take a busy disk as long as a tenth of an atlas.
    """
    ends = list(accumulate(map(len, pictures.values()), initial=0))
    places = dict(zip(pictures, pairwise(ends), strict=True))
    (folder / "data.json").write_bytes(data)
    (folder / "pictures").write_bytes(b"".join(pictures.values()))
    (folder / "places.json").write_bytes(msgspec.json.encode(places))
    for source in sorted(_templates().glob("*.typ")):
        shutil.copyfile(source, folder / source.name)


def _compile(
    folder: Path, template: str, kind: Literal["pdf", "svg"], fonts: typst.Fonts
) -> list[bytes]:
    if not (folder / template).is_file():
        raise TypesettingFailed(
            f"排版失败：{_templates()} 里没有版式文件 {template}；请重新安装 riskmap"
        )
    try:
        made = typst.compile(folder / template, root=folder, font_paths=fonts, format=kind)
    except RuntimeError as error:
        raise TypesettingFailed(
            f"排版失败：版式 {template} 与所给数据不合（{_reason(error)}）；"
            "请把本条消息和所打印的账图编号交给系统管理员"
        ) from error
    return made if isinstance(made, list) else [made]


def _reason(error: RuntimeError) -> str:
    """Return where and why Typst stopped, in one line."""
    told = getattr(error, "diagnostic", "") or str(error)
    return " ".join(told.split())[:400]


def printable(data: object) -> object:
    """Return the data with every text cleaned to one line that a page can show."""
    if isinstance(data, str):
        return clean(data).replace("\n", " ") if _SUSPECT.search(data) else data
    if isinstance(data, Mapping):
        return {key: printable(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [printable(value) for value in data]
    return data


def _templates() -> Path:
    return config.template_folder() / "printing"


@cache
def _fonts(fallback: bool) -> typst.Fonts:
    """Return our faces alone; with `fallback` also the system's, for characters ours lack.

    Only then do pages depend on the machine.
    """
    fonts = typst.Fonts(
        include_system_fonts=fallback,
        include_embedded_fonts=False,
        font_paths=[config.font_folder()],
    )
    if "Noto Sans SC" not in fonts.families():
        raise TypesettingFailed(
            f"排版失败：{config.font_folder()} 里没有 Noto Sans SC 字体；请重新安装 riskmap"
        )
    return fonts
