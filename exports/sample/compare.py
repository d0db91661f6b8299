"""Make the README's comparison anew: one map by mermaid, PlantUML, Graphviz's dot and riskmap.

uv run python -m exports.sample.compare --mermaid mermaid.min.js --plantuml plantuml.jar --dot dot

Every tool gets the same rows (`peers.py`), lays them out by itself, and goes on one sheet of the
paper that riskmap takes, upright or lying, whichever leaves its text larger; never enlarged.
`npm install mermaid` brings mermaid.min.js, in node_modules/mermaid/dist; PlantUML needs Java.
CI does not run this.
"""

import argparse
import base64
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib.metadata import version
from operator import itemgetter
from pathlib import Path

from playwright.sync_api import Browser

from exports.sample import peers
from riskmap.app import create_app
from riskmap.db import db
from riskmap.document.model import MapDocument
from riskmap.drawing.engine import Engine, font_settings
from riskmap.maps.queries import documents
from riskmap.maps.sheets import sheets
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.printing.paper import Paper
from riskmap.printing.sheet import picture_sheets
from tests.bench.drawing import load_sample
from tests.browser import browser, shot

CODE = "FZ-U1-K13-G01"
TEXT = 9.0  # points: the size that a chart of riskmap has, and that others would need
MARGIN = 28.3
MILLIMETRE = 72 / 25.4
SHARPNESS = 1.25  # pixels of the picture a CSS pixel

MERMAID = """async ([source, face, size]) => {
  mermaid.initialize({startOnLoad: false, layout: "dagre", fontFamily: face,
    themeVariables: {fontSize: size + "px"}, flowchart: {useMaxWidth: false, wrappingWidth: 1000}});
  document.body.innerHTML = (await mermaid.render("chart", source)).svg;
  return new XMLSerializer().serializeToString(document.querySelector("svg"));
}"""
PALETTE = """async png => {
  const answer = await fetch("data:image/png;base64," + png);
  const image = await createImageBitmap(await answer.blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const data = context.getImageData(0, 0, image.width, image.height).data;
  const counts = new Map(), places = new Map();
  const colour = at => data[at] << 16 | data[at + 1] << 8 | data[at + 2];
  for (let at = 0; at < data.length; at += 4)
    counts.set(colour(at), (counts.get(colour(at)) || 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 256)
    .map(each => each[0]);
  const apart = (a, b) => [16, 8, 0].reduce(
    (sum, bits) => sum + ((a >> bits & 255) - (b >> bits & 255)) ** 2, 0);
  for (const each of counts.keys()) {
    let best = 0;
    for (let place = 1; place < palette.length; place++)
      if (apart(each, palette[place]) < apart(each, palette[best])) best = place;
    places.set(each, best);
  }
  let dots = "";
  for (let at = 0; at < data.length; at += 4) dots += String.fromCharCode(places.get(colour(at)));
  return [image.width, image.height, palette, btoa(dots)];
}"""


@dataclass(frozen=True)
class Tool:
    """Where the other tools are."""

    mermaid: Path
    plantuml: Path
    dot: str
    java: str


@dataclass(frozen=True)
class Drawing:
    """A tool's picture; `em` is how many of its units its text is high."""

    name: str
    how: str
    svg: bytes
    em: float

    @property
    def size(self) -> tuple[float, float]:
        """Return how many points wide and high it is with text of 9 points."""
        found = re.search(rb'viewBox="([-\d. ]+)"', self.svg)
        assert found is not None
        _, _, wide, tall = (float(each) for each in found[1].split())
        return wide / self.em * TEXT, tall / self.em * TEXT

    def fitted(self, paper: Paper) -> tuple[Paper, float]:
        """Return the paper as it should lie, and what is left of text of 9 points on it."""
        turned = replace(paper, width=paper.height, height=paper.width)
        return max(((each, self.left(each)) for each in (paper, turned)), key=itemgetter(1))

    def left(self, paper: Paper) -> float:
        wide, tall = self.size
        room = (paper.width - 2 * MARGIN) / wide, (paper.height - 2 * MARGIN) / tall
        return TEXT * min(1.0, *room)


@dataclass(frozen=True)
class Printed:
    """riskmap's sheet: its paper, its pages as SVG, the size of its chart's least text."""

    paper: Paper
    pages: list[bytes]
    least: float

    @property
    def format(self) -> str:
        return self.paper.name.split()[0]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m exports.sample.compare")
    parser.add_argument("code", nargs="?", default=CODE, help=f"the map's code ({CODE})")
    parser.add_argument("--mermaid", type=Path, default=Path("mermaid.min.js"))
    parser.add_argument("--plantuml", type=Path, default=Path("plantuml.jar"))
    parser.add_argument("--dot", default="dot")
    parser.add_argument("--sources", type=Path, help="a folder to keep the three sources in")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(__file__).with_name("comparison.png")
    )
    asked = parser.parse_args(arguments)
    tools = found(asked.mermaid, asked.plantuml, asked.dot)
    document, sheet = printed(asked.code)
    if asked.sources:
        asked.sources.mkdir(parents=True, exist_ok=True)
        for name, text in sources(document).items():
            (asked.sources / name).write_text(text, encoding="utf-8")
    with browser() as opened:
        drawings = list(drawn(document, tools, opened))
        html, files = composed(document, sheet, drawings)
        with tempfile.TemporaryDirectory() as folder:
            picture = shot(opened, Path(folder), html, files, SHARPNESS)
        asked.output.write_bytes(reduced(opened, picture))
    sys.stdout.write(f"{asked.output}: {asked.output.stat().st_size / 1000:.0f} kB\n")


def found(mermaid: Path, plantuml: Path, dot: str) -> Tool:
    """Return where the tools are; says all that is missing at once."""
    program, java = shutil.which(dot), shutil.which("java")
    missing = [
        what
        for what, there in (
            (f"--mermaid: no file {mermaid} (npm install mermaid)", mermaid.is_file()),
            (f"--plantuml: no file {plantuml} (its newest jar)", plantuml.is_file()),
            (f"--dot: no program {dot} (apt-get install graphviz)", program),
            ("no java on PATH, which PlantUML needs", java),
        )
        if not there
    ]
    if missing or program is None or java is None:
        raise SystemExit("\n".join(missing))
    return Tool(mermaid.resolve(), plantuml.resolve(), program, java)


def printed(code: str) -> tuple[MapDocument, Printed]:
    """Return a map of the sample, and its sheet."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(f"sqlite:///{folder}/sample.db")
        with app.app_context(), Engine() as engine:
            load_sample()
            bureau = bureaus(db.session)[0]
            (document,) = documents(db.session, Scope(bureau), [code])
            (sheet,) = sheets(db.session, engine, Scope(bureau), [document])
            db.session.remove()
            db.engine.dispose()
    sizes = re.findall(rb'font-size="([\d.]+)"', sheet.svg)
    least = min(float(each) for each in sizes)
    return document, Printed(sheet.plan.paper, picture_sheets([sheet]), least)


def sources(document: MapDocument) -> dict[str, str]:
    """Return the sources of the other tools, by the names of their files."""
    return {
        "map.mmd": peers.mermaid(document),
        "map.puml": peers.plantuml(document),
        "map.dot": peers.dot(document),
    }


def drawn(document: MapDocument, tools: Tool, opened: Browser) -> Iterator[Drawing]:
    """Yield the drawings of the other tools."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fonts = str(font_settings(folder))
        environment = {**os.environ, "FONTCONFIG_FILE": fonts, "GRAPHVIZ_DOT": tools.dot}

        def run(*command: object, given: str = "") -> subprocess.CompletedProcess[bytes]:
            words = [str(each) for each in command]
            done = subprocess.run(words, input=given.encode(), capture_output=True, env=environment)
            if done.returncode:
                raise SystemExit(f"{' '.join(words)}\n{(done.stderr or done.stdout).decode()}")
            return done

        package = json.loads((tools.mermaid.parent.parent / "package.json").read_text())
        yield Drawing(
            f"mermaid {package['version']}",
            "flowchart，dagre 布局，每个岗位一个 subgraph",
            mermaid_svg(document, tools.mermaid, opened),
            peers.TEXT["mermaid"],
        )
        plantuml = (
            tools.java,
            "-Djava.awt.headless=true",
            "-Dfile.encoding=UTF-8",
            "-jar",
            tools.plantuml,
        )
        told = run(*plantuml, "-version").stdout.decode()
        yield Drawing(
            f"PlantUML {told.split()[2]}",
            "活动图，每个岗位一条泳道，退回用字母圈跳转",
            run(*plantuml, "-tsvg", "-pipe", given=peers.plantuml(document)).stdout,
            peers.TEXT["plantuml"],
        )
        told = run(tools.dot, "-V").stderr.decode()
        yield Drawing(
            f"Graphviz dot {told.split()[4]}",
            "每个岗位一个 cluster，注释与步骤同行",
            run(tools.dot, "-Tsvg", given=peers.dot(document)).stdout,
            peers.TEXT["dot"],
        )


def mermaid_svg(document: MapDocument, script: Path, opened: Browser) -> bytes:
    page = opened.new_page()
    page.add_script_tag(path=script)
    wanted = [peers.mermaid(document), peers.FACE, peers.TEXT["mermaid"]]
    svg = page.evaluate(MERMAID, wanted)
    page.close()
    return str(svg).encode()


def composed(
    document: MapDocument, sheet: Printed, drawings: Sequence[Drawing]
) -> tuple[str, dict[str, bytes]]:
    """Return the page that shows all side by side, and the files that it shows."""
    figures = [theirs(each, sheet, f"{number}.svg") for number, each in enumerate(drawings)]
    files = {f"{number}.svg": each.svg for number, each in enumerate(drawings)}
    for number, page in enumerate(sheet.pages, start=1):
        name = f"page-{number}.svg"
        files[name] = page
        words = (
            f"<b>riskmap {version('riskmap')}</b>　第 {number} 页，共 {len(sheet.pages)} 页："
            f"连同标题栏、图例、签署栏<br>不缩放，图中最小的字 <b>{sheet.least:g} 磅</b>"
        )
        image = f'<img src="{name}" style="width: 100%">'
        figures.append(figure(sheet.paper, image, words))
    title = f"{document.code} {document.title}"
    html = (
        '<!DOCTYPE html><meta charset="utf-8"><style>'
        f'body {{ margin: 0; font: 25px/1.5 "{peers.FACE}"; color: #22303f }}'
        "#picture { display: inline-block; padding: 28px; background: #d5dae0 }"
        "h1 { font-size: 34px; margin: 0 0 20px }"
        "#sheets { display: grid; grid-template-columns: repeat(2, max-content); gap: 28px }"
        "figure { margin: 0 } figcaption { margin-top: 12px }"
        ".paper { background: white; overflow: hidden } img { display: block }"
        f'</style><div id="picture"><h1>同一张账图 {escape(title)}：同样的步骤、流转、岗位、'
        f"风险点和措施，各按自己的布局放进一张 {sheet.format} 纸（横竖取字大的）</h1>"
        f'<div id="sheets">{"".join(figures)}</div></div>'
    )
    return html, files


def theirs(drawing: Drawing, sheet: Printed, name: str) -> str:
    paper, left = drawing.fitted(sheet.paper)
    wide, tall = drawing.size
    words = (
        f"<b>{drawing.name}</b>　{drawing.how}<br>{TEXT:g} 磅字要 {wide / MILLIMETRE:.0f}×"
        f"{tall / MILLIMETRE:.0f} 毫米；放进一张 {sheet.format}，字 <b>{left:.1f} 磅</b>"
    )
    image = f'<img src="{name}" style="width: {wide * left / TEXT}pt; margin: {MARGIN}pt">'
    return figure(paper, image, words)


def figure(paper: Paper, image: str, words: str) -> str:
    return (
        f'<figure style="width: {paper.width}pt"><div class="paper" '
        f'style="height: {paper.height}pt">{image}</div><figcaption>{words}</figcaption></figure>'
    )


def reduced(opened: Browser, picture: bytes) -> bytes:
    """Return a PNG with the 256 colours that it has most of, a third as large."""
    page = opened.new_page()
    wide, tall, palette, dots = page.evaluate(PALETTE, base64.b64encode(picture).decode())
    page.close()
    rows = base64.b64decode(dots)
    scanned = b"".join(b"\0" + rows[wide * row : wide * (row + 1)] for row in range(tall))
    colours = b"".join(each.to_bytes(3, "big") for each in palette)
    header = struct.pack(">IIBBBBB", wide, tall, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(scanned, 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


if __name__ == "__main__":
    main(sys.argv[1:])
