"""Layouts of bundles, told by the paths of their members: kind, namespace and wholeness where the layout guarantees them.

Paths are looked at from the right, so that a bundle is known wherever it was unpacked and whatever its root is called.
What an object says of itself always wins; a path only fills in what is not said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from k8snetviz.collect.resources import of_plural
from k8snetviz.collect.told import Place
from k8snetviz.model.kinds import CLUSTER_SCOPED, Kind

_NS = r"(?P<ns>[a-z0-9][a-z0-9-]{0,62})"
_GROUP = r"(?P<group>[A-Za-z0-9.-]+)"
_DIRECTORY = r"(?P<group>core|apps|batch|policy|autoscaling|extensions|[a-z0-9-]+(?:\.[a-z0-9-]+)+)"  # a group as must-gather names it
_PLURAL = r"(?P<plural>[A-Za-z][A-Za-z_-]+)"
_NAME = r"(?P<name>[^/]+)"
_SERVED = r"(?:\.v[0-9][a-z0-9]*)?(?:\.(?P<group>[a-z0-9-]+(?:\.[a-z0-9-]+)*))?"  # as in deployments.apps, deployments.v1.apps


class _Rule(NamedTuple):
    layout: str
    pattern: re.Pattern[str]
    place: Callable[[Place, Kind | None], Place] = lambda place, _: place
    only_ours: bool = True  # a plural that is not ours says that nothing of ours is in the member
    unsure: bool = False  # other trees may have such paths too: the content is looked at all the same


def _rule(
    layout: str,
    pattern: str,
    place: Callable[[Place, Kind | None], Place] | None = None,
    *,
    only_ours: bool = True,
    unsure: bool = False,
) -> _Rule:
    return _Rule(layout, re.compile(rf"(?:^|/){pattern}$"), place or (lambda given, _: given), only_ours, unsure)


def _single(place: Place, _: Kind | None) -> Place:
    return place._replace(listed=False)


def _null_text(place: Place, _: Kind | None) -> Place:
    return place._replace(null_text=True)


def _velero(place: Place, kind: Kind | None) -> Place:
    """A namespace of a backup holds every object of its kinds; of cluster-scoped kinds only what was referred to."""
    return place._replace(listed=place.scope is not None, whole=place.scope is not None and kind is not None)


def _pod(place: Place, _: Kind | None) -> Place:
    return place._replace(kind=Kind.POD, listed=False)


def _node(place: Place, _: Kind | None) -> Place:
    return place._replace(kind=Kind.NODE, scope=None, listed=False)


def _namespace(place: Place, _: Kind | None) -> Place:
    return place._replace(kind=Kind.NAMESPACE, scope=None, listed=False)


def _skip(place: Place, _: Kind | None) -> Place:
    return place._replace(skip=True)


def _loose(place: Place, _: Kind | None) -> Place:
    return place._replace(loose=True)


def _folder(place: Place, _: Kind | None) -> Place:
    return place._replace(scope=None, folder=place.scope or place.layout)


_RULES = (
    _rule("troubleshoot", rf"cluster-resources/custom-resources/(?P<plural>[a-z]+)\.{_GROUP}/{_NS}\.(?:json|yaml)"),
    _rule("troubleshoot", r"cluster-resources/(?:pods/logs|auth-cani-list)/.*", _skip),
    _rule("troubleshoot", r"cluster-resources/(?P<plural>[a-z-]+)-errors\.json", only_ours=True),
    _rule("troubleshoot", rf"cluster-resources/{_PLURAL}/{_NS}\.json"),
    _rule("troubleshoot", rf"cluster-resources/{_PLURAL}\.json"),
    _rule("support-bundle-kit", rf"yamls/cluster/(?:{_GROUP}/)?v[0-9][a-z0-9]*/{_PLURAL}\.yaml", _null_text),
    _rule("support-bundle-kit", rf"yamls/namespaced/{_NS}/(?:{_GROUP}/)?v[0-9][a-z0-9]*/{_PLURAL}\.yaml", _null_text),
    _rule("sonobuoy", r"plugins/[^/]+/(?:sonobuoy_results\.yaml|defini?tion\.json|results/.*)", _skip),
    _rule("sonobuoy", r"resources/(?:cluster|non-ns|ns/[^/]+)/results\.json", _skip),
    _rule("sonobuoy", rf"resources/(?:cluster|non-ns)/(?:{_GROUP}_v[0-9][a-z0-9]*_)?{_PLURAL}\.json", unsure=True),
    _rule("sonobuoy", rf"resources/ns/{_NS}/(?:{_GROUP}_v[0-9][a-z0-9]*_)?{_PLURAL}\.json", unsure=True),
    _rule("velero", rf"resources/(?P<plural>[a-z]+)(?:\.{_GROUP})?/(?:v[^/]+/)?namespaces/{_NS}/{_NAME}\.json", _velero),
    _rule("velero", rf"resources/(?P<plural>[a-z]+)(?:\.{_GROUP})?/(?:v[^/]+/)?cluster/{_NAME}\.json", _velero),
    _rule("must-gather", r"nodes/[^/]+/pods_info\.json", _skip),
    _rule("must-gather", rf"namespaces/{_NS}/pods/(?P<name>[^/]+)/(?P=name)\.yaml", _pod),
    _rule("must-gather", rf"namespaces/{_NS}/pods/.*", _skip),
    _rule("must-gather", r"namespaces/(?P<ns>[^/]+)/(?P=ns)\.yaml", _namespace),
    _rule("must-gather", rf"namespaces/{_NS}/{_DIRECTORY}/{_PLURAL}\.yaml"),
    _rule("must-gather", rf"namespaces/{_NS}/{_DIRECTORY}/{_PLURAL}/{_NAME}\.yaml", _single),
    _rule("must-gather", rf"cluster-scoped-resources/{_GROUP}/{_PLURAL}\.yaml"),
    _rule("must-gather", rf"cluster-scoped-resources/{_GROUP}/{_PLURAL}/{_NAME}\.yaml", _single),
    _rule("insights", r"config/pod/[^/]+/logs/.*", _skip),
    _rule("insights", rf"config/pod/{_NS}/{_NAME}\.json", _pod),
    _rule("insights", rf"config/node/{_NAME}\.json", _node),
    _rule("cilium-sysdump", r"cilium-bugtool-[^/]+/.*", _skip),
    _rule("cilium-sysdump", r"k8s-(?P<plural>[a-z-]+?)-\d{8}-\d{6}\.ya?ml"),
    _rule("kubelet", r"kubelet/pods(?:\.json)?", _pod),
    _rule("rpk", r"k8s/(?P<plural>[a-z]+)\.json", _folder, only_ours=False),
    _rule("files", rf"{_NS}/{_PLURAL}{_SERVED}\.(?:json|ya?ml)", _folder, only_ours=False),
    _rule("files", rf"{_PLURAL}{_SERVED}\.(?:json|ya?ml)", only_ours=False),
    _rule("files", r"[^/]*?(?<![a-z0-9])(?P<plural>[a-z]+)(?:[-_.][0-9T:_.-]+Z?)?\.(?:json|ya?ml)", _loose, only_ours=False),
)

BY_OBJECT = frozenset({"velero", "insights"})  # a file for each object, and nothing else of that object
_TWIN = "-preferredversion/"


def place_of(path: str) -> Place:
    """Return what the path of a member tells."""
    for rule in _RULES:
        found = rule.pattern.search(path)
        if found is None:
            continue
        told = found.groupdict()
        plural = told.get("plural")
        kind = of_plural(plural, told.get("group")) if plural else None
        if plural and kind is None and not rule.only_ours:
            continue
        skip = plural is not None and kind is None and rule.only_ours
        foreign, skip = skip, skip and not rule.unsure
        scope = None if kind in CLUSTER_SCOPED else told.get("ns")
        scope = scope if scope != "all" else None
        one = f"{scope}/{told.get('name')}" if rule.layout in BY_OBJECT and _TWIN not in path else None
        return rule.place(Place(rule.layout, kind, scope=scope, one=one, skip=skip, foreign=foreign), kind)
    return Place()
