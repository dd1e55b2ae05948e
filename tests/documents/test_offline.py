"""A notebook as an offline page: nothing is fetched, nothing foreign runs, explorers stay alive."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from k8snetviz.documents.notebook import made_of
from k8snetviz.documents.offline import OfflinePage, offline_page
from k8snetviz.widgets.data_block import data_block
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.page import SENTENCE, fragment
from tests.documents.pages import Page
from tests.widgets.shop import hostile, shop

v4 = pytest.importorskip("nbformat.v4")
pytest.importorskip("nbconvert")

WIDGET = "application/vnd.jupyter.widget-view+json"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>run()</script></svg>'


def made(*outputs, markdown="# A title\n\n$x$", metadata=None) -> OfflinePage:
    notebook = made_of([("markdown", markdown), ("code", "snap")])
    notebook.cells[1].outputs = [v4.new_output("display_data", data=data) for data in outputs]
    notebook.metadata.update(metadata or {})
    return offline_page(notebook, "a title")


def shown(html: str, **more) -> Page:
    return Page(made({"text/html": html, "text/plain": "x"}, **more).text)


def explorer(snap) -> dict[str, str]:
    return {"text/html": fragment(snap, data_block(snap)), "text/plain": f"{SENTENCE}: 1 down"}


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_page_without_explorers_runs_nothing_at_all():
    page = Page(made({"text/plain": "x"}).text)
    assert page.scripts == []
    assert page.requests() == []
    assert page.policy()["script-src"] == "'none'"
    assert page.policy()["style-src"].split() == [digest(style) for style in page.styles]
    assert page.text.startswith("a title")


def test_explorers_are_woken_by_one_script_of_ours():
    first, second = explorer(shop()), explorer(hostile())
    text = made(first, second, first).text
    page = Page(text)
    (script,) = page.scripts
    assert script.startswith(module_text())
    names = re.findall(r'\$kx\.boot\("([0-9a-f]+)"\);', script)
    assert names == re.findall(r'data-kx="([0-9a-f]+)"', "".join(bundle["text/html"] for bundle in (first, second, first)))
    assert page.policy()["script-src"] == digest(script)
    assert text.count("data-kx-data") == 3 + script.count("data-kx-data")
    for block in (data_block(shop()), data_block(hostile())):
        assert f'<script type="application/json" data-kx-data="deflate">"{block.text}"</script>' in text
    assert page.requests() == []
    assert page.handlers() == []


def test_the_line_of_a_widget_goes_where_its_explorer_is():
    line = {WIDGET: {"model_id": "m", "version_major": 2, "version_minor": 0}, "text/plain": f"{SENTENCE}: 1 down"}
    assert SENTENCE not in Page(made(line, explorer(shop())).text).text
    alone = made(line)
    assert f"{SENTENCE}: 1 down" in Page(alone.text).text
    assert alone.left_out == {"widget": 1}


def test_what_follows_a_link_is_not_told_where_it_was_clicked():
    page = shown('<a href="https://elsewhere.example/x" target=_blank ping="https://p.example">x</a><a href="javascript:run()">y</a>')
    kept = [told for told in page.all("a") if told.get("href", "").startswith("http")]
    assert kept == [{"href": "https://elsewhere.example/x", "rel": "noopener noreferrer"}]
    assert not [told for told in page.all("a") if "javascript" in told.get("href", "")]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param('<img src="https://elsewhere.example/x.png" srcset="//x 2x">', id="a picture"),
        pytest.param("<img src=x onerror=run()>", id="a handler"),
        pytest.param("<script>run()</script><script src='//elsewhere.example'></script>", id="scripts"),
        pytest.param("<SCRIPT type=module>import 'https://x'</SCRIPT >", id="a module"),
        pytest.param('<script type="application/json" data-kx-data>alert(1)</script>', id="a block that is none"),
        pytest.param("<style>@import 'https://x'; a{background:URL( 'https://x/y.png' )}</style>", id="a style sheet"),
        pytest.param('<p style="background:url(//elsewhere.example/p.png)">x</p>', id="a style attribute"),
        pytest.param('<link rel="stylesheet" href="https://elsewhere.example/x.css">', id="a link element"),
        pytest.param('<iframe src="https://elsewhere.example"><img src=y></iframe>', id="a frame"),
        pytest.param('<iframe srcdoc="<script>run()</script>"></iframe>', id="a frame with its text"),
        pytest.param('<object data="https://x"><embed src="https://x"></object>', id="an object"),
        pytest.param('<form action="https://x"><button formaction="https://y">z</button></form>', id="a form"),
        pytest.param('<meta http-equiv="refresh" content="0;url=https://x"><base href="https://x">', id="meta and base"),
        pytest.param('<video src="https://x" poster="https://y"><source srcset="https://z"></video>', id="a film"),
        pytest.param('<svg><image href="https://x"/><use xlink:href="https://y#z"/><script>run()</script></svg>', id="inline svg"),
        pytest.param('<svg><rect fill="url(https://x#y)"/><a xlink:href="javascript:run()">x</a></svg>', id="svg paint"),
        pytest.param("<svg><style>@import '//x';</style><foreignObject><img src=//y></foreignObject></svg>", id="a style in svg"),
        pytest.param("<math><mtext><style><img src=x onerror=run()></style></mtext></math>", id="a style in math"),
        pytest.param('<noscript><img src="https://x"></noscript><template><img src="https://x"></template>', id="noscript"),
        pytest.param("<!--[if IE]><script src=//x></script><![endif]--><?xml-stylesheet href='//x'?>", id="a comment"),
        pytest.param('<table background="https://x"><tr><td background="//y">z</td></tr></table>', id="old attributes"),
        pytest.param("<img/src='https://x'/onload=run()><p/onclick=run()>x</p>", id="odd strokes"),
        pytest.param("<svg/onload=run()><svg><script/href=//x />", id="scripts of svg that do not end"),
        pytest.param('<a href="&#106;avascript:run()">x</a><a href=" java\nscript:run()">y</a>', id="javascript in disguise"),
    ],
)
def test_outputs_of_any_origin_neither_run_nor_fetch(html):
    for page in (shown(html), shown("", markdown=f"# T\n\n{html}\n\n![a](https://elsewhere.example/a.png)")):
        assert page.scripts == []
        assert page.requests() == []
        assert page.handlers() == []
        assert not [told for told in page.all("a") if re.match(r"\s*java", told.get("href", ""))]
        assert not {tag for tag, _ in page.elements} & {"iframe", "object", "embed", "form", "base", "link"}
        assert [told for told in page.all("meta") if "http-equiv" in told and told["http-equiv"] != "Content-Security-Policy"] == []
        assert "An offline copy of a notebook" in page.text  # nothing that was left open swallowed the rest


def test_pictures_that_lie_elsewhere_are_named_and_counted():
    page = made({"text/html": '<img src="https://elsewhere.example/x.png" alt="the plan">'}, markdown="![own](local.png)")
    assert "[picture left out, it lies elsewhere: the plan]" in page.text
    assert "[picture left out, it lies elsewhere: own]" in page.text
    assert page.left_out == {"picture": 2}


def test_pictures_inside_stay():
    page = Page(made({"image/png": base64.b64encode(b"png").decode(), "text/plain": "x"}).text)
    assert [told["src"] for told in page.all("img")] == ["data:image/png;base64,cG5n"]


def test_plotly_figures_are_shown_as_their_svg():
    page = Page(made({"application/vnd.plotly.v1+json": {"data": [], "layout": {}}, "image/svg+xml": SVG, "text/plain": "One box."}).text)
    (image,) = page.all("img")
    assert base64.b64decode(image["src"].partition("base64,")[2]).decode() == SVG  # as an image, in which nothing runs
    assert image["alt"] == "One box."
    assert "One box." not in page.text
    bare = made({"application/vnd.plotly.v1+json": {"data": [], "layout": {}}, "text/plain": "Figure()"})
    assert bare.left_out == {"plotly figure": 1}
    assert "Figure()" in bare.text


def test_widget_state_is_dropped():
    state = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"m": {}}, "version_major": 2, "version_minor": 0}}}
    view = {WIDGET: {"model_id": "m", "version_major": 2, "version_minor": 0}, "text/plain": "A panel."}
    html = made(view, metadata=state).text
    assert "A panel." in html and "widget-state" not in html and "widget-view" not in html


def test_a_notebook_without_a_title_gets_one():
    assert re.search(r'<main><h1 class="knv-title">a title</h1>', made(markdown="text").text)
    assert "knv-title" not in re.sub(r"<style.*?</style>", "", made(markdown="# A title").text, flags=re.S)


def test_an_explorer_of_ours_is_woken_whatever_its_output_runs():
    bundle = explorer(shop())
    bundle["text/html"] = bundle["text/html"].replace(module_text(one=True), "steal();")
    page = Page(made(bundle).text)
    assert "steal()" not in made(bundle).text
    assert page.scripts[0].startswith(module_text())


def test_a_name_that_is_no_name_is_not_woken():
    bad = '<div data-kx="x&quot;);steal();//"><script type="application/json" data-kx-data="deflate">"AAAA"</script></div>'
    assert Page(made({"text/html": bad}).text).scripts == []


def test_the_notebook_itself_stays_as_it_is():
    notebook = made_of([("code", "x")])
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}}
    notebook.cells[0].outputs = [v4.new_output("display_data", data=explorer(shop()))]
    before = str(notebook)
    offline_page(notebook, "x")
    assert str(notebook) == before


def test_the_same_notebook_gives_the_same_page():
    assert made(explorer(shop())).text == made(explorer(shop())).text
