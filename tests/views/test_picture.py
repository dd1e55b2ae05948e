from __future__ import annotations

import copy
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import plotly.graph_objects as go
import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from k8snetviz.errors import UsageError
from k8snetviz.views.canvas import Box, Canvas, Stroke, Words, curve
from k8snetviz.views.drawing import drawing_of
from k8snetviz.views.picture import Picture
from k8snetviz.views.svg_path import number, path_data
from k8snetviz.views.theme import DARK, LIGHT
from tests.views.frames import named

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def small(text: str = "shop/<b>web</b>", alt: str = "One box.") -> Picture:
    canvas = Canvas(LIGHT)
    canvas.path(curve(0, 10, 100, 50), Stroke("#123456", 2, dash="5px,4px"))
    canvas.box(Box(10, 10, 100, 30), Stroke("#0b7a75", fill="#f6f8fa"))
    canvas.words(20, 25, text, Words("#1f2328"))
    canvas.hover("Box", [Box(10, 10, 100, 30)], [["shop/web"]], "%{customdata[0]}")
    return canvas.picture(60, alt)


def test_a_picture_is_a_figure_that_stays_one():
    picture = small()
    assert isinstance(picture, go.Figure)
    assert picture.alt == "One box."
    assert copy.deepcopy(picture).alt == "One box."
    assert go.Figure(picture).layout.height == 60


def test_the_bundle_in_a_notebook():
    bundle, metadata = InteractiveShell.instance().display_formatter.format(small())
    assert set(bundle) == {"application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"}
    assert bundle["text/plain"] == "One box."
    assert bundle["image/svg+xml"].startswith("<svg ")
    figure = bundle["application/vnd.plotly.v1+json"]
    assert figure["config"] == {"displaylogo": False, "plotlyServerURL": "", "showSendToCloud": False}
    assert "uid" not in json.dumps(figure)
    assert metadata == {}


def test_the_same_picture_has_the_same_bytes():
    assert json.dumps(small()._repr_mimebundle_()) == json.dumps(small()._repr_mimebundle_())
    assert small().png() == small().png()


def test_what_only_plotly_draws_leaves_the_bundle_without_svg():
    picture = small()
    picture.add_heatmap(z=[[1, 2]])
    assert set(picture._repr_mimebundle_()) == {"application/vnd.plotly.v1+json", "text/plain"}
    with pytest.raises(UsageError, match="found 'heatmap'"):
        picture.svg()


def test_svg_shows_what_the_figure_holds():
    root = ET.fromstring(small().svg())
    assert (root.get("width"), root.get("height"), root.get("role"), root.get("aria-label")) == ("848", "60", "img", "One box.")
    assert ["".join(text.itertext()) for text in root.iter(f"{SVG}text")] == ["shop/web"]
    assert [piece.text for piece in root.iter(f"{SVG}tspan")] == ["web"]
    dashed, box = root.iter(f"{SVG}path")
    assert (dashed.get("stroke"), dashed.get("stroke-dasharray"), dashed.get("d")) == ("#123456", "5 4", "m0 10c50 0 50 40 100 40")
    assert (box.get("stroke"), box.get("fill"), box.get("stroke-width")) == ("#0b7a75", "#f6f8fa", None)


def test_svg_has_nothing_that_a_page_could_trip_over():
    text = small("&lt;script&gt;alert(1)&lt;/script&gt; &#36;x&#36;", alt='"><script>\x00\uffff').svg()
    root = ET.fromstring(text)
    assert {element.tag for element in root.iter()} == {f"{SVG}{tag}" for tag in ("svg", "rect", "path", "g", "text")}
    assert not any(name == "id" or name.startswith("on") or "href" in name for element in root.iter() for name in element.attrib)
    assert ["".join(line.itertext()) for line in root.iter(f"{SVG}text")] == ["<script>alert(1)</script> $x$"]


def test_files(tmp_path):
    picture = small()
    assert (tmp_path / "a.svg").write_text(picture.svg(tmp_path / "b.svg"), encoding="utf-8") > 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert picture.png(tmp_path / "a.png") == (tmp_path / "a.png").read_bytes()


def test_png_is_painted_in_its_colours():
    image = Image.open(io.BytesIO(small().png(scale=1))).convert("RGB")
    assert image.size == (848, 60)
    assert image.getpixel((800, 50)) == (255, 255, 255)
    assert image.getpixel((100, 15)) == (0xF6, 0xF8, 0xFA)
    assert any(sum(image.getpixel((x, 25))) < 300 for x in range(20, 90))  # dark pixels of the words


def test_dark_pictures_have_a_dark_ground():
    canvas = Canvas(DARK)
    canvas.words(5, 5, "x", Words(DARK.text))
    assert '<rect width="848" height="20" fill="#0f1216"/>' in canvas.picture(20, "Dark.").svg()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"annotations": [{"text": "x"}]}, "does not draw annotations", id="annotation"),
        pytest.param({"title": {"text": "x"}}, "does not draw title", id="title"),
        pytest.param({"xaxis": {"range": [0, 10]}}, "axes that count pixels", id="axis"),
        pytest.param({"shapes": [{"type": "rect", "x0": 0, "x1": 1, "y0": 0, "y1": 1}]}, "does not draw x0", id="rectangle"),
        pytest.param({"shapes": [{"type": "path", "path": "M0,0A1", "line": {}, "layer": "below"}]}, "M, L, C, Q and Z", id="arc"),
        pytest.param({"shapes": [{"type": "path", "path": "M0,0L1", "line": {}, "layer": "below"}]}, "wanted 2 numbers", id="short path"),
        pytest.param(
            {"shapes": [{"type": "path", "path": "M0,0L1,1", "line": {"color": "#000", "width": 1, "dash": "dash"}, "layer": "below"}]},
            "wanted a dash such as",
            id="named dash",
        ),
    ],
)
def test_layout_outside_the_subset(change, message):
    figure = small().to_plotly_json()
    figure["layout"] |= change
    with pytest.raises(UsageError, match=message):
        drawing_of(figure)


@pytest.mark.parametrize(
    ("trace", "message"),
    [
        pytest.param(go.Scatter(x=[1], y=[1], mode="markers"), "with mode 'markers'", id="markers"),
        pytest.param(go.Bar(x=[1], y=[1]), "found 'bar'", id="visible bar"),
        pytest.param(go.Scatter(x=[1], y=[1], mode="text", text=["x"], texttemplate="%{x}"), "does not draw texttemplate", id="template"),
    ],
)
def test_traces_outside_the_subset(trace, message):
    picture = small()
    picture.add_trace(trace)
    with pytest.raises(UsageError, match=message):
        picture.svg()


def test_hover_answers_over_the_whole_box():
    trace = named(small(), "Box")
    assert (trace.base[0], trace.x[0], trace.y[0], trace.width[0]) == (10, 100, 25, 30)
    assert trace.opacity == 0


def test_path_data_is_short_and_says_the_same():
    commands = (
        *(("M", (10, 20)), ("L", (30, 20)), ("L", (30, 25.5)), ("L", (10.5, 25)), ("Z", ())),
        *(("M", (10, 20)), ("C", (10, 17.2, 12.2, 15, 15, 15)), ("C", (17.8, 15, 20, 17.2, 20, 20)), ("Q", (25, 20, 25, 24.9))),
    )
    assert path_data(commands) == "m10 20h20v5.5L10.5 25zm0 0c0-2.8 2.2-5 5-5s5 2.2 5 5q5 0 5 4.9"
    assert path_data((("M", (1000, 1000)), ("L", (1, 1)), ("L", (2, 3)))) == "m1000 1000L1 1l1 2"
    assert (number(-0.04), number(0.5), number(-0.5), number(12.0), number(3.14)) == ("0", ".5", "-.5", "12", "3.1")


def test_the_topology_of_the_sample_is_small_and_has_the_same_bytes_in_every_process():
    code = (
        "import sys, k8snetviz as knv, hashlib; snap = knv.load('data/during.json');"
        "told = [knv.view.topology(snap), knv.view.mapping(snap), knv.view.placement(snap), knv.view.address_map(snap),"
        " knv.view.service_path(snap, 'shop/web'), knv.view.pod_inside(snap, 'data/db-0')];"
        "print([hashlib.sha256(text.encode()).hexdigest() for each in told for text in (each.svg(), each.to_json())]);"
        "print(len(told[0].svg().encode()))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert int(runs[0].splitlines()[-1]) <= 15_000
