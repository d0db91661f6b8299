"""A backup is one file: a zip of the database's dump and of what it must hold, under a seal.

The seal is the SHA-256 of all bytes before it, kept as the zip's comment at the very end: whatever
was cut off or altered, in the dump or around it, is found before anything is done with the file.
"""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

FORMAT = 1
MANIFEST, DUMP = "manifest.json", "dump"
SEAL = 64  # hex digits
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 1024 * 1024

Advance = Callable[[int], None]
Progress = Callable[[str, int], AbstractContextManager[Advance]]
"""Says what is going on, and how far it is; of unknown length where that is 0."""


class BackupError(RuntimeError):
    """A backup that cannot be made or used: what, and what to do."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a database holds, as far as two of them are compared by."""

    schema: str
    bureaus: tuple[str, ...]  # their codes
    rows: dict[str, int]  # of every table
    heads: tuple[tuple[int, int, str], ...]  # of every chain: its number, entries, hash


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself."""

    format: int
    riskmap: str
    engine: str
    at: str
    contents: Contents
    size: int  # of the dump, in bytes
    sha256: str  # of the dump


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def _copy(
    source: BinaryIO, length: int, advance: Advance, digest: _Digest, target: BinaryIO | None = None
) -> int:
    """Read up to `length` bytes past a digest and into a file; return how many there were."""
    left = length
    while left and (chunk := source.read(min(CHUNK, left))):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
        left -= len(chunk)
        advance(len(chunk))
    return length - left


def sha256_of(path: Path, advance: Advance = lambda _bytes: None) -> str:
    """Return the SHA-256 of a file, 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        _copy(file, path.stat().st_size, advance, digest)
    return digest.hexdigest()


def write(place: Path, manifest: Manifest, dump: Path, progress: Progress) -> None:
    """Write a sealed backup to a place where nothing is yet, down to the disk."""
    packed = zipfile.ZIP_STORED if manifest.engine == "postgresql" else zipfile.ZIP_DEFLATED
    about = zipfile.ZipInfo(DUMP)
    about.compress_type = packed  # pg_dump packs by itself
    with (
        zipfile.ZipFile(place, "x") as archive,
        progress("写入备份", manifest.size) as advance,
        dump.open("rb") as source,
    ):
        archive.comment = b"0" * SEAL
        archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        with archive.open(about, "w", force_zip64=True) as target:
            digest = hashlib.sha256()
            copied = _copy(source, manifest.size, advance, digest, target)  # type: ignore[arg-type]
    if copied != manifest.size or digest.hexdigest() != manifest.sha256:
        raise BackupError("备份写入时内容变了；请检查磁盘后再试")
    with place.open("r+b") as file:
        seal = _seal_of(file, place.stat().st_size)
        file.seek(-SEAL, os.SEEK_END)
        file.write(seal)
        file.flush()
        os.fsync(file.fileno())


def _seal_of(file: BinaryIO, size: int, advance: Advance = lambda _bytes: None) -> bytes:
    digest = hashlib.sha256()
    _copy(file, size - SEAL, advance, digest)
    return digest.hexdigest().encode()


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Say what is wrong with a file that is no whole backup of ours."""
    try:
        yield
    except OSError as error:
        raise BackupError(
            f"读不了备份 {path}（{error.strerror or error}）；请检查路径和权限"
        ) from error
    except (
        zipfile.BadZipFile, zlib.error, msgspec.MsgspecError, KeyError, ValueError, EOFError,
        NotImplementedError, RuntimeError,
    ) as error:  # fmt: skip
        if isinstance(error, BackupError):
            raise
        raise BackupError(_not_ours(path)) from error


def _not_ours(path: Path) -> str:
    return f"{path} 不是完好的 riskmap 备份（不完整、被改动，或是别的文件）；请换一份备份"


def read(path: Path, progress: Progress) -> Manifest:
    """Return what a backup says of itself; raises `BackupError` unless it is whole and ours."""
    with _in_words(path), path.open("rb") as file:
        size = path.stat().st_size
        if size <= SEAL or file.read(4) != b"PK\x03\x04":
            raise BackupError(_not_ours(path))
        file.seek(0)
        with progress("核对备份文件", size) as advance:
            seal = _seal_of(file, size, advance)
        if file.read() != seal:
            raise BackupError(_not_ours(path))
    manifest = peek(path)
    if manifest.format != FORMAT:
        raise BackupError(
            f"备份 {path} 的格式是 {manifest.format}，本程序只能读格式 {FORMAT}；"
            f"请用写它的 riskmap {manifest.riskmap} 恢复"
        )
    return manifest


def peek(path: Path) -> Manifest:
    """Return what a file says of itself, without reading all of it; raises `BackupError`."""
    with _in_words(path), zipfile.ZipFile(path) as archive:
        about = archive.getinfo(MANIFEST)
        if about.file_size > LARGEST_MANIFEST or DUMP not in archive.namelist():
            raise BackupError(_not_ours(path))
        return msgspec.json.decode(archive.read(about), type=Manifest)


def extract(path: Path, manifest: Manifest, target: Path, progress: Progress) -> None:
    """Write a backup's dump to `target`; raises `BackupError` unless it is the one promised."""
    digest = hashlib.sha256()
    with (
        _in_words(path),
        zipfile.ZipFile(path) as archive,
        archive.open(DUMP) as source,
        target.open("xb") as file,
        progress("解开备份", manifest.size) as advance,
    ):
        copied = _copy(source, manifest.size, advance, digest, file)  # type: ignore[arg-type]
        more = source.read(1)
        file.flush()
        os.fsync(file.fileno())
    if more or copied != manifest.size or digest.hexdigest() != manifest.sha256:
        raise BackupError(_not_ours(path))
