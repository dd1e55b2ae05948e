"""Every kind of page, made from every kind of input: alive where scripts run, readable where they do not, and silent."""

from __future__ import annotations

import pytest

import k8snetviz as knv
from tests.browser import alive, needs_chromium
from tests.pages.made import INPUTS, KINDS, OURS

pytestmark = needs_chromium

# What nbconvert's own page asks for, unless somebody tells it not to (we do, in `share`).
_CDN = ("https://cdn.jsdelivr.net/", "https://cdnjs.cloudflare.com/", "https://unpkg.com/")


def blocked(kind: str) -> tuple[str, ...]:
    return _CDN if kind == "nbconvert" else ()


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_explorer_lives(kind, name, made, visit, shoot):
    page = alive(visit(made.page(kind, name), blocked=blocked(kind)))
    shoot(page, f"{kind}-{name}")
    if name == "empty":
        assert page.locator(".tr").count() == 0
        return
    page.locator(".tr").first.click()
    first = page.locator(".tr").first.locator(".c-service").inner_text().replace("\n", "")
    assert first in page.locator(".details").inner_text()


@pytest.mark.parametrize("kind", KINDS)
def test_filter_row_and_panel(kind, made, visit):
    page = alive(visit(made.page(kind, "shop"), blocked=blocked(kind)))
    page.get_by_role("searchbox").fill("cart")
    assert page.locator(".tr").count() == 1
    page.locator(".tr").click()
    panel = page.locator(".details").inner_text()
    assert "shop/cart is down" in panel and "kubectl -n shop get pods -l app=carts" in panel
    page.get_by_role("button", name="clear").click()
    page.get_by_role("button", name="1 serving").click()
    assert page.locator(".tr .c-service").all_inner_texts() == ["shop/\nweb"]


@pytest.mark.parametrize("kind", KINDS)
def test_without_scripts_states_and_reasons_are_read(kind, made, visit, shoot):
    page = visit(made.page(kind, "sample"), scripts=False, blocked=blocked(kind))
    shoot(page, f"{kind}-sample-static")
    static = page.locator("[data-kx-static]")
    assert page.locator("table").first.is_visible() and static.locator("img").first.is_visible()
    text = page.locator("body").inner_text()
    broken = knv.service_states(made.snapshot("sample")).query("state not in ('serving', 'external')")
    assert len(broken) > 3
    for row in broken.itertuples():
        assert f"{row.namespace}/{row.service}" in text
    if kind == "report":
        assert all(reason in text for reason in broken["reason"].dropna())


@pytest.mark.parametrize("kind", OURS)
def test_the_policy_stops_what_is_put_in_later(kind, made, visit, heard, tmp_path):
    text = made.page(kind, "shop").read_text(encoding="utf-8")
    added = '<script>globalThis.ran=40</script><img src=x onerror="globalThis.ran=41"><iframe src="https://elsewhere.example/"></iframe>'
    assert text.count("</body>") == 1
    copy = tmp_path / "doctored.html"
    copy.write_text(text.replace("</body>", f"{added}</body>"), encoding="utf-8")
    page = alive(visit(copy))
    page.wait_for_timeout(200)
    assert page.evaluate("globalThis.ran") is None
    assert heard.foreign == []
    assert len(heard.faults) >= 3 and all("Content Security Policy" in fault for fault in heard.faults)
    heard.faults.clear()


@pytest.mark.parametrize("kind", KINDS)
def test_line_ends_of_another_system_change_nothing(kind, made, visit, tmp_path):
    copy = tmp_path / "crlf.html"
    copy.write_bytes(made.page(kind, "shop").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    page = alive(visit(copy, blocked=blocked(kind)))
    page.locator(".tr").first.click()
    assert "data/orders is down" in page.locator(".details").inner_text()


@pytest.mark.parametrize("kind", KINDS)
def test_from_a_web_server_it_is_the_same(kind, made, visit, served):
    folder, address = served
    (folder / "page.html").write_bytes(made.page(kind, "shop").read_bytes())
    page = alive(visit(f"{address}/page.html", blocked=(*blocked(kind), f"{address}/favicon.ico")))
    page.locator(".tr").first.click()
    assert "data/orders is down" in page.locator(".details").inner_text()
