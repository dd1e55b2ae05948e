"""The workloads behind the shop: databases, the edge, and what every cluster runs."""

from __future__ import annotations

from typing import Any

from .base import BORN, Obj, later
from .nodes import NODES
from .pods import Plan
from .storefront import LOST, plans
from .templates import container, env, port, probe, shop_template, template
from .workloads import Revision, cron_job, daemon_set, deployment, job, stateful_set


def databases(during: bool) -> list[Obj]:
    """Return `db`, whose third member was made anew and finds no node, and `cache`, whose second is on the lost one."""
    settings = env({"POSTGRES_PASSWORD": "db-secret:password", "PGDATA": "/var/lib/postgresql/data/pgdata"})
    mount = [{"mountPath": "/var/lib/postgresql/data", "name": "data"}]
    pg = container("postgres", "docker.io/library/postgres:18.1", port("pg", 5432), env=settings, volumeMounts=mount)
    pg["readinessProbe"] = {"exec": {"command": ["pg_isready", "-U", "shop"]}, "failureThreshold": 3, "periodSeconds": 10}
    pg["readinessProbe"] |= {"successThreshold": 1, "timeoutSeconds": 1}
    members = list(plans("2026-10-02T05:20:11Z", ("node-a", 50), ("node-b", 50), ("node-c", 5)))
    if during:
        members[2] = Plan(None, 0, "13:54:12", state="unschedulable")
    where = {"created": "2026-09-14T09:40:00Z", "service": "db", "size": "40Gi"}
    found = stateful_set("data", "db", shop_template({"app": "db"}, pg), tuple(members), **where)
    ports = port("redis", 6379), port("gossip", 16379)
    redis = container("redis", "docker.io/valkey/valkey:9.0", *ports, args=["--requirepass", "not-a-password"])
    cached = list(plans("2026-10-21T05:02:30Z", ("node-b", 52), ("node-c", 7)))
    if during:
        cached[1] = cached[1]._replace(state="evicted", since=LOST)
    where = {"created": "2026-09-14T09:41:10Z", "service": "cache-peers", "size": "8Gi"}
    return found + stateful_set("data", "cache", shop_template({"app": "cache"}, redis), tuple(cached), **where)


def backup(during: bool) -> list[Obj]:
    """Return the hourly backup with its last Job."""
    run = ["pg_dump", "-h", "db-0.db"]
    dump = container("dump", "docker.io/library/postgres:18.1", command=run, env=env({"PGPASSWORD": "db-secret:password"}))
    own = shop_template({"app": "db-backup"}, dump)
    cron = cron_job("data", "db-backup", own, "15 * * * *", created="2026-09-14T09:45:00Z", last="13:15:00")
    done = Plan("node-b", 54, "13:15:00", since="13:15:17")
    return [cron, *job("data", "db-backup-29922555", own, done, created="13:15:00", cron=cron)]


def edge(during: bool) -> list[Obj]:
    """Return the host-network gateway on every node, and the log receiver."""
    ports = port("http", 80), port("https", 443), port("health", 10254)
    args = ["--class=edge", "--publish-status-address=198.51.100.20"]
    gate = container("gateway", "registry.example/edge/gateway:1.15.2", *ports, args=args)
    gate |= {"env": env({"POD_NAME": "field:metadata.name"}), "readinessProbe": probe("/healthz", 10254)}
    spec: dict[str, Any] = {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet", "serviceAccountName": "gateway"}
    found = daemon_set("edge", "gateway", template({"app": "gateway"}, gate, **spec), _daemons(during, 5500), created=later(BORN, 5499))
    log = container("syslog", "registry.example/edge/syslog:3.2.0", port("syslog-udp", 5514, "UDP"), port("syslog-tcp", 5514))
    pods = plans("2026-10-30T14:25:05Z", ("node-a", 60))
    own = Revision(2, "2026-10-30T14:25:04Z", shop_template({"app": "syslog"}, log), pods)
    return found + deployment("edge", "syslog", [own], 1, created="2026-09-14T09:50:00Z")


def _daemons(during: bool, after: int) -> tuple[Plan, ...]:
    made = later(BORN, after)
    return tuple(
        Plan(node, 0, made, "", "lost", LOST) if during and node == "node-c" else Plan(node, 0, made, "", "ready", later(made, 12))
        for node in NODES
    )


def system(during: bool) -> list[Obj]:
    """Return DNS, kube-proxy and the network plugin."""
    ports = port("dns", 53, "UDP"), port("dns-tcp", 53), port("metrics", 9153)
    dns = container("coredns", "registry.k8s.io/coredns/coredns:v1.12.1", *ports, args=["-conf", "/etc/coredns/Corefile"])
    mount = {"mountPath": "/etc/coredns", "name": "config-volume", "readOnly": True}
    dns |= {"readinessProbe": probe("/ready", 8181), "volumeMounts": [mount]}
    source = {"defaultMode": 420, "items": [{"key": "Corefile", "path": "Corefile"}], "name": "coredns"}
    config = {"configMap": source, "name": "config-volume"}
    spec: dict[str, Any] = {"priorityClassName": "system-cluster-critical", "priority": 2_000_000_000, "dnsPolicy": "Default"}
    own = template({"k8s-app": "kube-dns"}, dns, serviceAccountName="coredns", volumes=[config], **spec)
    pods = plans(later(BORN, 112), ("node-a", 2), ("node-b", 2))
    found = deployment("kube-system", "coredns", [Revision(1, later(BORN, 110), own, pods)], 2, created=later(BORN, 6))
    run = ["/usr/local/bin/kube-proxy", "--hostname-override=$(NODE_NAME)"]
    proxy = container("kube-proxy", "registry.k8s.io/kube-proxy:v1.34.2", command=run)
    cni = container(
        "kindnet-cni", "docker.io/kindest/kindnetd:v20250512-df8de77b", env=env({"POD_SUBNET": "10.244.0.0/16,fd00:10:244::/56"})
    )
    for name, each, account, after in (("kube-proxy", proxy, "kube-proxy", 75), ("kindnet", cni, "kindnet", 78)):
        each["env"] = env({"NODE_NAME": "field:spec.nodeName"}) + each.get("env", [])
        each["securityContext"] = {"privileged": True}
        spec = {"hostNetwork": True, "priorityClassName": "system-node-critical", "priority": 2_000_001_000, "serviceAccountName": account}
        spec["tolerations"] = [{"operator": "Exists"}]
        found += daemon_set("kube-system", name, template({"k8s-app": name}, each, **spec), _daemons(during, after), created=later(BORN, 8))
    return found


def backing(during: bool) -> list[Obj]:
    """Return all workloads and pods outside the namespace `shop`."""
    return databases(during) + backup(during) + edge(during) + system(during)
