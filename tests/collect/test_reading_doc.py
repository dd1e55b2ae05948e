"""docs/reading.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import k8snetviz as knv
from k8snetviz.collect import layouts
from k8snetviz.collect.registry import specs
from k8snetviz.collect.resources import ours
from k8snetviz.collect.structs.meta import Annotations
from k8snetviz.collect.structs.pod import PodAnnotations
from k8snetviz.model.kinds import CLUSTER_SCOPED, GapReason, Kind
from k8snetviz.model.tables import SNAPSHOT_TABLES
from tests.build import endpoint, endpoint_slice, endpoints, namespace, node, pod, service, workload
from tests.collect.rows import rows_of

PAGE = (Path(__file__).parents[2] / "docs" / "reading.md").read_text(encoding="utf-8")
SECRET = "hunter2"


def first_cells(heading: str) -> dict[str, str]:
    """First cell of every row of the table under `heading`, and the rest of the row."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return {cell.strip("` "): rest for cell, rest in re.findall(r"^\| (`[^|]+`) \|(.*)\|$", section, re.M)}


KINDS = {kind: re.findall(r"`([^`]+)`", rest) for kind, rest in first_cells("Kinds and API versions").items()}
VERSIONS = [(kind, version) for kind, versions in KINDS.items() for version in versions]


def group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def test_every_kind_stands_there_with_its_groups():
    assert {kind: {group(version) for version in versions} for kind, versions in KINDS.items()} == {
        kind.value: set(spec.groups) for kind, spec in specs().items()
    }
    assert set(KINDS) == {kind.value for kind in Kind} - {Kind.CONFIG_MAP}


@pytest.mark.parametrize(("kind", "version"), VERSIONS, ids=[f"{kind}-{version}" for kind, version in VERSIONS])
def test_reading_and_decoding_agree_on_what_is_ours(kind: str, version: str):
    assert ours(kind, version) == kind


def test_the_version_that_we_write_stands_there():
    assert {kind: spec.api_version in KINDS[kind] for kind, spec in specs().items()} == dict.fromkeys(specs(), True)


@pytest.mark.parametrize(("kind", "version"), VERSIONS, ids=[f"{kind}-{version}" for kind, version in VERSIONS])
def test_every_version_is_read(kind: str, version: str):
    meta = {"name": "x"} if kind in CLUSTER_SCOPED else {"name": "x", "namespace": "shop"}
    found = knv.load({"apiVersion": version, "kind": kind, "metadata": meta, "spec": {}})
    assert rows_of(found.objects, "kind", "namespace", "name") == [(kind, meta.get("namespace"), "x")]


def test_every_gap_reason_stands_there():
    assert set(first_cells("Gaps")) == {reason.value for reason in GapReason}


def test_every_layout_stands_there():
    assert set(first_cells("Layouts")) == {rule.layout for rule in layouts._RULES} | {"files", "memory", "k8snet"}


def test_every_kept_annotation_stands_there():
    assert set(first_cells("Never stored")) == {
        field.encode_name for struct in (Annotations, PodAnnotations) for field in msgspec.structs.fields(struct)
    }


def stuffed(value: Any) -> Any:
    """`value` with a secret in every object of it, under names that are not read."""
    if isinstance(value, list):
        return [stuffed(item) for item in value]
    if not isinstance(value, dict):
        return value
    out = {key: inner if key in ("labels", "matchLabels", "selector") else stuffed(inner) for key, inner in value.items()}
    if "metadata" in value:
        out["metadata"] |= {
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": SECRET},
            "managedFields": [{"manager": SECRET}],
            "finalizers": [SECRET],
        }
    if value.keys() & {"containerPort", "name", "containers", "rules", "host", "to", "podSelector", "listeners"}:
        for key in ("env", "envFrom", "args", "command", "image", "volumes", "secretName", "key", "certificate", "filters", "unknown"):
            out[key] = [{"name": SECRET, "value": SECRET}] if key in ("env", "filters", "volumes") else SECRET
    return out


def test_nothing_else_is_stored(tmp_path: Path):
    route = {"host": "a.example", "to": {"name": "web"}, "tls": {"key": SECRET, "certificate": SECRET}}
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    ingress = {
        "tls": [{"hosts": ["a"], "secretName": SECRET}],
        "rules": [{"host": "a", "http": {"paths": [{"path": "/", "backend": backend}]}}],
    }
    http_route = {
        "rules": [{"backendRefs": [{"name": "web", "port": 80}], "filters": [{"requestHeaderModifier": {"add": [{"value": SECRET}]}}]}]
    }
    listeners = [{"name": "https", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": SECRET}]}}]

    def of(kind: str, version: str, spec: dict[str, Any]) -> dict[str, Any]:
        return {"apiVersion": version, "kind": kind, "metadata": {"name": "web", "namespace": "shop"}, "spec": spec}

    objects = [
        namespace("shop"),
        node("a"),
        pod("web-0", labels={"app": "web"}),
        service("web", selector={"app": "web"}),
        endpoint_slice("web", (endpoint("10.0.0.1", target="web-0"),)),
        endpoints("web", [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]),
        workload("Deployment", "web", labels={"app": "web"}),
        workload("Job", "web") | {"apiVersion": "batch/v1"},
        of("Route", "route.openshift.io/v1", route),
        of("Ingress", "networking.k8s.io/v1", ingress),
        of("HTTPRoute", "gateway.networking.k8s.io/v1", http_route),
        of("Gateway", "gateway.networking.k8s.io/v1", {"listeners": listeners}),
        of("NetworkPolicy", "networking.k8s.io/v1", {"podSelector": {}, "ingress": [{}]}),
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "shop"}, "data": {"password": SECRET}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "shop"}, "data": {"password": SECRET}},
    ]
    snapshot = knv.load([stuffed(one) for one in objects])
    assert len(snapshot.objects) == len(objects) - 2
    for declared in SNAPSHOT_TABLES:
        assert SECRET not in snapshot.table(declared.name).to_csv(), declared.name
