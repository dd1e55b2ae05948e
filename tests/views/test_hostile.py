"""Names that look like markup stay text, in the figure, in its hover labels and in the SVG, in every picture."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest

import k8snetviz as knv
from k8snetviz.model.snapshot import Snapshot
from tests import build
from tests.analysis.covered import covered, everywhere

NASTY = "<a href='javascript:alert(1)'>x<!a><b>y<!b>$\\href{http://e.example}{z}$<script>alert(1)%{customdata[0]}"
ALLOWED = {"b", "/b", "br"}
LABELS = {"app": "x"}
READ = ("Service", "Pod", "Node", "Ingress")


def hostile() -> Snapshot:
    alias = build.service("alias", type="ExternalName", externalName=NASTY, selector=None, clusterIP=None)
    services = [build.service(NASTY, selector=LABELS), build.service("nameless", selector=LABELS, clusterIP="None"), alias]
    objects = [*services, build.pod(NASTY, labels=LABELS, node=NASTY), build.node(NASTY, zone=NASTY)]
    return covered(objects, everywhere(*READ))


def texts(figure: dict) -> list[str]:
    found = [text for trace in figure["data"] for text in trace.get("text", ())]
    found += [str(cell) for trace in figure["data"] for row in trace.get("customdata", ()) for cell in row]
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_picture_lets_a_name_become_markup(theme):
    snap = hostile()
    drawn = [getattr(knv.view, name)(snap, theme=theme) for name in ("topology", "mapping", "placement", "address_map")]
    drawn += [knv.view.service_path(snap, f"shop/{name}", theme=theme) for name in (NASTY, "nameless", "alias")]
    drawn.append(knv.view.pod_inside(snap, f"shop/{NASTY}", theme=theme))
    drawn += [
        knv.view.changes(covered([build.namespace("shop")], everywhere(*READ)), snap, theme=theme),
        knv.view.timeline(snap, theme=theme),
    ]
    seen = 0
    for picture in drawn:
        listed = texts(json.loads(picture.to_json()))
        seen += sum("javascript" in text or "&lt;" in text for text in listed)
        for text in listed:
            assert {tag.lower() for tag in re.findall(r"<\s*(/?\w+)", text)} <= ALLOWED, text
            assert "$" not in text.replace("&#36;", ""), text
        for trace in picture.data:
            assert NASTY not in str(trace.name) and "javascript" not in str(getattr(trace, "hovertemplate", ""))
        root = ET.fromstring(picture.svg())
        assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {"svg", "rect", "path", "g", "text", "tspan"}
        assert not any(name.startswith("on") or "href" in name for element in root.iter() for name in element.attrib)
    assert seen > 10  # the names are there
