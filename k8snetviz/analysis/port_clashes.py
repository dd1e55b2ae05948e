"""Declared ports of one pod of which only one can be had (PORT_CLASHES): in the pod, and on its node."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from k8snetviz.analysis.references import Reference
from k8snetviz.model.kinds import ContainerRole
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.paths import PORT_CLASHES, Clash

_TOGETHER = (ContainerRole.APP.value, ContainerRole.SIDECAR.value)  # CP-4: init containers run before, one at a time
_TERMINAL = ("Succeeded", "Failed")
_SAID = {
    Clash.PORT: "{who} declare {value} on one address: only one can listen",
    Clash.PORT_NAME: "{who} name a port {value}: a lookup takes the first",
    Clash.HOST_PORT: "{who} want host port {value} of the node: only one can have it",
}
Row = dict[str, Any]
Record = dict[Hashable, Any]


def port_clashes(snap: Snapshot, pod: Reference) -> pd.DataFrame:
    """Return PORT_CLASHES of one pod that exists, in key order.

    Containers that run together count: apps and sidecars. Host ports are compared with those of other pods on the
    node that are not terminal (section 1.6 of the reference); without a node there is nothing to compare with.
    """
    assert pod.namespace is not None  # a pod has one
    ports = snap.of_pod("container_ports", pod.namespace, pod.name)
    own = ports[ports["role"].isin(_TOGETHER)]
    number = own["port"].astype("string") + "/" + own["protocol"]
    found = [*_inside(own, number, Clash.PORT, "CP-5"), *_inside(own, own["port_name"], Clash.PORT_NAME, "CP-3")]
    return PORT_CLASHES.from_rows([*found, *_on_host(own), *_on_node(snap, pod, own)])


def _inside(own: pd.DataFrame, values: pd.Series[Any], clash: Clash, rule: str) -> Iterator[Row]:
    """Yield the ports that share a value with a port of another container, or (not for names) of the same one."""
    own = own.assign(value=values)[values.notna()]
    for value, rows in own.groupby("value", sort=True):
        containers = list(dict.fromkeys(rows["container"]))
        if len(containers) < 2 and (clash is Clash.PORT_NAME or len(rows) < 2):
            continue
        for each in rows.to_dict("records"):
            others = [name for name in containers if name != each["container"]] or [each["container"]]
            yield _row(each, clash, str(value), others, rule)


def _on_host(own: pd.DataFrame) -> Iterator[Row]:
    """Yield host ports that the pod itself declares twice (CP-6)."""
    taken = own[own["host_port"].notna()].to_dict("records")
    for each in taken:
        others = [other["container"] for other in taken if other is not each and _conflict(each, other)]
        if others:
            yield _row(each, Clash.HOST_PORT, f"{each['host_port']}/{each['protocol']}", others, "CP-6")


def _on_node(snap: Snapshot, pod: Reference, own: pd.DataFrame) -> Iterator[Row]:
    pods = snap.pods
    mine = pods[(pods["namespace"] == pod.namespace) & (pods["pod"] == pod.name)].iloc[0]
    taken = own[own["host_port"].notna()].to_dict("records")
    if pd.isna(mine["node"]) or mine["phase"] in _TERMINAL or not taken:
        return
    near = pods[pods["node"].eq(mine["node"]).fillna(False) & ~pods["phase"].isin(_TERMINAL) & (pods.index != mine.name)]
    running = snap.container_sets
    running = running[running["role"].isin(_TOGETHER) & running["host_port"].isin([each["host_port"] for each in taken])]
    theirs = running.merge(near[["namespace", "pod", "container_set"]], on="container_set")
    for each in taken:
        others = [f"{row['namespace']}/{row['pod']}" for row in theirs.to_dict("records") if _conflict(each, row)]
        if others:
            yield _row(each, Clash.HOST_PORT, f"{each['host_port']}/{each['protocol']}", sorted(set(others)), "section 1.6")


def _conflict(one: Record, other: Record) -> bool:
    addresses = {"0.0.0.0" if pd.isna(each["host_ip"]) or not each["host_ip"] else each["host_ip"] for each in (one, other)}  # noqa: S104 - compared
    same = one["host_port"] == other["host_port"] and one["protocol"] == other["protocol"]
    return bool(same) and (len(addresses) == 1 or "0.0.0.0" in addresses)  # noqa: S104 - compared, never bound


def _row(port: Record, clash: Clash, value: str, others: list[str], rule: str) -> Row:
    listed = _listed(others)
    twice = others == [port["container"]]
    who = f"Two ports of {listed}" if twice else _listed(sorted({port["container"], *others}))
    names = ("namespace", "pod", "container", "role", "port", "protocol")
    told = {"clash": clash.value, "value": value, "other": listed, "rule": rule, "detail": _SAID[clash].format(who=who, value=value)}
    return {name: port[name] for name in names} | told


def _listed(names: list[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
