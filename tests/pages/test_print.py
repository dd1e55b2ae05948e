"""On paper: the static part instead of the explorer, nothing cut at the edge, dark ink on a light ground whatever the reader's theme is."""

from __future__ import annotations

import re

import pytest

from tests.browser import alive, needs_chromium
from tests.pages.made import OURS
from tests.pages.test_alive import blocked

pytestmark = needs_chromium

_A4 = 718  # px of the width that is left between the margins Chromium's print has by default
_SHRUNK = 1.25  # what is wider is printed smaller; beyond that it would be hard to read
_OVER = """
() => [...document.querySelectorAll("body *")]
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([each, box]) => box.width && box.height && box.right > document.documentElement.clientWidth * %s)
  .map(([each, box]) => `${each.tagName}.${each.className} ends at ${Math.round(box.right)}: ${each.textContent.slice(0, 60)}`)
"""
_INK = """
() => {
  const light = (colour) => {
    const [r, g, b, a] = colour.match(/[\\d.]+/g).map(Number);
    return a === 0 ? null : r * 0.3 + g * 0.6 + b * 0.1;
  };
  const grounds = [document.body, document.documentElement].map((each) => light(getComputedStyle(each).backgroundColor));
  const ground = grounds.find((each) => each !== null) ?? 255;
  const cell = document.querySelector("td") || document.body;
  return [ground, light(getComputedStyle(cell).color)];
}
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["sample", "large"])
@pytest.mark.parametrize("kind", ("bare", *OURS, "nbconvert"))
def test_the_static_part_is_printed(kind, name, dark, made, visit, shoot):
    page = alive(visit(made.page(kind, name), dark=dark, width=_A4, blocked=blocked(kind)))
    page.emulate_media(media="print", color_scheme="dark" if dark else "light")
    assert page.locator("[data-kx-static]").is_visible() and not page.locator("[data-kx-live]").is_visible()
    assert page.locator("[data-kx-static] img").is_visible()
    assert page.evaluate(_OVER % _SHRUNK) == []
    ground, ink = page.evaluate(_INK)
    assert ground > 200 and ink < 100
    shoot(page, f"{kind}-{name}-print-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("kind", ("bare", *OURS))
def test_a_page_becomes_a_paper(kind, made, visit):
    page = alive(visit(made.page(kind, "sample")))
    paper = page.pdf(format="A4", print_background=True)
    pages = len(re.findall(rb"/Type /Page\b(?!s)", paper))
    assert paper.startswith(b"%PDF") and 2 <= pages <= 20
    assert len(re.findall(rb"/Type /Font\b", paper)) > 0


def test_paper_holds_what_does_not_serve_and_names_what_is_folded(made, visit):
    page = alive(visit(made.page("report", "sample")))
    page.emulate_media(media="print")
    quiet, broken = (page.locator("#mapping details").filter(has_text=word) for word in ("that serve", "that do not serve"))
    assert broken.locator("table").is_visible() and not quiet.locator("table").is_visible()
    assert quiet.locator("summary").is_visible()
    assert len(re.findall(rb"/Type /Page\b(?!s)", page.pdf(format="A4", print_background=True))) <= 10


def test_a_shared_notebook_breaks_pages_within_outputs(made, visit):
    page = visit(made.page("share", "sample"))
    page.emulate_media(media="print")
    style = "element => [getComputedStyle(element).breakInside, getComputedStyle(element.querySelector('td')).textAlign]"
    assert page.locator(".jp-OutputArea-child").first.evaluate(style) == ["auto", "left"]
