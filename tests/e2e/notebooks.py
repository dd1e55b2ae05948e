"""Notebooks for these tests: run once without a browser, as somebody who mails them would have done, and handed out as files."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from k8snetviz.documents.notebook import made_of, written
from tests.build import as_list
from tests.widgets.shop import HOSTILE as TEXTS
from tests.widgets.shop import told_by

ROOT = Path(__file__).parents[2]
IMPORT = "import k8snetviz as knv"
EXPLORER = 'snap = knv.sample("during")\nexplorer = knv.explore(snap)\nexplorer'
HOSTILE = (
    'import pandas as pd\npd.options.display.html.use_mathjax = False\nwild = knv.load("hostile.json")\nwild',
    "knv.explore(wild)",
    'knv.service_states(wild)[["namespace", "service", "state", "detail"]]',
    "knv.view.topology(wild)",
    "knv.view.mapping(wild)",
)
_EVERY = (IMPORT, EXPLORER, 'knv.explore(knv.sample("before"))', "knv.explore(snap)", *HOSTILE)


def notebook(*cells: str) -> Any:
    """Return a notebook of these cells of code, not run."""
    return made_of(("code", cell) for cell in cells)


def executed_once(folder: Path) -> Any:
    """Return a notebook with every explorer that the tests want, run in one kernel, live views kept and widget state left out."""
    (folder / "hostile.json").write_text(json.dumps(as_list(told_by(TEXTS))), encoding="utf-8")
    whole = notebook(*_EVERY)
    NotebookClient(
        whole,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],
    ).execute()
    return whole


def part_of(whole: Any, places: tuple[int, ...], path: Path, *, kernel: str = "python3") -> Path:
    """Write the cells at `places` of `whole`, with their outputs, to `path`; its name is inside, so that no other's signature fits."""
    part = nbformat.from_dict({**whole, "cells": [whole.cells[place] for place in places]})
    part.metadata["kernelspec"] = {**part.metadata["kernelspec"], "name": kernel}
    part.metadata["title"] = path.stem
    return written(part, path)


def extension_layout(folder: Path) -> Path:
    """Build the wheel, and return the folder of the labextension as installing it lays it out."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    (layout,) = folder.glob("*.data/data/share/jupyter/labextensions/k8snetviz")
    return layout
