"""The pages of two snapshots: alive in both moments, readable without scripts, for everybody, on paper, and deaf to hostile texts."""

from __future__ import annotations

import re

import pytest

from tests.browser import alive, needs_chromium
from tests.documents.pages import Page
from tests.pages.made import HOSTILE_NAME
from tests.pages.test_accessible import _CUT, _WIDE, violations
from tests.pages.test_hostile_texts import counted
from tests.pages.test_print import _OVER, _SHRUNK
from tests.widgets.shop import HOSTILE

pytestmark = needs_chromium

KINDS = ("incident", "incident-review")
dark_or_light = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_explorer_goes_from_one_moment_to_the_other(kind, made, visit, shoot):
    page = alive(visit(made.page(kind, "sample")))
    slider = page.get_by_role("slider").first
    assert page.get_by_role("button", name="2 down").count() == 1
    slider.focus()
    slider.press("Home")
    page.get_by_role("button", name="20 serving").wait_for()
    assert page.get_by_role("button", name="2 down").count() == 0
    slider.press("End")
    page.get_by_role("button", name="2 down").wait_for()
    shoot(page, f"{kind}-sample")


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_without_scripts_learns_what_broke_and_why(kind, made, visit):
    text = visit(made.page(kind, "sample"), scripts=False).locator("body").inner_text()
    for told in (
        "10 Services stopped serving as they should (now 2 down, 7 degraded, 1 empty)",
        "The selector of Service shop/cart changed from app=cart to app=carts.",
        "shop.example/cart (Ingress shop/storefront)",
        "first sign 13:33:02, Deployment shop/orders: ScalingReplicaSet",
        "kubectl -n shop get pods -l app=carts",
        "How many requests failed, and whose: a snapshot counts none.",
    ):
        assert told in text


@dark_or_light
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_serious(kind, dark, made, visit, tmp_path):
    page = alive(visit(made.page(kind, "sample"), dark=dark))
    page.locator(".tr").first.click()
    assert violations(page) == []
    still = tmp_path / "still.html"
    text = made.page(kind, "sample").read_text(encoding="utf-8")
    still.write_text(re.sub(r'<script type="module">.*?</script>', "", text, flags=re.DOTALL), encoding="utf-8")
    assert violations(visit(still, dark=dark)) == []


@dark_or_light
@pytest.mark.parametrize("kind", KINDS)
def test_no_width_cuts_or_scrolls(kind, dark, made, visit, shoot):
    page = alive(visit(made.page(kind, "sample"), dark=dark))
    faults = []
    for width in (400, 848, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(50)
        wide = page.evaluate(_WIDE)
        faults += [f"{width}: the page is {wide} px too wide"] if wide > 0 else []
        faults += [f"{width}: cut {each}" for each in page.evaluate(_CUT)]
        shoot(page, f"{kind}-{width}-{'dark' if dark else 'light'}")
    assert faults == []


@pytest.mark.parametrize(("kind", "most"), [("incident", 14), ("incident-review", 16)])
def test_it_becomes_a_paper(kind, most, made, visit, shoot):
    page = alive(visit(made.page(kind, "sample"), width=704))
    page.emulate_media(media="print")
    assert page.locator("[data-kx-static]").is_visible() and not page.locator("[data-kx-live]").is_visible()
    assert page.evaluate(_OVER % _SHRUNK) == []
    shoot(page, f"{kind}-print")
    paper = page.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type /Page\b(?!s)", paper)) <= most


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_and_nothing_is_added(kind, made, visit, shoot):
    twin, page = (alive(visit(made.page(kind, name))) for name in ("harmless", "hostile"))
    found, wanted = counted(page), counted(twin)
    assert found == wanted and found["title"] == 1
    shoot(page, f"{kind}-hostile")
    for place in range(0, 12, 3):
        page.locator(".tr").nth(place).click()
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("Home")
    page.wait_for_timeout(300)
    for text in HOSTILE:
        page.get_by_role("searchbox").first.fill(text[:200])
    assert page.evaluate("globalThis.ran") is None
    assert page.url == made.page(kind, "hostile").as_uri()


@pytest.mark.parametrize("kind", KINDS)
def test_texts_are_shown_as_texts(kind, made, visit):
    page = visit(made.page(kind, "hostile"), scripts=False)
    text = page.locator("body").inner_text()
    assert sum(hostile in text for hostile in HOSTILE[:4]) == 4
    assert "\u202e" not in text and "\x1b" not in text
    assert HOSTILE_NAME in page.title()


@pytest.mark.parametrize("kind", KINDS)
def test_it_holds_one_script_and_asks_nobody(kind, made):
    page = Page(made.page(kind, "hostile").read_text(encoding="utf-8"))
    assert len(page.scripts) == 1 and page.handlers() == []
    assert [asked for asked in page.requests() if not asked.startswith("https://example.com/")] == []
