"""The ledger on real dumps: the computed set equals the observed one, and published answers are met."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest

import k8snetviz as knv
from tests.dumps import dump, needs_dumps

pytestmark = needs_dumps


def folder(prefix: str, *below: str) -> Path:
    return dump(prefix).joinpath("files", *below)


D04 = ("internal", "testutil", "data")
D07 = ("examples", "miscellaneous")
D09 = ("test", "integration", "testdata")
# Every row of these dumps agrees; none has a drift that would have to be named.
CASES = [
    # dump, path below files, rows of selected pods, rows without selector, Services by state
    pytest.param("d02", (), 6, 1, {"serving": 4}, id="d02 slices and Endpoints"),
    pytest.param("d03", (), 48, 3, {"serving": 31}, id="d03 slices, mirrored ones, port names spelled null"),
    pytest.param("d04", (*D04, "1_31"), 8, 1, {"serving": 6, "down": 1}, id="d04 1.31 Endpoints only"),
    pytest.param("d04", (*D04, "1_33"), 8, 1, {"serving": 6, "down": 1}, id="d04 1.33 Endpoints only"),
    pytest.param("d04", (*D04, "1_35"), 8, 1, {"serving": 6, "down": 1}, id="d04 1.35 Endpoints only"),
    pytest.param("d07", (*D07, "nginx-deployed-all.yaml"), 3, 1, {"serving": 2}, id="d07 slices and Endpoints"),
    pytest.param("d07", (*D07, "nginx-deployed-only-ep.yaml"), 3, 1, {"serving": 2}, id="d07 Endpoints only"),
    pytest.param("d07", (*D07, "nginx-deployed-only-eps.yaml"), 3, 1, {"serving": 2}, id="d07 slices only"),
    pytest.param("d08", (), 5, 1, {"serving": 5}, id="d08 1.8 Endpoints only, no ipFamilies"),
    pytest.param("d09", (*D09, "results-quick-no-failures.tar.gz"), 210, 1, {"serving": 205, "down": 1}, id="d09 first run"),
    pytest.param("d09", (*D09, "results-4-e2e-failures.tar.gz"), 210, 1, {"serving": 205, "down": 1}, id="d09 second run"),
    pytest.param("d13", (), 0, 18, {"serving": 1}, id="d13 one namespace, one Service without selector"),
]


@pytest.mark.parametrize(("prefix", "below", "selected", "manual", "states"), CASES)
def test_computed_equals_observed(prefix: str, below: tuple[str, ...], selected: int, manual: int, states: dict[str, int]) -> None:
    snap = knv.load(folder(prefix, *below))
    rows = knv.backends(snap)
    own = rows[rows["selected"].fillna(False)]
    assert (len(own), len(rows) - len(own)) == (selected, manual)
    assert own["expected"].tolist() == own["observed"].tolist()
    assert set(rows["drift"]) == {"none"}
    assert knv.service_states(snap, ledger=rows)["state"].value_counts().to_dict() == states


def test_d04_balanced_service_has_no_endpoints() -> None:
    """The one Service that is down there is a LoadBalancer without selector and without Endpoints."""
    states = knv.service_states(knv.load(folder("d04", *D04, "1_31")))
    (down,) = states[states["state"] == "down"].to_dict("records")
    assert (down["namespace"], down["service"], down["type"], down["reason"]) == ("scraper", "e2e-lb", "LoadBalancer", "NO_ENDPOINTS")


def test_d09_service_that_selects_no_pod() -> None:
    """A test of Kubernetes left a NodePort Service behind whose pods are gone."""
    states = knv.service_states(knv.load(folder("d09", *D09, "results-quick-no-failures.tar.gz")))
    (down,) = states[states["state"] == "down"].to_dict("records")
    assert (down["namespace"], down["service"], down["reason"]) == ("services-4744", "nodeport-service", "SELECTS_NOTHING")


@pytest.mark.parametrize("moment", ["files-t2", "files-t3"])
def test_d14_service_selects_pod(moment: str) -> None:
    data = dump("d14") / moment / "data"
    with (data / "relations.csv").open() as lines:
        published = {(row["source_name"], row["target_name"]) for row in csv.DictReader(lines) if row["relationship"] == "selects"}
    assert len(published) == 26
    rows = knv.backends(knv.load(data))
    chosen = rows[rows["selected"].fillna(False)]
    assert set(zip(chosen["service"], chosen["pod"], strict=True)) == published
    assert set(chosen["observed"]) == {"unknown"}  # neither slices nor Endpoints were read


GOLDEN = ("test", "controlplane", "services", "dualstack", "v1.23")
FRONTEND = re.compile(r"^\|\s*\d+ \|\s*(\S+) \|\s*(\S+) \|\s*(\S+)/NONE \|\s*([\d, ]+) \|", re.MULTILINE)
BACKEND = re.compile(r"^\|\s*(\d+) \|\s*(\S+)/(TCP|UDP) \|", re.MULTILINE)


def golden() -> dict[tuple[str, str], set[str]]:
    """ClusterIP and wildcard NodePort rows of the table that Cilium derived: (Service, frontend) -> backends."""
    text = folder("o14", *GOLDEN, "lbmap1.golden").read_text()
    backends = {number: f"{address}/{protocol}" for number, address, protocol in BACKEND.findall(text)}
    return {
        (service, frontend): {backends[number] for number in numbers.split(", ")}
        for service, kind, frontend, numbers in FRONTEND.findall(text)
        if kind == "ClusterIP" or frontend.startswith(("0.0.0.0:", "[::]:"))
    }


def spelled(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def test_o14_service_to_backends() -> None:
    snap = knv.load(folder("o14", *GOLDEN, "state1.yaml"))
    rows = knv.backends(snap)
    rows = rows[rows["serves"]].merge(snap.service_ports[["namespace", "service", "port", "protocol", "node_port"]])
    cluster = snap.service_addresses[snap.service_addresses["role"] == "cluster"].rename(columns={"address": "virtual"})
    rows = rows.merge(cluster[["namespace", "service", "virtual", "family"]])
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows.itertuples():
        service, backend = f"{row.namespace}/{row.service}", f"{spelled(row.address, row.target_port)}/{row.protocol}"
        found[service, spelled(row.virtual, row.port)].add(backend)
        if not pd.isna(row.node_port):
            found[service, spelled("0.0.0.0" if row.family == "IPv4" else "::", row.node_port)].add(backend)
    assert len(found) == 9
    assert dict(found) == golden()
