"""What a reader does in the explorer, in a real browser: filter, go down and back, read, copy, walk with the keyboard."""

from __future__ import annotations

import base64
import json
import re
import zlib

import pytest

import k8snetviz as knv
from tests.browser import needs_chromium
from tests.build import as_list, node, service
from tests.widgets.shop import large, saved

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def many() -> str:
    return saved(large())


def caption(page) -> str:
    return page.locator(".caption").inner_text()


def panel(page) -> str:
    return page.locator(".details").inner_text()


def drawn(page) -> str:
    return page.locator(".path").inner_text()


def test_filters_combine_are_counted_and_cleared(opened, many):
    page = opened(many)
    assert caption(page).startswith("90 rows")
    page.get_by_label("Type", exact=True).select_option("NodePort")
    assert caption(page).startswith("3 rows of 90")
    page.get_by_label("Namespace", exact=True).select_option("space-1")
    assert caption(page).startswith("1 row of 90")
    page.get_by_role("button", name="Remove the filter type NodePort").click()
    page.get_by_label("Zone", exact=True).select_option("zone-a")
    assert caption(page).startswith("15 rows of 90") and "15 Services drawn" in drawn(page)
    page.get_by_role("searchbox").fill("nowhere")
    assert "no row passes these filters" in caption(page)
    page.get_by_role("button", name="clear").click()
    assert caption(page).startswith("90 rows ·") and page.get_by_role("button", name="clear").is_disabled()


def test_before_anything_is_selected_the_panel_tells_what_does_not_serve(opened, small):
    page = opened(small)
    told = panel(page)
    assert told.startswith("2 of 3 Services to look at\n2 down\n")
    assert [name.inner_text() for name in page.locator(".trouble b").all()] == ["✕ data/orders", "✕ shop/cart"]
    assert "The selector app=carts selects no pod" in told and "7 gaps" in told and "Select a Service" in told
    page.locator(".details").get_by_role("button", name="7 gaps").click()
    assert "what is not known" in panel(page)
    page.locator(".gaps").click()
    page.locator(".trouble").nth(1).click()
    assert "shop/cart is down" in panel(page) and page.locator(".tr.lit").count() == 1


def test_what_does_not_serve_follows_the_filters(opened, small):
    page = opened(small)
    page.get_by_label("Namespace").select_option("data")
    assert panel(page).startswith("1 of 1 Service to look at\n1 down, of those that pass the filters\n")
    page.get_by_role("button", name="clear").click()
    page.get_by_role("button", name="1 serving").click()
    assert panel(page).startswith("Nothing is broken: 1 serving, of those that pass the filters.") and page.locator(".trouble").count() == 0
    page.get_by_role("searchbox").fill("nowhere")
    assert panel(page).startswith("No Service passes these filters.")


def test_many_that_do_not_serve_begin_as_eight_and_open(opened):
    page = opened(saved(knv.sample("during")))
    assert panel(page).startswith("10 of 21 Services to look at\n2 down, 7 degraded, 1 empty\n")
    first = page.locator(".trouble")
    assert first.count() == 8 and first.nth(0).inner_text().startswith("✕ shop/cart")
    page.locator(".details").get_by_role("button", name="2 more").click()
    assert first.count() == 10 and first.nth(9).inner_text().startswith("○ shop/search")
    assert "gaps" not in panel(page)


def cut(page, cells: str) -> list[str]:
    """Texts of the pieces of `cells` that are not seen whole."""
    pieces = "cells => cells.flatMap(cell => [...cell.children]).filter(each => each.scrollWidth > each.clientWidth)"
    return page.locator(cells).evaluate_all(f"{pieces}.map(each => each.textContent)")


@pytest.mark.parametrize("width", [1040, 848])
def test_the_first_reason_has_room(opened, width):
    page = opened(saved(knv.sample("during")), width=width)
    assert cut(page, ".tr .c-state") == cut(page, ".tr .c-service") == []
    codes = ("SELECTS_NOTHING", "PORT_UNRESOLVED http", "NO_POD_IP", "ImagePullBackOff (app)", "CrashLoopBackOff (app)")
    seen = page.locator(".tr .c-reason_text span").all_inner_texts()
    assert set(codes) <= set(seen) and not set(codes) & set(cut(page, ".tr .c-reason_text"))
    page.get_by_role("searchbox").fill("payments CrashLoopBackOff")
    reason = page.locator(".tr .c-reason_text").first
    assert reason.get_attribute("title") == "NOT_READY CrashLoopBackOff (container app)"
    assert reason.locator("span").all_inner_texts() == ["CrashLoopBackOff (app)", " · NOT_READY"]
    page.locator(".tr").first.click()
    assert "NOT_READY" in panel(page)


def test_a_name_that_is_cut_keeps_its_end(opened):
    page = opened(saved(knv.sample("during")), width=848)
    page.get_by_role("searchbox").fill("payments CrashLoopBackOff")
    pod = page.locator(".tr .c-pod").first
    head, tail = pod.locator("span").all()
    assert pod.get_attribute("title") == pod.text_content() and len(tail.text_content()) == 5
    assert cut(page, ".tr .c-pod >> nth=0") == [head.text_content()]
    box, end = pod.bounding_box(), tail.bounding_box()
    assert end["x"] + end["width"] <= box["x"] + box["width"]


def test_the_long_name_of_a_service_keeps_its_end_too(opened):
    snap = knv.load(as_list([service("rancher-monitoring-kube-state-metrics", ns="cattle-monitoring-system")]))
    page = opened(saved(snap), width=848)
    pieces = page.locator(".tr .c-service span")
    assert pieces.all_text_contents() == ["cattle-monitoring-system/", "rancher-monitoring-kube-state-", "metrics"]
    assert pieces.nth(0).bounding_box()["width"] > 40 and pieces.nth(2).text_content() not in cut(page, ".tr .c-service")


_WRITTEN = """() => {
  const plain = CanvasRenderingContext2D.prototype.fillText;
  globalThis.written = [];
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) { written.push(text); return plain.call(this, text, ...at); };
}"""


@pytest.mark.parametrize(("width", "typed"), [(1040, True), (848, True), (720, False)])
def test_all_boxes_of_services_tell_their_type_or_none(opened, width, typed):
    page = opened(saved(knv.sample("during")), width=1100)
    page.evaluate(_WRITTEN)
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function("written.includes('gateway') && written.includes('cart')")
    kinds = [text for text in page.evaluate("written") if text in ("ClusterIP", "NodePort", "headless", "no selector")]
    boxes = page.evaluate("written.filter((text) => ['✕', '◐', '○', '●', '↗'].includes(text)).length")
    assert (len(kinds) == boxes) if typed else (kinds == [])


def test_what_is_below_the_edge_of_the_picture_is_told(opened, small):
    page = opened(saved(knv.sample("during")))
    below = page.locator(".fade button")
    assert below.inner_text() == "↓ 10 Services below"
    below.click()
    assert page.locator(".stage").evaluate("stage => stage.scrollTop") > 300
    below.wait_for(state="hidden")
    assert page.evaluate("document.querySelector('[data-kx-live]').shadowRoot.activeElement.className") == "stage"
    assert not opened(small).locator(".fade").is_visible()


def test_a_filter_without_a_choice_is_not_there(opened):
    page = opened(saved(knv.load(as_list([node("node-a"), service("web", selector={"app": "web"})]))))
    assert page.locator(".bar1 select").count() == 0 and page.get_by_role("searchbox").count() == 1


def test_a_filter_with_many_values_is_typed(opened, many):
    page = opened(many)
    nodes = page.get_by_label("Node", exact=True)
    nodes.fill("node-4")
    assert page.locator("datalist option").count() == 10 and caption(page).startswith("90 rows")
    nodes.press("Enter")
    assert nodes.get_attribute("aria-invalid") == "true"
    nodes.fill("e-41")
    nodes.press("Enter")
    assert nodes.input_value() == "node-41" and "of 90" in caption(page)
    page.get_by_role("button", name="Remove the filter node node-41").click()
    assert nodes.input_value() == "" and caption(page).startswith("90 rows")


def test_down_from_namespaces_to_pods_and_back(opened, many):
    page = opened(many)
    canvas = page.locator("canvas")
    assert "3 of 3 namespaces drawn" in drawn(page)
    canvas.click(position={"x": 100, "y": 48})
    assert "namespace space-0" in drawn(page) and "30 Services drawn" in drawn(page)
    canvas.click(position={"x": 150, "y": 48})
    assert "space-0/web-00 is down" in panel(page)
    page.get_by_role("button", name="web-00", exact=True).click()
    page.get_by_role("button", name="show only this workload").click()
    assert caption(page).startswith("1 row of 90 ·") or "1 of 1 row selected" in caption(page)
    canvas.click(position={"x": 650, "y": 48})
    assert "web-00-0 is not-ready" in panel(page)
    page.get_by_role("button", name="Remove the filter StatefulSet web-00").click()
    page.get_by_role("button", name="Remove the filter namespace space-0").click()
    assert "3 of 3 namespaces drawn" in drawn(page)


def test_by_namespace_or_by_workload_and_folds_open(opened, many):
    page = opened(many)
    level = page.get_by_label("Picture")
    assert level.input_value() == "namespace"
    level.select_option("workload")
    assert "20 of 90 Services drawn" in drawn(page)
    page.get_by_role("button", name="70 more Services").click()
    assert "80 of 90 Services drawn" in drawn(page)
    page.get_by_role("button", name="10 more Services").click()
    assert "90 Services drawn" in drawn(page)
    level.select_option("namespace")
    assert "3 of 3 namespaces drawn" in drawn(page)


def test_from_a_zone_to_its_nodes(opened, many):
    page = opened(many)
    page.locator("canvas").click(position={"x": 980, "y": 76})
    assert "zone zone-" in panel(page) and "25 nodes" in panel(page)
    page.get_by_role("button", name="show only this zone").click()
    assert "9 more nodes" in drawn(page) and caption(page).startswith("45 of 45 rows selected")
    page.locator(".details li button").first.click()
    assert "node node-07" in panel(page)  # the one that is not ready comes first


def test_gaps_are_told_with_what_depends_on_them(opened, small):
    page = opened(small)
    page.locator(".gaps").click()
    assert page.locator(".gaps").get_attribute("aria-pressed") == "true"
    assert "7 gaps: what is not known" in panel(page) and "no list of kind NetworkPolicy was read" in panel(page)
    page.locator(".gaps").click()
    assert "Select a Service" in panel(page)


def changed(fragment: str, change) -> str:
    """The explorer `fragment` with its data block changed."""
    text = re.search('data-kx-data="deflate">"([^"]+)"', fragment).group(1)
    block = json.loads(zlib.decompress(base64.b64decode(text)))
    packed = change(block)
    if packed is None:
        packed = zlib.compress(json.dumps(block).encode())
    return fragment.replace(text, base64.b64encode(packed).decode())


def test_a_service_tells_what_it_depends_on_and_what_was_left_out(opened, small):
    def change(block):
        block["services"]["columns"]["unknown"] = {"v": ["Pods of shop were refused", None, None]}
        block["services"]["columns"]["left"] = {"v": [1200, 0, 0]}

    page = opened(changed(small, change))
    page.locator(".tr").first.click()
    page.get_by_role("button", name="why data/orders is down").click()
    assert "depends on what is not known: Pods of shop were refused" in panel(page)
    assert "1,200 rows of it are not in this page" in panel(page)
    page.locator(".gaps").click()
    assert "Answers that depend on them: 1" in panel(page)


def test_commands_are_copied(opened, small):
    page = opened(small)
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }; }")
    page.get_by_role("searchbox").fill("cart")
    page.locator(".tr").first.click()
    page.get_by_role("button", name="copy").click()
    page.get_by_role("button", name="copied").wait_for()
    assert page.evaluate("copied").startswith("kubectl -n shop get pods -l app=carts")
    assert page.locator("[aria-live]").inner_text() == "copied"


def test_commands_are_selected_where_copying_is_forbidden(opened, small):
    page = opened(small)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden')); }")
    page.locator(".tr").first.click()
    page.get_by_role("button", name="copy").click()
    page.get_by_role("button", name="selected").wait_for()
    assert page.evaluate("String(getSelection())").startswith("kubectl")


def test_arrow_keys_walk_the_picture(opened, small):
    page = opened(small)
    stage = page.get_by_role("region", name="Topology")
    stage.focus()
    said = page.locator("[aria-live]")
    for key, wanted in (
        ("ArrowDown", "data/orders"),
        ("ArrowDown", "shop/cart"),
        ("ArrowRight", "cart · 0 selected"),
        ("ArrowLeft", "shop/cart"),
    ):
        stage.press(key)
        assert said.inner_text().startswith(wanted)
    stage.press("Enter")
    assert "shop/cart is down" in panel(page)
    assert page.evaluate("document.querySelector('[data-kx-live]').shadowRoot.activeElement.className") == "stage"
    stage.press("Escape")
    assert "Select a Service" in panel(page)


def test_filters_are_announced(opened, many):
    page = opened(many)
    page.get_by_label("Namespace", exact=True).select_option("space-2")
    assert page.locator("[aria-live]").inner_text() == "30 rows of 30 Services"


def test_the_focus_stays_where_the_reader_is(opened, many):
    page = opened(many)
    active = "document.querySelector('[data-kx-live]').shadowRoot.activeElement.className"
    page.locator(".tr").first.click()
    page.locator(".details .link").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(active) == "details pane"
    page.get_by_label("Namespace", exact=True).select_option("space-2")
    page.get_by_role("button", name="Remove the filter namespace").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(active) == "stage"


def test_a_service_chosen_in_advance_is_drawn_also_where_many_are(opened):
    page = opened(saved(large(), "space-2/web-29"))
    assert "space-2/web-29 is serving" in panel(page) and "namespace space-2" in drawn(page)
    assert page.locator(".stage").evaluate("stage => stage.scrollTop") > 0
    assert page.locator(".tr.cursor").is_visible()


def test_what_is_below_the_picture_does_not_jump(opened, many):
    page = opened(many)
    page.get_by_label("Picture").select_option("workload")
    before = page.locator(".grid").bounding_box()
    page.get_by_role("searchbox").fill("space-1/web-03")
    assert caption(page).startswith("1 row of 90") and page.locator(".grid").bounding_box() == before


def test_colours_of_the_system_are_taken(opened, small):
    page = opened(small)
    page.locator(".tr").first.click()
    page.emulate_media(forced_colors="active")
    assert page.locator(".kx").evaluate("kx => getComputedStyle(kx).getPropertyValue('--down')") == "CanvasText"
    lit, plain = (page.locator(".tr").nth(place).evaluate("row => getComputedStyle(row).backgroundColor") for place in (0, 1))
    assert lit != plain


def _bomb(block):
    return zlib.compress(bytes(65 * 1024 * 1024))


def _set(*path_and_value):
    *path, last, value = path_and_value

    def change(block):
        at = block
        for step in path:
            at = at[step]
        if value is None:
            del at[last]
        else:
            at[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(_set("v", 2), "has version 2, wanted 1", id="another version"),
        pytest.param(_set("rows", "n", 300_001), "has 300001 rows", id="too many rows"),
        pytest.param(_set("rows", "columns", "pod", None), "lacks the column pod of rows", id="missing column"),
        pytest.param(_set("rows", "columns", "pod", {"d": ["x"], "i": [0, 1, 2]}), "damaged in the column pod", id="code out of range"),
        pytest.param(_set("rows", "columns", "own", {"v": [0, 1, 9]}), "a row of no Service", id="row of no Service"),
        pytest.param(_bomb, "larger than any of ours", id="bomb"),
        pytest.param(lambda block: b"nothing of ours", "", id="not deflated"),
        pytest.param(lambda block: zlib.compress(json.dumps(block).encode())[:-40], "", id="cut"),
    ],
)
def test_a_block_that_cannot_be_read_leaves_the_static_part(change, why, opened, small, heard):
    page = opened(changed(small, change), lives=False)
    page.locator('[data-kx-on="no"]').wait_for()
    assert page.locator("[data-kx-static] table").is_visible() and page.locator("[data-kx-live]").count() == 0
    assert len(heard.faults) == 1 and heard.faults[0].startswith("k8snetviz: the static view stays:") and why in heard.faults[0]
    heard.faults.clear()


def test_without_services_the_gaps_are_told(opened):
    page = opened(saved(knv.load(as_list([node("node-a")]))))
    assert "Services were not collected" in panel(page) and "no list of kind Pod was read" in panel(page)
    assert caption(page) == "0 rows"
