"""What a reader must learn from real series of dumps; every expectation was read off the raw files by hand."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

import k8snetviz as knv
from k8snetviz.analysis.change_lines import change_lines
from k8snetviz.model.snapshot import Snapshot
from tests.dumps import dump, needs_dumps

pytestmark = needs_dumps
RESTARTS = "status.containerStatuses[].restartCount"
ADDRESS = "status.podIPs"


@pytest.fixture(scope="module")
def d14():
    """A minikube in three snapshots: one namespace and no Nodes on Monday; all namespaces on Tuesday at 07:09; three hours later."""
    return [knv.load(dump("d14") / f"files-t{number}") for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def d09():
    """Two Sonobuoy runs in one kind cluster, 23 hours apart."""
    folder = dump("d09") / "files/test/integration/testdata"
    return [knv.load(folder / f"results-{name}.tar.gz") for name in ("4-e2e-failures", "quick-no-failures")]


@pytest.fixture(scope="module")
def d04():
    """One scenario on Kubernetes 1.31, 1.33 and 1.35: three clusters of one Node."""
    return [knv.load(dump("d04") / f"files/internal/testutil/data/{version}") for version in ("1_31", "1_33", "1_35")]


def rows(changes, *columns, **wanted):
    """Return the rows whose text columns are as wanted (None: missing), as tuples."""
    for name, value in wanted.items():
        changes = changes[changes[name].isna() if value is None else changes[name].eq(value).fillna(False)]
    cells = changes[list(columns)].astype(object)
    return [tuple(row) for row in cells.where(cells.notna(), None).itertuples(index=False)]


def lines(changes):
    table = change_lines(changes)
    return [(depth, text) for depth, text in zip(table["depth"], table["text"], strict=True)]


# d14: 07:34 on Monday to 07:09 on Tuesday


def test_d14_a_day_in_one_namespace_is_restarts_only(d14):
    changes = knv.diff(d14[0], d14[1])
    assert rows(changes, "kind", "namespace", "name", "change", "field", "before", "after", "cause") == [
        ("Pod", "default", "apisix-dashboard-b544bd766-nh79j", "changed", RESTARTS, "27151", "27428", None),
        ("Pod", "default", "apisix-etcd-0", "changed", RESTARTS, "39", "271", None),
        ("Pod", "default", "apisix-etcd-1", "changed", RESTARTS, "40", "271", None),
        ("Pod", "default", "apisix-etcd-2", "changed", RESTARTS, "40", "271", None),
        ("Pod", "default", "my-daemonset-b8c79", "changed", RESTARTS, "4", "244", None),
    ]
    assert lines(changes) == [
        (0, "Pod default/apisix-dashboard-b544bd766-nh79j restarted 277 times."),
        (0, "3 pods of StatefulSet default/apisix-etcd restarted 694 times."),
        (0, "Pod default/my-daemonset-b8c79 restarted 240 times."),
    ]


def test_d14_what_only_the_wider_dump_holds_is_said_and_not_called_new(d14):
    unknown = knv.not_compared(d14[0], d14[1])
    spaces = ("cert-manager", "kube-system", "nebula-operator-system")
    wanted = {(kind, space) for kind in ("Deployment", "Pod", "ReplicaSet", "Service") for space in spaces}
    wanted |= {("DaemonSet", "kube-system"), ("Node", None)}
    assert set(rows(unknown, "kind", "namespace")) == wanted
    assert {tuple(cells) for cells in unknown[["side", "reason"]].itertuples(index=False)} == {("before", "NOT_COLLECTED")}


def test_d14_a_narrower_dump_afterwards_removes_nothing(d14):
    assert rows(knv.diff(d14[1], d14[0]), "change", change="removed") == []
    assert set(knv.not_compared(d14[1], d14[0])["side"]) == {"after"}


# d14: 07:09 to 10:29 on Tuesday; the machine was restarted

MOVED = {  # pods that are not on the host's network: address at 07:09 and at 10:29
    "cert-manager/cert-manager-76f6c4cd4c-tnqrf": ("172.17.0.3", "172.17.0.7"),
    "cert-manager/cert-manager-cainjector-785f4d76b8-vnv2v": ("172.17.0.13", "172.17.0.11"),
    "cert-manager/cert-manager-webhook-7485454cd7-gg6c6": ("172.17.0.11", "172.17.0.10"),
    "default/apisix-6d89854bc5-5m788": ("172.17.0.12", "172.17.0.19"),
    "default/apisix-dashboard-b544bd766-nh79j": ("172.17.0.18", "172.17.0.16"),
    "default/apisix-etcd-0": ("172.17.0.19", "172.17.0.23"),
    "default/apisix-etcd-1": ("172.17.0.16", "172.17.0.22"),
    "default/apisix-etcd-2": ("172.17.0.21", "172.17.0.24"),
    "default/apisix-ingress-controller-6ccdb9c8fc-css8c": ("172.17.0.5", "172.17.0.20"),
    "default/dnsutils": ("172.17.0.2", "172.17.0.9"),
    "default/my-daemonset-b8c79": ("172.17.0.23", "172.17.0.4"),
    "default/nebula-graphd-0": ("172.17.0.15", "172.17.0.8"),
    "default/nebula-graphd-1": ("172.17.0.22", "172.17.0.2"),
    "default/nebula-metad-0": ("172.17.0.8", "172.17.0.18"),
    "default/nebula-storaged-0": ("172.17.0.10", "172.17.0.6"),
    "default/nebula-storaged-1": ("172.17.0.4", "172.17.0.21"),
    "default/nebula-storaged-2": ("172.17.0.20", "172.17.0.12"),
    "default/nebula-storaged-3": ("172.17.0.7", "172.17.0.3"),
    "kube-system/coredns-565d847f94-h2cs6": ("172.17.0.9", "172.17.0.13"),
    "kube-system/hostpath-provisioner-5978dc8846-tdjj2": ("172.17.0.17", "172.17.0.5"),
    "nebula-operator-system/nebula-operator-controller-manager-deployment-86749f78c8-9j865": ("172.17.0.6", "172.17.0.14"),
    "nebula-operator-system/nebula-operator-controller-manager-deployment-86749f78c8-r4xbv": ("172.17.0.14", "172.17.0.17"),
}
SELECTS = {  # the 26 pairs of relations.csv
    "apisix-admin": ["apisix-6d89854bc5-5m788"],
    "apisix-dashboard": ["apisix-dashboard-b544bd766-nh79j"],
    "apisix-etcd": ["apisix-etcd-0", "apisix-etcd-1", "apisix-etcd-2"],
    "apisix-etcd-headless": ["apisix-etcd-0", "apisix-etcd-1", "apisix-etcd-2"],
    "apisix-gateway": ["apisix-6d89854bc5-5m788"],
    "apisix-ingress-controller": ["apisix-ingress-controller-6ccdb9c8fc-css8c"],
    "apisix-svc": ["apisix-6d89854bc5-5m788"],
    "cert-manager": ["cert-manager-76f6c4cd4c-tnqrf"],
    "cert-manager-webhook": ["cert-manager-webhook-7485454cd7-gg6c6"],
    "kube-dns": ["coredns-565d847f94-h2cs6"],
    "metad-0": ["nebula-metad-0"],
    "nebula-graphd-svc": ["nebula-graphd-0", "nebula-graphd-1"],
    "nebula-graphd-svc-nodeport": ["nebula-graphd-0", "nebula-graphd-1"],
    "nebula-metad-headless": ["nebula-metad-0"],
    "nebula-operator-webhook-service": [
        "nebula-operator-controller-manager-deployment-86749f78c8-9j865",
        "nebula-operator-controller-manager-deployment-86749f78c8-r4xbv",
    ],
    "nebula-storaged-headless": ["nebula-storaged-0", "nebula-storaged-1", "nebula-storaged-2", "nebula-storaged-3"],
}


def test_d14_every_pod_restarted_and_those_with_an_own_network_moved(d14):
    changes = knv.diff(d14[1], d14[2])
    moved = rows(changes, "namespace", "name", "before", "after", "cause", "cause_field", kind="Pod", field=ADDRESS)
    assert {f"{space}/{name}": (before, after) for space, name, before, after, _, _ in moved} == MOVED
    assert all((cause, field) == (f"pod:{space}/{name}", RESTARTS) for space, name, _, _, cause, field in moved)
    assert len(rows(changes, "name", kind="Pod", field=RESTARTS)) == 28


def test_d14_backends_have_other_addresses_and_serve_as_before(d14):
    changes = knv.diff(d14[1], d14[2])
    found = rows(changes, "service", "pod", "field", "cause", kind="Backend")
    assert {field for _, _, field, _ in found} == {"address"}
    pairs = {(service, pod) for service, pods in SELECTS.items() for pod in pods}
    assert {(service, pod) for service, pod, _, _ in found} == pairs
    assert all(cause.endswith(f"/{pod}") for _, pod, _, cause in found)
    assert rows(changes, "name", kind="ServiceState") == []


def test_d14_monitoring_is_new(d14):
    changes = knv.diff(d14[1], d14[2])
    assert rows(changes, "kind", "namespace", "name", "cause", change="added") == [
        ("DaemonSet", "monitoring", "kube-ebpf", None),
        ("Deployment", "monitoring", "prometheus", None),
        ("Pod", "monitoring", "kube-ebpf-zktlb", "workload:monitoring/DaemonSet/kube-ebpf"),
        ("Pod", "monitoring", "prometheus-6ff6f6b54-hb259", "workload:monitoring/Deployment/prometheus"),
    ]
    assert rows(changes, "name", change="removed") == []
    assert Counter(changes["kind"]) == {
        "DaemonSet": 1,
        "Deployment": 1,
        "Pod": 2 + 22 + 28,
        "Backend": len(rows(changes, "name", kind="Backend")),
    }


# d09


def test_d09_only_the_namespace_of_the_runner_was_made_anew(d09):
    changes = knv.diff(*d09)
    daemons = "sonobuoy-systemd-logs-daemon-set"
    old, new = f"{daemons}-a4f61b3e3a4347fe", f"{daemons}-ffed1e6f44474c9e"
    anew = "namespace:sonobuoy"
    assert rows(changes, "kind", "name", "change", "field", "before", "after", "cause") == [
        (
            "Backend",
            "sonobuoy-aggregator/8080/TCP/IPv4/sonobuoy",
            "changed",
            "address",
            "10.244.0.67",
            "10.244.0.98",
            "pod:sonobuoy/sonobuoy",
        ),
        ("DaemonSet", old, "removed", None, None, None, anew),
        ("DaemonSet", new, "added", None, None, None, anew),
        ("Namespace", "crd-publish-openapi-8311", "removed", None, None, None, None),
        ("Namespace", "pods-7240", "added", None, None, None, None),
        (
            *("Namespace", "sonobuoy", "changed", "metadata.uid"),
            *("fbdf8f3a-6573-4867-8019-c10908f632c9", "cdef0e04-511c-46d0-81ca-322e2fe09fd2", None),
        ),
        (
            *("Pod", "sonobuoy", "changed", "metadata.uid"),
            *("cf9e6d73-3df2-414b-8546-348a81ff3063", "d9d75b02-2a95-4f34-9d0e-668ca2ddf3f9", anew),
        ),
        ("Pod", "sonobuoy", "changed", ADDRESS, "10.244.0.67", "10.244.0.98", "pod:sonobuoy/sonobuoy"),
        ("Pod", "sonobuoy-e2e-job-3b678d2b23b24b4c", "removed", None, None, None, anew),
        ("Pod", "sonobuoy-e2e-job-e26600506d6c420f", "added", None, None, None, anew),
        ("Pod", f"{old}-mjq5s", "removed", None, None, None, f"workload:sonobuoy/DaemonSet/{old}"),
        ("Pod", f"{new}-4twsk", "added", None, None, None, f"workload:sonobuoy/DaemonSet/{new}"),
        (
            *("Service", "sonobuoy-aggregator", "changed", "metadata.uid"),
            *("dce5957b-307c-4d64-951e-93fa058c29ef", "6deab36a-c36a-4bab-a43a-21f3ff70edfb", anew),
        ),
        (
            *("Service", "sonobuoy-aggregator", "changed", "spec.clusterIP"),
            *("10.96.150.151", "10.96.161.23", "service:sonobuoy/sonobuoy-aggregator"),
        ),
    ]


def test_d09_206_services_of_other_namespaces_are_as_they_were(d09):
    assert [len(snap.services) for snap in d09] == [206, 206]
    changes = knv.diff(*d09)
    assert set(changes["namespace"].dropna()) == {"sonobuoy"}
    assert lines(changes)[0] == (0, "Namespace sonobuoy was deleted and made anew.")
    assert (1, "sonobuoy/sonobuoy-aggregator: 1 backend has another address.") in lines(changes)
    assert len(knv.not_compared(*d09)) == 0


# d04


def test_d04_other_clusters_are_told_and_their_uids_not_compared(d04):
    for one, other in ((0, 1), (1, 2)):
        changes, unknown = knv.diff(d04[one], d04[other]), knv.not_compared(d04[one], d04[other])
        assert rows(unknown, "side", "reason") == [("after", "OTHER_CLUSTER")]
        assert rows(changes, "name", field="metadata.uid") == []
        assert rows(changes, "name", field=RESTARTS) == []


def test_d04_the_scenario_serves_on_every_version(d04):
    changes = knv.diff(d04[0], d04[1])
    assert rows(changes, "name", kind="ServiceState") == []
    assert rows(changes, "name", "change", "cause", kind="Node") == [("datagen-1-31", "removed", None), ("datagen-1-33", "added", None)]
    assert rows(changes, "namespace", "name", "field", "before", "after", kind="Service") == [
        ("kube-system", "metrics-server", "spec.clusterIP", "10.97.149.101", "10.96.139.31"),
        ("scraper", "e2e-hpa", "spec.clusterIP", "10.102.163.120", "10.104.31.21"),
        ("scraper", "e2e-kube-state-metrics", "spec.clusterIP", "10.102.254.89", "10.100.162.204"),
        ("scraper", "e2e-lb", "spec.clusterIP", "10.97.220.29", "10.107.162.39"),
        ("scraper", "e2e-lb", "spec.ports[80/TCP].nodePort", "32112", "30540"),
        ("scraper", "e2e-statefulset", "spec.clusterIP", "10.103.142.210", "10.104.187.33"),
    ]


def test_d04_pods_are_renewed_by_rollouts_and_static_ones_go_with_their_node(d04):
    changes = knv.diff(d04[0], d04[1])
    assert dict(rows(changes, "name", "cause", kind="Pod", change="removed")) == {
        "coredns-6f6b679f8f-hktpp": "workload:kube-system/Deployment/coredns",
        "etcd-datagen-1-31": "node:datagen-1-31",
        "kindnet-gmqkj": "workload:kube-system/DaemonSet/kindnet",
        "kube-apiserver-datagen-1-31": "node:datagen-1-31",
        "kube-controller-manager-datagen-1-31": "node:datagen-1-31",
        "kube-proxy-dhhlf": "workload:kube-system/DaemonSet/kube-proxy",
        "kube-scheduler-datagen-1-31": "node:datagen-1-31",
        "metrics-server-7b56b5cf7d-9swk6": "workload:kube-system/Deployment/metrics-server",
        "e2e-cronjob-29371395-rwx6j": "node:datagen-1-31",
        "e2e-daemonset-rljnj": "workload:scraper/DaemonSet/e2e-daemonset",
        "e2e-deployment-7788bdb6df-7r2fx": "workload:scraper/Deployment/e2e-deployment",
        "e2e-deployment-7788bdb6df-fqlfk": "workload:scraper/Deployment/e2e-deployment",
        "e2e-failjob-49k44": "node:datagen-1-31",
        "e2e-failjob-n77b7": "node:datagen-1-31",
        "e2e-failjob-qvft4": "node:datagen-1-31",
        "e2e-failjob-scthm": "node:datagen-1-31",
        "e2e-hpa-5b6945fcbd-wt6ck": "workload:scraper/Deployment/e2e-hpa",
        "e2e-kube-state-metrics-c5578cc8f-t6b8x": "workload:scraper/Deployment/e2e-kube-state-metrics",
        "e2e-scraper-5f9c4578cf-kk6zw": "workload:scraper/Deployment/e2e-scraper",
    }
    assert rows(changes, "before", "after", kind="Deployment", name="coredns") == [("coredns-6f6b679f8f", "coredns-674b8bbfcf")]
    assert (1, "2 pods of Deployment scraper/e2e-deployment were renewed.") in lines(changes)


def test_d04_the_second_replica_has_another_address_on_1_35(d04):
    changes = knv.diff(d04[1], d04[2])
    assert rows(changes, "name", "before", "after", kind="Pod", field=ADDRESS) == [
        ("e2e-container-creating", "10.244.0.4", "10.244.0.5"),
        ("e2e-statefulset-1", "10.244.0.13", "10.244.0.15"),
    ]
    assert rows(changes, "name", "before", "after", kind="Backend", field="address") == [
        ("e2e-statefulset/8089/TCP/IPv4/e2e-statefulset-1", "10.244.0.13", "10.244.0.15"),
    ]


@pytest.mark.parametrize("series", ["d14", "d09", "d04"])
def test_nothing_changed_between_a_dump_and_itself(series, request):
    for snap in request.getfixturevalue(series):
        again = Snapshot(snap._store, snap.provenance)  # another snapshot of the same objects
        assert knv.diff(snap, again).empty
        pd.testing.assert_frame_equal(knv.not_compared(snap, snap), knv.not_compared(snap, snap).iloc[:0])
