"""The first notebook as a reader uses it: find what is broken, read why, take it to the next cell, and back."""

from __future__ import annotations

from pathlib import Path

import nbformat

from tests.e2e.reader import click_first_service, click_row, narrow, scrolled, told

FIRST = Path(__file__).parents[2] / "notebooks" / "01-first-look.ipynb"
READ = 'explorer.selection[["namespace", "service", "port", "pod", "reason"]]'
SET = 'explorer.selection = "shop/web"'


def test_a_broken_service_is_found_read_and_taken_to_the_next_cell(opened, lab):
    notebook = nbformat.read(FIRST, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source, id=f"own-{number}") for number, source in enumerate((READ, SET))]
    nbformat.write(notebook, lab.root / "story.ipynb")
    page = opened("story.ipynb").run_all()
    (explorer,) = page.explorers().all()

    explorer.get_by_role("button", name="2 down").click()
    narrow(explorer, "orders", "shop/orders")
    click_first_service(explorer)
    told(explorer, "shop/orders is down", "Nothing answers", "PORT_UNRESOLVED", "kubectl -n shop")
    page.shot("story-mark")
    click_row(explorer)
    told(explorer, "is absent", "The pod declares no port of the name that the Service asks for")
    page.shot("story-row")
    explorer.get_by_role("button", name="why shop/orders is down").click()
    told(explorer, "shop/orders is down")

    read = page.place_of(READ)
    page.run_cell(read)
    page.says(read, "PORT_UNRESOLVED")
    cells = page.page.locator(".jp-Notebook .jp-Cell").nth(read).locator("tbody tr").all_inner_texts()
    assert len(cells) == 3 and all("orders" in cell and "PORT_UNRESOLVED" in cell for cell in cells)
    page.shot("story-read-back")

    explorer.get_by_role("button", name="clear").click()
    explorer.get_by_role("grid").evaluate("grid => { grid.scrollTop = 0; }")
    page.run_cell(page.place_of(SET))
    told(explorer, "shop/web is serving")
    assert scrolled(explorer) > 0
    row = explorer.locator(".tr.lit").first
    row.wait_for()
    assert "web" in row.inner_text()
    explorer.scroll_into_view_if_needed()
    page.shot("story-set-from-python")
