"""What users have today, and what cannot be undercut: the cases that ours are measured against, none of them ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.measure import Meter

BLOCK = 4 << 20
_KUBECTL = (b"\n        }", b",\n        {")  # end of an item, start of the next; exact, since no newline stands inside a JSON string
_API = (b"}", b',{"metadata":{"name":')


class _Leaf(msgspec.Struct, gc=False, rename="camel"):
    pass


class _Owner(_Leaf):
    kind: str = ""
    name: str = ""


class _Meta(_Leaf):
    name: str
    namespace: str
    uid: str
    creation_timestamp: str
    labels: dict[str, str] | None = None
    owner_references: list[_Owner] | None = None


class _Port(_Leaf):
    container_port: int
    name: str = ""
    protocol: str = "TCP"


class _Container(_Leaf):
    ports: list[_Port] | None = None


class _Spec(_Leaf):
    containers: list[_Container]
    node_name: str | None = None
    host_network: bool = False


class _Address(_Leaf):
    ip: str = ""


class _Condition(_Leaf):
    type: str
    status: str


class _ContainerStatus(_Leaf):
    restart_count: int


class _Status(_Leaf):
    phase: str
    pod_ip: str | None = msgspec.field(default=None, name="podIP")
    pod_ips: list[_Address] | None = msgspec.field(default=None, name="podIPs")
    conditions: list[_Condition] | None = None
    container_statuses: list[_ContainerStatus] | None = None


class _Pod(_Leaf):
    """The fields of 15 columns: namespace, name, uid, labels, node, ip, ips, hostNetwork, phase, ready, restarts, ports, owner, created."""

    metadata: _Meta
    spec: _Spec
    status: _Status


def read_only(folder: Path, meter: Meter) -> None:
    """Read the bytes of the pods file in blocks of 1 MiB."""
    buffer = bytearray(1 << 20)
    with meter.section("cpu"), (folder / "snapshot/pods.json").open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def blocks(path: Path, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the items of a list as JSON arrays of about `size` bytes, cut between items."""
    with path.open("rb", buffering=0) as file:
        rest = file.read(size)
        end, start = _KUBECTL if rest.startswith(b"{\n") else _API
        rest = rest[rest.index(b"[", rest.index(b'"items":')) + 1 :]
        while block := file.read(size):
            data = rest + block
            cut = data.rfind(end + start)
            if cut < 0:
                rest = data
                continue
            yield b"[" + data[: cut + len(end)] + b"]"
            rest = data[cut + len(end) + 1 :]
        yield b"[" + rest[: rest.rindex(b"]") + 1]


def typed_scan(folder: Path, meter: Meter) -> None:
    """Decode the fields of 15 columns into structs, block by block, and keep nothing."""
    decoder = msgspec.json.Decoder(list[_Pod])
    count = 0
    with meter.section("cpu"):
        for block in blocks(folder / "snapshot/pods.json"):
            count += len(decoder.decode(block))
    meter.facts["pods"] = count


def tight_scan(folder: Path, meter: Meter, size: int = BLOCK) -> None:
    """The same scan in one reused buffer: no block is copied. The lowest that this parser reaches here."""
    decoder = msgspec.json.Decoder(list[_Pod])
    count = 0
    with meter.section("cpu"), (folder / "snapshot/pods.json").open("rb", buffering=0) as file:
        buffer = bytearray(size + (1 << 20))  # the rest of a block is shorter than the second part
        view = memoryview(buffer)
        filled = file.readinto(view[:size])
        end, start = _KUBECTL if buffer.startswith(b"{\n") else _API
        first = buffer.index(b"[", buffer.index(b'"items":'))
        while (cut := buffer.rfind(end + start, first, filled)) >= 0:
            stop = cut + len(end)
            buffer[stop] = ord("]")
            count += len(decoder.decode(view[first : stop + 1]))
            rest = filled - stop - 1
            buffer[1 : 1 + rest] = buffer[stop + 1 : filled]
            buffer[0], first = ord("["), 0
            filled = 1 + rest + file.readinto(view[1 + rest : 1 + rest + size])
        count += len(decoder.decode(view[first : buffer.rindex(b"]", first, filled) + 1]))
    meter.facts["pods"] = count


def json_normalize(folder: Path, meter: Meter) -> None:
    """json.load and pandas.json_normalize, as most notebooks do."""
    import pandas as pd

    with meter.section("cpu"), (folder / "snapshot/pods.json").open() as file:
        frame = pd.json_normalize(json.load(file)["items"])
    meter.facts["pods"] = len(frame)


def official_client(folder: Path, meter: Meter) -> None:
    """Deserialise the list into the models of the official client, then a comprehension for the columns."""
    import pandas as pd
    from kubernetes import client

    api: Any = client.ApiClient(client.Configuration())
    _deserialize(api, '{"apiVersion":"v1","items":[],"kind":"List","metadata":{}}')  # imports and schemas are not the point
    with meter.section("cpu"):
        pods = _deserialize(api, (folder / "snapshot/pods.json").read_text())
        rows = [
            {
                "namespace": pod.metadata.namespace,
                "pod": pod.metadata.name,
                "uid": pod.metadata.uid,
                "labels": pod.metadata.labels,
                "node": pod.spec.node_name,
                "ip": pod.status.pod_ip,
                "ips": [address.ip for address in getattr(pod.status, "pod_ips", None) or []],
                "host_network": pod.spec.host_network,
                "phase": pod.status.phase,
                "ready": any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or []),
                "restarts": sum(c.restart_count for c in pod.status.container_statuses or []),
                "ports": [port.container_port for c in pod.spec.containers for port in c.ports or []],
                "owner_kind": next((o.kind for o in pod.metadata.owner_references or []), None),
                "owner": next((o.name for o in pod.metadata.owner_references or []), None),
                "created": pod.metadata.creation_timestamp,
            }
            for pod in pods.items
        ]
        frame = pd.DataFrame(rows)
    meter.facts["pods"] = len(frame)


def _deserialize(api: Any, text: str) -> Any:
    try:
        return api.deserialize(text, "V1PodList", "application/json")
    except TypeError:  # clients before 36 take a response object

        class _Response:
            data = text

        return api.deserialize(_Response, "V1PodList")


def import_pandas(_folder: Path, meter: Meter) -> None:
    """Import pandas, and nothing else."""
    with meter.section("cpu"):
        import pandas  # noqa: F401
