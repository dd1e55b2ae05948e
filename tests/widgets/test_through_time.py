"""Several moments in one page, without a kernel: the slider moves everything, what is chosen stays, what changed is marked."""

from __future__ import annotations

import pytest

import k8snetviz as knv
from k8snetviz.documents.notebook import made_of
from k8snetviz.widgets.moments import block_of
from k8snetviz.widgets.page import bundle, fragment
from tests.browser import alive, needs_chromium
from tests.build import as_list, endpoint, endpoint_slice, node, pod, port, service
from tests.widgets.shop import hostile, shop

pytestmark = needs_chromium
_ACTIVE = "document.querySelector('[data-kx-live]').shadowRoot.activeElement.getAttribute('aria-label')"


def moment(**pods):
    """`web` behind which stand these pods, each ready or not; Service `extra` where a pod of that name is asked for."""
    objects = [node("node-a"), node("node-b", zone="zone-b"), service("web", selector={"app": "web"})]
    ends = []
    for name, ready in pods.items():
        address, pod_name, on = f"10.244.0.{1 + int(name[-1])}", name.replace("_", "-"), "node-b" if name.endswith("2") else "node-a"
        conditions = {"ready": ready, "serving": ready}
        labels, own = ({"app": "web"} if name.startswith("web") else {"app": "extra"}), ("StatefulSet", name[:3])
        space = "shop" if name.startswith("web") else "other"
        objects.append(pod(pod_name, ns=space, labels=labels, ips=(address,), ready=ready, node=on, owner=own, ports=(port(8080),)))
        if name.startswith("web"):
            ends.append(endpoint(address, target=pod_name, node=on, conditions=conditions))
    if any(name.startswith("extra") for name in pods):
        objects.append(service("extra", ns="other", selector={"app": "extra"}))
    return knv.load(as_list([*objects, endpoint_slice("web", tuple(ends))]))


def saved(*snaps, **options):
    return fragment(snaps[-1], block_of(snaps), **options)


@pytest.fixture(scope="module")
def three() -> str:
    """All is well; then web-1 waits, web-2 is gone and another Service came; then web-1 is back."""
    return saved(moment(web_0=True, web_1=True, web_2=True), moment(web_0=True, web_1=False, extra_3=True), moment(web_0=True, web_1=True))


def back(page):
    page.get_by_role("button", name="Previous moment").click()


def on(page):
    page.get_by_role("button", name="Next moment").click()


def when(page) -> str:
    return page.locator(".when").inner_text().replace("\n", " ")


def chips(page) -> list[str]:
    return page.get_by_role("group", name="States").locator(".chip").all_inner_texts()


def marks(page) -> list[tuple[str, str, str]]:
    rows = page.locator(".tr").all()
    return [tuple(row.locator(f".c-{name}").text_content() for name in ("change", "pod", "state")) for row in rows]


def panel(page) -> str:
    return page.locator(".details").inner_text()


def test_the_slider_moves_header_counts_table_and_picture(opened, three):
    page = opened(three)
    assert "3 of 3 · no Service broken" in when(page) and "1 Service drawn" in page.locator(".path").inner_text()
    assert "2 pods" in page.locator(".head").inner_text()
    back(page)
    assert "2 of 3 · 2 broken Services" in when(page) or "2 of 3 · 1 broken Service" in when(page)
    assert "3 pods" in page.locator(".head").inner_text() and "2 Services drawn" in page.locator(".path").inner_text()
    back(page)
    assert "1 of 3 · no Service broken" in when(page) and page.locator(".caption").inner_text().startswith("3 rows")
    assert page.get_by_role("button", name="Previous moment").is_disabled()
    assert page.locator(".c-change").count() == 0 and not any("changed" in chip for chip in chips(page))


def test_the_slider_is_walked_with_the_keyboard_and_announced(opened, three):
    page = opened(three)
    slider = page.get_by_role("slider", name="Moment")
    slider.focus()
    told = []
    for key in ("ArrowLeft", "Home", "End", "ArrowDown"):
        slider.press(key)
        page.wait_for_timeout(120)
        told.append(slider.get_attribute("aria-valuetext"))
        assert page.evaluate(_ACTIVE) == "Moment"
    assert [text.split(" of 3")[0][-1] for text in told] == ["2", "1", "3", "2"]
    assert "1 degraded" in told[0] and "1 serving" in told[1]
    assert "1 degraded" in page.locator("[aria-live]").inner_text()


def test_what_changed_is_marked_counted_and_can_be_seen_alone(opened, three):
    page = opened(three)
    back(page)
    assert set(marks(page)) == {
        ("", "web-0", "● ready"),
        ("▼ was ready", "web-1", "◐ not-ready"),
        ("+ new", "extra-3", marks_of(page, "extra-3")),
    }
    (chip,) = [chip for chip in chips(page) if "changed" in chip]
    assert chip.startswith("≠ 3 changed since ")
    page.get_by_role("button", name="changed since").click()
    assert sorted(mark for mark, _, _ in marks(page)) == ["+ new", "− gone", "▼ was ready"]
    assert "3 rows changed since" in page.locator(".caption").inner_text()
    page.locator(".tr.gone").click()
    assert "web-2 is gone" in panel(page) and "it was ready" in panel(page) and page.locator(".tr.lit").count() == 1
    page.get_by_role("button", name="show the moment before").click()
    assert "1 of 3" in when(page) and "web-2 is ready" in panel(page)
    on(page)
    on(page)
    assert ("▲ was not-ready", "web-1", "● ready") in marks(page)


def marks_of(page, name):
    return next(state for _, pod_name, state in marks(page) if pod_name == name)


def test_what_is_selected_stays_or_says_that_it_is_not_there_and_comes_back(opened, three):
    page = opened(three)
    back(page)
    page.get_by_role("searchbox").fill("extra")
    page.locator(".tr").first.click()
    assert "extra-3" in panel(page)
    page.get_by_role("button", name="clear").click()
    back(page)
    assert "not there at this moment: extra-3" in when(page) and "not there at this moment: extra-3" in panel(page)
    on(page)
    assert "extra-3 is" in panel(page) and "not there" not in when(page)
    on(page)
    assert "extra-3 is gone" in panel(page)
    back(page)
    assert "extra-3 is" in panel(page) and page.locator(".tr.lit").count() == 1


def test_filters_stay_and_one_that_finds_nothing_waits(opened, three):
    page = opened(three)
    back(page)
    page.get_by_label("Namespace", exact=True).select_option("other")
    page.get_by_role("searchbox").fill("e")
    back(page)
    assert "namespace other, not there at this moment" in page.locator(".path").inner_text() and "namespace other" in when(page)
    assert page.locator(".tr").count() == 3 and page.get_by_role("searchbox").input_value() == "e"
    on(page)
    assert page.get_by_label("Namespace", exact=True).input_value() == "other" and page.locator(".tr").count() == 1
    back(page)
    page.get_by_role("button", name="Remove the filter namespace other").click()
    on(page)
    assert page.get_by_label("Namespace", exact=True).input_value() == ""


def test_a_state_that_nothing_has_at_a_moment_can_still_be_chosen(opened, three):
    page = opened(three)
    back(page)
    page.get_by_role("button", name="1 degraded").click()
    back(page)
    assert page.get_by_role("button", name="0 degraded").get_attribute("aria-pressed") == "true" and page.locator(".tr").count() == 0
    page.get_by_role("button", name="0 degraded").click()
    assert page.locator(".tr").count() == 3


def test_a_click_on_a_bar_goes_there(opened, three):
    page = opened(three)
    bars = page.locator(".tick")
    assert bars.first.inner_text() == "0" and bars.nth(1).locator("i").count() >= 1 and bars.nth(0).locator("i").count() == 0
    page.locator(".ticks").click(position={"x": 2, "y": 20})
    assert "1 of 3" in when(page) and page.locator(".tick.now").count() == 1


def test_the_overview_tells_what_changed(opened):
    page = opened(saved(knv.sample("before"), knv.sample("during")))
    told = panel(page)
    assert "Since before.json" in told and "rows: " in told and "● serving → ✕ down" in told.replace("\n", "")
    page.locator(".trouble").first.click()
    assert "was ● serving in before.json" in panel(page).replace("\n", "")


def test_a_page_opens_at_the_moment_that_was_shown(opened):
    page = opened(saved(shop(), moment(web_0=True), moment=0))
    assert "1 of 2" in when(page) and page.locator(".tr .c-service", has_text="cart").count() == 1


def test_one_snapshot_has_no_slider(opened, small):
    page = opened(small)
    assert page.get_by_role("slider").count() == 0 and page.locator(".c-change").count() == 0


def test_two_of_them_in_one_page_go_their_own_ways(opened, three):
    page = opened(three, saved(shop(), moment(web_0=True)))
    page.get_by_role("button", name="Previous moment").nth(1).click()
    assert page.locator(".when").nth(0).inner_text().replace("\n", " ").count("3 of 3") == 1
    assert "1 of 2" in page.locator(".when").nth(1).inner_text()


def test_hostile_texts_run_nothing_at_any_moment(opened):
    page = opened(saved(moment(web_0=True), hostile(), shop()))
    for _ in range(2):
        back(page)
        if page.get_by_role("button", name="changed since").count():
            page.get_by_role("button", name="changed since").click()
        page.locator(".tr").first.click()
    on(page)
    assert page.evaluate("globalThis.ran") is None and page.locator("[data-kx-live] img").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened, three, theme):
    judge = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    page = opened(three)
    page.evaluate(f"document.documentElement.setAttribute('data-theme', '{theme}')")
    page.evaluate(f"document.body.style.background = '{'#fff' if theme == 'light' else '#0f1216'}'")
    back(page)
    page.get_by_role("button", name="changed since").click()
    found = judge.Axe().run(page).response["violations"]
    assert [each["help"] for each in found if each["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("kind", ["report", "share"])
def test_a_report_and_a_shared_page_go_through_time(kind, visit, tmp_path):
    path, snaps = tmp_path / "page.html", (knv.sample("before"), knv.sample("during"))
    if kind == "report":
        knv.report(snaps[1], path, before=snaps[0])
    else:
        offline = pytest.importorskip("k8snetviz.documents.offline")
        notebook = made_of([("code", "explorer")])
        notebook.cells[0].outputs = [pytest.importorskip("nbformat.v4").new_output("display_data", data=bundle(snaps[1], block_of(snaps)))]
        path.write_text(offline.offline_page(notebook, "shared").text, encoding="utf-8")
    page = alive(visit(path), 1)
    assert "2 of 2" in when(page)
    back(page)
    assert "1 of 2 · no Service broken" in when(page)
    on(page)
    page.get_by_role("button", name="changed since").click()
    assert {mark for mark, _, _ in marks(page)} - {""}
