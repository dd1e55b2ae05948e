"""With a kernel: after a run, a reload and a restart, scrolled out of sight, several at once, and in the dark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from shutil import copyfile
from typing import Any

import pytest

from k8snetviz.documents.notebook import written
from tests.e2e.lab_page import LabPage
from tests.e2e.notebooks import EXPLORER, IMPORT, notebook
from tests.e2e.reader import click_row, is_alive, narrow, rows_are, told

COUNT = 'print(len(explorer.selection), "rows of", sorted(set(explorer.selection["service"])))'
_AT_THE_END = """() => {
    const panel = document.querySelector(".jp-WindowedPanel-outer");
    panel.scrollTop = panel.scrollHeight; // again and again: heights of cells are guessed until they are drawn
    const last = [...document.querySelectorAll(".jp-Notebook .jp-Cell .jp-InputPrompt")].at(-1).getBoundingClientRect();
    return last.height > 0 && last.bottom < innerHeight;
}"""
_OUT_OF_SIGHT = """() => {
    const widget = document.querySelector("[data-kx-widget]"); // JupyterLab takes the cell out, or makes it nothing where it stands
    return !widget || !widget.getClientRects().length || getComputedStyle(widget.closest(".jp-Cell")).opacity === "0";
}"""
_THEME = "([frame, dark]) => frame.classList.contains('dark') === dark"


@pytest.fixture(scope="module")
def _run(browser: Any, lab: Any) -> Iterator[LabPage]:
    path = written(notebook(IMPORT, EXPLORER, COUNT), lab.root / "running.ipynb")
    page = LabPage(browser, lab).open(path.name).run_all()
    yield page
    page.close("end-running")
    lab.end_session(path.name)


@pytest.fixture
def running(_run: LabPage) -> Iterator[LabPage]:
    """A notebook that was run, with nothing narrowed and nothing chosen: import, explorer, what is selected."""
    (explorer,) = _run.explorers().all()
    clear = explorer.get_by_role("button", name="clear")
    if clear.is_enabled():
        clear.click()
    explorer.get_by_role("grid").press("Escape")
    yield _run
    assert _run.faults == []


def choose_orders(page: LabPage) -> None:
    (explorer,) = page.explorers().all()
    narrow(explorer, "orders", "shop/orders")
    click_row(explorer)
    explorer.get_by_role("button", name="why shop/orders is down").click()
    told(explorer, "Nothing answers")


def python_hears(page: LabPage) -> None:
    """Choose, and read it back in the next cell."""
    choose_orders(page)
    page.run_cell(2).says(2, "3 rows of ['orders']")


def test_only_the_live_explorer_is_seen_and_python_hears_of_a_choice(running):
    (explorer,) = running.explorers().all()
    running.shot("live")
    is_alive(explorer)
    running.run_cell(2).says(2, "0 rows of []")
    python_hears(running)


def test_a_reload_keeps_the_live_explorer(running):
    running.command("docmanager:save").reload().kernel_idle()
    running.page.locator("[data-kx-widget]").first.wait_for()  # until then the copy for readers without a kernel is seen
    (explorer,) = running.explorers().all()
    running.shot("reloaded")
    is_alive(explorer)
    python_hears(running)


def test_after_a_restart_of_the_kernel_the_page_still_answers_until_it_is_run_again(running):
    running.begin("kernelmenu:restart")
    running.page.get_by_role("button", name="Confirm Kernel Restart").click()
    running.ended().kernel_idle()
    (explorer,) = running.explorers().all()
    running.shot("restarted")
    is_alive(explorer)
    running.run_all()
    python_hears(running)


def test_saved_it_has_both_outputs_and_lives_in_a_session_of_its_own(running, opened, lab):
    running.command("docmanager:save")
    path = lab.root / running.notebook
    saved = json.loads(path.read_text())
    live, html = (output["data"] for output in saved["cells"][1]["outputs"])
    assert "application/vnd.jupyter.widget-view+json" in live and "text/html" not in live
    assert "data-kx-data" in "".join(html["text/html"]) and "application/vnd.jupyter.widget-view+json" not in html
    assert "widgets" not in saved["metadata"]
    again = opened(copyfile(path, lab.root / "copied.ipynb").name).kernel_idle()
    (explorer,) = again.explorers().all()
    is_alive(explorer)


def test_the_theme_is_followed_while_it_changes(running):
    (explorer,) = running.explorers().all()
    grounds = []
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        running.command("apputils:change-theme", {"theme": theme})
        running.page.wait_for_function("wanted => document.body.dataset.jpThemeName === wanted", arg=theme)
        running.page.wait_for_function(_THEME, arg=[explorer.element_handle(), "Dark" in theme])
        grounds.append(explorer.evaluate("frame => getComputedStyle(frame).backgroundColor"))
        running.shot(f"theme-{theme}")
    assert grounds[0] != grounds[1]
    is_alive(explorer)


def test_several_explorers_live_in_one_notebook(opened, fresh):
    page = opened(fresh(IMPORT, EXPLORER, 'knv.explore(knv.sample("before"))', "knv.explore(snap)")).run_all()
    during, before, again = page.explorers(3).all()
    narrow(during, "cart", "shop/cart")
    click_row(during)
    told(during, "shop/cart is down")
    narrow(before, "orders", "shop/orders")
    told(again, "Select a Service")
    assert again.locator(".tr .c-service").first.inner_text().replace("\n", "") == "shop/cart"
    page.shot("several-live")


def test_out_of_sight_and_back_keeps_what_was_chosen(opened, fresh, lab):
    with lab.settings("notebook-extension/tracker", {"windowingMode": "full"}):
        page = opened(fresh(IMPORT, EXPLORER, *(f"print('cell {number}\\n' * 40)" for number in range(12)))).run_all()
        scroll = page.page.locator(".jp-WindowedPanel-outer").first
        scroll.evaluate("panel => { panel.scrollTop = 0; }")
        choose_orders(page)
        page.page.wait_for_function(_AT_THE_END, polling=300)
        page.page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").last.click()  # the cell that was clicked last is kept in the page
        page.page.wait_for_function(_OUT_OF_SIGHT)
        scroll.evaluate("panel => { panel.scrollTop = 0; }")
        (explorer,) = page.explorers().all()
        rows_are(explorer, "shop/orders")
        told(explorer, "Nothing answers")
        page.shot("windowed-back")
