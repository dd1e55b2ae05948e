from __future__ import annotations

import re

import pytest

from k8snetviz.documents.notebook import made_of
from k8snetviz.documents.offline import offline_page

v4 = pytest.importorskip("nbformat.v4")
pytest.importorskip("nbconvert")

_LOADS = re.compile(
    r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=[\"']?(?!data:)([^\"'>\s]+)|@import\s+url|import\s*\(?\s*['\"]https?:"
)


def page(*outputs, metadata=None) -> str:
    notebook = made_of([("markdown", "# A title\n\n$x$"), ("code", "snap")])
    notebook.cells[1].outputs = [v4.new_output("display_data", data=data) for data in outputs]
    notebook.metadata.update(metadata or {})
    return offline_page(notebook, "a title")


def test_it_loads_nothing_from_elsewhere():
    html = page({"text/plain": "x"})
    assert _LOADS.findall(html) == []
    assert "<title>a title</title>" in html


def test_a_browser_would_not_follow_an_address_that_slipped_through():
    html = page({"text/html": '<img src="https://elsewhere.example/x.png">'})
    head = html.index("Content-Security-Policy")
    assert "default-src 'none'" in html[head : head + 120]
    assert head < html.index("<script") and head < html.index("<style")


def test_pictures_are_shown_as_svg():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'
    html = page({"application/vnd.plotly.v1+json": {"data": [], "layout": {}}, "image/svg+xml": svg, "text/plain": "One box."})
    assert "image/svg+xml;base64," in html or svg in html
    assert "One box." not in re.sub('alt="[^"]*"', "", html)
    assert ".jp-RenderedSVG img{max-width:100%" in html, "a picture of 1,040 px would be cut at the edge of its cell"


def test_widgets_leave_their_fallback():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "m", "version_major": 2, "version_minor": 0}, "text/plain": "A panel."}
    state = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"m": {}}, "version_major": 2, "version_minor": 0}}}
    html = page(view, metadata=state)
    assert "A panel." in html and "widget-state" not in html and "widget-view" not in html


def test_the_notebook_itself_stays_as_it_is():
    notebook = made_of([("code", "x")])
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}}
    offline_page(notebook, "x")
    assert "widgets" in notebook.metadata
