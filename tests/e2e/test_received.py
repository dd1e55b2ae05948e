"""Without a kernel: reopened, received by mail, trusted afterwards."""

from __future__ import annotations

import pytest

from tests.e2e.reader import is_alive, narrow, rows_are, told


def texts(page) -> list[str]:
    """What is seen of the outputs, one text each."""
    return [output.inner_text() for output in page.page.locator(".jp-OutputArea-child:visible").all()]


def static_part(page):
    """The line, picture and table that need no script."""
    page.page.get_by_role("table").first.wait_for()
    return texts(page)


def no_script_ran(page) -> bool:
    return page.page.evaluate("() => !document.querySelector('.jp-OutputArea script, [data-kx-on], [data-kx-live]')")


@pytest.mark.parametrize("kernel", ["python3", "gone"])
def test_reopened_and_trusted_it_lives_without_its_kernel(opened, received, kernel):
    page = opened(received("received", trusted=True, kernel=kernel))
    (explorer,) = page.explorers().all()
    if kernel == "python3":
        page.kernel_idle()
        page.page.wait_for_function("() => document.querySelector('.jp-Notebook').textContent.includes('Error displaying widget')")
    page.shot(f"reopened-{kernel}")
    is_alive(explorer)
    assert len(texts(page)) == 1


def test_received_and_untrusted_line_picture_and_table_remain(opened, received):
    page = opened(received("received"))
    line, shown = static_part(page)
    page.shot("untrusted")
    assert line == "k8snetviz explorer: 2 down, 7 degraded, 1 empty, 10 serving, 1 external"
    assert "shop/cart" in shown and "SELECTS_NOTHING" in shown
    picture = page.page.locator(".jp-OutputArea img").first
    assert picture.is_visible() and picture.evaluate("image => image.naturalWidth") > 500
    assert no_script_ran(page)
    page.page.get_by_role("table").first.scroll_into_view_if_needed()
    page.shot("untrusted-table")


def test_after_trust_is_pressed_it_lives(opened, received):
    page = opened(received("received"))
    static_part(page)
    page.begin("notebook:trust")
    page.page.get_by_role("dialog").get_by_role("button", name="Trust").click()
    page.ended()
    (explorer,) = page.explorers().all()
    page.shot("trust-pressed")
    is_alive(explorer)
    assert len(texts(page)) == 1


def test_several_in_one_notebook_live_without_their_kernel(opened, received):
    page = opened(received("two", trusted=True))
    during, before, again = page.explorers(3).all()
    narrow(during, "cart", "shop/cart")
    narrow(before, "orders", "shop/orders")
    told(again, "Select a Service")
    assert again.locator(".tr").count() > 5
    again.get_by_role("button", name="1 empty").click()
    rows_are(again, "shop/search")
    rows_are(during, "shop/cart")
    page.shot("two-reopened")
