"""The house's own rules: import contracts that bite, and a wheel that works alone."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from riskmap.cli import main
from riskmap.config import SETTINGS

ROOT = Path(__file__).parent.parent


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the code that a test may spoil."""
    ignored = shutil.ignore_patterns("__pycache__", "*.ttf", "*.yaml")
    shutil.copytree(ROOT / "riskmap", tmp_path / "riskmap", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_contracts_hold(copy):
    found = lint(copy)

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("riskmap/document/model.py", "import riskmap.maps.models", "only import downwards"),
        ("riskmap/register/models.py", "import riskmap.document.model", "only import downwards"),
        ("riskmap/drawing/layout.py", "import flask", "functions of values"),
        ("riskmap/drawing/dot.py", "import subprocess", "functions of values"),
        ("riskmap/document/model.py", "import sqlalchemy", "functions of values"),
        ("riskmap/register/rating.py", "import riskmap.config", "functions of values"),
        ("riskmap/workbooks/found/ledger.py", "import flask", "functions of values"),
        ("riskmap/drawing/engine.py", "import pygraphviz", "one module runs Graphviz"),
        ("riskmap/printing/sheet.py", "import typst", "one module runs Typst"),
    ],
)
def test_a_contract_broken_on_purpose_is_named(copy, module, line, contract):
    path = copy / module
    path.write_text(f"{path.read_text()}\n\n{line}\n")

    found = lint(copy)

    assert found.returncode == 1
    broken = [each for each in found.stdout.splitlines() if " BROKEN" in each]
    assert any(contract in each for each in broken)


def test_a_package_that_has_no_place_in_the_order_is_refused(copy):
    (copy / "riskmap" / "helpers").mkdir()
    (copy / "riskmap" / "helpers" / "__init__.py").write_text("")

    found = lint(copy)

    assert found.returncode == 1
    assert "helpers" in found.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the built wheel; fails in CI where uv is missing."""
    uv = shutil.which("uv")
    if uv is None:
        if os.environ.get("CI"):
            pytest.fail("no uv: python3 -m pip install uv")
        pytest.skip("needs uv on PATH (pip install uv)")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [uv, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT], check=True, cwd=folder
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_templates_fonts_sample_and_migrations(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    for name in (
        "riskmap/templates/printing/sheet.typ",
        "riskmap/templates/maps/show.html",
        "riskmap/static/riskmap.css",
        "riskmap/fonts/NotoSansSC-Bold.ttf",
        "riskmap/fonts/OFL.txt",
        "riskmap/sample/maps/FZ-U1-K13.yaml",
        "riskmap/migrations/env.py",
        "riskmap/migrations/versions/0001_first_tables.py",
    ):
        assert name in names
    assert not any(name.startswith(("templates/", "tests/")) for name in names)


def test_the_wheel_works_in_an_empty_environment_far_from_the_checkout(wheel, tmp_path):
    uv = shutil.which("uv")
    assert uv is not None
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    clean.update(UV_PYTHON_DOWNLOADS="never", VIRTUAL_ENV=str(tmp_path / "env"))
    scripts = "Scripts" if os.name == "nt" else "bin"

    def run(*command: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in command],
            cwd=tmp_path, env=clean, capture_output=True, text=True, check=True,
        )  # fmt: skip

    run(uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "env")
    run(uv, "pip", "install", "--quiet", wheel)
    made = run(tmp_path / "env" / scripts / "riskmap", "demo", "--no-serve")
    checked = run(tmp_path / "env" / scripts / "riskmap", "check")

    assert "6大类28小项" in made.stdout
    assert (tmp_path / "exports" / "atlas.pdf").stat().st_size > 100_000
    assert "异常" not in checked.stdout


def test_a_missing_part_of_the_installation_is_said_in_one_line(tmp_path):
    (tmp_path / "typst.py").write_text("raise ModuleNotFoundError('typst', name='typst')")

    done = subprocess.run(
        [sys.executable, "-m", "riskmap", "check"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines() == ["错误：安装不完整，缺少 typst；请重新安装 riskmap"]


def test_the_readme_names_every_setting_and_every_command():
    readme = (ROOT / "README.md").read_text()

    for setting in SETTINGS:
        assert f"`{setting.name}`" in readme
    for command in main.commands:
        assert f"`riskmap {command}" in readme


def test_the_readme_s_pictures_and_links_exist():
    readme = (ROOT / "README.md").read_text()

    for target in re.findall(r"\]\(([^):]+)\)", readme):
        assert (ROOT / target).exists(), target
