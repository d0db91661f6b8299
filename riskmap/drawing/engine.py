"""The engine: one warm drawing process, timed, killed at its limit, replaced when it dies."""

import os
import re
import subprocess
import sys
import tempfile
import threading
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

_NAMELESS = re.compile(r"<title>[^<]*</title>\n|<!--.*?-->\n?", re.DOTALL)


class DrawingFailed(RuntimeError):
    """A chart that could not be drawn: why, and what to do."""


class Engine:
    """Draws DOT with positions; safe to call from several threads, one drawing at a time."""

    def __init__(self, seconds: float | None = None, megabytes: int | None = None) -> None:
        self.seconds = seconds if seconds is not None else float(DRAW_SECONDS.read())
        self.megabytes = megabytes if megabytes is not None else int(DRAW_MEGABYTES.read())
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
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
        with self._lock:
            self._ask(source, kind)
            return self._finish(self._answer(), kind)

    def render_all(self, sources: Iterable[str], kind: Format) -> Iterator[bytes]:
        """Yield the pictures in order; the next source is made while the last one is drawn."""
        with self._lock:
            waiting = False
            for source in sources:
                answer = self._answer() if waiting else None
                self._ask(source, kind)
                waiting = True
                if answer is not None:
                    yield self._finish(answer, kind)
            if waiting:
                yield self._finish(self._answer(), kind)

    def close(self) -> None:
        """End the drawing process."""
        with self._lock:
            self._stop()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def process_id(self) -> int | None:
        """Return the drawing process's id while there is one."""
        return self._process.pid if self._process else None

    def _ask(self, source: str, kind: Format) -> None:
        if kind == "png":
            source = source.replace("{", f"{{\n\tdpi={PNG_DPI}", 1)
        if self._drawn >= RECYCLE_AFTER:
            self._stop()
        for attempt in (1, 2):
            process = self._process or self._start()
            assert process.stdin is not None
            try:
                send(process.stdin, f"{kind}\0{source}".encode("utf-8", "replace"))
                return
            except OSError as error:  # it died since the last drawing: once more with a new one
                self._stop()
                if attempt == 2:
                    raise DrawingFailed(_gone()) from error

    def _answer(self) -> bytes:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        late = threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self.seconds, kill)
        timer.start()
        try:
            answer = receive(process.stdout)
        except (EOFError, OSError) as error:
            self._stop()
            raise DrawingFailed(
                f"绘图超过 {self.seconds:g} 秒，已终止；请减少本图的步骤或风险点，"
                f"或调大 {DRAW_SECONDS.name}"
                if late.is_set()
                else _gone()
            ) from error
        finally:
            timer.cancel()
        self._drawn += 1
        if answer[:1] != GOOD:
            self._stop()
            raise DrawingFailed(f"图形引擎报错：{answer[1:].decode(errors='replace')[:300]}")
        return answer[1:]

    def _start(self) -> subprocess.Popen[bytes]:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="riskmap-fonts-")
        settings = font_settings(Path(self._folder.name))
        environment = {**os.environ, "FONTCONFIG_FILE": str(settings), "PYTHONUTF8": "1"}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "riskmap.drawing.child", str(self.megabytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        except OSError as error:
            raise DrawingFailed(f"绘图进程启动不了（{error}）；请运行 riskmap check") from error
        self._drawn = 0
        return self._process

    def _stop(self) -> None:
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

    @staticmethod
    def _finish(picture: bytes, kind: Format) -> bytes:
        return _tidy(picture) if kind == "svg" else picture


def _gone() -> str:
    return "绘图进程意外退出，已换新；请重试一次，若仍如此请运行 riskmap check 并把图号告诉管理员"


def font_settings(folder: Path) -> Path:
    """Write the font settings: our faces, and the system's for characters that ours lack."""
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(font_folder()))}</dir>"
        f"<cachedir>{escape(str(folder / 'cache'))}</cachedir>"
        "</fontconfig>",
        encoding="utf-8",
    )
    return path


def _tidy(svg: bytes) -> bytes:
    """Return the SVG with weight instead of a bold family, and without Graphviz's own names."""
    text = svg.decode("utf-8")
    text = text.replace(
        'font-family="Noto Sans SC Bold"', 'font-family="Noto Sans SC" font-weight="bold"'
    )
    return _NAMELESS.sub("", text).encode("utf-8")
