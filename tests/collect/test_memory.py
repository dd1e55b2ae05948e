"""API objects given as dicts."""

from __future__ import annotations

from typing import Any

import pytest

import k8snetviz as knv
from k8snetviz.errors import InputError
from tests.build import as_list, pod, service
from tests.collect.rows import rows_of

TYPED = {"apiVersion": "v1", "kind": "PodList", "items": [{"metadata": {"name": "a", "namespace": "shop"}}]}


@pytest.mark.parametrize(
    ("given", "pods"),
    [
        pytest.param(pod("a"), ["a"], id="one object"),
        pytest.param(as_list([pod("a"), service("s")]), ["a"], id="a List"),
        pytest.param(TYPED, ["a"], id="a typed list"),
        pytest.param([pod("a"), pod("b")], ["a", "b"], id="objects"),
        pytest.param([as_list([pod("a")]), TYPED | {"items": []}, pod("b")], ["a", "b"], id="lists and objects"),
    ],
)
def test_shapes(given: Any, pods: list[str]) -> None:
    assert knv.load(given).pods["pod"].tolist() == pods


def test_given_objects_are_not_changed() -> None:
    given = [pod("a"), service("s")]
    before = repr(given)
    knv.load(given)
    assert repr(given) == before


def test_source_is_named() -> None:
    assert rows_of(knv.load([pod("a"), pod("b")]).sources) == [("memory", "memory", "objects", 2, 0, 0)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"kind": "Pod", "metadata": {"name": object()}}, "as JSON holds them", id="no JSON"),
        pytest.param({"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}}, "found none in memory", id="nothing of ours"),
        pytest.param({}, "found none in memory", id="empty"),
        pytest.param([], "found none in memory", id="no objects"),
    ],
)
def test_what_cannot_be_used(given: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        knv.load(given)
