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
Draw = Callable[[str, str], bytes]


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
            answer, good = _answer(draw, job, complaints)
            send(answers, (GOOD if good else BAD) + answer)
            if not good:
                return


def _answer(draw: Draw, job: bytes, complaints: BinaryIO) -> tuple[bytes, bool]:
    """Return a job's picture, or what Graphviz complained of: it calls broken labels a success."""
    kind, _, source = job.partition(b"\0")
    complaints.seek(0)
    complaints.truncate()
    try:
        picture = draw(source.decode(), kind.decode())
        problem = b""
    except MemoryError:
        raise  # the limit: nothing that this process does from here on can be relied on
    except Exception as error:  # whatever it is, the asker must hear of it
        picture, problem = b"", f"{type(error).__name__}: {error}".encode()
    complaints.seek(0)
    said = [line for line in complaints.read().splitlines() if not line.startswith(HARMLESS)]
    problem = b"; ".join([problem, *said] if problem else said)
    return (problem, False) if problem else (picture, True)


def _drawer() -> Draw:
    """Return how to draw here: with the library if it is installed, else with the program."""
    try:
        from pygraphviz import AGraph  # noqa: PLC0415 (absent where no wheel exists)
        from pygraphviz import graphviz as gv  # noqa: PLC0415
    except ImportError:
        return _draw_by_program
    context = gv.gvContextWithBuiltins()

    def draw(source: str, kind: str) -> bytes:
        graph = AGraph(string=source)
        gv.gvLayout(context, graph.handle, b"nop2")
        picture: bytes = gv.gvRenderData(context, graph.handle, kind.encode())[1]
        gv.gvFreeLayout(context, graph.handle)
        graph.close()
        return picture

    return draw


def _draw_by_program(source: str, kind: str) -> bytes:
    program = shutil.which("neato")
    if program is None:
        raise FileNotFoundError("neither pygraphviz nor a neato program is installed")
    command = [program, "-n2", f"-T{kind}"]  # its complaints join ours: it has our stderr
    done = subprocess.run(command, input=source.encode(), stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise RuntimeError(f"neato ended with {done.returncode}")
    return done.stdout


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
