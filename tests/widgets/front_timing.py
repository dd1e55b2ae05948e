"""How much work the page's main thread has with what a reader does: measured, printed by a benchmark, never asserted.

    python -m tests.widgets.front_timing page.html

The page holds one explorer. The time is that of the thread's processor, so that other processes on the machine do not count.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path
from typing import Any, NamedTuple

_EXPLORER = "const root = document.querySelector('[data-kx-live]').shadowRoot, $ = (found) => root.querySelector(found);"
_FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))"
_SET = (
    "const put = (name, value) => { const at = $(name);"
    " at.value = value; for (const kind of ['input', 'change']) at.dispatchEvent(new Event(kind)); };"
)
_MARK = (
    "const mark = (x, y) => { const at = $('canvas'), frame = at.getBoundingClientRect();"
    " at.dispatchEvent(new MouseEvent('click', { clientX: frame.left + x, clientY: frame.top + y, bubbles: true })); };"
)

ACTIONS: dict[str, list[str]] = {
    "search": [f"put('input[type=search]', '{text}')" for text in ("c", "ca", "cart", "not 10", "web", "")],
    "filter by state": [f"root.querySelectorAll('.chip[aria-pressed]')[{place}].click()" for place in (0, 0, 1, 1, 2, 2)],
    "sort": [f"root.querySelectorAll('.th button')[{place}].click()" for place in (1, 1, 3, 3, 4, 6, 0, 0)],
    "select a mark": [f"mark({x}, {y})" for x, y in ((980, 90), (980, 200), (980, 300), (5, 400))],
    "drill down and back": ["mark(250, 50)", "$('.path .chip')?.click()", "mark(250, 118)", "$('.path .chip')?.click()"],
    "select a row": [f"root.querySelectorAll('.tr')[{place}].click()" for place in (0, 3, 6, 9)],
    "pan the picture": [f"$('.stage').scrollTop = {place}" for place in (60, 160, 300, 0)],
    "scroll the table": [f"$('.grid').scrollTop = {place}" for place in (900, 20_000, 200_000, 0)],
}
"""What a reader does, each as steps that are timed one by one."""


class Work(NamedTuple):
    """Milliseconds of main-thread work of one kind of step."""

    median: float
    worst: float
    steps: int


def work_of(page: Any, actions: dict[str, list[str]] | None = None) -> dict[str, Work]:
    """Return the work of each action on the one explorer of `page` (Playwright, Chromium), frame included."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    found = {}
    for name, steps in (actions or ACTIONS).items():
        spent = [_spent(page, session, step) for step in steps]
        found[name] = Work(round(statistics.median(spent), 1), round(max(spent), 1), len(spent))
    session.detach()
    return found


def _spent(page: Any, session: Any, step: str) -> float:
    page.evaluate(f"async () => {{ for (let i = 0; i < 3; i++) await {_FRAME}; }}")
    before = _busy(session)
    page.evaluate(f"async () => {{ {_EXPLORER} {_SET} {_MARK} {step}; for (let i = 0; i < 2; i++) await {_FRAME}; }}")
    return _busy(session) - before


def _busy(session: Any) -> float:
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"]) * 1000


def main(path: str) -> int:
    """Print the work of every action on the page at `path`."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as runner:
        browser = runner.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        page = browser.new_page(viewport={"width": 1040, "height": 1000})
        page.goto(Path(path).resolve().as_uri())
        page.locator("[data-kx-live]").first.wait_for()
        page.wait_for_timeout(1500)
        for name, work in work_of(page).items():
            print(f"{name:22} median {work.median:6.1f} ms   worst {work.worst:6.1f} ms   of {work.steps} steps")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
