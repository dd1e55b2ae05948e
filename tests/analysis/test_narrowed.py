"""A narrowed snapshot answers about its Services as the whole one does."""

from __future__ import annotations

import pytest

import k8snetviz as knv
from k8snetviz.analysis.case import case_of
from k8snetviz.analysis.confirm import commands
from k8snetviz.analysis.evidence import evidence
from k8snetviz.analysis.narrowed import narrowed
from k8snetviz.analysis.references import Form, Reference
from k8snetviz.model.kinds import Kind


@pytest.fixture(scope="module")
def snap():
    return knv.sample("during")


def told(snap, whole, namespace, name):
    own = {"state": whole["states"], "rows": whole["backends"]}
    mine = {key: frame[(frame["namespace"] == namespace) & (frame["service"] == name)].reset_index(drop=True) for key, frame in own.items()}
    case = case_of(snap, Reference(Form.SERVICE, namespace=namespace, name=name), **mine)
    return evidence(case), commands(case), case.near_misses.to_dict("records"), case.gaps.to_dict("records")


def test_every_service_of_the_sample_is_told_alike(snap):
    whole = {"states": knv.service_states(snap), "backends": knv.backends(snap)}
    for namespace, name in zip(snap.services["namespace"], snap.services["service"], strict=True):
        narrow = narrowed(snap, [namespace], [name])
        assert told(narrow, whole, namespace, name) == told(snap, whole, namespace, name), f"{namespace}/{name}"


def test_other_services_and_namespaces_are_left_out(snap):
    narrow = narrowed(snap, ["shop"], ["cart"])
    assert narrow.services["service"].tolist() == ["cart"] and set(narrow.workloads["namespace"]) == {"shop"}
    assert len(narrow.pods) == len(snap.pods) and narrow.gaps.equals(snap.gaps)
    assert set(narrow.labels_of([Kind.DEPLOYMENT])["namespace"]) == {"shop"}
