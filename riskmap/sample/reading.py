"""Read a YAML file into typed entries; every error names the file and the line."""

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml
from yaml.constructor import ConstructorError, SafeConstructor

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PART = re.compile(r"\.(\w+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `(.+)`")


class SampleError(ValueError):
    """A sample file that cannot be loaded, with file and line."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"示范数据有误：{path.name} 第 {line} 行：{message}")


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """A mapping of a sample file; `line` is where it begins."""

    line: int = 0


T = TypeVar("T", bound=Entry)


def read(path: Path, kind: type[T]) -> T:
    """Return the file's content as `kind`; raises `SampleError` at the first fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SampleError(path, 1, f"读不出来（{error}）；请恢复随软件发布的文件") from error
    try:
        root = yaml.compose(text, Loader=_Loader)
        content = _Numbered().construct_document(root) if root else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise SampleError(path, line, f"不是合格的 YAML：{error.problem}") from error
    except yaml.reader.ReaderError as error:
        character = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, character.start() if character else 0) + 1
        raise SampleError(path, line, f"不是合格的 YAML：{error.reason}") from error
    try:
        return msgspec.convert(content, type=kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        unknown = _UNKNOWN.search(message)
        line = _line(root, where.rstrip("`"), unknown[1] if unknown else "")
        raise SampleError(path, line, f"{where.strip('`.') or '全文'}：{message}") from error


class _Numbered(SafeConstructor):
    """Builds plain values, each mapping with the line it begins at."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        seen: set[Any] = set()
        for key, _ in node.value:
            name = self.construct_object(key)
            if name in seen:
                raise ConstructorError(None, None, f"“{name}”写了两次", key.start_mark)
            seen.add(name)
        mapping["line"] = node.start_mark.line + 1
        return mapping

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:  # such as the thirtieth of February
            raise ConstructorError(None, None, str(error), node.start_mark) from error


def _line(root: Any, where: str, unknown: str) -> int:
    """Return the line of the node at a path like `.maps[0].steps[2].kind`, or of a key in it."""
    node = root
    for name, index in _PART.findall(where):
        if index and isinstance(node, yaml.SequenceNode):
            node = node.value[int(index)]
        elif name and isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == name), node)
    if unknown and isinstance(node, yaml.MappingNode):
        node = next((key for key, _ in node.value if key.value == unknown), node)
    return int(node.start_mark.line) + 1 if node else 1
