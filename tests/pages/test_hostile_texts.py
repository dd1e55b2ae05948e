"""Texts that would run if anybody forgot to escape them once: in every kind of page, nothing runs and nothing is added to it."""

from __future__ import annotations

import re

import pytest

from tests.browser import alive, needs_chromium
from tests.pages.made import HOSTILE_NAME
from tests.pages.test_alive import blocked
from tests.widgets.shop import HOSTILE

pytestmark = needs_chromium

KINDS = ("bare", "report", "share", "nbconvert", "review")
_COUNT = """
() => {
  const names = ["img", "script", "style", "iframe", "a", "svg", "link", "meta", "base", "object", "embed", "form", "details", "title"];
  const roots = [document, ...[...document.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean)];
  const leads = ["href", "xlink:href", "src", "srcdoc", "data", "action", "formaction", "style"];
  const count = (name) => roots.map((root) => root.querySelectorAll(name).length).reduce((a, b) => a + b);
  const found = Object.fromEntries(names.map((name) => [name, count(name)]));
  const handlers = roots.flatMap((root) => [...root.querySelectorAll("*")]).filter((each) =>
    [...each.attributes].some(({ name, value }) => name.startsWith("on") || (leads.includes(name) && /^\\s*javascript:/i.test(value))));
  return { ...found, handlers: handlers.length };
}
"""


def counted(page) -> dict[str, int]:
    return page.evaluate(_COUNT)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_and_nothing_is_added(kind, made, visit, shoot):
    live = kind != "review"
    twin = visit(made.page(kind, "harmless"), blocked=blocked(kind))
    page = visit(made.page(kind, "hostile"), blocked=blocked(kind))
    if live:
        alive(twin)
        alive(page)
    assert counted(page) == counted(twin)
    assert counted(page)["title"] == 1
    shoot(page, f"{kind}-hostile-whole")
    if live:
        for place in range(0, 12, 2):
            page.locator(".tr").nth(place).click()
            for link in page.locator(".details").get_by_role("button", name=re.compile("^why ")).all():
                link.click()
        for row in (48, 82, 116, 150):
            page.locator("canvas").click(position={"x": 200, "y": row})
            page.locator("canvas").hover(position={"x": 500, "y": row})
        for text in HOSTILE:
            page.get_by_role("searchbox").fill(text[:200])
        page.get_by_role("button", name="clear").click()
    assert page.evaluate("globalThis.ran") is None
    assert page.url == made.page(kind, "hostile").as_uri()
    assert counted(page) == counted(twin)


@pytest.mark.parametrize("kind", KINDS)
def test_texts_are_shown_as_texts(kind, made, visit):
    page = visit(made.page(kind, "hostile"), scripts=False, blocked=blocked(kind))
    text = page.locator("body").inner_text()
    assert sum(hostile in text for hostile in HOSTILE[:4]) == 4
    if kind != "review":  # it shows tables of pandas, in which a name is what it is
        assert "\u202e" not in text and "\x1b" not in text and "\\x1b[31m" in text


@pytest.mark.parametrize("kind", ("report", "share", "nbconvert"))
def test_a_title_is_text(kind, made, visit):
    page = visit(made.page(kind, "hostile"), scripts=False, blocked=blocked(kind))
    assert HOSTILE_NAME in page.title()


@pytest.mark.parametrize("kind", ("bare", "report", "share", "nbconvert"))
def test_in_the_explorer_texts_are_shown_as_texts(kind, made, visit):
    page = alive(visit(made.page(kind, "hostile"), blocked=blocked(kind)))
    for text in (HOSTILE[0], HOSTILE[1], HOSTILE[6], HOSTILE[9]):
        page.get_by_role("searchbox").fill(text)
        page.locator(".tr").first.click()
        assert text in page.locator(".details").inner_text().replace("\u200b", "")
    assert page.locator(f"option[value={_quoted(HOSTILE[1])}]").first.evaluate("option => option.textContent") == HOSTILE[1]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
