"""Go-internal JSON, as kubectl up to 1.13 prints it, -> the shape of the API.

There metadata is flattened into the object, fields are capitalised as in Go (``PodIP``, ``ClusterIP``), and no
object says its kind: only ``selfLink`` tells. ``hostNetwork`` and its like stand in ``Spec.SecurityContext``.
"""

from __future__ import annotations

from typing import Any

import msgspec

Obj = dict[str, Any]

_META = frozenset(
    [
        "name",
        "generateName",
        "namespace",
        "selfLink",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "labels",
        "annotations",
        "ownerReferences",
        "finalizers",
        "clusterName",
        "initializers",
        "managedFields",
    ]
)
_HOST = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")
_TEMPLATES = ("Template", "JobTemplate")
_ZERO = ("nodePort", "hostPort", "healthCheckNodePort")
_KEPT = frozenset({"labels", "annotations", "matchLabels", "selector", "nodeSelector", "capacity", "allocatable", "limits", "requests"})


def as_api(items: bytes) -> bytes | None:
    """Return a JSON array of internal objects in the shape of the API; None when it is no JSON array of objects."""
    try:
        found = msgspec.json.decode(items, type=list[Obj])
        return msgspec.json.encode([_object(item) for item in found])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, OverflowError):
        return None


def is_internal(members: set[str]) -> bool:
    """Tell whether an object with these members is Go-internal: no metadata, but name and capitalised fields."""
    return "metadata" not in members and "name" in members and ("Spec" in members or "Subsets" in members or "InvolvedObject" in members)


def _object(item: Obj) -> Obj:
    meta = {key: value for key, value in item.items() if key in _META}
    body = _members({key: value for key, value in item.items() if key not in _META})
    return _hoisted({"metadata": meta} | body)


def _camel(key: str) -> str:
    """Return the API's spelling of a Go field name: ``HostIP`` -> ``hostIP``, ``IP`` -> ``ip``."""
    if not key[:1].isupper():
        return key
    upper = next((n for n, char in enumerate(key) if not char.isupper()), len(key))
    lead = 1 if upper <= 1 else upper - (upper < len(key) and key[upper:] != "s")
    return key[:lead].lower() + key[lead:]


def _value(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_value("", item) for item in value]
    if not isinstance(value, dict):
        return value
    if _camel(key) in _KEPT and all(not isinstance(item, dict | list) for item in value.values()):
        return value  # keys of these are data, not names of fields
    return _object(value) if key in _TEMPLATES and "Spec" in value else _members(value)


def _members(value: Obj) -> Obj:
    """Return the members renamed, without those that the API leaves out because they are empty."""
    named = {_camel(key): _value(key, item) for key, item in value.items()}
    return {key: item for key, item in named.items() if item != "" and not (key in _ZERO and item == 0)}


def _hoisted(item: Obj) -> Obj:
    """Move what the API has in the pod spec, not in its security context; drop defaults that mean nothing."""
    spec = item.get("spec")
    if not isinstance(spec, dict):
        return item
    context = spec.get("securityContext")
    if isinstance(context, dict) and "containers" in spec:
        spec |= {name: context[name] for name in _HOST if context.get(name)}
    return item
