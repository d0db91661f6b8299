"""A workbook that another office program has opened and saved again comes back as it went."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from riskmap.db import now
from riskmap.workbooks.importing import import_book
from riskmap.workbooks.opening import opened_book
from riskmap.workbooks.writer import About, workbook
from tests.workbooks.handed_in import anybody

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture
def saved_again(tmp_path: Path):
    """Let LibreOffice open a workbook and save it; fails in CI where there is none."""
    if OFFICE is None:
        if os.environ.get("CI"):
            pytest.fail("no LibreOffice: apt-get install libreoffice-calc-nogui")
        pytest.skip("needs LibreOffice on PATH (apt-get install libreoffice-calc-nogui)")

    def save(content: bytes) -> bytes:
        (tmp_path / "a.xlsx").write_bytes(content)
        subprocess.run(
            [OFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
             "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "again",
             tmp_path / "a.xlsx"],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return (tmp_path / "again" / "a.xlsx").read_bytes()

    return save


def test_what_libreoffice_saved_again_changes_nothing(file, saved_again):
    bureau = file.scope.bureau
    content = workbook(About(bureau.code, bureau.name, "", now(), ""), file.known)

    again = saved_again(content)

    assert again != content
    outcome = import_book(file.session, file.scope, opened_book(again, "a.xlsx"), anybody)
    assert outcome.entries == []
    assert outcome.rows["unchanged"] == sum(len(rows) for rows in file.known.rows.values())
