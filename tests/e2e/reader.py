"""What a reader does with one explorer, and sees of it."""

from __future__ import annotations

from typing import Any

WAIT_MS = 30_000


def narrow(explorer: Any, text: str, *services: str) -> None:
    """Type `text` into the search, and wait until the table holds rows of exactly these Services."""
    explorer.get_by_role("searchbox").fill(text)
    rows_are(explorer, *services)


def rows_are(explorer: Any, *services: str) -> None:
    """Wait until the rows in sight belong to exactly these Services."""
    explorer.page.wait_for_function(
        """([frame, wanted]) => {
            const texts = [...frame.querySelectorAll(".tr .c-service")].map((cell) => cell.textContent.trim());
            return JSON.stringify([...new Set(texts)].sort()) === JSON.stringify(wanted);
        }""",
        arg=[explorer.element_handle(), sorted(services)],
        timeout=WAIT_MS,
    )


def told(explorer: Any, *texts: str) -> str:
    """Wait until the panel holds each of these texts, and return what it says."""
    panel = explorer.get_by_role("region", name="Details")
    for text in texts:
        panel.get_by_text(text).first.wait_for(timeout=WAIT_MS)
    return str(panel.inner_text())


def click_row(explorer: Any, place: int = 0) -> None:
    """Click a row of the table."""
    explorer.locator(".tr").nth(place).click()


def click_first_service(explorer: Any) -> None:
    """Click the first mark in the lane of Services."""
    canvas = explorer.locator("canvas")
    width = canvas.bounding_box()["width"]
    canvas.click(position={"x": width * 0.4, "y": 48})


def scrolled(explorer: Any) -> int:
    """Return how far the table is scrolled, in pixels."""
    return int(explorer.get_by_role("grid").evaluate("grid => Math.max(grid.scrollTop, grid.parentElement.scrollTop)"))


def is_alive(explorer: Any) -> None:
    """Filter, select, read: the explorer of the sample answers, whoever hosts it; then everything is as before."""
    narrow(explorer, "cart", "shop/cart")
    click_row(explorer)
    told(explorer, "shop/cart is down", "SELECTS_NOTHING", "kubectl -n shop get pods -l app=carts")
    explorer.get_by_role("button", name="clear").click()
    explorer.get_by_role("grid").press("Escape")
    told(explorer, "Select a Service")
