"""The site on the database that `riskmap demo` makes, in the test client and in a real browser."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import waitress
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from riskmap.app import create_app
from riskmap.db import db
from tests.browser import QUIET
from tests.cli.conftest import made
from tests.users import cookie, sign_in
from tests.web.slow import slow

__all__ = ["made"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def app(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site on a database for the tests of a module, which sign in but change nothing else."""
    copy = tmp_path_factory.mktemp("site") / "riskmap.db"
    shutil.copy(made / "exports" / "riskmap.db", copy)
    return create_app(f"sqlite:///{copy}")


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Iterator[Flask]:
    """The site on a database of the test's own, to be changed."""
    shutil.copy(made / "exports" / "riskmap.db", tmp_path / "own.db")
    app = create_app(f"sqlite:///{tmp_path / 'own.db'}")
    yield app
    app.extensions["riskmap.engine"].close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that the sample's auditor, who reads everything, is signed in with."""
    return sign_in(app, "shenji")


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application as `riskmap serve` does, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        site = slow(app) if os.environ.get("RISKMAP_TEST_SLOW") else app
        server = waitress.create_server(site, sockets=[listener], threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.trigger.pull_trigger(server.close)  # in its own thread, which may be looking at it
        thread.join(timeout=5)


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    """Yield the address of the site."""
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield a browser; fails in CI where there is none."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: apt-get install chromium")
        pytest.skip("needs Chromium on PATH (apt-get install chromium)")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


Opening = Callable[..., BrowserContext]


@pytest.fixture
def opened(browser: Browser, site: str, app: Flask) -> Iterator[Opening]:
    """Yield a way to open the site on an office PC's screen; closed at the end of the test."""
    contexts: list[BrowserContext] = []

    def open_one(user: str = "shenji", **options: object) -> BrowserContext:
        size = {"width": 1366, "height": 768}
        settings = {"viewport": size, "locale": "zh-CN", "base_url": site, **options}
        contexts.append(browser.new_context(**settings))
        if user:
            contexts[-1].add_cookies([{"name": "session", "value": cookie(app, user), "url": site}])
        return contexts[-1]

    yield open_one
    for context in contexts:
        context.close()
