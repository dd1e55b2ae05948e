"""One JupyterLab server, the notebooks that were made for it, and pages that are looked through when they close."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from k8snetviz.documents.notebook import written
from tests.browser import needs_chromium
from tests.e2e.lab_page import LabPage
from tests.e2e.notebooks import HOSTILE, IMPORT, executed_once, extension_layout, notebook, part_of
from tests.e2e.server import LabServer

_MARKS = [*needs_chromium, pytest.mark.skipif(find_spec("jupyterlab") is None, reason="needs JupyterLab")]
_PARTS = {"received": (0, 1), "two": (0, 1, 2, 3), "hostile": (5, 6, 7, 8)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this room needs both."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for mark in _MARKS:
                item.add_marker(mark)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    server = LabServer(tmp_path_factory.mktemp("lab"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def whole(lab: LabServer) -> Any:
    """Every explorer the tests want, in one notebook that was run without a browser."""
    return executed_once(lab.root)


@pytest.fixture
def received(lab: LabServer, whole: Any) -> Callable[..., str]:
    """Lay a notebook of the given part (`received`, `two`, `hostile`) on the server, as it came by mail, and return its name."""

    def lay(part: str, *, trusted: bool = False, kernel: str = "python3") -> str:
        number = len(list(lab.root.glob("*.ipynb")))
        path = part_of(whole, _PARTS[part], lab.root / f"{part}-{number}.ipynb", kernel=kernel)
        if trusted:
            lab.trust(path)
        return path.name

    return lay


@pytest.fixture
def fresh(lab: LabServer) -> Callable[..., str]:
    """Write a notebook of these cells of code, not run, and return its name."""

    def write(*cells: str) -> str:
        path = lab.root / f"fresh-{len(list(lab.root.glob('*.ipynb')))}.ipynb"
        return written(notebook(*cells), path).name

    return write


@pytest.fixture
def hostile_cells(whole: Any) -> tuple[str, ...]:
    """Cells that show a cluster in which everything has a hostile name."""
    return (IMPORT, *HOSTILE)


@pytest.fixture(scope="session")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The labextension as the wheel lays it out."""
    return extension_layout(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def opened(browser: Any, lab: LabServer, request: pytest.FixtureRequest) -> Iterator[Callable[..., LabPage]]:
    """Open notebooks; at the end nothing was asked elsewhere, no console holds a complaint, and no kernel of theirs is left."""
    pages: list[LabPage] = []

    def open_page(notebook: str, **size: int) -> LabPage:
        pages.append(LabPage(browser, lab, **size))
        return pages[-1].open(notebook)

    yield open_page
    for number, page in enumerate(pages):
        page.close(f"end-{request.node.name}-{number}")
        lab.end_session(page.notebook)
    assert [page.faults for page in pages] == [[] for _ in pages]
