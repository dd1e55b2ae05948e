"""JupyterLab on the shipped notebooks, and on a review notebook with an input filled in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile

from k8snetviz.documents import notebook as notebooks
from k8snetviz.documents.review import draft
from k8snetviz.errors import UsageError

FOLDER = "k8snetviz-notebooks"


def open_lab(source: str, *, folder: str | None = None, browser: bool = True) -> int:
    """Open JupyterLab on a notebook of `source` and return JupyterLab's exit code.

    Parameters
    ----------
    source : an input, of which a review notebook is laid into `folder` beside the shipped notebooks; or a notebook, opened as it is
    folder : where the notebooks are laid; what is there already is kept, since it may hold a reader's notes
    browser : open a browser, or only print the address

    Raises
    ------
    UsageError : JupyterLab is not installed, or `source` is stdin.
    InputError : `source` cannot be read.
    """
    if find_spec("jupyterlab") is None:
        raise UsageError(notebooks.NEEDS_LAB)
    path = Path(source) if source.endswith(".ipynb") and Path(source).is_file() else prepared(source, Path(folder or FOLDER))
    command = [sys.executable, "-m", "jupyterlab", path.name]
    if not browser:
        command.append("--no-browser")
    if getattr(os, "geteuid", lambda: 1)() == 0:
        command.append("--allow-root")  # in a container there is often nobody else; JupyterLab refuses root without it
    return subprocess.call(command, cwd=path.resolve().parent)  # noqa: S603 - our own interpreter


def prepared(source: str, folder: Path) -> Path:
    """Return the review notebook of `source` in `folder`, made but not run if it is not there; the shipped notebooks stand beside it."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(source.replace("sample:", "sample-")).name).strip("-.") or "snapshot"
    path = folder / f"review-{name}.ipynb"
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in shipped():
        if not (folder / notebook.name).exists():
            copyfile(notebook, folder / notebook.name)
    return path if path.exists() else notebooks.written(draft(source, folder), path)


def shipped() -> list[Path]:
    """Return the notebooks that come with the package (in a checkout: those of ``notebooks/``), in the order of their numbers."""
    installed = Path(__file__).parents[1] / "notebooks"
    return sorted((installed if installed.is_dir() else Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))
