"""Pages made once for all tests of this room, a loopback server for them, and a place for screenshots."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.pages.made import Maker

_SHOTS = Path(__file__).parents[2] / "build" / "screenshots" / "pages"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("made"))


@pytest.fixture
def shoot() -> Callable[..., None]:
    """Keep a screenshot of a page under build/screenshots/pages, to be looked at."""
    _SHOTS.mkdir(parents=True, exist_ok=True)

    def shot(page: Any, name: str, *, whole: bool = True) -> None:
        page.screenshot(path=_SHOTS / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png", full_page=whole)

    return shot


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the loopback address at which its files are served."""
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
