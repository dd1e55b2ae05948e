"""The review notebook: one or more snapshots in, an executed notebook and its offline page out.

The snapshots are loaded once, in the kernel that runs the notebook; what is to be known before the rest of it is written is asked there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from k8snetviz.collect.batches import Limits
from k8snetviz.collect.reader import InputReader
from k8snetviz.collect.sample import sample_path
from k8snetviz.collect.several import MomentSink
from k8snetviz.documents import notebook as notebooks
from k8snetviz.documents.files import write_page
from k8snetviz.documents.offline import offline_page
from k8snetviz.documents.template import TEMPLATE, Parameters, parameter_place, parameter_source, settled, template
from k8snetviz.errors import InputError, SeveralSnapshots, UsageError

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ONE = (".k8snet",)  # endings of files that hold one snapshot
_NOTHING = Parameters()
_HOW_MANY = "print(len(snaps))"
_IN_SHORT = "print(globals().get('review', ''))"


class Reviewed(NamedTuple):
    """What was written, and what a terminal is told of it."""

    notebook: Path
    page: Path
    said: str


def review(sources: Sequence[str], path: Path, parameters: Parameters = _NOTHING, *, template_path: Path = TEMPLATE) -> Reviewed:
    """Write the executed review of `sources` to `path` (.ipynb), its offline page beside it (.html), and return both paths.

    Parameters
    ----------
    sources : what `load` takes as a path, or ``sample:before``, ``sample:during``, in the order of time; one may hold several snapshots
    path : the notebook to write; it loads the sources by their way from there, so that all can be moved together
    template_path : the notebook that is filled in and run; see docs/review.md

    Raises
    ------
    UsageError : Jupyter is not installed, a source is stdin, a parameter is off, the template is none, or a cell of it failed.
    InputError : a source cannot be read.
    """
    folder = path.resolve().parent
    made = template(template_path)
    for source in sources:
        _look(source)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        said = _run(made, sources, folder, parameters)
    except SeveralSnapshots:
        said = _run(made, sources, folder, parameters, several=True)
    except UsageError as error:
        if template_path == TEMPLATE or type(error) is not UsageError or not str(error).startswith("a cell of the notebook failed"):
            raise
        raise UsageError(f"{error}; the template is {template_path.name}") from error
    done = notebooks.written(notebooks.timeless(made), path)
    page = write_page(offline_page(made, parameters.title or path.stem).text, path.with_suffix(".html"))
    return Reviewed(done, page, said)


def draft(source: str, folder: Path) -> NotebookNode:
    """Return the review of `source` before it is run."""
    made = template(TEMPLATE)
    several = _number(source)
    made.cells[parameter_place(made)].source = parameter_source([_call(source, folder, several=several > 1)], _NOTHING)
    settled(made, _NOTHING, several)
    return made


def _run(made: NotebookNode, sources: Sequence[str], folder: Path, parameters: Parameters, *, several: bool = False) -> str:
    """Fill `made` in and run it; return what the kernel says of the snapshots."""
    place = parameter_place(made)
    made.cells[place].source = parameter_source([_call(source, folder, several=several) for source in sources], parameters)
    with notebooks.Running(made, folder) as running:
        for number in range(place + 1):
            running.run(made.cells[number], number)
        settled(made, parameters, int(running.ask(_HOW_MANY)))
        for number in range(parameter_place(made) + 1, len(made.cells)):
            running.run(made.cells[number], number)
        return running.ask(_IN_SHORT)


def _look(source: str) -> None:
    """Refuse what is not there before a kernel is started for it."""
    if source.startswith("sample:"):
        sample_path(source.removeprefix("sample:"))
    elif source != "-" and not Path(source).exists():
        raise InputError(f"wanted to read {source}, found no such file or directory")


def _number(source: str) -> int:
    """Return how many snapshots `source` holds."""
    _look(source)
    if source.startswith("sample:") or source.endswith(_ONE):
        return 1
    return max(1, len(InputReader(source, MomentSink(), Limits()).units()))


def _call(source: str, folder: Path, *, several: bool) -> str:
    """Return the expression that loads `source`; of what may hold several snapshots, all of them."""
    call = notebooks.load_call(source, folder)
    if not several or source.startswith("sample:") or source.endswith(_ONE):
        return call
    return "*" + call.replace("knv.load(", "knv.load_series(", 1)
