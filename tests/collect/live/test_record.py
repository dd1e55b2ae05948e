"""The streaming save against an API server of the test's own: what the file holds is what `collect` returns; nothing half stays."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections import deque

import pandas as pd
import pytest

import k8snetviz as knv
from k8snetviz.collect.live.collection import Cluster
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.live.record import record
from k8snetviz.errors import ClusterError, UsageError
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables import SNAPSHOT_TABLES
from tests.build import endpoint, endpoint_slice, pod, port, service, workload
from tests.collect.live.server import Api, kubeconfig, serving, status

SOON = Patience(tries=3, first_s=0.01)
SLICES = "/apis/discovery.k8s.io/v1/endpointslices"
PODS = "/api/v1/pods"


def named(name, **metadata):
    return {"metadata": {"name": name, **metadata}}


def odd_pods():
    crashing = {"name": "a", "ready": False, "restartCount": 7, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    waiting = {"containerStatuses": [crashing]}
    return [
        pod("odd", ips=("010.0.0.3", "hidden", "10.9.9.9"), spec={"hostname": "h", "subdomain": "s"}, status=waiting, ready=False),
        pod("gone", deleted="2026-01-02T03:04:05Z", ports=(port(8080, "http"),), owner=("ReplicaSet", "web-7f")),
        pod("host", ns="kube-system", ips=("192.168.1.1",), spec={"hostNetwork": True}, ports=(port(9100),)),
        {"metadata": {"name": "bare", "namespace": "shop", "labels": {"app": "web"}}, "spec": {"containers": [{"name": "a"}]}},
    ]


@pytest.fixture
def api():
    made = Api()
    made.holds("/api/v1/namespaces", "Namespace", [named("data"), named("kube-system", uid="c1"), named("shop")])
    made.holds("/api/v1/nodes", "Node", [named("node-a")])
    made.holds("/api/v1/services", "Service", [service("web", selector={"app": "web"}), service("bad", externalIPs=["no-address"])])
    made.holds(PODS, "Pod", [*(pod(f"web-{number}", labels={"app": "web"}) for number in range(12)), *odd_pods()])
    made.holds(SLICES, "EndpointSlice", [endpoint_slice("web", (endpoint("10.244.0.5", target="web-0"),))], "discovery.k8s.io/v1")
    made.holds("/apis/apps/v1/replicasets", "ReplicaSet", [workload("ReplicaSet", "web-7f", labels={"app": "web"})], "apps/v1")
    return made


def both(config, folder, **more):
    """Return what `collect` returns, and what the file of `record` loads as."""
    path = folder / "live.k8snet"
    record(path, Cluster(kubeconfig=config, patience=SOON, **more), page_size=5)
    return knv.collect(kubeconfig=config, page_size=5, patience=SOON, **more), knv.load(path)


def assert_same(one, other):
    for table in SNAPSHOT_TABLES:
        left, right = one.table(table.name), other.table(table.name)
        order = list(left.columns) if table.name in ("gaps", "sources", "coverage") else []
        if order:  # kinds are asked for in another order
            left, right = (frame.sort_values(order, ignore_index=True) for frame in (left, right))
        pd.testing.assert_frame_equal(left, right, obj=table.name)
    assert one.provenance.counts == other.provenance.counts
    assert (one.provenance.cluster, one.provenance.server_version) == (other.provenance.cluster, other.provenance.server_version)


def none(folder):
    """Whether nothing but the kubeconfig lies in `folder`."""
    return [path.name for path in folder.iterdir()] == ["kubeconfig"]


def test_the_file_is_what_collect_returns(api, tmp_path):
    with serving(api, tmp_path) as config:
        collected, loaded = both(config, tmp_path)
    assert len(collected.pods) == 16 and "BAD_ADDRESS" in collected.gaps["reason"].tolist()
    assert_same(collected, loaded)
    assert loaded.provenance.started <= loaded.provenance.finished and loaded.provenance.toolkit_version == knv.__version__


def test_it_is_saved_and_loaded_again(api, tmp_path):
    with serving(api, tmp_path) as config:
        collected, loaded = both(config, tmp_path)
    assert_same(collected, knv.load(loaded.save(tmp_path / "again.k8snet")))


def test_refused_kinds_and_namespaces_come_back_as_gaps(api, tmp_path):
    api.refused = {PODS, "/api/v1/namespaces/data/pods", "/api/v1/nodes", "/api/v1/namespaces/kube-system/pods"}
    api.holds("/api/v1/namespaces/shop/pods", "Pod", [pod("web-0"), pod("web-1")])
    with serving(api, tmp_path) as config:
        collected, loaded = both(config, tmp_path)
    assert_same(collected, loaded)
    assert loaded.knows(Kind.POD, "shop") and not loaded.knows(Kind.POD, "data") and not loaded.knows(Kind.NODE)


def test_only_the_namespaces_that_were_named(api, tmp_path):
    for space in ("shop", "data"):
        api.holds(f"/api/v1/namespaces/{space}/pods", "Pod", [pod(f"{space}-0", ns=space)])
    with serving(api, tmp_path) as config:
        collected, loaded = both(config, tmp_path, namespaces=["shop", "data"])
    assert_same(collected, loaded)
    assert loaded.pods["pod"].tolist() == ["data-0", "shop-0"]


def test_a_list_that_is_refused_in_the_middle_goes_on_by_namespace(api, tmp_path):
    """Events come after all pods, so that each kind stays one List."""
    api.holds("/api/v1/events", "Event", [named("e", namespace="shop")])
    api.holds("/api/v1/namespaces/shop/pods", "Pod", [pod(f"web-{number}") for number in range(12)])
    with serving(api, tmp_path) as config:
        api.faults[PODS] = deque([None, None, lambda: status(403, "Forbidden")])
        path = record(tmp_path / "x.k8snet", Cluster(kubeconfig=config, patience=SOON), page_size=5).path
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))
    loaded = knv.load(path)
    assert len(loaded.pods) == 12 and loaded.sources["duplicates"].sum() == 10 and not loaded.knows(Kind.POD)


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        pytest.param(lambda: status(410, "Expired", token="at-5"), "INCONSISTENT", id="goes on later"),
        pytest.param(lambda: status(410, "Expired"), "INCONSISTENT", id="read again: copies"),
        pytest.param(lambda: status(400, "BadRequest"), "TRUNCATED", id="ends early"),
        pytest.param(lambda: "corrupt", None, id="corrupt once"),
    ],
)
def test_faults_between_pages(api, tmp_path, fault, more):
    with serving(api, tmp_path) as config:
        api.faults[PODS] = deque([None, None, fault])
        path = tmp_path / "live.k8snet"
        record(path, Cluster(kubeconfig=config, patience=SOON), page_size=5)
        api.faults[PODS] = deque([None, None, fault])
        collected = knv.collect(kubeconfig=config, page_size=5, patience=SOON)
    loaded = knv.load(path)
    assert_same(collected, loaded)
    assert more is None or more in loaded.gaps["reason"].tolist()


def test_kinds_are_read_one_after_the_other_slices_before_pods(api, tmp_path):
    order = []
    with serving(api, tmp_path) as config:
        record(tmp_path / "x.k8snet", Cluster(kubeconfig=config), page_size=5, progress=lambda told: order.append(told.job.kind))
    assert [kind for number, kind in enumerate(order) if kind not in order[:number]] == [
        Kind.NAMESPACE,
        Kind.NODE,
        Kind.SERVICE,
        Kind.REPLICA_SET,
        Kind.ENDPOINT_SLICE,
        Kind.POD,
    ]
    assert order == sorted(order, key=order.index) and api.methods == {"GET"}


def test_no_other_annotation_and_no_environment_is_written(api, tmp_path):
    secret = "hunter2-never-store-me"
    api.holds(
        PODS,
        "Pod",
        [
            {
                "metadata": {"name": "p", "namespace": "shop", "annotations": {"note": secret}},
                "spec": {"containers": [{"name": "a", "env": [{"name": "TOKEN", "value": secret}]}]},
            }
        ],
    )
    with serving(api, tmp_path) as config:
        path = record(tmp_path / "x.k8snet", Cluster(kubeconfig=config)).path
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("pods.json"))["items"][0]["metadata"]["name"] == "p"
        assert not [name for name in archive.namelist() if secret.encode() in archive.read(name)]


def test_equal_clusters_make_equal_lists(api, tmp_path):
    with serving(api, tmp_path) as config:
        one, other = (record(tmp_path / name, Cluster(kubeconfig=config)) for name in ("a.k8snet", "b.k8snet"))
    assert [member.sha256 for member in one.manifest.kinds] == [member.sha256 for member in other.manifest.kinds]


def test_recording_imports_no_library_for_tables(api, tmp_path):
    """It makes no table: what they need would be half of its memory."""
    heavy = "{'pandas', 'numpy', 'plotly'} & set(sys.modules)"
    with serving(api, tmp_path) as config:
        code = (
            "import sys; from k8snetviz.cli import main; "
            f"status = main(['collect', '--kubeconfig', {str(config)!r}, '-o', {str(tmp_path / 'x.k8snet')!r}]); print(status, {heavy})"
        )
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "0 set()"


def test_nothing_half_stays_after_an_interrupt(api, tmp_path):
    def interrupt(told):
        if told.job.kind is Kind.POD:
            raise KeyboardInterrupt

    with serving(api, tmp_path) as config:
        (tmp_path / "x.k8snet").write_text("an older one")
        with pytest.raises(KeyboardInterrupt):
            record(tmp_path / "x.k8snet", Cluster(kubeconfig=config), page_size=5, progress=interrupt)
        assert (tmp_path / "x.k8snet").read_text() == "an older one"
        (tmp_path / "x.k8snet").unlink()
    assert none(tmp_path)


def test_nothing_is_written_where_everything_is_refused(tmp_path):
    config = kubeconfig(tmp_path, "http://127.0.0.1:9")
    with pytest.raises(ClusterError, match="cannot be reached"):
        record(tmp_path / "x.k8snet", Cluster(kubeconfig=config, patience=Patience(tries=0)))
    assert none(tmp_path)


def test_a_place_that_cannot_be_written_is_told_before_anything_is_asked(api, tmp_path):
    with serving(api, tmp_path) as config:
        with pytest.raises(UsageError, match="there is no folder"):
            record(tmp_path / "no" / "x.k8snet", Cluster(kubeconfig=config))
        with pytest.raises(UsageError, match="it is a folder"):
            record(tmp_path, Cluster(kubeconfig=config))
    assert not api.requests
