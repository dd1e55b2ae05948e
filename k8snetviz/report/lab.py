"""JupyterLab on a review notebook with an input filled in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from k8snetviz.errors import UsageError
from k8snetviz.report import notebook as notebooks
from k8snetviz.report.review import draft

FOLDER = "k8snetviz-notebooks"


def open_lab(source: str, *, folder: str | None = None, browser: bool = True) -> int:
    """Lay a review notebook of `source` into `folder`, open JupyterLab on it, and return JupyterLab's exit code.

    A notebook that is there already is opened as it is: it may hold a reader's notes.
    """
    if find_spec("jupyterlab") is None:
        raise UsageError(notebooks.NEEDS_LAB)
    path = prepared(source, Path(folder or FOLDER))
    command = [sys.executable, "-m", "jupyterlab", path.name]
    if not browser:
        command.append("--no-browser")
    if getattr(os, "geteuid", lambda: 1)() == 0:
        command.append("--allow-root")  # in a container there is often nobody else; JupyterLab refuses root without it
    return subprocess.call(command, cwd=path.parent)  # noqa: S603 - our own interpreter


def prepared(source: str, folder: Path) -> Path:
    """Return the review notebook of `source` in `folder`, made but not run if it is not there."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(source.replace("sample:", "sample-")).name).strip("-.") or "snapshot"
    path = folder / f"review-{name}.ipynb"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    return notebooks.written(draft(source, folder), path)
