"""The site as the commands serve it, in a process of its own: somebody signs in and writes."""

import http.cookiejar
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from riskmap.accounts.pages import DEMO_PASSWORD
from riskmap.config import SETTINGS

STARTS_WITHIN = 120  # seconds
Open = Callable[..., str]


@contextmanager
def served(folder: Path, command: str) -> Iterator[Open]:
    """Run a command that serves, and yield how to open its pages as one browser does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    process = subprocess.Popen(
        [sys.executable, "-m", "riskmap", command, "--port", str(port)],
        cwd=folder, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def open_page(path: str, **fields: str) -> str:
        sent = urllib.parse.urlencode(fields).encode() if fields else None
        with browser.open(f"http://127.0.0.1:{port}{path}", sent, timeout=30) as answer:
            return str(answer.read().decode())

    try:
        _wait_for(port, process)
        yield open_page
    finally:
        process.terminate()
        process.wait(timeout=30)
        assert process.stdout is not None
        process.stdout.close()


_SETTINGS = {setting.name for setting in SETTINGS}


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, "the command ended before it served"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the site did not start")


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_somebody_signs_in_to_the_site_that_a_command_serves(made, tmp_path, command):
    (tmp_path / "exports").mkdir()
    shutil.copy(made / "exports" / "riskmap.db", tmp_path / "exports")

    with served(tmp_path, command) as open_page:
        page = open_page("/")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        names = {"name": "gongshang", "password": DEMO_PASSWORD}
        desk = open_page("/sign-in", csrf_token=token, target="/desk", end="1", **names)

    assert DEMO_PASSWORD in page
    assert 'name="code" value="FZ-U1-K13-G01"' in desk
