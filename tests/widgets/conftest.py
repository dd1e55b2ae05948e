"""Explorers opened in a page as it is saved: no kernel, no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser import alive
from tests.widgets.shop import saved, shop

_PAGE = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Explorer</title>{}</head><body>{}</body></html>'


@pytest.fixture(scope="session")
def small() -> str:
    """The explorer of the small shop, as HTML."""
    return saved(shop())


@pytest.fixture
def opened(visit: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Open explorers in one page; with `lives` False nothing is waited for."""

    def open_page(*fragments: str, head: str = "", lives: bool = True, **options: Any) -> Any:
        file = tmp_path / f"page-{len(list(tmp_path.iterdir()))}.html"
        file.write_text(_PAGE.format(head, "".join(fragments)), encoding="utf-8")
        page = visit(file, **options)
        return alive(page, len(fragments)) if lives and options.get("scripts", True) else page

    return open_page
