"""The template of a review: a plain notebook with one cell of parameters, and cells that only several moments give a sense.

What a team needs to know to write its own stands in docs/review.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from k8snetviz.documents import notebook as notebooks
from k8snetviz.documents.links import as_markdown, markdown
from k8snetviz.errors import LimitError, UsageError

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).with_name("review.ipynb")
LARGEST = 5 << 20  # bytes; a template holds no outputs
PARAMETERS = "parameters"  # tag of the cell that is written anew
_MOMENTS = {"single": (1, 1), "comparison": (2, None), "timeline": (3, None)}  # tags of cells, and with how many moments they stay
_LINE = 100  # characters of a list that stands on one line
_TITLES = ("Review of one moment", "Incident review")


@dataclass(frozen=True)
class Parameters:
    """What a review is about, besides its snapshots."""

    title: str | None = None  # one of its own where it is None
    services: Sequence[str] = ()  # Services in question
    since: str | None = None  # begin and end of the time window
    until: str | None = None
    links: dict[str, str] = field(default_factory=dict)  # text and address

    def titled(self, moments: int) -> str:
        """Return the title of a review of so many moments."""
        return self.title or _TITLES[moments > 1]


def template(path: Path) -> NotebookNode:
    """Return the template at `path`, without any outputs.

    Raises
    ------
    InputError : it cannot be read, or is no notebook.
    UsageError : it has not exactly one code cell with the tag `parameters`.
    """
    if path.is_file() and path.stat().st_size > LARGEST:
        raise LimitError(f"wanted a template of at most {LARGEST >> 20} MiB, found {path.name}: clear its outputs")
    read: NotebookNode = notebooks.read(path)
    found = [cell for cell in read.cells if cell.cell_type == "code" and PARAMETERS in tags(cell)]
    if len(found) != 1:
        raise UsageError(f"wanted a template with one code cell tagged {PARAMETERS}, found {len(found)} in {path.name}: see docs/review.md")
    for cell in read.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for number, cell in enumerate(read.cells, 1):
        cell.id = f"cell-{number:02d}"
    read.nbformat, read.nbformat_minor = 4, 5
    return read


def tags(cell: NotebookNode) -> list[str]:
    """Return the tags of a cell."""
    told = cell.metadata.get("tags", [])
    return [str(tag) for tag in told] if isinstance(told, list) else []


def parameter_place(notebook: NotebookNode) -> int:
    """Return the place of the cell of parameters."""
    return next(place for place, cell in enumerate(notebook.cells) if PARAMETERS in tags(cell))


def parameter_source(calls: Sequence[str], parameters: Parameters) -> str:
    """Return the source of the cell of parameters; `calls` are expressions, of which each makes one snapshot or unpacks several."""
    listed = ", ".join(calls)
    lines = [
        "import k8snetviz as knv\n",
        f"snaps = [{listed}]" if len(listed) < _LINE else "snaps = [\n" + "".join(f"    {call},\n" for call in calls) + "]",
        f"services = [{', '.join(map(notebooks.quoted, parameters.services))}]",
        "since, until = " + ", ".join("None" if end is None else notebooks.quoted(end) for end in (parameters.since, parameters.until)),
    ]
    return "\n".join(lines)


def settled(notebook: NotebookNode, parameters: Parameters, moments: int) -> None:
    """Keep the cells that a review of so many moments has, and fill the words of text cells in."""
    notebook.cells = [cell for cell in notebook.cells if _stays(tags(cell), moments)]
    words = {"{{title}}": markdown(parameters.titled(moments)), "{{links}}": as_markdown(parameters.links)}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for mark, text in words.items():
                cell.source = cell.source.replace(mark, text)
            cell.source = cell.source.strip()
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type != "markdown" or cell.source]


def _stays(found: Sequence[str], moments: int) -> bool:
    bounds = [_MOMENTS[tag] for tag in found if tag in _MOMENTS]
    return all(least <= moments and (most is None or moments <= most) for least, most in bounds)
