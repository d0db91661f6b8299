"""How far a command is, where somebody looks: a bar on the terminal."""

import sys
from contextlib import ExitStack
from types import TracebackType
from typing import Any

import click
from flask_babel import gettext


def watched() -> bool:
    """Return whether somebody looks at what the command says of itself."""
    return sys.stderr.isatty()


class Bar:
    """Progress on the terminal, one bar for each step; silent where errors go into a file."""

    def __init__(self) -> None:
        self._shown = watched()
        self._step = ""
        self._bar: Any = None
        self._open = ExitStack()

    def report(self, done: int, total: int, step: str) -> None:
        """Show how far the step is; a total of 0 cannot be counted, and is only named."""
        if not self._shown:
            return
        if step != self._step:
            self._begin(total, step)
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)

    def _begin(self, total: int, step: str) -> None:
        self._open.close()
        self._step, self._bar = step, None
        if total:
            bar = click.progressbar(length=total, label=f"  {gettext(step)}", file=sys.stderr)
            self._bar = self._open.enter_context(bar)
        else:
            click.echo(f"  {gettext(step)}…", err=True)

    def __enter__(self) -> "Bar":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()
