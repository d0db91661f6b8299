"""Files that people upload, read in a process of their own that is ended at its limits."""

import os
import signal
import subprocess
import sys
import threading
from typing import Final

from riskmap.document.sentences import say
from riskmap.workbooks.book import Book
from riskmap.workbooks.door import Kind, kind
from riskmap.workbooks.passing import book_from
from riskmap.workbooks.refusals import Refused

SECONDS: Final = 60
MEGABYTES: Final = 1024
WAIT: Final = 20
"""Seconds that a file waits for its turn."""
LARGEST_ANSWER: Final = 256 * 1024 * 1024

_TIME_IS_UP: Final = -getattr(signal, "SIGXCPU", 0) or None
_TURNS = threading.BoundedSemaphore(2)  # at most two readings at a time take their memory


def read_book(
    content: bytes, name: str, seconds: float = SECONDS, megabytes: int = MEGABYTES
) -> Book:
    """Return the sheets of an .xlsx or .csv file; raises `Refused`, and nothing else.

    The name and first bytes are looked at here, all else by the reading process: this one never
    unpacks what it was sent.
    """
    found = kind(content, name)
    if not _TURNS.acquire(timeout=WAIT):
        raise _too_busy()
    try:
        answer, late = _answer(found, content, name, seconds, megabytes)
    finally:
        _TURNS.release()
    try:
        return book_from(answer)
    except ValueError as error:  # cut, or nothing at all
        raise _too_slow(seconds) if late else _too_much(megabytes) from error


def _answer(
    found: Kind, content: bytes, name: str, seconds: float, megabytes: int
) -> tuple[bytes, bool]:
    """Return what the reading process answers, and whether it was ended for being late."""
    late = threading.Event()
    try:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "riskmap.workbooks.child"),
                *(found, _harmless(name), str(megabytes), str(seconds)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONUTF8": "1", "RUST_BACKTRACE": "0"},
        )
    except OSError as error:  # no process, no memory to be had
        raise _too_busy() from error

    def end() -> None:
        late.set()
        process.kill()

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        answer = _exchange(process, content)
    finally:
        watch.cancel()
        process.kill()
        process.wait()
    return answer, late.is_set() or process.returncode == _TIME_IS_UP


def _exchange(process: subprocess.Popen[bytes], content: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdout:
        try:
            with process.stdin as file:
                file.write(content)
        except OSError:  # it died before it had read all: the answer, or its lack, tells
            pass
        return process.stdout.read(LARGEST_ANSWER)


def _harmless(name: str) -> str:
    """Return a file's name as an argument of a program may be: no NUL, not too long."""
    folders, _, last = name.replace("\\", "/").replace("\0", "").rpartition("/")
    return last.encode("utf-8", "replace").decode()[-200:]


def _too_busy() -> Refused:
    return Refused(say("The server is too busy to read a file. Try again in a few minutes."))


def _too_slow(seconds: float) -> Refused:
    return Refused(
        say(
            "Reading the file took more than %(limit)s seconds and was ended. Divide the table "
            "into several files.",
            limit=f"{seconds:g}",
        )
    )


def _too_much(megabytes: int) -> Refused:
    return Refused(
        say(
            "Reading the file took more memory than is given (%(limit)s MB), or failed. Copy the "
            "table alone into a new workbook, or divide it into several files.",
            limit=megabytes,
        )
    )
