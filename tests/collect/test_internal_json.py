"""Go-internal JSON of old kubectl comes out in the shape of the API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from k8snetviz.collect.internal_json import as_api
from tests.collect.recorder import read
from tests.dumps import dump, needs_dumps


def converted(item: dict[str, Any]) -> dict[str, Any]:
    text = as_api(json.dumps([item]).encode())
    assert text is not None
    (found,) = json.loads(text)
    return found  # type: ignore[no-any-return]


def test_a_pod() -> None:
    item = {
        "name": "web-0",
        "namespace": "shop",
        "labels": {"App": "Web"},
        "ownerReferences": [{"kind": "ReplicaSet", "name": "web", "controller": True}],
        "Spec": {
            "NodeName": "",
            "DNSPolicy": "Default",
            "Containers": [{"Name": "c", "Ports": [{"Name": "", "HostPort": 0, "ContainerPort": 53, "Protocol": "UDP", "HostIP": ""}]}],
            "SecurityContext": {"HostNetwork": True, "HostPID": False},
            "NodeSelector": {"Zone": "A"},
        },
        "Status": {
            "PodIP": "10.0.0.1",
            "HostIP": "10.1.0.1",
            "QOSClass": "Burstable",
            "ContainerStatuses": [{"RestartCount": 0, "Ready": False}],
        },
    }
    assert converted(item) == {
        "metadata": {key: item[key] for key in ("name", "namespace", "labels", "ownerReferences")},
        "spec": {
            "dnsPolicy": "Default",
            "containers": [{"name": "c", "ports": [{"containerPort": 53, "protocol": "UDP"}]}],
            "securityContext": {"hostNetwork": True, "hostPID": False},
            "hostNetwork": True,
            "nodeSelector": {"Zone": "A"},
        },
        "status": {
            "podIP": "10.0.0.1",
            "hostIP": "10.1.0.1",
            "qosClass": "Burstable",
            "containerStatuses": [{"restartCount": 0, "ready": False}],
        },
    }


def test_a_service_and_its_endpoints() -> None:
    service = {
        "name": "s",
        "Spec": {
            "ClusterIP": "None",
            "ExternalIPs": None,
            "Selector": {"K": "v"},
            "Ports": [{"Port": 80, "TargetPort": "http", "NodePort": 0}],
        },
    }
    assert converted(service)["spec"] == {
        "clusterIP": "None",
        "externalIPs": None,
        "selector": {"K": "v"},
        "ports": [{"port": 80, "targetPort": "http"}],
    }
    endpoints = {
        "name": "s",
        "Subsets": [{"Addresses": [{"IP": "10.0.0.1", "TargetRef": {"Kind": "Pod", "UID": "u"}}], "Ports": [{"Name": "", "Port": 80}]}],
    }
    assert converted(endpoints)["subsets"] == [
        {"addresses": [{"ip": "10.0.0.1", "targetRef": {"kind": "Pod", "uid": "u"}}], "ports": [{"port": 80}]}
    ]


def test_a_workload_keeps_its_template() -> None:
    item = {
        "name": "w",
        "Spec": {
            "Replicas": 0,
            "Selector": {"matchLabels": {"A": "b"}},
            "Template": {"labels": {"A": "b"}, "Spec": {"Containers": [{"Name": "c"}]}},
        },
    }
    assert converted(item)["spec"] == {
        "replicas": 0,
        "selector": {"matchLabels": {"A": "b"}},
        "template": {"metadata": {"labels": {"A": "b"}}, "spec": {"containers": [{"name": "c"}]}},
    }


def test_what_is_no_array_of_objects() -> None:
    assert as_api(b"[1]") is None
    assert as_api(b"[{]") is None


class TestDumps:
    pytestmark = needs_dumps

    def test_a_dump_of_1_9(self) -> None:
        found = read(dump("d11") / "files" / "cluster-info-dump.json")
        assert found.kinds() == {"Node": 3, "Event": 74, "Service": 5, "DaemonSet": 1, "Deployment": 3, "ReplicaSet": 3, "Pod": 6}
        assert found.sources == [("cluster-info-dump.json", "files", "internal-json")]
        pods = {item["metadata"]["name"]: item for kind, item in found.objects() if kind == "Pod"}
        traefik = pods["traefik-ingress-controller-djl85"]
        assert traefik["spec"]["hostNetwork"] is True
        assert traefik["status"]["podIP"] == traefik["status"]["hostIP"]
        assert {batch.scope for batch in found.batches} == {None, "kube-system", "default"}
        assert found.gaps == []

    @pytest.mark.parametrize("kind", ["Service", "Pod", "Node"])
    def test_no_go_names_are_left_above_the_data(self, kind: str) -> None:
        for found, item in read(dump("d11") / "files" / "cluster-info-dump.json").objects():
            if found == kind:
                assert not [key for part in ("spec", "status") for key in item[part] if key[:1].isupper()]
