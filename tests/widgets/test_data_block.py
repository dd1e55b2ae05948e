"""The data block: what is in it, in which order, and that it is the same for the same snapshot."""

from __future__ import annotations

import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

import k8snetviz as knv
from k8snetviz.errors import UnknownReference
from k8snetviz.views.theme import DARK, LIGHT
from k8snetviz.views.topology import topology_picture
from k8snetviz.widgets import data_block as data_module
from k8snetviz.widgets.columns import numbers, texts
from k8snetviz.widgets.data_block import data_block
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.page import fragment
from k8snetviz.widgets.static_part import SERVICES, static_part
from tests.build import as_list, pod, port, service
from tests.widgets.shop import hostile, shop


@pytest.fixture(scope="module")
def snap():
    return shop()


def read(block):
    return json.loads(zlib.decompress(block.packed))


def column(table, name):
    found = table["columns"][name]
    return found["v"] if "v" in found else [None if code < 0 else found["d"][code] for code in found["i"]]


def test_rows_come_broken_first_and_a_service_without_candidates_has_one(snap):
    said = read(data_block(snap))
    assert column(said["services"], "service") == ["orders", "cart", "web"]
    assert column(said["services"], "state") == ["down", "down", "serving"]
    rows = said["rows"]
    assert rows["n"] == 3
    assert column(rows, "pod") == ["orders-0", None, "web-0"]
    assert column(rows, "serves") == [0, 0, 1]


def test_a_broken_service_brings_its_evidence_and_commands(snap):
    said = read(data_block(snap))
    place = column(said["services"], "service").index("cart")
    story = said["stories"][str(place)]
    assert ["selector", "app=carts"] in story["facts"]
    assert story["commands"][0] == "kubectl -n shop get pods -l app=carts"
    assert story["near"][2] == "cart"


def test_the_same_snapshot_gives_the_same_bytes(snap):
    first, second = data_block(snap), data_block(shop())
    assert first.packed == second.packed and first.uid == second.uid
    assert data_block(snap, "shop/web").uid != first.uid


def test_what_does_not_serve_is_kept_first_and_the_rest_is_counted(snap):
    block = data_block(snap, limit=2)
    head = read(block)["head"]
    assert block.rows["serves"].tolist() == [False, False]
    assert (head["rows"], head["left"], head["left_broken"]) == (3, 1, 0)
    chosen = data_block(snap, "shop/web", limit=1)
    assert chosen.rows["service"].tolist() == ["web"] and read(chosen)["head"]["left_broken"] == 2


def crowd(**services):
    """A cluster without slices: Services by name, each with so many pods that are not ready, and so many that are."""
    objects = []
    for name, (broken, ready) in services.items():
        objects.append(service(name, selector={"app": name}))
        for number in range(broken + ready):
            address = (f"10.{len(objects)}.0.{number + 1}",)
            objects.append(pod(f"{name}-{number}", labels={"app": name}, ips=address, ready=number >= broken, ports=(port(8080),)))
    return knv.load(as_list(objects))


def test_a_large_broken_service_leaves_room_for_the_small_ones_and_every_service_counts_what_is_left():
    said = read(data_block(crowd(great=(30, 5), small=(2, 1), tiny=(1, 0), whole=(0, 4)), limit=12))
    rows, services = said["rows"], said["services"]
    names = column(services, "service")
    own, place = [], 0
    for step in column(rows, "own"):
        place += step
        own.append(names[place])
    assert {name: own.count(name) for name in names} == {"great": 9, "small": 2, "tiny": 1, "whole": 0}
    assert dict(zip(names, column(services, "left"), strict=True)) == {"great": 26, "small": 1, "tiny": 0, "whole": 4}
    assert column(rows, "serves") == [0] * 12
    assert (said["head"]["left"], said["head"]["left_broken"]) == (31, 21)


def test_rows_beyond_the_broken_ones_are_those_of_the_worst_services():
    block = data_block(crowd(great=(3, 5), whole=(0, 4)), limit=10)
    assert block.rows.groupby("service", sort=False).size().to_dict() == {"great": 8, "whole": 2}


def test_the_selected_service_keeps_all_its_rows_before_any_other():
    snap = crowd(great=(30, 5), whole=(0, 4))
    block = data_block(snap, "shop/whole", limit=6)
    assert block.rows.groupby("service", sort=False).size().to_dict() == {"great": 2, "whole": 4}


def test_a_service_says_which_gaps_its_answer_depends_on(snap):
    whole = read(data_block(snap))["services"]
    assert dict(zip(column(whole, "service"), column(whole, "unknown"), strict=True)) == {
        "orders": None,
        "cart": "StatefulSets of namespace shop were not collected.",  # it selects nothing: a workload may be scaled to zero
        "web": None,
    }
    bare = read(data_block(crowd(web=(0, 1))))["services"]
    assert column(bare, "unknown") == ["EndpointSlices and Endpoints of namespace shop were not collected; Nodes were not collected."]


def test_an_unknown_service_names_the_nearest(snap):
    with pytest.raises(UnknownReference, match="shop/cart"):
        data_block(snap, "shop/crat")


def test_columns_say_repeated_texts_once_and_write_control_characters_out(snap):
    import pandas as pd

    assert texts(pd.Series(["a", "a", None, "a"], dtype="string")) == {"d": ["a"], "i": [0, 0, -1, 0]}
    assert texts(pd.Series(["a\x1b", "b"], dtype="string")) == {"v": ["a\\x1b", "b"]}
    assert numbers(pd.Series([1, None], dtype="Int64")) == {"v": [1, None]}


SOURCES = Path(data_module.__file__).with_name("static") / "explorer"


class Tags(HTMLParser):
    """Every tag of a page with its attributes; what stands between them is text."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_the_fragment_holds_no_markup_of_the_cluster_and_no_address():
    snap = hostile()
    page = fragment(snap, data_block(snap))
    tags = Tags(page).found
    assert {tag for tag, _ in tags} == {"div", "p", "b", "img", "table", "thead", "tbody", "tr", "th", "td", "script"}
    assert page.count("<script") == 2 and page.count("</script") == 2 and "<!--" not in page
    assert {name for _, given in tags for name in given} <= {
        *("class", "data-kx", "data-kx-static", "data-kx-data", "data-lm-suppress-shortcuts"),
        *("alt", "src", "width", "border", "style", "type"),
    }
    assert [given["src"][:20] for _, given in tags if "src" in given] == ["data:image/svg+xml,%"]


def test_the_picture_in_the_page_is_the_picture_to_the_letter():
    snap = hostile()
    block = data_block(snap)
    (source,) = (given["src"] for tag, given in Tags(static_part(snap, block)).found if tag == "img")
    shown = ElementTree.fromstring(unquote(source.partition(",")[2]))
    drawn = ElementTree.fromstring(topology_picture(snap, block.states, block.backends, limit=SERVICES).svg())
    assert parts_of(shown) == parts_of(drawn)


def parts_of(drawing):
    """Every element of a drawing with its attributes and its text; line breaks between elements mean nothing."""
    return [(part.tag, part.attrib, (part.text or "").strip("\n"), (part.tail or "").strip("\n")) for part in drawing.iter()]


def test_the_module_imports_nothing_and_knows_the_colours_of_the_theme():
    text = module_text()
    assert "import " not in text and "</script" not in text and "innerHTML" not in text
    for theme in (LIGHT, DARK):
        assert [color for color in theme.states.values() if color not in text] == []


def test_the_block_holds_nothing_that_the_page_does_not_read(snap):
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.js")))
    said = read(data_block(snap))
    held = {name for table in ("services", "rows", "nodes", "gaps") for name in said[table]["columns"]}
    held |= {*said, *said["head"]} | {name for story in said["stories"].values() for name in story}
    assert {name for name in held if not re.search(rf"\b{name}\b", source)} == set()


def test_an_explorer_of_300_rows_stays_small():
    snap = knv.sample("during")
    block = data_block(snap)
    assert len(block.packed) < 6_000 and len(zlib.compress(fragment(snap, block).encode())) < 67_000
