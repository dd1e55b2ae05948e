"""Letters are commands of the notebook around; inside the explorer they are not."""

from __future__ import annotations

import pytest

_CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map((cell) => cell.cell_type + cell.source.length)"
_KEYS = ("b", "a", "x", "d", "d", "z", "m", "y", "Shift+M", "1", "l", "o")


@pytest.mark.parametrize("host", ["reopened", "extension"])
def test_letters_inside_change_no_cell(opened, received, lab, layout, host):
    if host == "extension":
        with lab.extension(layout):
            page = opened(received("received", kernel="gone"))
            (explorer,) = page.explorers().all()
    else:
        page = opened(received("received", trusted=True, kernel="gone"))
        (explorer,) = page.explorers().all()
    letters_change_nothing(page, explorer)
    page.page.locator(".jp-Notebook .jp-InputPrompt").first.click()
    page.page.keyboard.press("b")  # outside it is the command it always was
    page.page.wait_for_function("(before) => document.querySelectorAll('.jp-Notebook .jp-Cell').length === before + 1", arg=2)


def letters_change_nothing(page, explorer) -> None:
    before = page.page.evaluate(_CELLS)
    search = explorer.get_by_role("searchbox")
    places = (explorer.get_by_role("grid"), explorer.get_by_role("region", name="Details"), explorer.get_by_role("button").first, search)
    for place in places:
        place.focus()
        for key in _KEYS:
            page.page.keyboard.press(key)
    assert search.input_value() == "baxddzmyM1lo"
    page.page.wait_for_timeout(300)  # a command would be carried out by now: there is nothing else to wait for
    assert page.page.evaluate(_CELLS) == before
