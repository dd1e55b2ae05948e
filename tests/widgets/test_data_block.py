"""The data block: what is in it, in which order, and that it is the same for the same snapshot."""

from __future__ import annotations

import json
import zlib

import pytest

from k8snetviz.errors import UnknownReference
from k8snetviz.views.theme import DARK, LIGHT
from k8snetviz.widgets.columns import numbers, texts
from k8snetviz.widgets.data_block import data_block
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.page import fragment
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


def test_an_unknown_service_names_the_nearest(snap):
    with pytest.raises(UnknownReference, match="shop/cart"):
        data_block(snap, "shop/crat")


def test_columns_say_repeated_texts_once_and_write_control_characters_out(snap):
    import pandas as pd

    assert texts(pd.Series(["a", "a", None, "a"], dtype="string")) == {"d": ["a"], "i": [0, 0, -1, 0]}
    assert texts(pd.Series(["a\x1b", "b"], dtype="string")) == {"v": ["a\\x1b", "b"]}
    assert numbers(pd.Series([1, None], dtype="Int64")) == {"v": [1, None]}


def test_the_fragment_holds_no_markup_of_the_cluster_and_no_address():
    snap = hostile()
    page = fragment(snap, data_block(snap))
    before_module = page.split('<script type="module">')[0]
    assert "<img src=x" not in before_module and "<!--" not in page
    assert page.count("<script") == 2 and page.count("</script") == 2
    assert "http:" not in before_module and "https:" not in page and "url(" not in page


def test_the_module_imports_nothing_and_knows_the_colours_of_the_theme():
    text = module_text()
    assert "import " not in text and "</script" not in text and "innerHTML" not in text
    for theme in (LIGHT, DARK):
        assert [color for color in theme.states.values() if color not in text] == []


def test_an_explorer_of_300_rows_stays_small():
    import k8snetviz as knv

    snap = knv.sample("during")
    block = data_block(snap)
    assert len(block.packed) < 6_000 and len(zlib.compress(fragment(snap, block).encode())) < 67_000
