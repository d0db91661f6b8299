"""A page of HTML as a PNG, by the Chromium that the browser tests use too, in our faces."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from riskmap.drawing.engine import font_settings

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


def chromium() -> str:
    """Return the browser's program; ends the program with a sentence where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("no Chromium on PATH: apt-get install chromium")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """Lend a browser that knows our faces and no other: a sheet's chart asks for them by name."""
    program = chromium()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        fonts = {"FONTCONFIG_FILE": str(font_settings(Path(folder)))}
        opened = play.chromium.launch(
            executable_path=program, args=QUIET, env={**os.environ, **fonts}
        )
        yield opened
        opened.close()


def shot(
    opened: Browser, folder: Path, html: str, files: Mapping[str, bytes], sharpness: float = 1
) -> bytes:
    """Return the picture of the element `#picture` of a page, whose files lie beside it."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    page = opened.new_page(device_scale_factor=sharpness)
    (folder / "page.html").write_text(html, encoding="utf-8")
    page.goto((folder / "page.html").as_uri())
    picture = page.locator("#picture").screenshot()
    page.close()
    return picture
