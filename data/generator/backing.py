"""The workloads behind the shop: databases, the edge, and what every cluster runs."""

from __future__ import annotations

from typing import Any

from .base import BORN, Obj, later
from .kubelet import Plan
from .storefront import plans
from .templates import container, env, port, probe, shop_template, template
from .workloads import Workload, cron_job, daemon_set, deployment, job, stateful_set

BACKUP = "db-backup-29922555"  # named after the minute of its schedule, counted from 1970
ACCOUNTS = (("kube-system", "coredns"), ("kube-system", "kube-proxy"), ("kube-system", "kindnet"), ("edge", "gateway"))


def databases() -> list[Workload]:
    """Return `db`, with a member on each node, and `cache`, with one on the node that will be lost."""
    settings = env({"POSTGRES_PASSWORD": "db-secret:password", "PGDATA": "/var/lib/postgresql/data/pgdata"})
    mount = [{"mountPath": "/var/lib/postgresql/data", "name": "data"}]
    pg = container("postgres", "docker.io/library/postgres:18.1", port("pg", 5432), env=settings, volumeMounts=mount)
    pg["readinessProbe"] = {"exec": {"command": ["pg_isready", "-U", "shop"]}}
    ports = port("redis", 6379), port("gossip", 16379)
    redis = container("redis", "docker.io/valkey/valkey:9.0", *ports, args=["--requirepass", "not-a-password"])
    members, cached = plans(("node-a", 50), ("node-b", 50), ("node-c", 5)), plans(("node-b", 52), ("node-c", 7))
    db, cache = shop_template({"app": "db"}, pg), shop_template({"app": "cache"}, redis)
    return [
        stateful_set("data", "db", db, "2026-10-02T05:20:11Z", members, service="db", size="40Gi"),
        stateful_set("data", "cache", cache, "2026-10-21T05:02:30Z", cached, service="cache-peers", size="8Gi"),
    ]


def backup() -> tuple[Obj, Workload]:
    """Return the hourly backup with its last Job."""
    run = ["pg_dump", "-h", "db-0.db"]
    dump = container("dump", "docker.io/library/postgres:18.1", command=run, env=env({"PGPASSWORD": "db-secret:password"}))
    own = shop_template({"app": "db-backup"}, dump)
    last = job("data", BACKUP, own, "13:15:00", Plan("node-b", 54, "zjj5q", "succeeded", "13:15:17"))
    last.made["metadata"]["annotations"] = {"batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-11-22T13:15:00Z"}
    return cron_job("data", "db-backup", own, "15 * * * *"), last


def gateway() -> Workload:
    """Return the host-network gateway on every node."""
    ports = port("http", 80), port("https", 443), port("health", 10254)
    args = ["--class=edge", "--publish-status-address=198.51.100.20"]
    gate = container("gateway", "registry.example/edge/gateway:1.15.2", *ports, args=args)
    gate |= {"env": env({"POD_NAME": "field:metadata.name"}), "readinessProbe": probe("/healthz", 10254)}
    spec: dict[str, Any] = {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet", "serviceAccountName": "gateway"}
    return daemon_set("edge", "gateway", template({"app": "gateway"}, gate, **spec), later(BORN, 5499), _daemons("rl86x", "zws97", "2x6bg"))


def syslog() -> Workload:
    """Return the log receiver."""
    log = container("syslog", "registry.example/edge/syslog:3.2.0", port("syslog-udp", 5514, "UDP"), port("syslog-tcp", 5514))
    own = shop_template({"app": "syslog"}, log)
    return deployment("edge", "syslog", own, "2026-10-30T14:25:04Z", plans(("node-a", 60, "wmchp")))


def _daemons(*names: str) -> tuple[Plan, ...]:
    return tuple(Plan(node, name=name) for node, name in zip(("node-a", "node-b", "node-c"), names, strict=True))


def system() -> list[Workload]:
    """Return DNS, kube-proxy and the network plugin."""
    ports = port("dns", 53, "UDP"), port("dns-tcp", 53), port("metrics", 9153)
    dns = container("coredns", "registry.k8s.io/coredns/coredns:v1.12.1", *ports, args=["-conf", "/etc/coredns/Corefile"])
    mount = {"mountPath": "/etc/coredns", "name": "config-volume", "readOnly": True}
    dns |= {"readinessProbe": probe("/ready", 8181), "volumeMounts": [mount]}
    source = {"items": [{"key": "Corefile", "path": "Corefile"}], "name": "coredns"}
    spec: dict[str, Any] = {"priorityClassName": "system-cluster-critical", "dnsPolicy": "Default", "serviceAccountName": "coredns"}
    own = template({"k8s-app": "kube-dns"}, dns, volumes=[{"configMap": source, "name": "config-volume"}], **spec)
    since = later(BORN, 6)
    found = [deployment("kube-system", "coredns", own, since, plans(("node-a", 2, "665wq"), ("node-b", 2, "2lbj2")))]
    run = ["/usr/local/bin/kube-proxy", "--hostname-override=$(NODE_NAME)"]
    proxy = container("kube-proxy", "registry.k8s.io/kube-proxy:v1.37.2", command=run)
    cni = container(
        "kindnet-cni", "docker.io/kindest/kindnetd:v20250512-df8de77b", env=env({"POD_SUBNET": "10.244.0.0/16,fd00:10:244::/56"})
    )
    names = {"kube-proxy": ("7hcrb", "khnhh", "w9gtl"), "kindnet": ("9sngj", "bmp9h", "hh58j")}
    for name, each in (("kube-proxy", proxy), ("kindnet", cni)):
        each["env"] = env({"NODE_NAME": "field:spec.nodeName"}) + each.get("env", [])
        each["securityContext"] = {"privileged": True}
        spec = {"hostNetwork": True, "priorityClassName": "system-node-critical", "serviceAccountName": name}
        spec["tolerations"] = [{"operator": "Exists"}]
        found.append(daemon_set("kube-system", name, template({"k8s-app": name}, each, **spec), since, _daemons(*names[name])))
    return found
