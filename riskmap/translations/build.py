"""Build hook: every catalogue of translations is compiled when riskmap is built or installed."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):
    """Writes messages.mo beside each messages.po, and adds it to the wheel."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        """Compile before files are collected; an editable install gets them in place."""
        for source in sorted(Path(self.root, "riskmap", "translations").glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            compile_catalogue(source, target)
            build_data["artifacts"].append(target.relative_to(self.root).as_posix())


def compile_catalogue(source: Path, target: Path) -> None:
    """Write the compiled form of a catalogue."""
    with source.open("rb") as text, target.open("wb") as compiled:
        write_mo(compiled, read_po(text))
