"""The engine draws, or says why not; it never dies with the drawing process, nor waits for ever."""

import contextlib
import os
import random
import re
import select
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from riskmap.config import DRAW_SECONDS
from riskmap.document.model import MapDocument
from riskmap.drawing import engine as module
from riskmap.drawing.child import receive
from riskmap.drawing.cleaning import clean
from riskmap.drawing.dot import source
from riskmap.drawing.engine import DrawingFailed, Engine
from riskmap.drawing.layout import place
from tests.drawing.hostile import HOSTILE
from tests.drawing.notation import document, flow, risk
from tests.drawing.picture import Picture, bare

GOOD = source(place(flow("1>2 2>3[是] 2>1[否]", risks="2:high 3:low")))
DEADLY = (
    'digraph { node [fontname="Noto Sans SC"] '
    + " ".join(f'n{number} [label="\\n审批" pos="{number},9"];' for number in range(50))
    + " }"
)


def tangle(size: int) -> str:
    """Return the DOT of a square of nodes, each bound to each by lines with corners."""
    nodes = range(size * size)
    return (
        "digraph { splines=ortho node [width=0.1 height=0.1 label=x fixedsize=shape] "
        + " ".join(f'a{n} [pos="{n % size * 90},{n // size * 90 + n % 7}"];' for n in nodes)
        + " ".join(f"a{one} -> a{other};" for one in nodes for other in range(one))
        + " }"
    )


SLOW = tangle(9)
COMPLAINING = 'digraph { n1 [label=<a & b> pos="9,9"] }'
ALLOWED = {"svg", "g", "a", "title", "path", "polygon", "polyline", "ellipse", "text"}


@pytest.fixture
def fresh() -> Iterator[Engine]:
    with Engine(seconds=5) as engine:
        yield engine


def hostile_map(text: str) -> MapDocument:
    """Return a map that says one thing everywhere: in each kind of step, label and card."""
    kinds = {1: "ter", 2: "dec", 3: "pro", 4: "doc", 5: "dat", 6: "pre"}
    texts = dict.fromkeys(kinds, text)
    made = flow("1>2 2>3[x] 2>4[y] 3>4 4>5 5>6", lanes="ab", kinds=kinds, texts=texts)
    lines = [
        (line.source, line.target, text if line.condition == "x" else line.condition)
        for line in made.transitions
    ]
    risks = [risk(1, "s2", statement=text, measures=(text, text))]
    return document(made.steps, lines, risks=risks, names={"a": text, "b": "科"})


def perturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fill freed memory: what reads it then fails every time."""
    monkeypatch.setenv("MALLOC_PERTURB_", "165")


def test_any_text_is_drawn_as_it_was_written(monkeypatch: pytest.MonkeyPatch):
    perturbed(monkeypatch)
    with Engine() as engine:
        for text in HOSTILE:
            svg = engine.render(source(place(hostile_map(text))), "svg")

            picture = Picture(svg)
            assert picture.figure("s3-text").words == bare(clean(text)), repr(text)
            assert picture.figure("s2-step").words == bare(clean(f"2 {text}"))
            labels = [each.words for each in picture.named("label")]
            assert labels == [bare(clean(text)), "y"] if text else ["y"]
            assert picture.figure("a-head").words == bare(clean(text))
            assert picture.figure("r1-measures").words == bare(
                clean(f"CS-01-01 {text}") + clean(f"CS-01-02 {text}")
            )


def test_hostile_texts_together_do_no_harm(monkeypatch: pytest.MonkeyPatch):
    perturbed(monkeypatch)
    steps = flow(" ".join(f"{n}>{n + 1}" for n in range(1, len(HOSTILE)))).steps
    made = flow(
        " ".join(f"{n}>{n + 1}" for n in range(1, len(HOSTILE))),
        texts=dict(enumerate(HOSTILE, start=1)),
    )
    lines = [
        (line.source, line.target, text)
        for line, text in zip(made.transitions, HOSTILE, strict=False)
    ]
    everything = document(
        made.steps,
        lines,
        risks=[risk(n, "s1", statement=text) for n, text in enumerate(HOSTILE, 1)],
    )
    with Engine() as engine:
        svg = engine.render(source(place(everything)), "svg")

    tags = {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(svg).iter()}
    names = {name for each in ElementTree.fromstring(svg).iter() for name in each.attrib}
    assert len(Picture(svg).named("step")) == len(steps)
    assert tags <= ALLOWED
    assert not any(name.startswith("on") or name.endswith("href") for name in names)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_or_key_cannot_become_markup(engine: Engine, text: str):
    made = flow("1>2")
    made = MapDocument(**{**vars(made), "title": text})

    svg = engine.render(source(place(made)), "svg")

    tags = {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(svg).iter()}
    assert tags <= ALLOWED


def test_a_label_that_kills_the_process_harms_no_other_drawing(monkeypatch: pytest.MonkeyPatch):
    perturbed(monkeypatch)
    with Engine() as engine:
        for _ in range(5):
            with contextlib.suppress(DrawingFailed):  # it dies of it while it draws, or after
                engine.render(DEADLY, "svg")

            assert engine.render(GOOD, "svg").startswith(b"<?xml")


def test_a_drawing_without_end_is_ended_at_its_limit():
    with Engine(seconds=1.5) as engine:
        engine.render(GOOD, "svg")
        began = time.monotonic()

        with pytest.raises(DrawingFailed, match=rf"1\.5 秒.*{DRAW_SECONDS.name}"):
            engine.render(SLOW, "svg")

        assert time.monotonic() - began < 4
        assert engine.render(GOOD, "svg").startswith(b"<?xml")


def test_a_drawing_beyond_its_memory_is_an_error_that_names_the_limit():
    with Engine(megabytes=300) as engine:
        with pytest.raises(DrawingFailed, match="RISKMAP_DRAW_MEGABYTES"):
            engine.render('digraph { a [peripheries=3000000 pos="9,9"] }', "svg")

        assert engine.render(GOOD, "svg").startswith(b"<?xml")


def test_a_process_killed_between_drawings_is_replaced_unnoticed(fresh: Engine):
    before = fresh.render(GOOD, "svg")
    first = fresh.process_id()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    time.sleep(0.1)

    assert fresh.render(GOOD, "svg") == before
    assert fresh.process_id() != first


def test_a_drawing_whose_process_is_killed_is_made_again_by_a_new_one(fresh: Engine):
    fresh.render(GOOD, "svg")
    first = fresh.process_id()
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (first, signal.SIGKILL)).start()

    assert fresh.render(GOOD, "svg").startswith(b"<?xml")
    assert fresh.process_id() != first


def test_a_drawing_that_its_process_dies_of_is_an_error_not_a_wait(fresh: Engine):
    def kill() -> None:
        process = fresh.process_id()
        assert process is not None
        os.kill(process, signal.SIGKILL)

    threading.Timer(0.7, kill).start()

    with pytest.raises(DrawingFailed, match="意外退出"):
        fresh.render(SLOW, "svg")
    assert fresh.render(GOOD, "svg").startswith(b"<?xml")


def kill(engine: Engine) -> None:
    process = engine.process_id()
    if process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def outcome(engine: Engine, source: str, expected: bytes) -> str:
    """Return what a caller gets: the chart, words, or anything else."""
    try:
        picture = engine.render(source, "svg")
    except DrawingFailed as error:
        return str(error)
    except Exception as error:  # whatever it is, it is not what was promised
        return repr(error)
    return "the chart" if picture == expected else repr(picture[:200])


def test_whenever_the_process_is_killed_every_caller_gets_its_chart_or_a_clear_error(
    sample: list[MapDocument],
):
    sources = [source(place(each)) for each in sample[:8]]
    outcomes: list[str] = []
    kills: list[threading.Timer] = []
    with Engine() as engine:
        expected = [engine.render(each, "svg") for each in sources]

        def draw(seed: int) -> None:
            chosen = random.Random(seed)
            for turn in range(50):
                if turn % 6 == 0:  # while one of the four draws, or while the next process starts
                    moment = chosen.uniform(0, chosen.choice((0.02, 0.4)))
                    kills.append(threading.Timer(moment, kill, (engine,)))
                    kills[-1].start()
                at = chosen.randrange(len(sources))
                outcomes.append(outcome(engine, sources[at], expected[at]))

        threads = [threading.Thread(target=draw, args=(number,)) for number in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        for each in kills:
            each.join()

        errors = [each for each in outcomes if each != "the chart"]
        assert len(outcomes) == 200
        assert len(errors) < len(kills)
        assert {each for each in errors if "意外退出" not in each} == set()
        outcome(engine, sources[0], expected[0])  # may meet the last of the killed
        assert outcome(engine, sources[0], expected[0]) == "the chart"


def test_an_answer_at_the_last_moment_is_one_and_the_next_drawing_is_not_blamed(
    monkeypatch: pytest.MonkeyPatch,
):
    with Engine(seconds=1.5) as engine:
        expected = engine.render(GOOD, "svg")
        watched = engine._process
        assert watched is not None

        def receive_late(stream) -> bytes:
            answer = receive(stream)
            watched.wait()  # until the watchdog has lost patience
            return answer

        with monkeypatch.context() as patched:
            patched.setattr(module, "receive", receive_late)
            assert engine.render(GOOD, "svg") == expected
        assert engine.render(GOOD, "svg") == expected


ASKER = """
import pathlib, sys, threading
from riskmap.drawing.engine import Engine
engine = Engine(seconds=1)
good, endless = (pathlib.Path(name).read_text() for name in sys.argv[1:])
engine.render(good, "svg")
engine._watchdog.seconds = 600  # the process's own limit is what is tried
threading.Thread(target=engine.render, args=(endless, "svg"), daemon=True).start()
print(engine.process_id(), flush=True)
sys.stdin.read()
"""


def ticks(process: int) -> int:
    """Return the computing time that a process has used."""
    return int(Path(f"/proc/{process}/stat").read_text().split()[13])


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux, as the limit does")
def test_a_drawing_without_end_ends_itself_where_riskmap_was_killed_meanwhile(tmp_path: Path):
    (tmp_path / "good").write_text(GOOD)
    (tmp_path / "endless").write_text(tangle(14))
    asker = subprocess.Popen(
        [sys.executable, "-c", ASKER, tmp_path / "good", tmp_path / "endless"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with asker:
        assert asker.stdout is not None
        process = int(asker.stdout.readline())
        drawing = os.pidfd_open(process)
        used = ticks(process)
        while ticks(process) < used + 20:
            time.sleep(0.05)
        asker.kill()

    ended, _, _ = select.select([drawing], [], [], 60)
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(drawing, signal.SIGKILL)
    os.close(drawing)
    assert ended


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="needs Linux, as the limits do")
def test_the_drawing_process_has_limits_and_leaves_no_core_file():
    with Engine(megabytes=700) as engine:
        engine.render(GOOD, "svg")
        limits = Path(f"/proc/{engine.process_id()}/limits").read_text()

    assert re.search(r"Max core file size +0 +0 ", limits)
    assert re.search(rf"Max address space +{700 * 1024 * 1024} ", limits)
    assert re.search(r"Max cpu time +\d+ ", limits)


def test_a_machine_that_can_start_no_process_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with Engine() as engine:
        with monkeypatch.context() as patched:
            patched.setattr(module.tempfile, "tempdir", str(tmp_path / "none"))
            with pytest.raises(DrawingFailed, match="启动不了.*riskmap check"):
                engine.render(GOOD, "svg")
        with monkeypatch.context() as patched:
            patched.setattr(module.threading.Thread, "start", no_more_threads)
            with pytest.raises(DrawingFailed, match="启动不了.*thread"):
                engine.render(GOOD, "svg")
            assert engine.process_id() is None

        assert engine.render(GOOD, "svg").startswith(b"<?xml")


def no_more_threads(_thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_a_font_folder_that_was_tidied_away_is_made_again(fresh: Engine):
    before = fresh.render(GOOD, "svg")
    assert fresh._folder is not None
    shutil.rmtree(fresh._folder.name)
    first = fresh.process_id()
    assert first is not None
    os.kill(first, signal.SIGKILL)

    assert fresh.render(GOOD, "svg") == before


def test_a_process_that_takes_no_job_is_ended_at_the_limit():
    with Engine(seconds=1) as engine:
        engine.render(GOOD, "svg")
        stopped = engine.process_id()
        assert stopped is not None
        os.kill(stopped, signal.SIGSTOP)

        with pytest.raises(DrawingFailed, match="1 秒"):
            engine.render(GOOD + " " * 1_000_000, "svg")


def test_what_graphviz_complains_of_is_an_error(fresh: Engine):
    with pytest.raises(DrawingFailed, match="图形引擎报错.*syntax|not well-formed"):
        fresh.render(COMPLAINING, "svg")
    with pytest.raises(DrawingFailed, match="图形引擎报错"):
        fresh.render("this is no graph", "svg")
    assert fresh.render(GOOD, "svg").startswith(b"<?xml")


def test_no_process_and_no_folder_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module.tempfile, "tempdir", str(tmp_path))
    seen = []
    with Engine(seconds=1.5) as engine:
        for each in (GOOD, COMPLAINING, DEADLY, GOOD):
            try:
                engine.render(each, "svg")
            except DrawingFailed:
                continue
            seen.append(engine.process_id())
        assert list(tmp_path.iterdir()) != []

    assert list(tmp_path.iterdir()) == []
    for process in seen:
        assert process is not None
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    engine.close()
    assert engine.process_id() is None


def test_the_fonts_folder_of_the_package_is_not_written_to(fresh: Engine):
    folder = module.font_folder()
    before = sorted(path.name for path in folder.iterdir())

    fresh.render(GOOD, "svg")

    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_worn_process_is_replaced(monkeypatch: pytest.MonkeyPatch, fresh: Engine):
    monkeypatch.setattr(module, "RECYCLE_AFTER", 3)

    processes = []
    for _ in range(7):
        fresh.render(GOOD, "svg")
        processes.append(fresh.process_id())

    assert len(set(processes)) == 3


def test_many_drawings_come_in_order_and_equal_single_ones(
    fresh: Engine, sample: list[MapDocument]
):
    sources = [source(place(each)) for each in sample]

    assert list(fresh.render_all(sources, "svg")) == [fresh.render(each, "svg") for each in sources]
    assert list(fresh.render_all([], "svg")) == []


def test_an_answer_nobody_fetched_is_not_the_next_ones(fresh: Engine, sample: list[MapDocument]):
    one, two, three = (source(place(each)) for each in sample[:3])
    expected = [fresh.render(each, "svg") for each in (one, two, three)]

    def broken() -> Iterator[str]:
        yield one
        raise KeyError("the second source cannot be made")

    with pytest.raises(KeyError):
        next(fresh.render_all(broken(), "svg"))
    assert fresh.render(two, "svg") == expected[1]
    many = fresh.render_all([one, two, three], "svg")
    assert next(many) == expected[0]
    assert fresh.render(three, "svg") == expected[2]
    assert list(many) == expected[1:]


def test_big_sources_and_big_pictures_do_not_block_each_other(fresh: Engine):
    steps = " ".join(f"{n}>{n + 1}" for n in range(1, 400))
    big = source(place(flow(steps)))

    pictures = list(fresh.render_all([big, big, big], "svg"))

    assert len(set(pictures)) == 1


def test_pdf_has_our_face_alone_embedded(fresh: Engine, sample: list[MapDocument]):
    pdf = fresh.render(source(place(sample[0])), "pdf")

    reader = PdfReader(BytesIO(pdf))
    fonts = [
        font.get_object()["/BaseFont"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert pdf.startswith(b"%PDF")
    assert fonts
    assert all("NotoSansSC" in name for name in fonts)
    assert "风险点与防控措施" in reader.pages[0].extract_text().replace(" ", "")


def test_png_is_150_dots_an_inch(fresh: Engine):
    chart = place(flow("1>2"))

    png = fresh.render(source(chart), "png")

    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    wide = int.from_bytes(png[16:20], "big")
    assert abs(wide - chart.width / 72 * 150) < 3


def test_threads_share_an_engine(fresh: Engine, sample: list[MapDocument]):
    sources = [source(place(each)) for each in sample[:4]]
    expected = [fresh.render(each, "svg") for each in sources]
    wrong: list[int] = []

    def draw(number: int) -> None:
        for turn in range(10):
            at = (number + turn) % 4
            if fresh.render(sources[at], "svg") != expected[at]:
                wrong.append(at)

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_no_program_is_needed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    with Engine() as engine:
        assert engine.render(GOOD, "svg").startswith(b"<?xml")


@pytest.fixture
def without_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hide pygraphviz from the drawing process; return the folder where programs are looked for."""
    (tmp_path / "pygraphviz.py").write_text("raise ImportError('hidden')\n")
    programs = tmp_path / "bin"
    programs.mkdir()
    root = Path(module.__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{root}")
    monkeypatch.setenv("PATH", str(programs))
    return programs


def program(folder: Path, code: str) -> None:
    path = folder / "neato"
    path.write_text(f"#!{sys.executable}\nimport sys\n{code}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_program_draws_where_the_library_is_missing(without_library: Path):
    program(
        without_library,
        "assert sys.argv[1:] == ['-n2', '-Tsvg'], sys.argv\n"
        "said = sys.stdin.read()\n"
        "print('Fontconfig warning: never mind', file=sys.stderr)\n"
        "print(f'<svg>{len(said)}</svg>', end='')",
    )
    with Engine() as engine:
        assert engine.render(GOOD, "svg") == f"<svg>{len(GOOD)}</svg>".encode()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print('<svg/>'); print('Warning: label', file=sys.stderr)", "Warning: label"),
        ("sys.exit(3)", "ended with 3"),
    ],
)
def test_a_program_that_complains_or_fails_is_an_error(without_library: Path, code: str, said: str):
    program(without_library, code)
    with Engine() as engine, pytest.raises(DrawingFailed, match=said):
        engine.render(GOOD, "svg")


def test_without_library_and_program_the_error_says_what_to_install(without_library: Path):
    with Engine() as engine, pytest.raises(DrawingFailed, match="pygraphviz nor a neato"):
        engine.render(GOOD, "svg")
