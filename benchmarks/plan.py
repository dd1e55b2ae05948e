"""Decides by seed what a cluster holds: namespaces, workloads, Services. Text and pods come later, from this plan."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import NamedTuple


class Size(NamedTuple):
    """How large a cluster is; Services with and without selector count alike."""

    nodes: int
    pods: int
    services: int


SIZES = {"S": Size(100, 3_000, 300), "M": Size(1_000, 30_000, 3_000), "L": Size(5_000, 150_000, 10_000)}

_DAEMON_SETS = (("kube-proxy", True), ("cni-agent", True), ("node-exporter", False), ("log-shipper", False))
_STATEFUL_SHARE = 0.08  # of all pods; every one of them has a label set of its own
_JOB_SHARE = 0.03
_REPLICAS = (  # weight, least, most: most Deployments are small, most pods belong to large ones
    (0.17, 1, 1),
    (0.22, 2, 2),
    (0.20, 3, 3),
    (0.22, 4, 10),
    (0.13, 11, 40),
    (0.055, 41, 150),
    (0.005, 200, 400),
)
_FIRST = ("amber", "basil", "cobalt", "delta", "ember", "fjord", "garnet", "harbor", "indigo", "juniper", "krill", "lumen", "maple")
_SECOND = ("cart", "billing", "search", "ledger", "mailer", "catalog", "auth", "quota", "render", "ingest", "router", "pricing")
_COMPONENTS = ("api", "worker", "web", "cache")


@dataclass(frozen=True)
class Workload:
    """One controller and the template of its pods."""

    kind: str
    namespace: str
    name: str
    replicas: int
    labels: dict[str, str]  # of the template, without what the controller adds
    containers: int
    ports: tuple[tuple[str, int], ...]  # of the first container: name, number
    number: int  # picks images, env and the like
    host_network: bool = False
    init: bool = False
    sidecar: bool = False  # restartable init container
    hashes: tuple[str, ...] = ()  # pod-template-hash of each ReplicaSet; two during a rollout


@dataclass(frozen=True)
class Service:
    """One Service; `selector` None means that nobody but its owner writes its endpoints."""

    namespace: str
    name: str
    type: str
    selector: dict[str, str] | None
    ports: tuple[tuple[str, int, int | str], ...]  # name, port, targetPort
    headless: bool = False
    dual: bool = False
    publish_not_ready: bool = False
    number: int = 0


@dataclass
class Space:
    """A namespace and what lives in it."""

    name: str
    workloads: list[Workload] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """A whole cluster; `spaces` in the order of their names."""

    size: Size
    seed: int
    dual_stack: bool
    spaces: list[Space]


def make_plan(size: Size, seed: int = 1, *, dual_stack: bool = True) -> Plan:
    """Return the plan of a cluster with exactly `size.pods` pods and `size.services` Services."""
    rng = Random(seed)
    spaces = [Space(f"{_FIRST[n % len(_FIRST)]}-{_SECOND[n // 2 % len(_SECOND)]}-{n:03d}") for n in range(_namespaces(size.pods))]
    system = Space("kube-system")
    cumulative = list(accumulate(1 / (rank + 1) for rank in range(len(spaces))))  # a few large ones, a long tail

    def pick() -> Space:
        return spaces[bisect(cumulative, rng.random() * cumulative[-1])]

    daemon_pods = _add_daemon_sets(system, size, rng)
    left = size.pods - daemon_pods
    stateful, jobs = int(size.pods * _STATEFUL_SHARE), int(size.pods * _JOB_SHARE)
    number = len(system.workloads)
    for wanted, make in ((stateful, _stateful_set), (jobs, _job), (left - stateful - jobs, _app)):
        while wanted > 0:
            for workload in make(pick(), rng, number, min(wanted, max(3, size.pods // 10))):
                number += 1
                wanted -= workload.replicas
    every = [*spaces, system]
    _add_services(every, size.services, rng, dual_stack=dual_stack)
    return Plan(size, seed, dual_stack, sorted(every, key=lambda space: space.name))


def _namespaces(pods: int) -> int:
    return max(4, int(pods**0.72 / 10.7 + 0.5))  # 30 at S, 156 at M, 500 at L


def _add_daemon_sets(system: Space, size: Size, rng: Random) -> int:
    for number, (name, host) in enumerate(_DAEMON_SETS):
        labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": name}
        labels["controller-revision-hash"] = f"{rng.getrandbits(32):x}"
        ports, containers = (("metrics", 9100 + number),), 1 + number % 2
        system.workloads.append(Workload("DaemonSet", system.name, name, size.nodes, labels, containers, ports, number, host_network=host))
    return size.nodes * len(_DAEMON_SETS)


def _containers(rng: Random) -> int:
    return 1 + bisect((0.30, 0.73, 0.96), rng.random())  # 2.0; with node agents and Jobs about 1.9 a pod


def _ports(rng: Random) -> tuple[tuple[str, int], ...]:
    main = rng.choice((8080, 8080, 8080, 3000, 8000, 5000))
    return (("http", main), ("grpc", 9000), ("metrics", 9090))[: rng.choice((1, 1, 2, 3))]


def _template_labels(app: str, component: str, number: int) -> dict[str, str]:
    if number % 2:
        return {"app": app, "tier": component, "version": f"v{number % 7}", "team": _FIRST[number % len(_FIRST)]}
    return {
        "app.kubernetes.io/name": app,
        "app.kubernetes.io/instance": f"{app}-prod",
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/version": f"1.{number % 40}.{number % 9}",
        "app.kubernetes.io/managed-by": "Helm",
    }


def _name(rng: Random, number: int) -> str:
    return f"{rng.choice(_FIRST)}-{rng.choice(_SECOND)}-{number}"


def _replicas(rng: Random, most: int) -> int:
    weights, least, highest = zip(*_REPLICAS, strict=True)
    place = rng.choices(range(len(weights)), weights)[0]
    return min(rng.randint(least[place], highest[place]), most)


def template_hash(rng: Random) -> str:
    """Return what a ReplicaSet controller would call a pod-template-hash."""
    return "".join(rng.choices("456789bcdf", k=10))


def _app(space: Space, rng: Random, number: int, most: int) -> list[Workload]:
    """Add one application of one to three Deployments that share all labels but the component."""
    app, made = _name(rng, number), []
    for component in _COMPONENTS[: rng.choice((1, 1, 1, 2, 3))]:
        replicas = _replicas(rng, most)
        if replicas < 1:
            break
        most -= replicas
        rolling = replicas > 1 and rng.random() < 0.1
        workload = Workload(
            kind="Deployment",
            namespace=space.name,
            name=f"{app}-{component}",
            replicas=replicas,
            labels=_template_labels(app, component, number),
            containers=_containers(rng),
            ports=_ports(rng),
            number=number,
            init=rng.random() < 0.15,
            sidecar=rng.random() < 0.05,
            hashes=tuple(template_hash(rng) for _ in range(1 + rolling)),
        )
        made.append(workload)
    space.workloads += made
    return made


def _stateful_set(space: Space, rng: Random, number: int, most: int) -> list[Workload]:
    name = _name(rng, number)
    labels = _template_labels(name, "db", number) | {"controller-revision-hash": f"{name}-{rng.getrandbits(32):08x}"}
    replicas = min(rng.choice((1, 3, 3, 3, 5, 5, 9, 12)), most)
    workload = Workload("StatefulSet", space.name, name, replicas, labels, _containers(rng), (("db", 5432), ("metrics", 9187)), number)
    space.workloads.append(workload)
    return [workload]


def _job(space: Space, rng: Random, number: int, most: int) -> list[Workload]:
    name = f"{_name(rng, number)}-{29_000_000 + number}"
    uid = f"{rng.getrandbits(128):032x}"
    labels = {"batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": name, "controller-uid": uid, "job-name": name}
    workload = Workload("Job", space.name, name, min(rng.choice((1, 1, 1, 3, 6)), most), labels, 1, (), number)
    space.workloads.append(workload)
    return [workload]


def _add_services(spaces: list[Space], wanted: int, rng: Random, *, dual_stack: bool) -> None:
    """Give Services to workloads in random order, a second one where the first round is over."""
    targets = [(space, w) for space in spaces for w in space.workloads if w.kind != "Job" and w.ports]
    rng.shuffle(targets)
    # the node-wide ones are few and large: always served, so that no size depends on luck
    targets.sort(key=lambda pair: pair[1].kind != "DaemonSet")
    makers: tuple[Callable[[Workload, Random], dict[str, str]], ...] = (_own_selector, _wide_selector)
    number, turn = 0, 0
    while number < wanted:
        for space, workload in targets:
            if number == wanted:
                break
            space.services.append(_service(workload, rng, number, makers[turn % 2], turn, dual_stack=dual_stack))
            number += 1
        turn += 1


def _own_selector(workload: Workload, rng: Random) -> dict[str, str]:
    """Select the pods of one workload, or (one in five) of the whole application."""
    keys = ["app", "tier"] if "app" in workload.labels else ["app.kubernetes.io/name", "app.kubernetes.io/instance"]
    if "app.kubernetes.io/component" in workload.labels and rng.random() > 0.2:
        keys.append("app.kubernetes.io/component")
    if keys[0] == "app" and rng.random() < 0.2:
        keys.remove("tier")
    return {key: workload.labels[key] for key in keys}


def _wide_selector(workload: Workload, rng: Random) -> dict[str, str]:
    """Select one pod of a StatefulSet, or the whole application."""
    if workload.kind == "StatefulSet" and rng.random() < 0.5:
        return {"statefulset.kubernetes.io/pod-name": f"{workload.name}-{rng.randrange(workload.replicas)}"}
    key = "app" if "app" in workload.labels else "app.kubernetes.io/name"
    return {key: workload.labels[key]}


def _service(
    workload: Workload, rng: Random, number: int, maker: Callable[[Workload, Random], dict[str, str]], turn: int, *, dual_stack: bool
) -> Service:
    draw = rng.random()
    kind = "LoadBalancer" if draw < 0.04 else "NodePort" if draw < 0.08 else "ClusterIP"
    headless = kind == "ClusterIP" and (workload.kind == "StatefulSet" or rng.random() < 0.05)
    selector: dict[str, str] | None = maker(workload, rng)
    if draw > 0.97:
        selector, headless, kind = None, False, "ExternalName" if draw > 0.99 else "ClusterIP"
    if selector is not None and number % 50 == 49:
        selector |= {"app.kubernetes.io/part-of": "renamed-long-ago"}  # a slip: selects nothing
    offered = workload.ports[: rng.choice((1, 1, 1, 2, 3))]
    named = rng.random() < 0.4
    ports = tuple((name, 80 if n == 0 else port, name if named else port) for n, (name, port) in enumerate(offered))
    return Service(
        namespace=workload.namespace,
        name=workload.name if turn == 0 else f"{workload.name}-{turn}",
        type=kind,
        selector=selector,
        ports=() if kind == "ExternalName" else ports,
        headless=headless,
        dual=dual_stack and rng.random() < 0.3,
        publish_not_ready=headless and rng.random() < 0.5,
        number=number,
    )
