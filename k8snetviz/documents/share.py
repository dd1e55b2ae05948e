"""A notebook of any origin -> one HTML page for whoever has neither kernel nor network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from k8snetviz.documents import notebook as notebooks
from k8snetviz.documents.files import page_path, write_page
from k8snetviz.documents.offline import offline_page
from k8snetviz.errors import LimitError
from k8snetviz.views.text import count

if TYPE_CHECKING:
    from nbformat import NotebookNode


LARGEST = 50 << 20  # bytes of a notebook
_WHY = {
    "picture": "from elsewhere",
    "embedded page": "from elsewhere",
    "widget": "without a view that needs no kernel",
    "plotly figure": "without a picture that needs no scripts",
}


class Shared(NamedTuple):
    """The page that was written, and what its maker should know of it, in sentences."""

    path: Path
    notes: list[str]


def share(path: str | Path, out: str | Path) -> Shared:
    """Write the notebook `path` as an offline page to `out` (.html).

    The notebook is neither run nor changed. The page holds what the notebook holds, no more and no less: who may not see
    its outputs may not get the page.

    Raises
    ------
    InputError : `path` cannot be read, is no notebook, or is larger than LARGEST.
    UsageError : `out` cannot be written, or nbconvert is not installed.
    """
    target, source = page_path(out), Path(path)
    if source.is_file() and source.stat().st_size > LARGEST:
        raise LimitError(
            f"wanted a notebook of at most {LARGEST >> 20} MiB, found {source.name} of {source.stat().st_size >> 20} MiB, "
            "of which no browser would open a page: clear its largest outputs, and share it again"
        )
    notebook = notebooks.read(source)
    page = offline_page(notebook, source.stem)
    lost = [f"left out: {count(number, what)} {_WHY[what]}" for what, number in sorted(page.left_out.items())]
    return Shared(write_page(page.text, target), [*_notes(notebook), *lost])


def _notes(notebook: NotebookNode) -> list[str]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and "".join(cell.source).strip()]
    if code and not any(cell.get("outputs") for cell in code):
        return ["the notebook holds no outputs, so the page shows its text alone: run it, save it and share it again"]
    return []
