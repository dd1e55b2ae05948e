"""One Chromium for every test that looks at a page, and pages that tell what they must not do.

Playwright runs one event loop in the thread that started it, and refuses a second: whoever needs a browser takes this one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = [
    pytest.mark.e2e,
    pytest.mark.skipif(CHROMIUM is None or find_spec("playwright") is None, reason="needs Chromium, and playwright to drive it"),
]
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
_LIVE = "[data-kx-live]"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as runner:
        chromium = runner.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@dataclass
class Heard:
    """What the pages of a test asked for elsewhere, and what they complained of."""

    foreign: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@pytest.fixture
def heard() -> Heard:
    """What `visit` hears; a test that expects a fault looks at it and takes it out."""
    return Heard()


@pytest.fixture
def visit(browser: Any, heard: Heard) -> Iterator[Callable[..., Any]]:
    """Open pages, each in a profile of its own; at the end nothing was asked of the network and no console holds a complaint.

    `blocked` holds beginnings of addresses that are known to be asked for, and refused.
    """
    contexts = []

    def open_page(
        place: Path | str,
        *,
        scripts: bool = True,
        width: int = 1040,
        height: int = 900,
        dark: bool = False,
        blocked: tuple[str, ...] = (),
    ) -> Any:
        context = browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        address = place.as_uri() if isinstance(place, Path) else place
        context.route("**/*", lambda route: _judge(heard, route, address, blocked))
        page = context.new_page()
        page.on("console", lambda message: _complaint(heard, message.text, message.type, message.location.get("url", ""), blocked))
        page.on("pageerror", lambda error: heard.faults.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert (heard.foreign, heard.faults) == ([], [])


def _judge(heard: Heard, route: Any, address: str, blocked: tuple[str, ...]) -> None:
    """Let through the page itself and what it carries; refuse and note all else."""
    asked = route.request.url
    if asked.startswith("data:") or asked == address:
        route.continue_()
        return
    if not (blocked and asked.startswith(blocked)):
        heard.foreign.append(asked)
    route.abort()


def _complaint(heard: Heard, text: str, kind: str, source: str, blocked: tuple[str, ...]) -> None:
    if kind in ("error", "warning") and not (blocked and source.startswith(blocked)):
        heard.faults.append(text)


def alive(page: Any, number: int = 1) -> Any:
    """Wait until that many explorers of `page` live, and return the page."""
    page.locator(_LIVE).nth(number - 1).wait_for(state="attached")  # a function would be text to evaluate, which a policy forbids
    page.locator(f"{_LIVE} .tr, {_LIVE} .caption").first.wait_for()
    page.locator(f"{_LIVE} .details > *").first.wait_for()  # drawn a frame later
    return page
