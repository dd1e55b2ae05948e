"""Record data/before.json and data/during.json: the story of the invented shop, played on a real control plane.

    python -m tests.cluster.record_sample [FOLDER]

Needs the programs of tests/cluster/binaries.py (`make control-plane`). data/README.md tells the story, and what is written anew.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from data.generator import backing, events, policies, services
from data.generator.base import BORN, KINDS, Obj, kubectl_json, later, make
from data.generator.nodes import NODES, QUIET, heartbeat, lost, namespaces, node, taints, zone
from data.generator.storefront import ROLLOUTS, storefront
from data.generator.workloads import volumes
from tests.cluster.binaries import REASON, there
from tests.cluster.objects import quiet as wait
from tests.cluster.sample_plane import CONTROLLERS, ShopPlane, path
from tests.cluster.sample_rewriting import rewrite
from tests.cluster.sample_stage import Stage

JOINED = {name: later(BORN, 40 + 31 * place) for name, place in NODES.items()}
DOOMED = {"payments": ("d9skz", "w4nxb"), "orders": ("b56zt", "2fnkn", "4wk7k")}
GUARD = "slices-of-pricing"


def make_cluster(on: Stage) -> None:
    """The cluster as it is on its first day: what every cluster runs, then its nodes."""
    join(on, make("Node", None, "first", annotations=QUIET))  # the first range of the cluster goes to a node that leaves again
    on.ask("DELETE", path("Node", None, "first"))
    on.tick(later(BORN, 5))
    on.patch("Service", "default", "kubernetes", {"spec": {"ports": [services.sport("https", 443, 6443)]}})
    for each in [services.service(services.dns()), *services.of_the_api_server()]:
        on.create(each)
    for namespace, name in backing.ACCOUNTS[:3]:
        on.create(make("ServiceAccount", namespace, name))
    on.tick(later(BORN, 6))
    on.apply(*backing.system())
    on.play()
    for name, joined in JOINED.items():
        on.tick(joined)
        join(on, node(name))
        on.patch("Node", None, name, {"status": heartbeat(name, joined, joined)}, "status")
        on.patch("Node", None, name, {"spec": {"taints": None}})
        on.play()


def join(on: Stage, made: Obj) -> None:
    """Register a node, and wait until it has its ranges: the controller may take further ones for a node that changes meanwhile."""
    on.create(made)
    wait(lambda: "podCIDRs" in on.get("Node", None, made["metadata"]["name"])["spec"])


def make_shop(on: Stage) -> None:
    """The shop: namespaces, Services and policies, then the workloads in the order in which they were last rolled out."""
    on.tick(later(BORN, 5411))
    for each in namespaces():
        on.create(each)
    on.create(make("ServiceAccount", *backing.ACCOUNTS[3]))
    on.play()
    gateway = backing.gateway()
    on.tick(gateway.since)
    on.apply(gateway)
    on.play()
    on.tick("2026-09-14T10:02:11Z")
    for svc in services.shop() + services.elsewhere():
        on.create(services.service(svc), svc.status)
    cron, backup = backing.backup()
    for each in [*services.by_hand(), cron]:
        on.create(each)
    on.play()
    on.tick(later(BORN, 7200))
    for each in policies.entry() + policies.policies():
        on.create(each, {"loadBalancer": {"ingress": [{"ip": "198.51.100.20"}]}} if each["kind"] == "Ingress" else None)
    on.play()
    databases = backing.databases()
    for each in [volume for workload in databases for volume in volumes(workload, {name: zone(name) for name in NODES})]:
        on.create(each)
    for workload in sorted([*databases, backing.syslog(), *storefront()], key=lambda each: each.since):
        on.tick(workload.since)
        on.apply(workload)
        on.play()
    make_backup(on, backup)


def make_backup(on: Stage, backup: backing.Workload) -> None:
    """The last hourly backup, made as the CronJob's controller would: here it is off, lest it follow the machine's clock."""
    on.tick(backup.since)
    cron = on.get("CronJob", "data", "db-backup")
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "db-backup", "uid": cron["metadata"]["uid"]}
    backup.made["metadata"]["ownerReferences"] = [owner | {"controller": True, "blockOwnerDeletion": True}]
    on.apply(backup)
    on.tell(cron, events.BACKUP_MADE)
    on.play()
    said = {"lastScheduleTime": "2026-11-22T13:15:00Z", "lastSuccessfulTime": "2026-11-22T13:15:17Z"}
    on.patch("CronJob", "data", "db-backup", {"status": said}, "status")
    on.tell(cron, events.BACKUP_DONE)
    on.play()


def beat(on: Stage, now: str) -> None:
    """The kubelets that are left report their nodes."""
    on.tick(now)
    for name in NODES.keys() - on.lost:
        on.patch("Node", None, name, {"status": heartbeat(name, JOINED[name], now)}, "status")
    on.play()


def roll_out(on: Stage, name: str) -> None:
    """A new template for a Deployment of the shop."""
    when, template, plans = ROLLOUTS[name]
    on.tick(when)
    doom(on, *DOOMED.get(name, ()))
    on.plan("shop", name, plans)
    # containers, their ports and volumes are lists: a merge patch replaces them as a whole
    on.patch("Deployment", "shop", name, {"spec": {"template": template}})
    on.play()


def doom(on: Stage, *suffixes: str) -> None:
    """Let the controller of the ReplicaSet choose these pods, in this order, where it would draw by lot; they go before anybody looks."""
    real = {named.rpartition("-")[2]: name for name, named in on.renamed.items()}
    for place, suffix in enumerate(suffixes):
        cost = {"controller.kubernetes.io/pod-deletion-cost": str(place - len(suffixes))}
        on.patch("Pod", "shop", real[suffix], {"metadata": {"annotations": cost}})
    on.quiet()


def scale(on: Stage, when: str, name: str, replicas: int, *gone: str) -> None:
    on.tick(when)
    doom(on, *gone)
    on.patch("Deployment", "shop", name, {"spec": {"replicas": replicas}})
    on.play()


def lose_node(on: Stage) -> None:
    """The part of node lifecycle and taint eviction for node-c: they would wait 45 seconds and five minutes."""
    on.plane.start_scheduler()  # the last pod of the stage is bound; by the time of `db-2` it knows all volumes
    on.lost.add("node-c")
    on.tick("13:47:10")
    on.patch("Node", None, "node-c", {"status": lost("13:47:10")}, "status", "application/strategic-merge-patch+json")
    on.patch("Node", None, "node-c", {"spec": {"taints": taints("13:47:10")}})
    on.tell(on.get("Node", None, "node-c"), events.NODE_LOST)
    for namespace, suffix in (("edge", "2x6bg"), ("kube-system", "w9gtl"), ("kube-system", "hh58j"), ("data", "cache-1"), ("data", "db-2")):
        on.fares(namespace, suffix, "lost", "13:47:10", events.POD_LOST)
    on.play()


def evict(on: Stage) -> None:
    on.tick("13:52:15")
    for name in ("cache-1", "db-2"):
        on.delete("data", name, 30)  # first: the disruption controller takes the condition back from a pod that stays
        on.fares("data", name, "evicted", "13:47:10", events.EVICTED)
    on.play()


def replace_database(on: Stage) -> None:
    """`db-2` is deleted by force; the real scheduler finds no node for its successor."""
    on.tick("13:54:12")
    on.delete("data", "db-2", 0)
    on.play()


def guard_slices(on: Stage) -> None:
    """A policy of admission that refuses to update the slices of `pricing`: so the real controller tries, and fails."""
    rule = {"apiGroups": ["discovery.k8s.io"], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["endpointslices"]}
    only = {"resourceRules": [rule], "objectSelector": {"matchLabels": {"kubernetes.io/service-name": "pricing"}}}
    refusal = {"expression": "false", "message": "slices of pricing are frozen"}
    spec = {"failurePolicy": "Fail", "matchConstraints": only, "validations": [refusal]}
    on.create(make("ValidatingAdmissionPolicy", None, GUARD, spec=spec))
    bound = {"policyName": GUARD, "validationActions": ["Deny"]}
    on.create(make("ValidatingAdmissionPolicyBinding", None, GUARD, spec=bound))
    (slice_,) = [o for o in on.objects()["EndpointSlice"] if o["metadata"]["labels"].get("kubernetes.io/service-name") == "pricing"]
    one = path("EndpointSlice", "shop", slice_["metadata"]["name"])
    probe = {"metadata": {"annotations": {"probe": "1"}}}
    while on.plane.raw("PATCH", f"{one}?dryRun=All", probe, kind="application/merge-patch+json")[0] == 200:
        on.quiet()
    on.stale.add("pricing")


def incident(on: Stage) -> None:
    """Forty minutes of trouble, as data/README.md tells them."""
    roll_out(on, "payments")
    on.fares("shop", "k2v9x", "crash", "13:31:21", events.CRASHING)
    on.fares("shop", "zp6wn", "unready", "13:31:22", events.UNHEALTHY)
    roll_out(on, "orders")
    roll_out(on, "media")
    on.fares("shop", "q8z4h", "image", "13:36:09", *events.PULLING)
    roll_out(on, "reviews")
    scale(on, "13:44:20", "search", 0)
    lose_node(on)
    on.tick("13:50:02")
    on.fares("shop", "n5gqc", "gate", "13:50:02", events.UNTARGETED)
    on.play()
    evict(on)
    replace_database(on)
    on.tick("13:56:40")
    on.patch("Service", "shop", "cart", {"spec": {"selector": {"app": "carts"}}})
    on.play()
    guard_slices(on)
    scale(on, "13:58:30", "pricing", 1, "xk9dp")
    on.tick("13:58:41")
    on.fares("shop", "k2v9x", "crash", "13:58:41")
    on.play()


def look(on: Stage) -> str:
    """What kubectl prints."""
    printed = on.plane.kubectl("get", ",".join(KINDS).lower(), "-A", "-o", "json")
    assert printed == kubectl_json(json.loads(printed)["items"]), "kubectl prints otherwise than the files are written"
    return printed


def record(programs: Path, folder: Path) -> dict[str, str]:
    """Play the story in `folder`; return the texts of both snapshots."""
    plane, began = ShopPlane(programs, folder), time.time()
    try:
        on = Stage(plane.start(controllers=CONTROLLERS), began)
        make_cluster(on)
        make_shop(on)
        beat(on, "13:22:28")
        before = look(on)
        incident(on)
        beat(on, "14:01:33")
        during = look(on)
        on.tick("14:03:10")
    finally:
        plane.stop()
    return {name: kubectl_json(objects) for name, objects in rewrite(on, {"before": before, "during": during}).items()}


if __name__ == "__main__":
    programs = there()
    if programs is None:
        sys.exit(REASON)
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "data"
    with tempfile.TemporaryDirectory() as folder:
        for name, text in record(programs, Path(folder)).items():
            (target / f"{name}.json").write_text(text, "utf-8")
            print(f"{target / name}.json: {len(text) // 1024} KiB")
