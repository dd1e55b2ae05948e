"""Interfaces of pods as CNI plugins tell them: four fields of one annotation, bounded, one gap for all that cannot be read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import k8snetviz as knv
from k8snetviz.model.tables import SNAPSHOT_TABLES
from tests.build import Obj, as_list, pod
from tests.collect.rows import Row, rows_of, table

KEY, OLD_KEY = "k8s.v1.cni.cncf.io/network-status", "k8s.v1.cni.cncf.io/networks-status"
SECRET = "hunter2-never-store-me"
STATUS = [
    {"name": "cbr0", "interface": "eth0", "ips": ["10.0.0.1", "FD00::0:1"], "mac": "0A:58:0A:F4:00:07", "default": True, "dns": {}},
    {"name": "shop/storage", "interface": "net1", "ips": ["192.168.7.4"], "mac": "02:42:c0:a8:07:04", "gateway": ["192.168.7.1"]},
    {"name": "shop/sriov", "interface": "net2", "device-info": {"type": "pci", "pci": {"pci-address": "0000:18:02.5"}}},
]
ROWS = [
    ("shop", "p", 0, "eth0", "0a:58:0a:f4:00:07", True, "10.0.0.1", "IPv4"),
    ("shop", "p", 0, "eth0", "0a:58:0a:f4:00:07", True, "fd00::1", "IPv6"),
    ("shop", "p", 1, "net1", "02:42:c0:a8:07:04", False, "192.168.7.4", "IPv4"),
    ("shop", "p", 2, "net2", None, False, None, None),
]


def noted(name: str = "p", **annotations: Any) -> Obj:
    out = pod(name)
    out["metadata"]["annotations"] = {KEY if key == "new" else OLD_KEY if key == "old" else key: text for key, text in annotations.items()}
    return out


def test_interfaces_and_their_addresses() -> None:
    assert table("pod_interfaces", noted(new=json.dumps(STATUS)), pod("bare")) == ROWS


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        pytest.param({"old": json.dumps(STATUS)}, ROWS, id="older spelling"),
        pytest.param(
            {"new": json.dumps(STATUS[2:]), "old": json.dumps(STATUS)}, [("shop", "p", 0, "net2", *ROWS[3][4:])], id="both: newer one"
        ),
        pytest.param({"new": ""}, [], id="empty text"),
        pytest.param({"new": None, "old": None}, [], id="null"),
        pytest.param({"new": "[]"}, [], id="empty list"),
        pytest.param(
            {"new": '[{"ips": ["hidden"]}]'}, [("shop", "p", 0, None, None, False, "hidden", None)], id="address that does not parse"
        ),
        pytest.param({"new": '[{"mac": "<b>x</b>"}]'}, [("shop", "p", 0, None, None, False, None, None)], id="no hardware address"),
    ],
)
def test_what_the_annotation_tells(annotations: dict[str, Any], expected: list[Row]) -> None:
    assert table("pod_interfaces", noted(**annotations)) == expected


HOSTILE = [
    "{",
    "[" * 10_000,
    '{"interface": "eth0"}',
    '[{"interface": 7}]',
    '[{"interface": "' + "e" * 64 + '"}]',
    '[{"ips": "10.0.0.1"}]',
    json.dumps([{"ips": ["10.0.0.1"] * 17}]),
    json.dumps([{"ips": ["1" * 65]}]),
    json.dumps([{}] * 65),
    json.dumps([{"name": "n" * 70_000}]),
    '[{"interface": "\\ud800"}]',
    "no JSON at all",
    7,
    {"interface": "eth0"},
]


def test_what_cannot_be_read_is_one_gap_and_loses_no_pod() -> None:
    snapshot = knv.load([noted(f"p{place:02}", new=text) for place, text in enumerate(HOSTILE)] + [noted("z", new=json.dumps(STATUS))])
    assert len(snapshot.pods) == len(HOSTILE) + 1
    assert set(snapshot.pod_interfaces["pod"]) == {"z"}
    gaps = snapshot.gaps[snapshot.gaps["reason"] == "BAD_ADDRESS"]
    detail = f"the CNI network status of {len(HOSTILE)} pods cannot be read and is left out: 'shop/p00'"
    assert rows_of(gaps, "kind", "namespace", "detail") == [("Pod", None, detail)]


def test_the_snapshot_file_holds_four_fields_and_no_other_annotation(tmp_path: Path) -> None:
    told = [entry | {"name": SECRET, "dns": {"search": [SECRET]}, "unknown": SECRET, "gateway": [SECRET]} for entry in STATUS]
    foreign = {"k8s.v1.cni.cncf.io/networks": SECRET, "kubectl.kubernetes.io/last-applied-configuration": SECRET, KEY + ".": SECRET}
    objects = [noted("p", new=json.dumps(told), old=SECRET, **foreign), noted("q", new=SECRET), pod("bare")]
    snapshot = knv.load(as_list(objects))
    path = snapshot.save(tmp_path / "one.k8snet")
    again = knv.load(path)
    for one in (snapshot, again):
        assert rows_of(one.pod_interfaces) == ROWS
        assert not [declared.name for declared in SNAPSHOT_TABLES if SECRET in one.table(declared.name).to_csv()]
    assert rows_of(again.gaps) == rows_of(snapshot.gaps)
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if SECRET.encode() in archive.read(name)]
        kept = {item["metadata"]["name"]: item["metadata"].get("annotations") for item in json.loads(archive.read("pods.json"))["items"]}
    assert kept == {
        "p": {
            KEY: '[{"interface":"eth0","ips":["10.0.0.1","fd00::1"],"mac":"0a:58:0a:f4:00:07","default":true},'
            '{"interface":"net1","ips":["192.168.7.4"],"mac":"02:42:c0:a8:07:04"},{"interface":"net2"}]'
        },
        "q": None,
        "bare": None,
    }
    assert again.save(tmp_path / "two.k8snet").read_bytes() == path.read_bytes()
