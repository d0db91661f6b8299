"""Build the fonts of the package, and the table of their widths, from Noto Sans SC.

Usage: npm pack @expo-google-fonts/noto-sans-sc@0.4.3, unpack it, then
    uv run python riskmap/fonts/build.py FOLDER-OF-THE-UNPACKED-PACKAGE

Keeps the characters of GBK and the signs that our sheets draw; the text of the licence (OFL 1.1)
comes along. Layout measures text by the table written here, so that rows, chart and paper agree.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
TABLE = HERE.parent / "drawing" / "widths.py"
FACES = {
    "Regular": "400Regular/NotoSansSC_400Regular.ttf",
    "Bold": "700Bold/NotoSansSC_700Bold.ttf",
}
SIGNS = "▲△◆◇●○■□▶▼→←↑↓↺⇄〔〕【】《》“”‘’—–…·×÷±≤≥≠①②③④⑤⑥⑦⑧⑨⑩Ⅰ Ⅱ Ⅲ Ⅳ㎡℃‰§¶†�"


def gbk() -> set[int]:
    """Return every character that GBK can write."""
    pairs = (bytes((high, low)) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    characters = {chr(code) for code in range(0x20, 0x7F)}
    for pair in pairs:
        try:
            characters.add(pair.decode("gbk"))
        except UnicodeDecodeError:
            continue
    return {ord(each) for each in characters if len(each) == 1}


def build(source: Path, target: Path, wanted: set[int]) -> TTFont:
    """Write the subset of one face and return it, opened again."""
    options = subset.Options()
    options.layout_features = ["kern", "locl", "vert"]
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    subset.save_font(font, target, options)
    return TTFont(target)


def table(font: TTFont) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """Return the widths that are not one em, in 1/1000 em, and the ranges of code points."""
    scale = 1000 / font["head"].unitsPerEm
    names = font.getBestCmap()
    widths = {code: round(font["hmtx"][name][0] * scale) for code, name in sorted(names.items())}
    ranges: list[tuple[int, int]] = []
    for code in widths:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return {code: width for code, width in widths.items() if width != 1000}, ranges


def main() -> None:
    package = Path(sys.argv[1])
    wanted = gbk() | {ord(sign) for sign in SIGNS}
    shutil.copy(package / "LICENSE_FONT", HERE / "OFL.txt")
    text = '"""Widths of our two faces in 1/1000 em; written by riskmap/fonts/build.py."""\n\n'
    text += "from typing import Final\n\n"
    digests: dict[str, str] = {}
    for face, path in FACES.items():
        target = HERE / f"NotoSansSC-{face}.ttf"
        font = build(package / path, target, wanted)
        widths, ranges = table(font)
        runs = ", ".join(f"{code}: {width}" for code, width in widths.items())
        digests[target.name] = hashlib.sha256(target.read_bytes()).hexdigest()
        text += f"{face.upper()}: Final[dict[int, int]] = {{{runs}}}\n"
        if face == "Regular":
            text += f"RANGES: Final[tuple[tuple[int, int], ...]] = {tuple(ranges)}\n"
            ascent, descent = font["hhea"].ascent, font["hhea"].descent
            print("line height in em:", (ascent - descent) / font["head"].unitsPerEm)
        print(target.name, target.stat().st_size)
    text += f"DIGESTS: Final[dict[str, str]] = {digests}\n"
    TABLE.write_text(text, encoding="utf-8")
    subprocess.run(["ruff", "format", "--quiet", str(TABLE)], check=True)


if __name__ == "__main__":
    main()
