"""Names, labels, messages and hosts that would be scripts if anybody forgot to escape them: in every host, nothing runs."""

from __future__ import annotations

import pytest

from tests.widgets.shop import HOSTILE

_ADDED = """() => {
    const roots = [];
    const into = (root) => { roots.push(root); root.querySelectorAll("*").forEach((each) => each.shadowRoot && into(each.shadowRoot)); };
    document.querySelectorAll(".jp-OutputArea").forEach(into);
    const every = roots.flatMap((root) => [...root.querySelectorAll("*")]);
    const leads = ["href", "xlink:href", "src", "srcdoc", "data", "action", "formaction"];
    const runs = ({ name, value }) => /^on/i.test(name) || (leads.includes(name) && !value.startsWith("data:image/"));
    const found = every.filter((each) => [...each.attributes].some(runs) || each.matches("iframe, object, embed, link, meta, base, form"));
    return found.map((each) => each.outerHTML.slice(0, 200));
}"""


def nothing_ran(page) -> None:
    assert page.page.evaluate("() => globalThis.ran ?? null") is None
    assert page.page.evaluate(_ADDED) == []


def search_and_click(page, texts) -> None:
    """Find each of `texts` in the explorer, and select its rows and marks."""
    (explorer,) = page.explorers().all()
    for text in texts:
        explorer.get_by_role("searchbox").fill(text[:60])
        if explorer.locator(".tr").count():
            explorer.locator(".tr").first.click()
        explorer.locator("canvas").click(position={"x": 330, "y": 48})
    explorer.get_by_role("button", name="clear").click()
    explorer.get_by_role("searchbox").fill(HOSTILE[0])
    explorer.locator(".tr").first.wait_for()
    assert HOSTILE[0] in explorer.get_by_role("grid").inner_text()


@pytest.mark.parametrize("host", ["trusted", "untrusted", "extension"])
def test_received_nothing_runs(opened, received, lab, layout, host):
    name = received("hostile", trusted=host == "trusted", kernel="gone")
    if host == "extension":
        with lab.extension(layout):
            page = opened(name)
            page.explorers()
    else:
        page = opened(name)
    if host == "untrusted":
        page.page.get_by_role("table").first.wait_for()
        assert HOSTILE[0] in page.page.locator(".jp-OutputArea").first.inner_text()
    else:
        search_and_click(page, HOSTILE[::3])
    page.shot(f"hostile-{host}")
    nothing_ran(page)


def test_live_nothing_runs(opened, fresh, hostile_cells):
    page = opened(fresh(*hostile_cells)).run_all()
    search_and_click(page, HOSTILE)
    page.shot("hostile-live")
    nothing_ran(page)
