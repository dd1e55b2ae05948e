"""Service to pods without our code: by namespace, by interned label sets, and the join with the slices in pandas."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from benchmarks.floors import blocks
from benchmarks.measure import Meter
from benchmarks.oracle import read_oracle, wrong_names

Labels = dict[str, str]
Selector = tuple[str, str, Labels]  # namespace, Service, selector


class _Meta(msgspec.Struct):
    name: str
    namespace: str
    uid: str
    labels: msgspec.Raw = msgspec.Raw(b"{}")


class _Object(msgspec.Struct):
    metadata: _Meta


class Pods:
    """Names, uids and label sets of all pods, label sets interned as a loader would leave them."""

    def __init__(self, folder: Path) -> None:
        self.names: list[str] = []
        self.namespaces: list[str] = []
        self.uids: list[str] = []
        self.sets: list[tuple[str, Labels]] = []  # by number: namespace and labels
        self.set_of: list[int] = []
        known: dict[tuple[str, bytes], int] = {}
        decoder = msgspec.json.Decoder(list[_Object])
        for block in blocks(folder / "snapshot/pods.json"):
            for pod in decoder.decode(block):
                key = (pod.metadata.namespace, bytes(pod.metadata.labels))
                if key not in known:
                    known[key] = len(self.sets)
                    self.sets.append((key[0], msgspec.json.decode(key[1])))
                self.names.append(pod.metadata.name)
                self.namespaces.append(key[0])
                self.uids.append(pod.metadata.uid)
                self.set_of.append(known[key])


def selectors(folder: Path) -> list[Selector]:
    """Return the selector of every Service that has one."""
    items = json.loads((folder / "snapshot/services.json").read_bytes())["items"]
    return [(i["metadata"]["namespace"], i["metadata"]["name"], i["spec"]["selector"]) for i in items if i["spec"].get("selector")]


def naive_by_namespace(folder: Path, meter: Meter) -> None:
    """Test every Service against every pod of its namespace."""
    pods, wanted = Pods(folder), selectors(folder)
    by_namespace: dict[str, list[tuple[int, Labels]]] = {}
    for number, set_number in enumerate(pods.set_of):
        by_namespace.setdefault(pods.namespaces[number], []).append((number, dict(pods.sets[set_number][1])))
    with meter.section("cpu"):
        selected = [
            [number for number, labels in by_namespace.get(namespace, ()) if selector.items() <= labels.items()]
            for namespace, _service, selector in wanted
        ]
    meter.facts["wrong"] = wrong_services(folder, wanted, pods.names, selected)


def interned_pairs(pods: Pods, wanted: list[Selector]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the matching pairs as numbers of Services and pods: label sets are gone through once, pods only written."""
    postings: dict[tuple[str, str, str], set[int]] = {(ns, k, v): set() for ns, _name, selector in wanted for k, v in selector.items()}
    keys = {key for _ns, key, _value in postings}
    for number, (namespace, labels) in enumerate(pods.sets):
        for key in keys & labels.keys():
            posting = postings.get((namespace, key, labels[key]))
            if posting is not None:
                posting.add(number)
    set_of = np.array(pods.set_of)
    order = np.argsort(set_of, kind="stable")
    starts = np.searchsorted(set_of[order], np.arange(len(pods.sets) + 1)).tolist()
    found, counts = [], []
    for namespace, _service, selector in wanted:
        lists = sorted((postings[namespace, key, value] for key, value in selector.items()), key=len)
        members = [order[starts[number] : starts[number + 1]] for number in lists[0].intersection(*lists[1:])]
        found += members
        counts.append(sum(map(len, members)))
    return np.repeat(np.arange(len(wanted)), counts), np.concatenate(found)


def interned_and_joined(folder: Path, meter: Meter) -> None:
    """Map by interned label sets, then join the pairs with the endpoints of the slices by Service and uid, and count by Service."""
    pods, wanted = Pods(folder), selectors(folder)
    endpoints = slice_endpoints(folder)
    uids, names = pd.Series(pods.uids), [service for _ns, service, _selector in wanted]
    namespaces, services = pd.Series([ns for ns, _service, _selector in wanted]), pd.Series(names)
    with meter.section("interned"):
        of_service, of_pod = interned_pairs(pods, wanted)
    with meter.section("joins"):
        pairs = pd.DataFrame(
            {
                "namespace": namespaces.take(of_service).array,
                "service": services.take(of_service).array,
                "uid": uids.take(of_pod).array,
            }
        )
        ledger = pairs.merge(endpoints, how="outer", on=["namespace", "service", "uid"], indicator=True)
        states = ledger.groupby(["namespace", "service"], sort=False)["ready"].sum()
    meter.facts |= {"pairs": len(pairs), "rows": len(ledger), "states": len(states)}
    cuts = np.searchsorted(of_service, np.arange(1, len(wanted)))
    meter.facts["wrong"] = wrong_services(folder, wanted, pods.names, np.split(of_pod, cuts))


def slice_endpoints(folder: Path) -> pd.DataFrame:
    """Return one row per slice, endpoint and port."""
    rows = []
    for block in blocks(folder / "snapshot/endpointslices.json"):
        for item in msgspec.json.decode(block):
            meta = item["metadata"]
            service = meta["labels"].get("kubernetes.io/service-name")
            for endpoint in item["endpoints"] or []:
                uid = endpoint.get("targetRef", {}).get("uid")
                ready = endpoint["conditions"]["ready"]
                for port in item["ports"] or [{}]:
                    place = (item["addressType"], port.get("name"), port.get("port"))
                    rows.append((meta["namespace"], service, uid, endpoint["addresses"][0], *place, ready))
    return pd.DataFrame(rows, columns=["namespace", "service", "uid", "address", "family", "port_name", "port", "ready"])


def wrong_services(folder: Path, wanted: list[Selector], names: list[str], selected: Iterable[Iterable[int]]) -> int:
    """Return how many Services have other pods than the oracle says."""
    found = {f"{ns}/{service}": [names[n] for n in numbers] for (ns, service, _sel), numbers in zip(wanted, selected, strict=True)}
    return wrong_names(read_oracle(folder), found)
