"""The same cluster a while later: a few pods are gone or no longer ready, a few selectors were edited."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec

_GONE, _UNREADY, _EDITED = 200, 150, 100  # every so many of them
Obj = dict[str, Any]


class _List(msgspec.Struct):
    items: list[msgspec.Raw]


def later(folder: Path) -> Obj:
    """Write ``later/`` beside ``snapshot/`` unless it is there; return names of pods gone and no longer ready, and of Services edited."""
    target, told = folder / "later", folder / "later.json"
    if not told.exists():
        target.mkdir(exist_ok=True)
        pods, services = _pods(folder, target), _services(folder, target)
        for path in (folder / "snapshot").glob("*.json"):
            if not (target / path.name).exists():
                os.link(path, target / path.name)
        told.write_text(json.dumps(pods | services))
    found: Obj = json.loads(told.read_text())
    return found


def _pods(folder: Path, target: Path) -> Obj:
    items = msgspec.json.decode((folder / "snapshot/pods.json").read_bytes(), type=_List).items
    gone, unready = [], []
    with (target / "pods.json").open("wb") as file:
        file.write(b'{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[')
        comma = b""
        for number, raw in enumerate(items):
            text = bytes(raw)
            if number % _GONE == 7:
                gone.append(_name(json.loads(text)))
                continue
            if number % _UNREADY == 3:
                pod = json.loads(text)
                ready = [condition for condition in pod["status"].get("conditions", []) if condition["type"] == "Ready"]
                if ready and ready[0]["status"] == "True":
                    ready[0]["status"] = "False"
                    unready.append(_name(pod))
                    text = json.dumps(pod).encode()
            file.write(comma + text)
            comma = b","
        file.write(b"]}")
    return {"gone": gone, "unready": unready}


def _services(folder: Path, target: Path) -> Obj:
    found = json.loads((folder / "snapshot/services.json").read_bytes())
    edited = []
    for service in [item for item in found["items"] if item["spec"].get("selector")][::_EDITED]:
        key = sorted(service["spec"]["selector"])[0]
        service["spec"]["selector"][key] += "-edited"
        edited.append(_name(service))
    (target / "services.json").write_text(json.dumps(found))
    return {"edited": edited}


def _name(item: Obj) -> str:
    return f"{item['metadata']['namespace']}/{item['metadata']['name']}"
