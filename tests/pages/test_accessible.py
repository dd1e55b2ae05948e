"""Pages for everybody: axe-core finds nothing serious or critical, no page scrolls sideways, no text is cut without a sign."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser import alive, needs_chromium
from tests.pages.made import OURS
from tests.pages.test_alive import blocked

Axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="needs Chromium, and axe-playwright-python to judge its pages"
).Axe
pytestmark = needs_chromium

WIDTHS = (400, 700, 848, 1040, 1280, 1600)


def violations(page: Any, part: str | None = None) -> list[str]:
    """What axe-core finds serious or critical, one line per element; the path of an element leads through shadow roots."""
    found = Axe().run(page, part).response["violations"]
    return [
        f"{fault['impact']} {fault['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def test_a_fault_would_be_found(made, visit):
    page = alive(visit(made.page("bare", "shop")))
    page.evaluate("document.querySelector('[data-kx-live]').shadowRoot.querySelector('.head b').style.color = '#ddd'")
    assert [line.split(":")[0] for line in violations(page, "[data-kx]")] == ["serious color-contrast"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", OURS)
def test_our_pages(kind, dark, made, visit):
    page = alive(visit(made.page(kind, "sample"), dark=dark))
    page.locator(".tr").first.click()
    assert violations(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", (*OURS, "review"))
def test_our_pages_without_the_explorer(kind, dark, made, visit, tmp_path):
    text = made.page(kind, "sample").read_text(encoding="utf-8")
    still = tmp_path / "still.html"  # axe-core is a script itself: what does not run here is the module of the page
    still.write_text(re.sub(r'<script type="module">.*?</script>', "", text, flags=re.DOTALL), encoding="utf-8")
    page = visit(still, dark=dark)
    assert page.locator("[data-kx-live]").count() == 0
    assert violations(page) == []


@pytest.mark.parametrize(("name", "dark"), [("large", False), ("large", True), ("gaps", False), ("empty", True)])
@pytest.mark.parametrize("kind", ["bare", "nbconvert"])
def test_inside_the_explorer(kind, name, dark, made, visit):
    page = alive(visit(made.page(kind, name), dark=dark, blocked=blocked(kind)))
    if name == "large":
        page.locator("canvas").click(position={"x": 200, "y": 48})
    assert violations(page, "[data-kx]") == []


_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Elements whose text does not fit, and neither scrolls nor ends in an ellipsis.
_CUT = """
() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean)];
  const cut = (each) => {
    const style = getComputedStyle(each);
    if (!each.clientWidth || each.scrollWidth <= each.clientWidth + 1 || style.clipPath !== "none") return false;
    if (style.textOverflow === "ellipsis" || ["auto", "scroll"].includes(style.overflowX)) return false;
    return style.overflowX !== "visible" || ["BUTTON", "TD", "TH"].includes(each.tagName);
  };
  const told = (each) => `${each.tagName}.${each.className} ${each.scrollWidth} in ${each.clientWidth}: ${each.textContent.slice(0, 60)}`;
  return roots.flatMap((root) => [...root.querySelectorAll("*")]).filter(cut).map(told);
}
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["sample", "large"])
@pytest.mark.parametrize("kind", ("bare", *OURS))
def test_every_width(kind, name, dark, made, visit, shoot):
    page = alive(visit(made.page(kind, name), dark=dark))
    page.locator(".tr").first.click()
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(50)
        faults += [f"{width}: the page is {wide} px too wide" for wide in [page.evaluate(_WIDE)] if wide > 0]
        faults += [f"{width}: cut {each}" for each in page.evaluate(_CUT)]
        shoot(page, f"{kind}-{name}-{width}-{'dark' if dark else 'light'}", whole=False)
    assert faults == []
