"""``collect`` against the real API server: what it holds is what kubectl prints; what is refused, compacted or gone is told."""

from __future__ import annotations

import json
import threading
import time
from functools import partial

import pytest

from k8snetviz.collect.live.collect import collect
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.load import load
from k8snetviz.errors import ClusterError
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables import SNAPSHOT_TABLES
from tests.cluster import objects
from tests.cluster.stage import readers, two_nodes

pytestmark = pytest.mark.cluster
MANY = 5_000
KINDS = (
    "namespaces,nodes,services,endpointslices,endpoints,pods,servicecidrs,ipaddresses,"
    "deployments,replicasets,networkpolicies,ingresses,events"
)
_OWN = {"sources", "coverage", "gaps", "objects"}  # tell from where a snapshot comes


@pytest.fixture(scope="module")
def shop(plane):
    """Two namespaces, two nodes, a Deployment of three pods, a Service of each type."""
    two_nodes(plane)
    for name in ("shop", "data"):
        objects.namespace(plane, name)
    readers(plane, "shop")
    port = {"port": 80, "targetPort": 8080}
    objects.service(plane, "shop", "web", selector={"app": "web"}, ports=[port], ipFamilyPolicy="PreferDualStack")
    objects.service(plane, "shop", "edge", type="LoadBalancer", selector={"app": "web"}, ports=[port])
    objects.service(plane, "data", "db", clusterIP="None", selector={"app": "db"}, ports=[port])
    objects.service(plane, "data", "mail", type="ExternalName", externalName="smtp.example.net")
    for number in range(3):
        name = f"web-{number}"
        objects.pod(plane, "shop", name, {"app": "web"}, nodeName=f"node-{'ab'[number % 2]}")
        objects.running(plane, "shop", name, [f"10.244.0.{number + 5}", f"fd00:10:244::{number + 5}"], ready=number != 1)
    objects.quiet(lambda: len(_endpoints(plane, "shop", "web")) == 6)
    return plane


def _endpoints(plane, space, name):
    found = objects.ok(plane.raw("GET", f"/apis/discovery.k8s.io/v1/namespaces/{space}/endpointslices"))["items"]
    mine = [each for each in found if each["metadata"]["labels"].get("kubernetes.io/service-name") == name]
    return [endpoint for each in mine for endpoint in each.get("endpoints") or []]


def live(plane, user="admin", **more):
    return collect(kubeconfig=plane.kubeconfig(user), **more)


def differing(one, other):
    """Return the tables in which two snapshots differ; where they were read from is no difference."""
    tables = [table.name for table in SNAPSHOT_TABLES if table.name not in _OWN]
    drop = {"source"}
    return [
        name
        for name in tables
        if not one.table(name).drop(columns=drop, errors="ignore").equals(other.table(name).drop(columns=drop, errors="ignore"))
    ]


def test_it_holds_what_kubectl_prints(shop, tmp_path):
    snap = live(shop)
    assert snap.gaps["reason"].tolist() == [] and snap.provenance.server_version.startswith("v1.")
    assert (snap.pods["namespace"] == "shop").sum() == 3
    dump = tmp_path / "kubectl.json"

    def alike():
        dump.write_text(shop.kubectl("get", KINDS, "-A", "-o", "json"))
        return differing(live(shop), load(dump)) == []

    objects.quiet(alike)  # Events may come between the two


def test_the_role_that_is_shipped_is_enough_and_only_reading_is_asked(shop):
    before = len(shop.audit_log.read_text().splitlines())
    snap = live(shop, "reader")
    assert snap.gaps.empty and len(snap.pods) == 3
    time.sleep(0.5)
    asked = [json.loads(line) for line in shop.audit_log.read_text().splitlines()[before:]]
    mine = [each for each in asked if each["user"]["username"] == "reader"]
    assert len(mine) > 15 and {each["verb"] for each in mine} <= {"get", "list", "watch"}
    resources = {each["objectRef"]["resource"] for each in mine if "objectRef" in each and "resource" in each["objectRef"]}
    assert not resources & {"secrets", "configmaps"}
    assert not [each["requestURI"] for each in mine if each["responseStatus"]["code"] == 403]


def test_who_may_read_one_namespace_gets_that_one(shop):
    snap = live(shop, "narrow", namespaces=["shop"])
    assert sorted(snap.services["service"]) == ["edge", "web"] and snap.knows(Kind.POD, "shop") and not snap.knows(Kind.POD, "data")
    assert "FORBIDDEN" in snap.gaps.loc[snap.gaps["kind"] == "Node", "reason"].tolist()


def test_who_may_read_one_namespace_gets_it_by_its_context(shop):
    snap = collect(kubeconfig=shop.kubeconfig("narrow", namespace="shop"))
    assert sorted(snap.services["service"]) == ["edge", "web"] and len(snap.pods) == 3


def test_who_may_read_nothing_is_told(shop):
    with pytest.raises(ClusterError, match=r"everything was refused: .*nobody"):
        live(shop, "nobody")


@pytest.fixture(scope="module")
def many(shop):
    """5,000 pods in a namespace of their own."""
    objects.namespace(shop, "many")
    objects.together(partial(objects.pod, shop, "many", f"p-{number:04d}", {"app": "p"}, nodeName="node-a") for number in range(MANY))
    return shop


def test_many_pages_while_others_write(many):
    """5,000 pods in pages of 100, none lost or doubled, while other pods come and go."""
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            objects.pod(many, "many", f"q-{number}", {"app": "q"}, nodeName="node-b")
            objects.ok(many.raw("DELETE", f"/api/v1/namespaces/many/pods/q-{number}?gracePeriodSeconds=0"))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        pages = []
        snap = live(many, page_size=100, progress=lambda told: told.job.kind is Kind.POD and pages.append(told))
    finally:
        stop.set()
        writer.join()
    mine = snap.pods[(snap.pods["namespace"] == "many") & snap.pods["pod"].str.startswith("p-")]
    assert mine["pod"].tolist() == [f"p-{number:04d}" for number in range(MANY)]
    assert len(pages) >= 50 and snap.gaps.empty and snap.sources["duplicates"].sum() == 0


def test_the_server_is_killed_in_the_middle_of_a_list(many):
    """Killed after the third page and started again: the rest comes, from the same point."""
    turns = []
    again = threading.Thread(target=many.start_server)

    def kill_once(told):
        if told.job.kind is Kind.POD:
            turns.append(told.objects)
            if len(turns) == 3:
                many.kill("kube-apiserver")
                again.start()

    snap = live(many, page_size=500, patience=Patience(tries=8, first_s=0.5), progress=kill_once)
    again.join()
    assert (snap.pods["namespace"] == "many").sum() == MANY and snap.gaps["reason"].isin(["INCONSISTENT"]).all()
