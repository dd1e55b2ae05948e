"""Shipped notebooks as they are opened: beside the file browser at 1280 by 800, light and dark, from the first cell to the last."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import pytest

from k8snetviz.documents.lab import shipped
from k8snetviz.documents.review import review

_HEIGHT = """() => {
    // of all cells, once all are drawn and it was the same when asked before; else nothing
    const cells = [...document.querySelectorAll(".jp-Notebook .jp-Cell")];
    const height = Math.max(...cells.map((cell) => cell.offsetTop + cell.offsetHeight));
    const drawn = cells.length === window.jupyterapp?.shell.currentWidget?.content?.model?.sharedModel.cells.length;
    const same = window.heightBefore === height;
    window.heightBefore = height;
    return drawn && same && height > 2000 && height;
}"""
_WIDE = """() => {
    // what sticks out of its output and cannot be scrolled to
    const stuck = (each) => getComputedStyle(each).overflowX === "hidden" || getComputedStyle(each).overflowX === "visible";
    return [...document.querySelectorAll(".jp-OutputArea-output")]
        .filter((each) => each.scrollWidth > each.clientWidth + 1 && stuck(each))
        .map((each) => each.textContent.slice(0, 80));
}"""


@pytest.fixture(scope="module", params=[*(path.stem for path in shipped()), "review"])
def stored(request, lab) -> str:
    """A notebook with its outputs, not run here, on the server."""
    target = lab.root / f"{request.param}.ipynb"
    if request.param == "review":
        review(["sample:during"], target)
    else:
        copyfile(next(path for path in shipped() if path.stem == request.param), target)
    return target.name


def test_a_notebook_is_whole_in_both_themes(opened, lab, stored):
    page = opened(stored)
    name = Path(stored).stem
    for theme in ("Light", "Dark"):
        page.page.set_viewport_size({"width": 1280, "height": 800})
        page.command("apputils:change-theme", {"theme": f"JupyterLab {theme}"})
        page.page.wait_for_function("wanted => document.body.dataset.jpThemeName === wanted", arg=f"JupyterLab {theme}")
        height = page.page.wait_for_function(_HEIGHT, polling=250).json_value()
        page.shot(f"{name}-{theme}")
        page.page.set_viewport_size({"width": 1280, "height": int(height) + 200})
        page.shot(f"{name}-{theme}-whole")
        assert page.page.evaluate(_WIDE) == []
