"""Whether one input holds several snapshots: the same kind listed whole more than once, with other versions of its objects.

The rule. Two members *disagree* when both hold a whole list of one kind (for the same namespace, or for
all) and an object that is in both has another uid or another resourceVersion. Members that disagree belong to different
snapshots. Where a layout has a file for each object (Velero, Insights), two files of one object disagree in the same way. Two
files of one layout that each are a snapshot by themselves (whole lists of Pods and of Services in both, with a Pod in
common) disagree too when one leaves out what the other has: a merge of them is a state that nobody saw. The snapshots
are the folders, archives or files right below the deepest place that all of them share: ``t1/`` and ``t2/``, two tarballs,
``all.yaml`` and ``only-ep.yaml``.

What is no disagreement: copies with equal contents (JSON beside YAML, one Ingress under two API versions); lists of other
namespaces; lists that are not the whole (a kubelet's pods, ``pods/POD.yaml`` of must-gather), which are not looked at; and lists of
differently named files whose newest time differs by less than two minutes: one collection that took a while.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

import msgspec

from k8snetviz.collect.batches import Batch, Gap
from k8snetviz.collect.layouts import BY_OBJECT
from k8snetviz.collect.resources import ours
from k8snetviz.model.kinds import Kind

Listed = tuple[Kind, str | None]  # kind and scope of a whole list; or namespace and name of the one object that a file may hold
Version = tuple[str, str]  # uid, resourceVersion
_LAG = 120.0  # seconds that one collection may take, where nothing but time tells
_TIME = re.compile(
    rb'"(?:creationTimestamp|last[A-Za-z]*Time|lastTimestamp|startedAt|finishedAt|startTime|eventTime|time)"\s*:\s*"'
    rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)"
)
_DIGITS = re.compile(r"\d+")


class _Meta(msgspec.Struct, rename="camel"):
    name: str = ""
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None


class _Item(msgspec.Struct, rename="camel"):
    kind: str | None = None
    api_version: str | None = None
    metadata: _Meta | None = None


_ITEMS = msgspec.json.Decoder(list[_Item])


class Versions(NamedTuple):
    """Objects of the lists of one member."""

    name: str
    layout: str
    objects: dict[Kind, dict[tuple[str | None, str], Version]]
    newest: list[str]  # newest time in it, as text; empty when there is none


class MomentSink:
    """A store that keeps versions and times of what is read, and nothing else."""

    def __init__(self) -> None:
        self.members: list[Versions] = []
        self.hints: dict[str, str] = {}

    def source(self, name: str, layout: str, form: str) -> int:
        """Announce a member."""
        self.members.append(Versions(name, layout, {}, []))
        return len(self.members) - 1

    def read(self, source: int, size: int) -> None:
        """Pass."""

    def gap(self, gap: Gap) -> None:
        """Pass."""

    def hint(self, name: str, value: str) -> None:
        """Keep a hint."""
        self.hints.setdefault(name, value)

    def add(self, batch: Batch) -> bool:
        """Keep the versions of listed objects."""
        member = self.members[batch.source]
        newest = max(_TIME.findall(batch.items), default=b"").decode()
        member.newest[:] = [max([newest, *member.newest])] if newest or member.newest else []
        try:
            items = _ITEMS.decode(batch.items)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            try:
                msgspec.json.decode(batch.items, type=msgspec.Raw)
            except (msgspec.MsgspecError, RecursionError):
                return False
            return True
        for item in items if batch.listed or member.layout in BY_OBJECT else ():
            kind = batch.kind or item.kind
            found = ours(kind, item.api_version or batch.api_version) if kind else None
            if found is not None and item.metadata is not None:
                place = item.metadata.namespace, item.metadata.name
                member.objects.setdefault(found, {})[place] = item.metadata.uid or "", item.metadata.resource_version or ""
        return True


def suspects(lists: dict[str, set[Listed]]) -> set[str]:
    """Return the members whose lists overlap: the same kind, for the same namespace or for all."""
    by_kind: dict[Kind, list[tuple[str | None, str]]] = {}
    for name, listed in lists.items():
        for kind, scope in listed:
            by_kind.setdefault(kind, []).append((scope, name))
    found: set[str] = set()
    for held in by_kind.values():
        wide = {name for scope, name in held if scope is None}
        scoped: dict[str, set[str]] = {}
        for scope, name in held:
            if scope is not None:
                scoped.setdefault(scope, set()).add(name)
        if len(wide) > 1 or (wide and scoped):
            found.update(name for _, name in held)
        for names in scoped.values():
            found.update(names if len(names) > 1 else ())
    return found


def units(members: list[Versions], names: list[str]) -> list[str]:
    """Return the places of the snapshots among the members called `names`; empty when all is one moment."""
    apart = [(one.name, other.name) for one, other in _disagreeing(members)]
    if not apart:
        return []
    shared = _shared([_parts(name) for pair in apart for name in pair])
    involved = {_parts(name)[shared] for pair in apart for name in pair}
    prefixes = {_prefix(name, shared + 1) for name in names if _parts(name)[:shared] == _parts(apart[0][0])[:shared]}
    return sorted(prefix for prefix in prefixes if _parts(prefix)[shared] in involved)


def inside(name: str, unit: str) -> bool:
    """Tell whether the member called `name` belongs to `unit`."""
    return _parts(name)[: len(_parts(unit))] == _parts(unit)


def _parts(name: str) -> list[str]:
    return re.split(r"[/!]", name)


def _prefix(name: str, count: int) -> str:
    """Return the first `count` parts of a name, with the marks between them."""
    marks = [found.start() for found in re.finditer(r"[/!]", name)]
    return name[: marks[count - 1]] if len(marks) >= count else name


def _shared(paths: list[list[str]]) -> int:
    count = 0
    while all(len(path) > count + 1 or len(path) == count + 1 for path in paths) and len({path[count] for path in paths}) == 1:
        count += 1
    return count


def _disagreeing(members: list[Versions]) -> list[tuple[Versions, Versions]]:
    """Return pairs of members that disagree: each member with the first and the one before that hold the same object."""
    holders: dict[tuple[Kind, str | None, str], list[tuple[int, Version]]] = {}
    for number, member in enumerate(members):
        for kind, objects in member.objects.items():
            for (namespace, name), version in objects.items():
                holders.setdefault((kind, namespace, name), []).append((number, version))
    pairs: set[tuple[int, int]] = set()
    for (kind, _, _), held in holders.items():
        if kind is Kind.POD and len(held) > 1:
            pairs.update(
                pair for pair in pairwise(number for number, _ in held) if _complete_and_unlike(members[pair[0]], members[pair[1]])
            )
        for before, (number, version) in pairwise(held):
            pairs.update((other, number) for other, seen in (held[0], before) if _other_version(seen, version))
    return [
        (members[one], members[other])
        for one, other in sorted(pairs)
        if _alike(members[one].name, members[other].name)
        or _complete_and_unlike(members[one], members[other])
        or _seconds_between(members[one], members[other]) > _LAG
    ]


def _complete_and_unlike(one: Versions, other: Versions) -> bool:
    """Tell whether both are snapshots by themselves, of one layout, and hold other contents."""
    both = all(kind in member.objects for member in (one, other) for kind in (Kind.POD, Kind.SERVICE))
    return both and one.layout == other.layout and one.objects != other.objects


def _other_version(one: Version, other: Version) -> bool:
    return any(a and b and a != b for a, b in zip(one, other, strict=True))


def _alike(one: str, other: str) -> bool:
    """Tell whether two members are the same place in two units: ``t1/pods.json``, ``t2/pods.json``; ``pods-1.json``, ``pods-2.json``."""
    here, there = _parts(one), _parts(other)
    shared = _shared([here, there])
    if here[shared + 1 :] or there[shared + 1 :]:
        return here[shared + 1 :] == there[shared + 1 :]
    return _DIGITS.sub("0", here[shared]) == _DIGITS.sub("0", there[shared])


def _seconds_between(one: Versions, other: Versions) -> float:
    from datetime import datetime

    if not one.newest or not other.newest:
        return _LAG + 1
    return abs((datetime.fromisoformat(one.newest[0]) - datetime.fromisoformat(other.newest[0])).total_seconds())
