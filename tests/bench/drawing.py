"""How fast charts are drawn, side by side in one run on the sample's maps.

uv run python tests/bench/drawing.py [rounds]

Compared per map: riskmap's engine (layout, DOT, drawing process), one by one and with the next
map's DOT made while the last is drawn; the floor (parse, nop2 layout and render alone, inside one
process); one `neato -n2` process per map, where there is such a program. Then the atlas, split.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from riskmap.app import create_app
from riskmap.config import sample_folder
from riskmap.db import db
from riskmap.db.schema import changing, upgrade
from riskmap.document.model import MapDocument
from riskmap.drawing import dot, layout
from riskmap.drawing.engine import Engine, font_settings
from riskmap.maps.queries import documents
from riskmap.maps.sheets import bound, charts, sheets
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.printing.atlas import print_atlas
from riskmap.revisions.showing import material
from riskmap.sample.loader import load_into, read_sample

PASSES = 5  # of the layout a round: one would measure the caches that the others left cold
FLOOR = """
import sys, time
from pathlib import Path
from pygraphviz import AGraph, graphviz as gv
context = gv.gvContextWithBuiltins()
sources = [path.read_text() for path in sorted(Path(sys.argv[1]).glob("*.dot"))]
def draw(source):
    graph = AGraph(string=source)
    gv.gvLayout(context, graph.handle, b"nop2")
    gv.gvRenderData(context, graph.handle, b"svg")
    gv.gvFreeLayout(context, graph.handle)
    graph.close()
for source in sources: draw(source)
print("ready", flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    for source in sources: draw(source)
    print(time.perf_counter() - started, flush=True)
"""


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        app = create_app(f"sqlite:///{place / 'bench.db'}")
        with app.app_context():
            load_sample()
            maps = documents(db.session, Scope(bureaus(db.session)[0]))
            compare(maps, place, rounds)
            split_atlas(rounds)


def load_sample() -> None:
    with changing(db.engine) as connection:
        upgrade(connection)
        load_into(connection, read_sample(sample_folder()))


def compare(maps: list[MapDocument], place: Path, rounds: int) -> None:
    """Time the ways in turn, round by round, so that a busy machine slows all alike."""
    sources = [dot.source(layout.place(each)) for each in maps]
    for number, source in enumerate(sources):
        (place / f"{number:03}.dot").write_text(source, encoding="utf-8")
    fonts = font_settings(place)
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    floor = subprocess.Popen(
        [sys.executable, "-c", FLOOR, str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert floor.stdin
    assert floor.stdout
    assert floor.stdout.readline() == "ready\n"

    def bare() -> float:
        floor.stdin.write("\n")
        floor.stdin.flush()
        return float(floor.stdout.readline())

    with Engine() as engine:
        list(charts(engine, maps, "svg"))
        ways: dict[str, Callable[[], float]] = {
            "layout alone": timed(lambda: drained(map(layout.place, maps)), PASSES),
            "layout and DOT": timed(lambda: [dot.source(layout.place(each)) for each in maps]),
            "engine, one by one": timed(
                lambda: [engine.render(dot.source(layout.place(each)), "svg") for each in maps]
            ),
            "engine, overlapped": timed(lambda: list(charts(engine, maps, "svg"))),
            "floor: parse, nop2, render": bare,
        }
        neato = shutil.which("neato")
        if neato:
            ways["one neato -n2 process a map"] = timed(
                lambda: [
                    subprocess.run(
                        [neato, "-n2", "-Tsvg"],
                        input=source.encode(),
                        capture_output=True,
                        check=True,
                        env=environment,
                    )
                    for source in sources
                ]
            )
        took: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                took[name].append(way() / len(maps) * 1000)
        steps = sum(len(each.steps) for each in maps) / len(maps)
        print(f"{len(maps)} maps of {steps:.0f} steps on average, {rounds} rounds in turn")
        for name, times in took.items():
            print(
                f"  {name:30} {min(times):7.2f} {statistics.median(times):7.2f} "
                f"{max(times):7.2f} ms/map (min, median, max)"
            )
        print(
            f"  peak memory of the drawing process {peak(engine.process_id()):.0f} MB, "
            f"of the floor's {peak(floor.pid):.0f} MB"
        )
    floor.stdin.close()
    floor.wait()
    alone = min(took["layout alone"])  # what the machine does besides only adds
    print(f"  layout alone, at best {alone:.2f} ms/map ({'within' if alone <= 1 else 'OVER'} 1)")
    ratio(took, "engine, one by one", "floor: parse, nop2, render", 2.0)
    ratio(took, "engine, overlapped", "floor: parse, nop2, render", 1.3)
    if neato:
        ratio(took, "engine, overlapped", "one neato -n2 process a map", 0.35)


def drained(made: Iterable[object]) -> None:
    """Make one after another and keep none, as who draws does."""
    for _ in made:
        pass


def timed(work: Callable[[], object], passes: int = 1) -> Callable[[], float]:
    def run() -> float:
        started = time.perf_counter()
        for _ in range(passes):
            work()
        return (time.perf_counter() - started) / passes

    return run


def ratio(took: dict[str, list[float]], one: str, other: str, most: float) -> None:
    pairs = [a / b for a, b in zip(took[one], took[other], strict=True)]
    found = statistics.median(pairs)
    verdict = "within" if found <= most else "OVER"
    print(f"  {one} / {other}: {found:.2f} ({verdict} {most})")


def peak(process: int | None) -> float:
    """Return a process's peak resident memory in MB, 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    if not status.is_file():
        return 0.0
    line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def split_atlas(rounds: int) -> None:
    """Time the atlas's parts: query, draw (plan, layout, DOT, SVG), typeset."""
    parts: dict[str, list[float]] = {"query": [], "draw": [], "typeset": []}
    with Engine() as engine:
        for _ in range(max(3, rounds // 3)):
            db.session.expire_all()
            marks = [time.perf_counter()]
            bureau = bureaus(db.session)[0]
            of = material(db.session, Scope(bureau))
            marks.append(time.perf_counter())
            drawn = list(sheets(engine, of.maps))
            marks.append(time.perf_counter())
            print_atlas(bound(bureau, drawn, of.counts))
            marks.append(time.perf_counter())
            for name, first, last in zip(parts, marks, marks[1:], strict=False):
                parts[name].append((last - first) * 1000)
    print(
        "atlas: "
        + ", ".join(f"{name} {statistics.median(times):.0f} ms" for name, times in parts.items())
    )


if __name__ == "__main__":
    main()
