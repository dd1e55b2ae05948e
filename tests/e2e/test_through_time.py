"""Through time in JupyterLab: live, where Python hears of the moment and sets it, and reopened without a kernel."""

from __future__ import annotations

import json

from tests.e2e.notebooks import IMPORT
from tests.e2e.reader import click_row, narrow, rows_are, told

SERIES = 'explorer = knv.explore([knv.sample("before"), knv.sample("during")])\nexplorer'
SAID = (
    "print(explorer.moment, explorer.snaps[explorer.moment].provenance.name, "
    "sorted(set(explorer.selection['service'])), explorer.selection['serves'].tolist())"
)


def when(explorer, text: str) -> None:
    """Wait until the line of time says `text`."""
    explorer.locator(".when", has_text=text).wait_for()


def test_the_slider_moves_a_live_explorer_and_python_hears_of_it(opened, fresh, lab):
    page = opened(fresh(IMPORT, SERIES, SAID, "explorer.moment = 1")).run_all()
    (explorer,) = page.explorers().all()
    when(explorer, "2 of 2")
    narrow(explorer, "orders", "shop/orders")
    click_row(explorer)
    explorer.get_by_role("button", name="why shop/orders is down").click()
    told(explorer, "Nothing answers")
    page.run_cell(2).says(2, "1 during.json ['orders'] [False, False, False]")
    slider = explorer.get_by_role("slider", name="Moment")
    slider.focus()
    slider.press("ArrowLeft")
    when(explorer, "1 of 2 · no Service broken")
    told(explorer, "shop/orders is serving")
    rows_are(explorer, "shop/orders")
    page.shot("through-time-before")
    page.run_cell(2).says(2, "0 before.json ['orders'] [True, True, True]")
    page.run_cell(3)
    when(explorer, "2 of 2")
    told(explorer, "shop/orders is down")
    page.shot("through-time-live")
    page.command("docmanager:save")
    page.close("through-time-saved")
    explorer = opened(unattended(lab, page.notebook)).explorers().first  # no kernel of that name is anywhere
    when(explorer, "2 of 2")
    narrow(explorer, "orders", "shop/orders")
    click_row(explorer)
    explorer.get_by_role("button", name="Previous moment").click()
    when(explorer, "1 of 2 · no Service broken")
    told(explorer, "shop/orders is serving", "not there at this moment")  # a rollout renewed the pod
    explorer.get_by_role("button", name="Next moment").click()
    when(explorer, "2 of 2")
    explorer.get_by_role("button", name="changed since").click()
    assert set(explorer.locator(".tr .c-change").all_text_contents()) - {""}


def unattended(lab, name: str) -> str:
    """Copy the saved notebook `name` as one that is trusted and whose kernel is not installed; return the name of the copy."""
    saved = json.loads((lab.root / name).read_text(encoding="utf-8"))
    saved["metadata"]["kernelspec"]["name"] = "gone"
    saved["metadata"]["title"] = "unattended"
    path = lab.root / f"unattended-{name}"
    path.write_text(json.dumps(saved), encoding="utf-8")
    lab.trust(path)
    return path.name
