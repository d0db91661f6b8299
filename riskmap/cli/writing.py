"""Write files whole or not at all: beside the target first, then renamed over it."""

import os
import tempfile
from pathlib import Path


class CannotWrite(RuntimeError):
    """A place that files cannot be written to, and what to do."""


def write(path: Path, content: bytes) -> Path:
    """Write a file so that its name never stands for half of it; raises `CannotWrite`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as beside:
            try:
                beside.write(content)
                beside.flush()
                os.fsync(beside.fileno())
                beside.close()
                os.chmod(beside.name, 0o644)
                os.replace(beside.name, path)
            except BaseException:
                beside.close()
                Path(beside.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise CannotWrite(
            f"写不进 {path}（{error.strerror or error}）；请换一个有写权限的位置，或腾出磁盘空间"
        ) from error
    return path


def folder(path: Path) -> Path:
    """Return a folder that exists; raises `CannotWrite`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(
            f"建不了文件夹 {path}（{error.strerror or error}）；请用 --output 指定别的位置"
        ) from error
    return path
