"""The commands, run in a folder of their own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from riskmap.cli import main
from riskmap.config import SETTINGS

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which `riskmap demo` has run once."""
    folder = tmp_path_factory.mktemp("demo")
    result = CliRunner().invoke(main, ["demo", "--no-serve", "--output", str(folder / "exports")])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return how to run a command in an empty folder, with no settings made."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def loaded(run: Run, made: Path, tmp_path: Path) -> Run:
    """Return how to run a command where a database stands as `demo` makes it; free to change."""
    (tmp_path / "exports").mkdir()
    shutil.copy(made / "exports" / "riskmap.db", tmp_path / "exports")
    return run


@pytest.fixture
def demo(run: Run, made: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return how to run a command where the demo's database already is; only read from it."""
    monkeypatch.setenv("RISKMAP_DATABASE_URL", f"sqlite:///{made / 'exports' / 'riskmap.db'}")
    return run
