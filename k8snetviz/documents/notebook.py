"""Notebooks made by a program: cells in, an executed notebook out, without a trace of when and where it ran."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from k8snetviz import errors
from k8snetviz.errors import InputError, UsageError
from k8snetviz.model.printable import printable

if TYPE_CHECKING:
    from nbformat import NotebookNode

NEEDS_LAB = 'this needs Jupyter, which is not installed: pip install "k8snetviz[lab]"'
_WIDGET = "application/vnd.jupyter.widget-view+json"
_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def jupyter(module: str) -> Any:
    """Return a module of Jupyter, imported when it is used; UsageError says what to install where it is missing."""
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError(NEEDS_LAB) from error


def made_of(cells: Iterable[tuple[str, str]]) -> NotebookNode:
    """Return a notebook of (kind, source) pairs, kind being markdown or code; cell ids count upwards."""
    v4 = jupyter("nbformat.v4")
    made = []
    for number, (kind, source) in enumerate(cells, 1):
        make = v4.new_markdown_cell if kind == "markdown" else v4.new_code_cell
        made.append(make(source, id=f"cell-{number:02d}"))
    notebook: NotebookNode = v4.new_notebook(cells=made, metadata=_METADATA)
    return notebook


class Running:
    """A kernel of its own on `notebook`; its cells are run when that is asked for. Used as a context manager."""

    def __init__(self, notebook: NotebookNode, folder: Path, *, timeout_s: int = 600) -> None:
        self._failures, self._v4 = jupyter("nbclient.exceptions"), jupyter("nbformat.v4")
        self._client = jupyter("nbclient").NotebookClient(
            notebook,
            timeout=timeout_s,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            store_widget_state=False,
            extra_arguments=["--log-level=ERROR"],  # ipykernel warns at every start that loopback is not encrypted
        )
        self._kernel: Any = None

    def __enter__(self) -> Self:
        self._kernel = self._client.setup_kernel()
        self._kernel.__enter__()
        return self

    def __exit__(self, *about: Any) -> None:
        self._kernel.__exit__(*about)

    def run(self, cell: NotebookNode, place: int = 0, *, kept: bool = True) -> None:
        """Run `cell`, which stands at `place` of the notebook; unless it is `kept`, the kernel does not count it.

        Raises
        ------
        NetvizError : the cell raised one; it is raised again, as the same kind with the same sentence.
        UsageError : the cell failed otherwise, took too long, or the kernel died.
        """
        try:
            self._client.execute_cell(cell, place, store_history=kept)
        except self._failures.CellExecutionError as error:
            name, words = next(
                ((str(output.ename), str(output.evalue)) for output in cell.outputs if output.output_type == "error"),
                (str(error.ename), str(error.evalue)),
            )
            known = getattr(errors, name, None)
            if isinstance(known, type) and issubclass(known, errors.NetvizError):
                raise known(words) from error
            raise UsageError(f"a cell of the notebook failed: {name}: {words}") from error
        except self._failures.CellTimeoutError as error:
            raise UsageError(f"a cell of the notebook took longer than {self._client.timeout} s: {_first_line(cell)}") from error
        except self._failures.DeadKernelError as error:
            raise UsageError(f"the kernel died, mostly for want of memory, in the cell: {_first_line(cell)}") from error

    def ask(self, source: str) -> str:
        """Return what `source` prints in the kernel; the notebook does not hold it."""
        cell, first = self._v4.new_code_cell(source), self._client.nb.cells[0]
        self.run(cell, kept=False)
        self._client.nb.cells[0] = first  # where nbclient has put it
        return "".join(output.get("text", "") for output in cell.outputs if output.get("name") == "stdout")


def executed(notebook: NotebookNode, folder: Path, *, timeout_s: int = 600) -> NotebookNode:
    """Run `notebook` in a new kernel that starts in `folder`, and return it with its outputs.

    Times, widget state and the version of Python are left out: equal behaviour gives equal bytes.

    Raises
    ------
    UsageError : Jupyter is not installed, or a cell failed; the message holds the error (see `Running.run`).
    """
    with Running(notebook, folder, timeout_s=timeout_s) as running:
        for place, cell in enumerate(notebook.cells):
            running.run(cell, place)
    return timeless(notebook)


def timeless(notebook: NotebookNode) -> NotebookNode:
    """Return `notebook` itself without execution times, live widgets (their names are new at each run) and versions."""
    notebook.metadata.clear()
    notebook.metadata.update(_METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(_WIDGET, None)
    return notebook


def written(notebook: NotebookNode, path: Path) -> Path:
    """Write `notebook` to `path`, checked against the format, and return the path."""
    nbformat = jupyter("nbformat")
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8")
    return path


def load_call(source: str, folder: Path) -> str:
    """Return the Python expression that loads `source` in a notebook that stands in `folder`."""
    if source.startswith("sample:"):
        return f"knv.sample({quoted(source.removeprefix('sample:'))})"
    if source == "-":
        raise UsageError("a notebook cannot read stdin again: write it to a file first (k8snetviz collect - -o snapshot.k8snet)")
    return f"knv.load({quoted(_relative(Path(source), folder))})"


def _first_line(cell: NotebookNode) -> str:
    return printable(str(cell.source).partition("\n")[0], limit=80)


def _relative(path: Path, folder: Path) -> str:
    """Return `path` as seen from `folder`, so that both can move together; absolute where no way leads there."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return str(path.resolve())


def quoted(text: str) -> str:
    """Return `text` as a Python string literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def cells_of(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Return the (kind, source) pairs of `notebook`."""
    return [(str(cell.cell_type), str(cell.source)) for cell in notebook.cells]


def read(path: Path) -> Any:
    """Return the notebook at `path`, of any format up to the present one.

    Raises
    ------
    InputError : it cannot be read, or is no notebook.
    UsageError : Jupyter is not installed.
    """
    nbformat = jupyter("nbformat")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of cells without ids, which older formats do not have
            return nbformat.read(path, as_version=4)
    except OSError as error:
        raise InputError(f"wanted to read {path}: {error.strerror or error}") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, nbformat.ValidationError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise InputError(f"wanted a notebook, found {path.name}, which does not read as one: {why}") from error
