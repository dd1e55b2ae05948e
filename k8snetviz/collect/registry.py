"""All kinds and all table builders, gathered from the modules that define them."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from k8snetviz.collect.kindspec import Builder, KindSpec
from k8snetviz.model.kinds import Kind

_MODULES = (
    "k8snetviz.collect.tables_core",
    "k8snetviz.collect.tables_endpoints",
    "k8snetviz.collect.tables_pods",
    "k8snetviz.collect.tables_statuses",
    "k8snetviz.collect.tables_containers",
    "k8snetviz.collect.tables_known",
    "k8snetviz.collect.tables_workloads",
    "k8snetviz.collect.tables_routing",
    "k8snetviz.collect.tables_policies",
    "k8snetviz.collect.tables_cluster",
    "k8snetviz.collect.tables_events",
)


@cache
def specs() -> dict[Kind, KindSpec]:
    """Return the spec of every kind that can be decoded."""
    return {spec.kind: spec for module in _modules() for spec in getattr(module, "SPECS", ())}


@cache
def builders() -> dict[str, Builder]:
    """Return the builder of every table, by the name of the table."""
    return {name: builder for module in _modules() for name, builder in getattr(module, "BUILDERS", {}).items()}


@cache
def served() -> dict[tuple[str, str], KindSpec]:
    """Return the specs by API group and kind, as an object's own ``apiVersion`` and ``kind`` tell them."""
    return {(group, spec.kind.value): spec for spec in specs().values() for group in spec.groups}


def _modules() -> list[object]:
    found: list[object] = []
    for name in _MODULES:
        try:
            found.append(import_module(name))
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
    return found
