"""Which Services select a set of labels: looked up by the first pair of their selector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k8snetviz.collect.interning import Labels
from k8snetviz.collect.registry import specs
from k8snetviz.collect.structs.pod import PodTemplate
from k8snetviz.model.kinds import Kind

Key = tuple[str | None, str]


class Selectors:
    """The selectors of Services by namespace and one of their pairs; an empty selector selects nothing here (EP-0)."""

    def __init__(self, services: Iterable[Any]) -> None:
        self._by_pair: dict[str | None, dict[tuple[str, str], list[tuple[Key, dict[str, str]]]]] = {}
        for service in services:
            selector = service.spec.selector
            if selector:
                space = service.metadata.namespace
                first = next(iter(selector.items()))
                self._by_pair.setdefault(space, {}).setdefault(first, []).append(((space, service.metadata.name), selector))

    def __contains__(self, namespace: str) -> bool:
        return namespace in self._by_pair

    def of_sets(self, sets: Iterable[tuple[str | None, Labels]]) -> set[Key]:
        """Return the Services that select one of `sets`, given with their namespaces."""
        found: set[Key] = set()
        for space, labels in sets:
            by_pair = self._by_pair.get(space)
            for pair in labels if by_pair else ():
                for key, selector in by_pair.get(pair, ()) if by_pair else ():
                    if key not in found and (len(selector) == 1 or selector.items() <= set(labels)):
                        found.add(key)
        return found


def template_of(kind: Kind, item: Any) -> PodTemplate | None:
    """Return the pod template of a workload."""
    found = specs()[kind].template
    return None if found is None else found(item)


def labels_of_template(kind: Kind, item: Any) -> Labels:
    """Return the labels of the pod template of a workload."""
    template = template_of(kind, item)
    return tuple((template.metadata.labels or {}).items()) if template is not None else ()
