"""Our cases of what is looked at: layout, pictures, first paint, the explorer and the report."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.generate import generate
from benchmarks.measure import Meter
from benchmarks.plan import Size

# rows in the page -> a cluster that has about so many
_ROWS = {300: Size(11, 250, 30), 2_000: Size(40, 1_280, 128), 20_000: Size(400, 12_800, 1_280)}


def layout(folder: Path, meter: Meter) -> None:
    """Place the default topology: Services, workloads and pods in rows, what is beyond its limit folded and counted."""
    from k8snetviz.views.topology import LIMIT
    from k8snetviz.views.topology_plan import plan

    snap, backends, states = _answered(folder)
    with meter.section("cpu"):
        placed = plan(states, backends, LIMIT, None)
    pods = backends.drop_duplicates(["pod_namespace", "pod"])
    vertices = len(states) + len(pods) + backends["node"].nunique()
    meter.facts |= {"vertices": vertices, "services": len(placed.services), "groups": len(placed.groups), "pods": len(snap.pods)}


def pictures(folder: Path, meter: Meter) -> None:
    """Every default picture: seconds, bytes of figure JSON and of the SVG, marks."""
    import k8snetviz as knv
    from k8snetviz.views.drawing import drawing_of

    assert knv.view  # fetched, so that its imports are not counted
    snap, backends, _ = _answered(folder)
    largest = backends.groupby(["namespace", "service"]).size().idxmax()
    held = backends[backends["pod"].notna()].iloc[0]
    given: dict[str, Callable[[], Any]] = {
        "topology": lambda: knv.view.topology(snap),
        "mapping": lambda: knv.view.mapping(snap),
        "service_path": lambda: knv.view.service_path(snap, "/".join(largest)),
        "pod_inside": lambda: knv.view.pod_inside(snap, f"{held['pod_namespace']}/{held['pod']}"),
        "address_map": lambda: knv.view.address_map(snap),
        "placement": lambda: knv.view.placement(snap),
    }
    for name, draw in given.items():
        with meter.section(name):
            picture = draw()
        figure = picture.to_plotly_json()
        meter.facts |= {
            f"{name} bytes": len(picture.to_json().encode()),
            f"{name} svg": len(picture.svg().encode()),
            f"{name} marks": len(drawing_of(figure).marks),
        }
    meter.facts["bytes"] = max(meter.facts[f"{name} bytes"] for name in given)
    meter.facts["marks"] = max(meter.facts[f"{name} marks"] for name in given)


def paint(folder: Path, meter: Meter) -> None:
    """Files on disk to the JSON of the default topology, imports included."""
    with meter.section("cpu"):
        import k8snetviz as knv

        text = knv.view.topology(knv.load(folder / "snapshot")).to_json()
    meter.facts["bytes"] = len(text.encode())


def explore_warm(folder: Path, meter: Meter) -> None:
    """`explore` and its page on a snapshot whose ledger and states are there."""
    _explore(folder, meter, warm=True)


def explore_cold(folder: Path, meter: Meter) -> None:
    """The same right after `load`."""
    _explore(folder, meter, warm=False)


def _explore(folder: Path, meter: Meter, *, warm: bool) -> None:
    import k8snetviz as knv
    import k8snetviz.widgets.explorer  # so that its imports are not counted

    snap = _answered(folder)[0] if warm else knv.load(folder / "snapshot")
    with meter.section("explore"):
        explorer = knv.explore(snap)
    with meter.section("html"):
        page = explorer.html()
    meter.facts |= {"bytes": len(page.encode()), "wrong": int(not page.startswith("<div"))}


def explorer_sizes(_folder: Path, meter: Meter) -> None:
    """Bytes of the page of an explorer of about 300, 2,000 and 20,000 rows."""
    import k8snetviz as knv
    from k8snetviz.widgets.data_block import data_block
    from k8snetviz.widgets.page import fragment

    with tempfile.TemporaryDirectory(prefix="k8snetviz-rows-") as temporary:
        for rows, size in _ROWS.items():
            generate(size, Path(temporary) / str(rows))
            snap = knv.load(Path(temporary) / str(rows) / "snapshot")
            block = data_block(snap)
            meter.facts |= {f"{rows} rows": len(block.rows), f"{rows} bytes": len(fragment(snap, block).encode())}


def report(folder: Path, meter: Meter) -> None:
    """The report of a snapshot whose ledger and states are there, and that of the sample."""
    import k8snetviz as knv

    snap = _answered(folder)[0]
    with tempfile.TemporaryDirectory(prefix="k8snetviz-report-") as temporary:
        page = Path(temporary) / "report.html"
        with meter.section("cpu"):
            knv.report(snap, page)
        meter.facts["bytes"] = page.stat().st_size
        knv.report(knv.sample("during"), page)
        meter.facts["sample"] = page.stat().st_size


def page_work(folder: Path, meter: Meter) -> None:
    """Milliseconds of main-thread work in Chromium for what a reader does in the explorer; needs Playwright and Chromium."""
    from playwright.sync_api import sync_playwright

    import k8snetviz as knv
    from k8snetviz.widgets.data_block import data_block
    from k8snetviz.widgets.page import fragment
    from tests.widgets.front_timing import work_of

    snap = knv.load(folder / "snapshot")
    block = data_block(snap)
    with tempfile.TemporaryDirectory(prefix="k8snetviz-page-") as temporary:
        page = Path(temporary) / "page.html"
        head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Explorer</title><body>'
        page.write_text(head + fragment(snap, block), encoding="utf-8")
        with sync_playwright() as runner:
            command = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = runner.chromium.launch(executable_path=command, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            shown = browser.new_page(viewport={"width": 1040, "height": 1000})
            shown.goto(page.as_uri())
            shown.locator("[data-kx-live]").first.wait_for()
            shown.wait_for_timeout(1_500)
            work = work_of(shown)
            browser.close()
    meter.facts |= {f"{name} worst ms": each.worst for name, each in work.items()} | {"rows": len(block.rows)}
    meter.facts |= {f"{name} median ms": each.median for name, each in work.items()}
    meter.facts["median ms"] = max(each.median for each in work.values())


def _answered(folder: Path) -> tuple[Any, Any, Any]:
    """Return the snapshot with its ledger and states."""
    import k8snetviz as knv

    snap = knv.load(folder / "snapshot")
    return snap, knv.backends(snap), knv.service_states(snap)
