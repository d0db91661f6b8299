"""The drawing process: takes jobs on stdin, answers on stdout. The only module that runs Graphviz.

Graphviz holds the interpreter's lock while it draws, can run for minutes, and can end its process;
so it lives in a process of its own (`riskmap.drawing.engine` starts, times and replaces it).
Usage: python -m riskmap.drawing.child MEGABYTES SECONDS
"""

import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import IO, BinaryIO

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

LENGTH = struct.Struct(">I")
GOOD, BAD = b"+", b"-"
# Said once at the start where the system's own font settings are newer than the library.
HARMLESS = b"Fontconfig warning:"
Draw = Callable[[str, str], tuple[bytes, Callable[[], None]]]
"""Draws a source in a format: the picture, and how to free what it took, once it is sent."""


def send(stream: IO[bytes], payload: bytes) -> None:
    """Write one message: its length in four bytes, then itself."""
    stream.write(LENGTH.pack(len(payload)) + payload)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Read one message; raises `EOFError` when the other side is gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    payload = stream.read(length)
    if len(payload) < length:
        raise EOFError
    return payload


def main() -> None:
    """Answer jobs until stdin closes or a job fails: a failed layout leaves memory behind."""
    megabytes, seconds = int(sys.argv[1]), float(sys.argv[2])
    _limit_memory(megabytes)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing a library prints may get between the answers
    with tempfile.TemporaryFile() as complaints:
        os.dup2(complaints.fileno(), 2)
        draw = _drawer()
        while True:
            try:
                job = receive(sys.stdin.buffer)
            except EOFError:
                return
            _limit_time(seconds)
            answer, free = _answer(draw, job, complaints)
            send(answers, (BAD if free is None else GOOD) + answer)
            if free is None:
                return
            free()  # while the asker reads


def _answer(
    draw: Draw, job: bytes, complaints: BinaryIO
) -> tuple[bytes, Callable[[], None] | None]:
    """Return a job's picture and how to free it; or what Graphviz complained of, and nothing.

    Graphviz calls broken labels a success; its complaints tell.
    """
    kind, _, source = job.partition(b"\0")
    complaints.seek(0)
    complaints.truncate()
    free: Callable[[], None] | None = None
    try:
        picture, free = draw(source.decode(), kind.decode())
        problem = b""
    except MemoryError:
        raise  # the limit: nothing that this process does from here on can be relied on
    except Exception as error:  # whatever it is, the asker must hear of it
        picture, problem = b"", f"{type(error).__name__}: {error}".encode()
    complaints.seek(0)
    said = [line for line in complaints.read().splitlines() if not line.startswith(HARMLESS)]
    problem = b"; ".join([problem, *said] if problem else said)
    return (problem, None) if problem else (picture, free)


def _drawer() -> Draw:
    """Return how to draw here: with the library if it is installed, else with the program."""
    try:
        from pygraphviz import graphviz as gv  # noqa: PLC0415 (absent where no wheel exists)
    except ImportError:
        return _draw_by_program
    context = gv.gvContextWithBuiltins()
    page = tempfile.TemporaryFile()  # noqa: SIM115 (the library reads files only; ends with us)

    def draw(source: str, kind: str) -> tuple[bytes, Callable[[], None]]:
        page.seek(0)
        page.truncate()
        page.write(source.encode())
        page.flush()
        page.seek(0)
        graph = gv.agread(page, None)
        gv.gvLayout(context, graph, b"nop2")
        picture: bytes = gv.gvRenderData(context, graph, kind.encode())[1]

        def free() -> None:
            gv.gvFreeLayout(context, graph)
            gv.agclose(graph)

        return picture, free

    return draw


def _draw_by_program(source: str, kind: str) -> tuple[bytes, Callable[[], None]]:
    program = shutil.which("neato")
    if program is None:
        raise FileNotFoundError("neither pygraphviz nor a neato program is installed")
    command = [program, "-n2", f"-T{kind}"]  # its complaints join ours: it has our stderr
    done = subprocess.run(command, input=source.encode(), stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise RuntimeError(f"neato ended with {done.returncode}")
    return done.stdout, lambda: None


def _limit_memory(megabytes: int) -> None:
    """Bound the process's memory and forbid core files, where the system can."""
    if resource is not None:
        room = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    """Bound this job's computing time: if the asker dies, nobody else ends a drawing that hangs."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        last = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (last, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
