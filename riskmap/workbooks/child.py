"""The reading process: one file on stdin, one answer on stdout, within limits of time and memory.

A parser of other people's files can be made to hang, to take all memory or to end its process; so
it lives in one of its own (`riskmap.workbooks.reading` starts, times and ends it).
Usage: python -m riskmap.workbooks.child KIND NAME MEGABYTES SECONDS
"""

import math
import os
import sys

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

from riskmap.document.sentences import say
from riskmap.workbooks.book import Book
from riskmap.workbooks.door import Kind
from riskmap.workbooks.excel import read_workbook
from riskmap.workbooks.passing import of_book, of_refusal
from riskmap.workbooks.refusals import Refused
from riskmap.workbooks.separated import read_separated


def main() -> None:
    """Read one file and answer with its book, or with why there is none."""
    kind, name, megabytes, seconds = sys.argv[1:]
    _limit(int(megabytes), math.ceil(float(seconds)))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing a library prints may get into the answer
    answer = _answer(Kind(kind), name, sys.stdin.buffer.read())
    answers.write(answer)
    answers.close()


def _answer(kind: Kind, name: str, content: bytes) -> bytes:
    try:
        return of_book(_book(kind, name, content))
    except Refused as refused:
        return of_refusal(refused)
    except MemoryError:
        raise  # the limit: nothing that this process does from here on can be relied on
    except BaseException as error:  # a panic of calamine is no Exception
        return of_refusal(_unreadable(error))


def _book(kind: Kind, name: str, content: bytes) -> Book:
    return read_workbook(content) if kind is Kind.XLSX else read_separated(content, name)


def _unreadable(error: BaseException) -> Refused:
    return Refused(
        say(
            "The file cannot be read (%(problem)s). Open it in Excel or WPS and save it as a "
            "new .xlsx.",
            problem=f"{type(error).__name__}: {error}"[:200],
        )
    )


def _limit(megabytes: int, seconds: int) -> None:
    """Bound memory and computing time, forbid files and cores, where the system can."""
    if resource is None:
        return
    room = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
