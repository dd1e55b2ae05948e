"""Paths of bundles tell kind, namespace and wholeness, where the layout guarantees them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8snetviz.collect.layouts import place_of
from k8snetviz.collect.resources import of_shape
from tests.build import as_list, endpoint_slice, endpoints, namespace, node, pod, service, workload
from tests.collect.recorder import Recorder, read

LISTED, SINGLE = True, False


def bare(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in ("kind", "apiVersion")}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("b/cluster-resources/pods/shop.json", ("troubleshoot", "Pod", "shop", LISTED), id="troubleshoot"),
        pytest.param("b/cluster-resources/network-policy/shop.json", ("troubleshoot", "NetworkPolicy", "shop", LISTED), id="odd plural"),
        pytest.param("b/cluster-resources/nodes.json", ("troubleshoot", "Node", None, LISTED), id="troubleshoot cluster"),
        pytest.param(
            "b/cluster-resources/custom-resources/httproutes.gateway.networking.k8s.io/shop.yaml",
            ("troubleshoot", "HTTPRoute", "shop", LISTED),
            id="troubleshoot custom",
        ),
        pytest.param("b/cluster-resources/secrets/shop.json", "skip", id="not ours"),
        pytest.param("yamls/namespaced/shop/v1/pods.yaml", ("support-bundle-kit", "Pod", "shop", LISTED), id="support-bundle-kit"),
        pytest.param(
            "yamls/namespaced/shop/networking.k8s.io/v1/ingresses.yaml", ("support-bundle-kit", "Ingress", "shop", LISTED), id="group"
        ),
        pytest.param("yamls/namespaced/shop/crd.projectcalico.org/v1/networkpolicies.yaml", "skip", id="same plural, other group"),
        pytest.param("yamls/cluster/v1/nodes.yaml", ("support-bundle-kit", "Node", None, LISTED), id="support-bundle-kit cluster"),
        pytest.param("resources/ns/shop/Pods.json", ("sonobuoy", "Pod", "shop", LISTED), id="sonobuoy 0.10"),
        pytest.param("resources/ns/shop/core_v1_pods.json", ("sonobuoy", "Pod", "shop", LISTED), id="sonobuoy"),
        pytest.param(
            "resources/ns/shop/discovery.k8s.io_v1beta1_endpointslices.json", ("sonobuoy", "EndpointSlice", "shop", LISTED), id="slices"
        ),
        pytest.param("./resources/non-ns/Nodes.json", ("sonobuoy", "Node", None, LISTED), id="sonobuoy 0.8"),
        pytest.param("plugins/e2e/sonobuoy_results.yaml", "skip", id="test results"),
        pytest.param("x/namespaces/shop/core/pods.yaml", ("must-gather", "Pod", "shop", LISTED), id="must-gather"),
        pytest.param("x/namespaces/shop/pods/web/web.yaml", ("must-gather", "Pod", "shop", SINGLE), id="must-gather pod"),
        pytest.param("x/namespaces/shop/shop.yaml", ("must-gather", "Namespace", None, SINGLE), id="must-gather namespace"),
        pytest.param("x/namespaces/shop/route.openshift.io/routes.yaml", ("must-gather", "Route", "shop", LISTED), id="routes"),
        pytest.param("x/cluster-scoped-resources/core/nodes/n.yaml", ("must-gather", "Node", None, SINGLE), id="must-gather node"),
        pytest.param("x/nodes/n/pods_info.json", "skip", id="crictl"),
        pytest.param("config/pod/shop/web.json", ("insights", "Pod", "shop", SINGLE), id="insights"),
        pytest.param("config/node/n.json", ("insights", "Node", None, SINGLE), id="insights node"),
        pytest.param("d/k8s-endpoints-20240102-030405.yaml", ("cilium-sysdump", "Endpoints", None, LISTED), id="cilium"),
        pytest.param("d/cilium-bugtool-x-20240102/cmd/y.md", "skip", id="cilium bugtool"),
        pytest.param(
            "namespaces/shop/manifests/web.yaml", ("files", None, None, LISTED), id="manifests in folders that look like a bundle"
        ),
        pytest.param("1_31/kubelet/pods", ("kubelet", "Pod", None, SINGLE), id="kubelet"),
        pytest.param("resources/pods/namespaces/shop/web.json", ("velero", "Pod", "shop", LISTED), id="velero"),
        pytest.param(
            "resources/ingresses.networking.k8s.io/v1-preferredversion/namespaces/shop/w.json",
            ("velero", "Ingress", "shop", LISTED),
            id="twin",
        ),
        pytest.param("resources/nodes/cluster/n.json", ("velero", "Node", None, SINGLE), id="velero cluster"),
        pytest.param("d/k8s/services.json", ("rpk", "Service", None, LISTED), id="rpk"),
        pytest.param("d/shop/endpointslices.discovery.k8s.io.yaml", ("files", "EndpointSlice", None, LISTED), id="folder of a namespace"),
        pytest.param("d/shop/deployments.apps.yaml", ("files", "Deployment", None, LISTED), id="group of one word"),
        pytest.param("d/shop/jobs.v1.batch.yaml", ("files", "Job", None, LISTED), id="version and group"),
        pytest.param("d/shop/pods.old.yaml", ("files", None, None, LISTED), id="no group of that kind"),
        pytest.param("d/shop/replication-controllers.json", ("files", "ReplicationController", None, LISTED), id="cluster-info dump"),
        pytest.param("pods.json", ("files", "Pod", None, LISTED), id="one file a kind"),
        pytest.param("gather-extra/endpointslices.json", ("files", "EndpointSlice", None, LISTED), id="gather-extra"),
        pytest.param("all.json", ("files", None, None, LISTED), id="anything"),
        pytest.param("secrets.json", ("files", None, None, LISTED), id="not ours, but the content says so"),
    ],
)
def test_what_a_path_tells(path: str, told: Any) -> None:
    found = place_of(path)
    assert found.skip == (told == "skip")
    if told != "skip":
        assert (found.layout, found.kind, found.scope, found.listed) == told


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        pytest.param(pod("a"), "Pod", id="Pod"),
        pytest.param(node("n"), "Node", id="Node with nothing but a name"),
        pytest.param(node("n", podCIDR="10.0.0.0/24"), "Node", id="Node"),
        pytest.param(service("s"), "Service", id="Service"),
        pytest.param(endpoints("s", [{"addresses": []}]), "Endpoints", id="Endpoints"),
        pytest.param(endpoint_slice("s", ()), "EndpointSlice", id="EndpointSlice"),
        pytest.param(namespace("n") | {"spec": {"finalizers": ["kubernetes"]}}, "Namespace", id="Namespace"),
        pytest.param({"metadata": {"name": "e"}, "involvedObject": {"kind": "Pod"}}, "Event", id="Event"),
        pytest.param({"metadata": {"name": "p"}, "spec": {"podSelector": {}}}, "NetworkPolicy", id="NetworkPolicy"),
        pytest.param(workload("ReplicaSet", "r"), "ReplicaSet", id="ReplicaSet"),
        pytest.param({"metadata": {"name": "x"}, "spec": {"cidrs": ["10.0.0.0/8"]}}, "ServiceCIDR", id="ServiceCIDR"),
        pytest.param({"metadata": {"name": "x"}, "spec": {"parentRef": {"resource": "services"}}}, "IPAddress", id="IPAddress"),
        pytest.param({"metadata": {"name": "x"}, "spec": {"rules": []}}, None, id="too little"),
        pytest.param({"metadata": {"name": "x"}, "spec": {"podSelector": {}, "clusterIP": "x"}}, None, id="two kinds at once"),
    ],
)
def test_shapes_decide_only_when_one_kind_fits(item: dict[str, Any], kind: str | None) -> None:
    expected = None if kind == "Node" and not item["spec"] else kind
    assert of_shape(json.dumps(bare(item)).encode()) == expected


def written(folder: Path, members: dict[str, Any]) -> Recorder:
    for name, content in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content) if name.endswith("json") else yaml.safe_dump(content), encoding="utf-8")
    return read(folder)


def scopes(found: Recorder) -> dict[str, set[str | None]]:
    told: dict[str, set[str | None]] = {}
    for batch in found.batches:
        told.setdefault(str(batch.kind or "List"), set()).add(batch.scope)
    return told


def test_folders_called_after_namespaces_are_told_by_what_they_hold(tmp_path: Path) -> None:
    def typed(kind: str, *items: dict[str, Any]) -> dict[str, Any]:
        return {"kind": kind, "apiVersion": "v1", "items": [bare(item) for item in items]}

    found = written(
        tmp_path,
        {
            "default/pods.json": typed("PodList"),
            "default/services.json": typed("ServiceList"),
            "nodes.json": typed("NodeList", node("n")),
            "shop/pods.json": typed("PodList", pod("a")),
            "shop/services.json": typed("ServiceList"),
        },
    )
    assert scopes(found) == {"Node": {None}, "Pod": {"shop", "default"}, "Service": {"shop", "default"}}


def test_a_folder_of_all_namespaces_is_no_namespace(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        {
            "shop/pods.json": as_list([pod("a"), pod("b", ns="data")]),
            "shop/networkpolicies.json": as_list([]),
            "shop/services.json": as_list([service("s")]),
        },
    )
    assert scopes(found) == {"List": {None, "shop"}, "NetworkPolicy": {None}}


def test_files_of_velero_are_whole_lists_together(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        {
            "resources/pods/namespaces/shop/a.json": pod("a"),
            "resources/pods/v1-preferredversion/namespaces/shop/a.json": pod("a"),
            "resources/nodes/cluster/n.json": node("n"),
            "resources/secrets/namespaces/shop/s.json": {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "s"}},
        },
    )
    assert [(batch.scope, batch.listed) for batch in found.batches] == [(None, False), ("shop", True), ("shop", True)]
    assert found.gaps == []


def test_rpk_holds_one_namespace(tmp_path: Path) -> None:
    typed = {"kind": "ServiceList", "apiVersion": "v1", "items": []}
    found = written(
        tmp_path, {"k8s/pods.json": {"kind": "PodList", "apiVersion": "v1", "items": [bare(pod("a"))]}, "k8s/services.json": typed}
    )
    assert scopes(found)["Service"] == {"shop"}


def test_kindless_lists_take_the_kind_of_their_file(tmp_path: Path) -> None:
    found = written(tmp_path, {"endpoints.json": [{"metadata": {"name": "s"}}], "x/Pods.json": [bare(pod("a"))]})
    assert found.names() == ["Endpoints/s", "Pod/a"]


def test_what_is_not_ours_is_no_gap(tmp_path: Path) -> None:
    foreign = [
        {"kind": "ConfigMapList", "apiVersion": "v1", "items": [{"metadata": {"name": "c"}}]},
        as_list([{"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "s"}, "data": {"password": "aHVudGVyMg=="}}]),
        {"kind": "Service", "apiVersion": "serving.knative.dev/v1", "metadata": {"name": "k"}},
        {"name": "package", "version": "1.0"},
    ]
    found = written(tmp_path, {f"{n}.json": item for n, item in enumerate(foreign)} | {"pods.json": as_list([pod("a")])})
    assert found.names() == ["Pod/a"]
    assert found.gaps == []


def test_hints(tmp_path: Path) -> None:
    version = {"info": {"gitVersion": "v1.31.2"}, "string": "v1.31.2"}
    found = written(tmp_path, {"b/cluster-info/cluster_version.json": version, "b/cluster-resources/pods/shop.json": as_list([pod("a")])})
    assert found.hints == {"server_version": "v1.31.2"}
    kit = {"bundleversion": "0.1", "kubernetesversion": "v1.21.7", "bundlecreatedat": "2022-03-22T23:49:32Z"}
    found = written(tmp_path / "kit", {"metadata.yaml": kit, "yamls/namespaced/shop/v1/pods.yaml": as_list([pod("a")])})
    assert found.hints == {"server_version": "v1.21.7", "finished": "2022-03-22T23:49:32Z"}
    found = written(tmp_path / "cilium", {"k8s-pods-20240102-030405.yaml": as_list([pod("a")])})
    assert found.hints == {"finished": "2024-01-02T03:04:05Z"}
