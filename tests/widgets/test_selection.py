"""What is selected in the page, as rows of BACKENDS, and back."""

from __future__ import annotations

import json

import pytest

import k8snetviz as knv
from k8snetviz.errors import UsageError
from k8snetviz.model.tables import BACKENDS
from tests.widgets.shop import shop


@pytest.fixture
def explorer():
    return knv.explore(shop())


def chosen(explorer, kind, key):
    explorer._choice = {"by": "page", "kind": kind, "key": key}
    return BACKENDS.check(explorer.selection)["service"].tolist()


def test_nothing_is_selected_at_first(explorer):
    assert BACKENDS.check(explorer.selection).empty


@pytest.mark.parametrize(
    ("kind", "key", "services"),
    [
        pytest.param("service", 0, ["orders"], id="a Service, the broken ones first"),
        pytest.param("service", 1, [], id="a Service without candidates"),
        pytest.param("row", 2, ["web"], id="a row of the page"),
        pytest.param("row", 1, [], id="the row of a Service without candidates"),
        pytest.param("rows", [0, 2], ["orders", "web"], id="several rows"),
        pytest.param("node", "node-b", ["orders"], id="a node"),
        pytest.param("zone", "zone-a", ["web"], id="a zone"),
        pytest.param("group", json.dumps(["StatefulSet", "shop", "web"]), ["web"], id="a workload"),
        pytest.param("group", json.dumps(["Pod", "data", "data/orders"]), ["orders"], id="bare pods"),
        pytest.param("nothing", None, [], id="nothing"),
    ],
)
def test_a_choice_of_the_page_is_rows_of_the_ledger(explorer, kind, key, services):
    assert chosen(explorer, kind, key) == services


def test_python_selects_a_service_rows_or_nothing(explorer):
    explorer.selection = "shop/web"
    assert explorer.selection["pod"].tolist() == ["web-0"] and explorer._choice["by"] == "python"
    ledger = knv.backends(shop())
    explorer.selection = ledger[ledger["service"] == "orders"]
    assert explorer._choice["kind"] == "row" and explorer.selection["service"].tolist() == ["orders"]
    explorer.selection = ledger
    assert explorer.selection["service"].tolist() == ["orders", "web"]
    explorer.selection = None
    assert explorer.selection.empty


@pytest.mark.parametrize("wanted", ["shop/crat", 7, shop().services])
def test_what_cannot_be_selected_is_refused(explorer, wanted):
    with pytest.raises(UsageError, match="wanted"):
        explorer.selection = wanted
