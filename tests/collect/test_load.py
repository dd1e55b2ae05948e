"""Anything in, one snapshot out."""

from __future__ import annotations

import gc
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import k8snetviz as knv
from k8snetviz.collect.load import provenance
from k8snetviz.collect.store import ObjectStore
from k8snetviz.errors import InputError, UsageError
from tests.build import as_list, namespace, pod, service

LISTED = as_list([pod("a"), service("s"), namespace("kube-system")])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(json.dumps(LISTED).encode(), id="JSON"),
        pytest.param(yaml.safe_dump(LISTED).encode(), id="YAML"),
        pytest.param(gzip.compress(json.dumps(LISTED).encode()), id="gzip"),
        pytest.param(json.dumps(LISTED).encode("utf-16"), id="UTF-16"),
    ],
)
def test_bytes(data: bytes) -> None:
    assert knv.load(data).provenance.counts == {"Namespace": 1, "Pod": 1, "Service": 1}


def test_path_as_text_or_path(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(LISTED))
    for given in (path, str(path), [path]):
        snap = knv.load(given)
        assert snap.pods["pod"].tolist() == ["a"]
        assert snap.provenance.name == "dump.json"
        assert snap.provenance.cluster == "uid-None-kube-system"


def test_parts_make_one_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(LISTED))
    snap = knv.load([path, pod("b"), as_list([pod("c")]), json.dumps(as_list([pod("d")])).encode()])
    assert snap.pods["pod"].tolist() == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        pytest.param(b"", InputError, "the given bytes", id="no bytes"),
        pytest.param(b"NAME READY\nweb 1/1\n", InputError, "the given bytes", id="a text table"),
        pytest.param("no/such/file", InputError, "no such file", id="no file"),
        pytest.param(7, UsageError, "found int", id="a number"),
    ],
)
def test_what_cannot_be_loaded(given: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        knv.load(given)


def test_hints_become_provenance() -> None:
    store = ObjectStore()
    for name, value in (
        ("server_version", "v1.31.2"),
        ("started", "2026-01-01T00:00:00Z"),
        ("finished", "nonsense"),
        ("cluster", "c"),
        ("cluster", "later"),
    ):
        store.hint(name, value)
    told = provenance(store, "x", [])
    assert (told.server_version, told.started, told.finished, told.cluster) == ("v1.31.2", datetime(2026, 1, 1, tzinfo=UTC), None, "c")


@pytest.mark.parametrize("enabled", [True, False])
def test_cycle_collector_is_left_as_it_was(enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        knv.load(LISTED)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_a_refusal_says_why_the_objects_cannot_be_read() -> None:
    with pytest.raises(InputError, match=r"found none in memory; Pod web \(item 1.*Expected"):
        knv.load([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"a": 1}}}])
    with pytest.raises(InputError, match="an item of the list at byte 0 is no JSON at byte"):
        knv.load(b'{"kind": "List", "apiVersion": "v1", "items": [{"kind": "Pod", \0 "metadata": {}}]}')
