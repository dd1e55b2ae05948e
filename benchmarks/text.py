"""Objects to JSON text: as kubectl prints a List, or as the API server sends it; and templates that are filled per pod."""

from __future__ import annotations

import re
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import msgspec

Obj = dict[str, Any]
Style = Literal["kubectl", "api"]
_TOKEN = re.compile(r'"@#(\w+)@"|@(\w+)@')
_OWNED = ("generateName", "labels", "annotations", "ownerReferences")  # metadata that managedFields speak of
_INSIDE = b"\n" + b" " * 8  # items of a List stand eight spaces deep


def item_text(obj: Obj, style: Style) -> bytes:
    """Return the text of one item: indented by four with sorted keys (kubectl), or compact with managedFields (API)."""
    if style == "kubectl":
        return msgspec.json.format(msgspec.json.encode(obj, order="sorted"), indent=4).replace(b"\n", _INSIDE)
    sent = {key: value for key, value in obj.items() if key not in ("apiVersion", "kind")}  # a typed list leaves them out
    sent["metadata"] = obj["metadata"] | {"managedFields": _managed_fields(obj)}
    return msgspec.json.encode(sent)


def _managed_fields(obj: Obj) -> list[Obj]:
    """Return what server-side bookkeeping adds: one entry for the writer of the spec, one for the writer of the status."""
    own: Obj = {"metadata": {key: value for key, value in obj["metadata"].items() if key in _OWNED}}
    own |= {key: value for key, value in obj.items() if key not in ("apiVersion", "kind", "metadata", "status")}
    entries = [_entry("kube-controller-manager", own, None)]
    if obj.get("status"):
        entries.append(_entry("kubelet", {"status": obj["status"]}, "status"))
    return entries


def _entry(manager: str, fields: Obj, subresource: str | None) -> Obj:
    entry: Obj = {"manager": manager, "operation": "Update", "apiVersion": "v1", "time": "2026-11-02T08:15:30Z"}
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": _tree(fields)}
    return entry | ({"subresource": subresource} if subresource else {})


def _tree(value: Any) -> Obj:
    if isinstance(value, dict):
        return {".": {}} | {f"f:{key}": _tree(inner) for key, inner in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        for key in ("name", "type", "uid", "containerPort", "mountPath"):
            if key in value[0]:
                names = [item.get(key) for item in value]
                return {".": {}} | {f'k:{{"{key}":"{n}"}}': _tree(item) for n, item in zip(names, value, strict=True)}
    return {}


class Template:
    """The text of an object in which ``@name@`` (or ``"@#name@"`` for a number) stands for what differs from copy to copy."""

    def __init__(self, obj: Obj, style: Style) -> None:
        text = item_text(obj, style).decode()
        self._pick = itemgetter(*(number or plain for number, plain in _TOKEN.findall(text)))
        self._format = _TOKEN.sub("%s", text.replace("%", "%%"))

    def fill(self, values: Obj) -> str:
        """Return the text of one copy."""
        text: str = self._format % self._pick(values)
        return text


class ListWriter:
    """Writes one list, item by item; nothing is kept."""

    def __init__(self, path: Path, kind: str, api_version: str, style: Style) -> None:
        self.count = 0
        self._style = style
        self._head = {"kind": kind, "apiVersion": api_version}
        self._file = path.open("wb", buffering=1 << 20)
        if style == "kubectl":
            self._file.write(b'{\n    "apiVersion": "v1",\n    "items": [')
        else:
            self._file.write(b'{"kind":"%sList","apiVersion":"%s",' % (kind.encode(), api_version.encode()))
            self._file.write(b'"metadata":{"resourceVersion":"48151623"},"items":[')

    def add(self, obj: Obj) -> None:
        """Write one object, given without kind and apiVersion."""
        self.add_text(item_text(self._head | obj, self._style))

    def add_text(self, text: bytes) -> None:
        """Write one object that is text already."""
        comma = b"," if self.count else b""
        self._file.write(comma + _INSIDE + text if self._style == "kubectl" else comma + text)
        self.count += 1

    def __enter__(self) -> ListWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._style == "kubectl":
            end = b'\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n'
            self._file.write(end if self.count else end[5:])
        else:
            self._file.write(b"]}")
        self._file.close()
