"""The engine: one warm drawing process, timed, killed at its limit, replaced when it dies."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal
from xml.sax.saxutils import escape

from riskmap.config import DRAW_MEGABYTES, DRAW_SECONDS, font_folder
from riskmap.drawing.child import GOOD, receive, send

Format = Literal["svg", "pdf", "png"]
RECYCLE_AFTER = 5000  # drawings; the library keeps about 3 kB of each
PNG_DPI = 150
FAMILY = '"Noto Sans SC, sans-serif"'
PIPE = 512 * 1024  # bytes, where the system lets us choose: a whole picture fits

_NAMELESS = re.compile(r"<title>[^<]*</title>\n|<!--.*?-->\n?", re.DOTALL)

_DATED = re.compile(rb"/CreationDate \([^)]*\)")


class DrawingFailed(RuntimeError):
    """A chart that could not be drawn: why, and what to do."""


class _Died(DrawingFailed):
    """The drawing process ended by itself."""


class _Watchdog(threading.Thread):
    """Kills a process whose answer is overdue; one for the process's life, not one a drawing."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.seconds = seconds
        self.due: float | None = None  # while an answer is awaited
        self.late = False
        self.ended = threading.Event()
        self._lock = threading.Lock()

    def expect(self) -> None:
        """Begin to wait for an answer."""
        with self._lock:
            self.due = time.monotonic() + self.seconds

    def met(self) -> bool:
        """Say that the answer is there; return whether the process may draw on."""
        with self._lock:
            self.due = None
            return not self.late

    def run(self) -> None:
        left = self.seconds
        while not self.ended.wait(left):
            with self._lock:
                left = self.seconds if self.due is None else self.due - time.monotonic()
                self.late = left <= 0
            if self.late:
                self.process.kill()
                return


class Engine:
    """Draws DOT with positions; safe to call from several threads, one drawing at a time."""

    def __init__(self, seconds: float | None = None, megabytes: int | None = None) -> None:
        self.seconds = seconds if seconds is not None else DRAW_SECONDS.number()
        self.megabytes = megabytes if megabytes is not None else int(DRAW_MEGABYTES.number())
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: _Watchdog | None = None
        self._drawn = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> "Engine":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def render(self, source: str, kind: Format) -> bytes:
        """Return a chart's picture; raises `DrawingFailed`, never lets the caller die or hang."""
        (picture,) = self.render_all((source,), kind)
        return picture

    def render_all(self, sources: Iterable[str], kind: Format) -> Iterator[bytes]:
        """Yield the pictures in order; the next source is made while the last one is drawn."""
        coming = iter(sources)
        source = next(coming, None)
        raw: bytes | None = None
        while source is not None:
            with self._lock:
                self._ask(source, kind)
                # While it draws: finish the picture before, make the source after.
                picture = _finished(raw, kind) if raw is not None else None
                asked, source = source, next(coming, None)
                raw = self._answer_or_again(asked, kind)
            if picture is not None:
                yield picture
        if raw is not None:
            yield _finished(raw, kind)

    def close(self) -> None:
        """End the drawing process."""
        with self._lock:
            self._stop()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def process_id(self) -> int | None:
        """Return the drawing process's id while there is one."""
        process = self._process  # once: another thread may be replacing it
        return process.pid if process else None

    def _ask(self, source: str, kind: Format) -> None:
        if kind == "png":
            source = source.replace("{", f"{{\n\tdpi={PNG_DPI}", 1)
        # An answer that nobody fetched must not become the next asker's.
        if self._awaited() or self._drawn >= RECYCLE_AFTER:
            self._stop()
        job = f"{kind}\0{source}".encode("utf-8", "replace")
        if self._process is not None and self._send(self._process, job):
            return  # else it died since its last drawing
        if not self._send(self._start(), job):
            raise DrawingFailed(_gone())

    def _awaited(self) -> bool:
        """Return whether an answer is still to come."""
        return self._watchdog is not None and self._watchdog.due is not None

    def _send(self, process: subprocess.Popen[bytes], job: bytes) -> bool:
        """Hand a job over; return whether the process took it."""
        watchdog = self._watchdog
        assert process.stdin is not None
        assert watchdog is not None
        watchdog.expect()
        try:
            send(process.stdin, job)
        except OSError as error:
            self._stop()
            if watchdog.late:
                raise DrawingFailed(self._too_long()) from error
            return False
        return True

    def _answer_or_again(self, source: str, kind: Format) -> bytes:
        """Return the answer; a process that died may have died of the drawing before."""
        innocent = self._drawn > 0
        try:
            return self._answer()
        except _Died:
            if not innocent:
                raise
            self._ask(source, kind)
            return self._answer()

    def _answer(self) -> bytes:
        process, watchdog = self._process, self._watchdog
        if process is None or watchdog is None or watchdog.due is None:
            raise DrawingFailed(_gone())
        assert process.stdout is not None
        try:
            answer = receive(process.stdout)
        except (EOFError, OSError) as error:
            self._stop()
            if watchdog.late:
                raise DrawingFailed(self._too_long()) from error
            raise _Died(_gone()) from error
        self._drawn += 1
        # An answer at the last moment is one, but its process is being killed: the next
        # drawing must not be told that it took too long.
        if not watchdog.met() or answer[:1] != GOOD:
            self._stop()
        if answer[:1] != GOOD:
            said = answer[1:].decode(errors="replace")[:300]
            raise DrawingFailed(f"图形引擎报错：{said}；请把图号和这句话告诉管理员")
        return answer[1:]

    def _too_long(self) -> str:
        return (
            f"绘图超过 {self.seconds:g} 秒，已终止；请减少本图的步骤或风险点，"
            f"或调大 {DRAW_SECONDS.name}"
        )

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            environment = {**os.environ, "FONTCONFIG_FILE": str(self._fonts()), "PYTHONUTF8": "1"}
            limits = [str(self.megabytes), str(self.seconds)]
            self._process = subprocess.Popen(
                [sys.executable, "-m", "riskmap.drawing.child", *limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                pipesize=PIPE,
            )
            self._watchdog = _Watchdog(self._process, self.seconds)
            self._watchdog.start()
        except (OSError, RuntimeError) as error:  # no disk, no process, no thread to be had
            self._stop()
            raise DrawingFailed(f"绘图进程启动不了（{error}）；请运行 riskmap check") from error
        self._drawn = 0
        return self._process

    def _fonts(self) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="riskmap-fonts-")
        return font_settings(Path(self._folder.name))

    def _stop(self) -> None:
        watchdog, self._watchdog = self._watchdog, None
        if watchdog is not None:
            watchdog.ended.set()
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # unsent bytes of a job whose process is gone


def _finished(picture: bytes, kind: Format) -> bytes:
    if kind == "pdf":  # the time of drawing would make equal charts unequal
        return _DATED.sub(lambda found: b" " * len(found[0]), picture)
    return _tidy(picture) if kind == "svg" else picture


def _gone() -> str:
    return (
        f"绘图进程意外退出（内存上限见 {DRAW_MEGABYTES.name}），已换新；"
        "请重试一次，若仍如此请运行 riskmap check 并把图号告诉管理员"
    )


def font_settings(folder: Path) -> Path:
    """Write the font settings: our faces and no other, so that every machine draws alike.

    The library marks each folder of fonts that it may write to; the package's is not for that.
    """
    fonts = folder / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)  # what cleans temporary folders may have taken it
    for font in font_folder().glob("*.ttf"):
        link = fonts / font.name
        if not link.exists():
            _link(font, link)
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(fonts))}</dir>"
        f"<cachedir>{escape(str(folder / 'cache'))}</cachedir>"
        "</fontconfig>",
        encoding="utf-8",
    )
    return path


def _link(font: Path, link: Path) -> None:
    try:
        link.symlink_to(font)
    except OSError:  # Windows lets few users make links
        shutil.copy(font, link)


def _tidy(svg: bytes) -> bytes:
    """Return the SVG with weight instead of a bold family, and without Graphviz's own names.

    Where a browser has not our face, any without serifs will do: full-width signs are as wide.
    """
    text = svg.decode("utf-8")
    text = text.replace('"Noto Sans SC Bold"', f'{FAMILY} font-weight="bold"')
    text = text.replace('font-family="Noto Sans SC"', f"font-family={FAMILY}")
    return _NAMELESS.sub("", text).encode("utf-8")
