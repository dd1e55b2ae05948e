"""Who of two outputs is seen, in a page built as JupyterLab builds the outputs of a cell; no JupyterLab is needed for that."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64encode

import pytest

from k8snetviz.widgets.data_block import data_block
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.page import fragment
from tests.browser import needs_chromium
from tests.widgets.shop import shop

pytestmark = needs_chromium
LINE = "k8snetviz explorer: 2 down, 1 serving"
DEAD = "Error displaying widget: model not found"
_OUTPUT = '<div class="jp-OutputArea-child" id="{}"><div class="jp-OutputArea-output">{}</div></div>'
_CELL = '<!doctype html><meta charset="utf-8"><title>Cell</title><div class="jp-Cell"><pre class="jp-InputPrompt">[1]:</pre>{}</div>'

# A model as anywidget gives it, over the data block that the page holds; what is said to the kernel is kept.
_WIDGET = """
const said = (globalThis.said = []), ears = {{}}, block = JSON.parse(document.querySelector("[data-kx-data]").textContent);
const raw = Uint8Array.from(atob(block), (letter) => letter.charCodeAt(0));
const state = {{ _uid: "{uid}", _pages: ["{uid}"], _data: new DataView(raw.buffer), _choice: {choice} }};
globalThis.model = {{
  get: (name) => state[name],
  set(name, value) {{ state[name] = value; (ears["change:" + name] || []).forEach((hear) => hear()); }},
  on(event, hear) {{ (ears[event] ||= []).push(hear); }},
  off(event, hear) {{ ears[event] = ears[event].filter((other) => other !== hear); }},
  save_changes: () => said.push(state._choice),
}};
globalThis.heard = () => Object.values(ears).flat().length;
globalThis.live = () => {{
  const el = document.createElement("div");
  document.querySelector("#live .jp-OutputArea-output").replaceChildren(el);
  globalThis.end = $kx.render({{ model, el }});
}};
"""


@pytest.fixture(scope="module")
def block():
    return data_block(shop())


@pytest.fixture(scope="module")
def saved(block):
    return fragment(shop(), block, paired=True)


@pytest.fixture
def cell(visit, tmp_path, block):
    """Open a page with a cell that has these outputs, each (id, HTML); `live()` renders the widget into the output `live`."""

    def open_cell(*outputs, widget=False, choice=None, prompt="[1]:"):
        area = "".join(_OUTPUT.format(*output) for output in outputs)
        page = _CELL.replace("[1]:", prompt).format(f'<div class="jp-OutputArea">{area}</div>')
        if widget:
            page += f'<script type="module">{module_text()}{_WIDGET.format(uid=block.uid, choice=json.dumps(choice or {}))}</script>'
        path = tmp_path / "cell.html"
        path.write_text(page, encoding="utf-8")
        return visit(path)

    return open_cell


def live_page(page):
    page.locator("#saved [data-kx-live] .tr").first.wait_for()


@pytest.mark.parametrize("line", [LINE, DEAD])
def test_the_line_of_a_widget_that_is_gone_is_hidden(cell, saved, line):
    page = cell(("live", line), ("saved", saved))
    live_page(page)
    assert not page.locator("#live").is_visible() and not page.locator("#saved [data-kx-static]").is_visible()


def test_a_widget_that_never_comes_is_not_waited_for_long(cell, saved):
    page = cell(("live", "Loading widget..."), ("saved", saved))
    live_page(page)
    assert not page.locator("#live").is_visible()


def test_another_output_before_it_stays(cell, saved):
    page = cell(("live", "something of the reader's own"), ("saved", saved))
    live_page(page)
    assert page.locator("#live").is_visible()


def test_a_page_that_is_shown_alone_hides_nothing(cell, block):
    page = cell(("live", DEAD), ("saved", fragment(shop(), block)))
    live_page(page)
    assert page.locator("#live").is_visible()


def test_a_widget_that_comes_alive_takes_over_and_gives_way_when_it_ends(cell, saved):
    page = cell(("live", "Loading widget..."), ("saved", saved), widget=True)
    live_page(page)
    page.evaluate("live()")
    page.locator("#live .tr").first.wait_for()
    page.locator("#saved").wait_for(state="hidden")
    assert page.locator("#live").is_visible() and page.locator("[data-kx-live]").count() == 0
    page.evaluate("end()")
    assert page.locator("[data-kx-widget]").count() == 0
    page.evaluate("document.querySelector('#live .jp-OutputArea-output').textContent = 'Error displaying widget'")
    live_page(page)
    assert not page.locator("#live").is_visible() and page.evaluate("heard()") == 0


def test_a_widget_of_another_cell_changes_nothing(cell, saved):
    page = cell(("live", DEAD), ("saved", saved), widget=True)
    live_page(page)
    page.evaluate(
        "document.body.append(document.createElement('div')); document.body.lastChild.setAttribute('data-kx-widget', model.get('_uid'))"
    )
    page.evaluate("document.querySelector('[data-kx]').dispatchEvent(new CustomEvent('kx-live'))")
    assert page.locator("#saved .tr").first.is_visible()


def test_an_output_that_is_cleared_ends_and_one_out_of_sight_goes_on(cell, saved):
    page = cell(("live", DEAD), ("saved", saved))
    live_page(page)
    page.get_by_role("searchbox").fill("cart")
    page.evaluate("globalThis.cell = document.querySelector('.jp-Cell'); cell.remove()")
    page.wait_for_function("!document.querySelector('.jp-Cell')")
    page.evaluate("document.body.append(cell)")
    page.locator("#saved .tr").first.wait_for()
    assert page.get_by_role("searchbox").input_value() == "cart" and page.locator("#saved .tr").count() == 1
    page.evaluate("globalThis.host = document.querySelector('[data-kx]'); document.querySelector('#saved').remove()")
    page.wait_for_function("!host.querySelector('[data-kx-live]')")
    assert page.locator("#live").is_visible()  # it is nobody's any more


def test_the_live_widget_tells_what_is_chosen_and_of_which_data(cell, saved, block):
    page = cell(("live", ""), ("saved", saved), widget=True, prompt="[*]:")
    page.evaluate("live()")
    page.locator("#live .tr").first.click()
    assert page.evaluate("said") == [{"by": "page", "of": block.uid, "at": 0, "kind": "row", "key": 0}]


def test_a_choice_from_elsewhere_is_taken_also_by_a_view_that_comes_later(cell, saved):
    page = cell(("live", ""), ("saved", saved), widget=True, choice={"by": "python", "kind": "row", "key": 2}, prompt="[*]:")
    page.evaluate("live()")
    page.locator("#live .tr.lit").first.wait_for()
    assert "web" in page.locator("#live .tr.lit .c-service").inner_text()
    page.evaluate("model.set('_choice', {by: 'python', kind: 'service', key: 0})")
    page.locator("#live .details", has_text="data/orders is down").wait_for()
    assert page.evaluate("said") == []


def test_new_data_keeps_the_filters_that_find_something(cell, saved):
    page = cell(("live", ""), ("saved", saved), widget=True, prompt="[*]:")
    page.evaluate("live()")
    page.locator("#live .tr").first.wait_for()
    page.locator("#live").get_by_role("searchbox").fill("cart")
    page.evaluate("globalThis.old = document.querySelector('#live .jp-OutputArea-output > div > div').shadowRoot.firstChild")
    page.evaluate("model.set('_uid', 'next')")
    page.wait_for_function("!old.isConnected")
    assert page.locator("#live").get_by_role("searchbox").input_value() == "cart" and page.locator("#live .tr").count() == 1


def test_a_block_that_inflates_beyond_reason_leaves_the_static_part(cell, saved, heard):
    bomb = b64encode(zlib.compress(b'{"v":1,"head":"' + b" " * 70_000_000 + b'"}', 9)).decode()
    page = cell(("live", LINE), ("saved", re.sub(r'(data-kx-data="deflate">)"[^"]*"', rf'\1"{bomb}"', saved)))
    page.wait_for_function("document.querySelector('[data-kx]').getAttribute('data-kx-on') === 'no'")
    assert page.locator("#saved [data-kx-static] table").is_visible() and page.locator("[data-kx-live]").count() == 0
    (fault,) = heard.faults
    assert "the static view stays" in fault and "larger than any of ours" in fault
    heard.faults.clear()
