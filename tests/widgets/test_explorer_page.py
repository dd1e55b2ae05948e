"""The explorer in a real browser, on a page as it is saved: no kernel, no network."""

from __future__ import annotations

import base64
import hashlib

import k8snetviz as knv
from tests.browser import needs_chromium
from tests.widgets.shop import HOSTILE, hostile, saved

pytestmark = needs_chromium


def rows(page) -> list[str]:
    """Services of the rows in sight; namespace and name are cut apart from each other."""
    return [text.replace("\n", "") for text in page.locator(".tr .c-service").all_inner_texts()]


def test_one_broken_service_is_found_and_explained(opened, small):
    page = opened(small)
    page.get_by_role("searchbox").fill("cart")
    assert rows(page) == ["shop/cart"]
    page.locator(".tr").first.click()
    panel = page.locator(".details")
    assert "shop/cart is down" in panel.inner_text()
    assert "SELECTS_NOTHING" in panel.inner_text() and "kubectl -n shop get pods -l app=carts" in panel.inner_text()
    assert page.locator(".tr[aria-selected=true]").count() == 1


def test_chips_and_namespace_filter_and_are_cleared(opened, small):
    page = opened(small)
    page.get_by_role("button", name="1 serving").click()
    assert len(rows(page)) == 1 and page.get_by_role("button", name="1 serving").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="clear").click()
    page.get_by_label("Namespace").select_option("data")
    assert rows(page) == ["orders"]  # of the namespace that the filter names
    page.get_by_role("button", name="clear").click()
    assert len(rows(page)) == 3


def test_a_mark_selects_rows_and_a_row_lights_its_path(opened, small):
    page = opened(small)
    canvas = page.locator("canvas")
    canvas.click(position={"x": 150, "y": 34 + 14})  # the first Service: what is broken first
    assert "data/orders is down" in page.locator(".details").inner_text()
    assert page.locator(".tr.lit").count() == 1
    canvas.click(position={"x": 960, "y": 105})  # node-a, after the one that is not ready
    assert "node node-a" in page.locator(".details").inner_text()
    assert [text.replace("\n", "") for text in page.locator(".tr.lit .c-service").all_inner_texts()] == ["shop/web"]


def test_the_keyboard_walks_the_rows_and_is_announced(opened, small):
    page = opened(small)
    grid = page.get_by_role("grid")
    grid.focus()
    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("End", 2), ("Home", 0), ("PageDown", 2), ("PageUp", 0)):
        grid.press(key)
        assert grid.get_attribute("aria-activedescendant").endswith(f"r{place}")
    said = page.locator("[aria-live]")
    assert "data/orders" in said.inner_text() and "orders-0" in said.inner_text()
    grid.press("Enter")
    assert "data/orders is down" in page.locator(".details").inner_text()
    grid.press("Escape")
    assert "Select a Service" in page.locator(".details").inner_text()


def test_heads_sort_both_ways_and_back(opened, small):
    page = opened(small)
    head = page.get_by_role("columnheader").nth(1)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert rows(page) == ["data/orders", "shop/cart", "shop/web"]
    head.get_by_role("button").click()
    assert rows(page) == ["shop/web", "shop/cart", "data/orders"]
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "none"


def test_a_service_chosen_in_advance_is_open(opened):
    page = opened(saved(knv.sample("during"), "shop/web"))
    assert "shop/web is serving" in page.locator(".details").inner_text()
    assert page.locator(".tr.lit").count() >= 1 and page.locator(".grid").evaluate("grid => grid.scrollTop") > 0


def test_two_explorers_live_side_by_side(opened, small):
    page = opened(small, small, saved(knv.sample("before")))
    page.wait_for_function("document.querySelectorAll('[data-kx-live]').length === 3")
    page.get_by_role("searchbox").nth(0).fill("cart")
    assert page.locator("[data-kx-live]").nth(1).locator(".tr").count() == 3


def test_hostile_texts_run_nothing_and_are_shown_as_text(opened):
    page = opened(saved(hostile()))
    assert page.locator(".tr").count() > 10
    for place in range(0, 12, 3):
        page.locator(".tr").nth(place).click()
    page.locator("canvas").click(position={"x": 150, "y": 48})
    assert page.evaluate("globalThis.ran") is None
    assert page.locator("[data-kx-live] img").count() == 0
    found = page.locator(".grid").inner_text()
    assert any(text in found for text in HOSTILE)


def test_the_theme_is_followed_live(opened, small):
    page = opened(small)
    ground = page.locator(".kx")
    assert "dark" not in ground.get_attribute("class")
    page.evaluate("document.body.setAttribute('data-jp-theme-light', 'false')")
    page.locator(".kx.dark").wait_for()


def test_without_scripts_the_static_part_stays(opened, small):
    page = opened(small, scripts=False)
    assert page.locator("[data-kx-static] table").is_visible() and page.locator("[data-kx-static] img").is_visible()
    assert "shop/cart" in page.locator("[data-kx-static] table").inner_text()


def test_a_strict_policy_with_one_hash_lets_it_live(opened, small):
    script = small.split('<script type="module">')[1].removesuffix("</script>")
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src-attr 'unsafe-inline'; script-src 'sha256-{allowed}'"
    page = opened(small, head=f'<meta http-equiv="Content-Security-Policy" content="{policy}">')
    page.locator(".tr").first.click()
    assert "data/orders" in page.locator(".details").inner_text()


def test_print_shows_the_static_part(opened, small):
    page = opened(small)
    assert not page.locator("[data-kx-static]").is_visible()
    page.emulate_media(media="print")
    assert page.locator("[data-kx-static]").is_visible() and not page.locator("[data-kx-live]").is_visible()


def test_letters_do_not_reach_the_page_around(opened, small):
    page = opened(small)
    page.evaluate("globalThis.heard = []; document.addEventListener('keydown', event => heard.push(event.key))")
    page.get_by_role("grid").press("b")
    page.get_by_role("searchbox").press("x")
    assert page.evaluate("heard") == [] and page.get_by_role("searchbox").input_value() == "x"
