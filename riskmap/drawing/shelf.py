"""A folder of bounded size for what can be made anew: read whole or not at all, oldest go first.

Any number of threads and processes may share it. Whatever is wrong with it (no right to write, a
full disk, a damaged file) costs the making once more, and is never an error.
"""

import hashlib
import json
import logging
import os
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{64}")
_BEGUN = "begun-"  # what a file is called until it is whole
_ABANDONED = 3600  # seconds; by then its writer is gone


def name_of(*words: str) -> str:
    """Return the name of a file for all that its content depends on."""
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


class Shelf:
    """Files by board and name; what stands on the first board makes room before the second."""

    def __init__(self, folder: Path, most: int, boards: tuple[str, ...]) -> None:
        self.folder = folder
        self.most = most  # bytes
        self.boards = boards
        self._unseen = 0  # bytes that may be written before the folder is looked through again
        self._lock = threading.Lock()
        self._told = False

    def get(self, board: str, name: str) -> bytes | None:
        """Return what was put there, None where it is not there or no longer as it was put."""
        path = self.folder / board / name
        try:
            digest, _, content = path.read_bytes().partition(b"\n")
        except OSError:
            return None
        if digest != _digest(name, content):
            _remove(path)
            return None
        with suppress(OSError):
            os.utime(path)  # used just now
        return content

    def put(self, board: str, name: str, content: bytes) -> None:
        """Keep a content under a name, if that is possible."""
        if len(content) > self.most // 8:  # it would drive out too much
            return
        try:
            _write(self.folder / board / name, _digest(name, content) + b"\n" + content)
        except OSError as error:
            self._tell(error)
            return
        with self._lock:
            self._unseen -= len(content)
            if self._unseen <= 0:
                self._make_room()

    def size(self) -> int:
        """Return the bytes that are kept."""
        return sum(size for _, _, size, _ in self._files())

    def _make_room(self) -> None:
        """Remove the longest unused until an eighth is free; then as much may come in unseen.

        Only a quarter of that, because other processes write as well.
        """
        files = sorted(self._files())
        room = self.most - self.most // 8 - sum(size for _, _, size, _ in files)
        for _, _, size, path in files:
            if room >= 0:
                break
            _remove(path)
            room += size
        self._unseen = (self.most // 8 + room) // 4

    def _files(self) -> Iterator[tuple[int, float, int, Path]]:
        """Yield our files as (board, last use, bytes, path); others in the folder are not ours."""
        for rank, board in enumerate(self.boards):
            with suppress(OSError), os.scandir(self.folder / board) as entries:
                for entry in entries:
                    with suppress(OSError):  # another process may have removed it
                        found = entry.stat()
                        if _NAME.fullmatch(entry.name):
                            yield rank, found.st_mtime, found.st_size, Path(entry.path)
                        elif _abandoned(entry.name, found.st_mtime):
                            _remove(Path(entry.path))

    def _tell(self, error: OSError) -> None:
        if not self._told:  # once: it slows every drawing, but hinders none
            self._told = True
            logging.getLogger(__name__).warning("nothing can be kept in %s: %s", self.folder, error)


def _digest(name: str, content: bytes) -> bytes:
    """Return what tells a whole file of this name from any other."""
    return hashlib.sha256(name.encode() + content).hexdigest().encode()


def _write(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there; not forced to disk, the digest will tell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, begun = tempfile.mkstemp(prefix=_BEGUN, dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        os.replace(begun, path)
    except BaseException:
        _remove(Path(begun))
        raise


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _abandoned(name: str, written: float) -> bool:
    return name.startswith(_BEGUN) and time.time() - written > _ABANDONED
