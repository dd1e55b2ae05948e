"""The two ConfigMaps that may be asked for: only on demand, by name, and nothing of them stays but ranges and mode."""

from __future__ import annotations

import json
import zipfile
from collections import deque

import pytest

import k8snetviz as knv
from k8snetviz.collect.live.collection import Cluster
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.live.record import record
from tests.collect.live.server import Api, serving, status

SOON = Patience(tries=1, first_s=0.01)
ROOT = "/api/v1/namespaces/kube-system/configmaps/"
KUBEADM = """
networking:
  podSubnet: 10.244.0.0/16, fd00:10:244::/56
  serviceSubnet: 10.96.0.0/12
apiServer: {extraArgs: {secret: hunter2}}
"""
PROXY = "mode: ipvs\nclusterCIDR: 10.244.0.0/16\n"


def config_map(key, text):
    body = {"kind": "ConfigMap", "metadata": {"name": "c", "annotations": {"note": "hunter2"}}, "data": {key: text, "more": "hunter2"}}
    return 200, {}, json.dumps(body).encode()


@pytest.fixture
def api():
    made = Api()
    made.holds("/api/v1/namespaces", "Namespace", [{"metadata": {"name": "kube-system"}}])
    return made


def told(api, kubeadm, proxy):
    for name, answer in (("kubeadm-config", kubeadm), ("kube-proxy", proxy)):
        api.faults[ROOT + name] = deque([lambda answer=answer: answer] * 9)


def asked_for(api):
    return sorted(path for path in api.requests if "configmap" in path or "secret" in path)


def rows(snap):
    return snap.ranges[["kind", "name", "cidr", "role"]].to_numpy().tolist()


def test_ranges_and_mode_and_nothing_else(api, tmp_path):
    told(api, config_map("ClusterConfiguration", KUBEADM), config_map("config.conf", PROXY))
    with serving(api, tmp_path) as config:
        snap = knv.collect(kubeconfig=config, cluster_config=True)
        path = record(tmp_path / "x.k8snet", Cluster(kubeconfig=config, cluster_config=True)).path
    expected = [
        ["ConfigMap", "kube-proxy", "10.244.0.0/16", "pod range"],
        ["ConfigMap", "kubeadm-config", "10.244.0.0/16", "pod range"],
        ["ConfigMap", "kubeadm-config", "10.96.0.0/12", "service range"],
        ["ConfigMap", "kubeadm-config", "fd00:10:244::/56", "pod range"],
    ]
    saved = snap.save(tmp_path / "y.k8snet")
    assert sorted(rows(snap)) == sorted(rows(knv.load(path))) == sorted(rows(knv.load(saved))) == expected and snap.gaps.empty
    for file in (path, saved):
        assert knv.load(file).provenance.proxy_mode == snap.provenance.proxy_mode == "ipvs"
        with zipfile.ZipFile(file) as archive:
            assert not [name for name in archive.namelist() if b"hunter2" in archive.read(name)]
    assert asked_for(api) == [ROOT + "kube-proxy", ROOT + "kubeadm-config"] and api.methods == {"GET"}
    assert "ConfigMap" in knv.owners(snap, "10.96.0.10")["kind"].tolist()


def test_without_the_option_no_config_map_is_asked_for(api, tmp_path):
    told(api, config_map("ClusterConfiguration", KUBEADM), config_map("config.conf", PROXY))
    with serving(api, tmp_path) as config:
        assert knv.collect(kubeconfig=config).ranges.empty
        record(tmp_path / "x.k8snet", Cluster(kubeconfig=config))
        with knv.watch(kubeconfig=config) as live:
            assert live.snapshot().ranges.empty
    assert asked_for(api) == []


def test_one_that_is_not_there_is_no_gap(api, tmp_path):
    told(api, status(404, "NotFound"), config_map("config.conf", "mode: ''\n"))
    with serving(api, tmp_path) as config:
        snap = knv.collect(kubeconfig=config, cluster_config=True)
    assert snap.ranges.empty and snap.gaps.empty


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(status(403, "Forbidden"), "FORBIDDEN", id="refused"),
        pytest.param(status(500, "InternalError"), "ERROR", id="ill"),
        pytest.param(config_map("ClusterConfiguration", "a: ["), "UNREADABLE", id="no YAML"),
        pytest.param(config_map("ClusterConfiguration", "x" * 70_000), "UNREADABLE", id="too long"),
        pytest.param(config_map("other", "a: 1"), "UNREADABLE", id="another key"),
        pytest.param((200, {}, b"[]"), "UNREADABLE", id="no ConfigMap"),
    ],
)
def test_what_cannot_be_had_is_a_gap(api, tmp_path, answer, reason):
    told(api, answer, config_map("config.conf", PROXY))
    with serving(api, tmp_path) as config:
        snap = knv.collect(kubeconfig=config, cluster_config=True, patience=SOON)
    assert snap.gaps[["kind", "namespace", "reason"]].to_numpy().tolist() == [["ConfigMap", "kube-system", reason]]
    assert rows(snap) == [["ConfigMap", "kube-proxy", "10.244.0.0/16", "pod range"]]


def test_text_that_is_no_range_is_not_kept(api, tmp_path):
    text = "networking: {podSubnet: '<b>,10.0.0.0/8', serviceSubnet: [1]}"
    told(api, config_map("ClusterConfiguration", text), config_map("config.conf", "mode: <script>\nclusterCIDR: 7\n"))
    with serving(api, tmp_path) as config:
        snap = knv.collect(kubeconfig=config, cluster_config=True)
    assert rows(snap) == [["ConfigMap", "kubeadm-config", "10.0.0.0/8", "pod range"]]
