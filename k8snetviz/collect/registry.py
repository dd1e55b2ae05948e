"""All kinds, and all table builders, gathered from the modules that define them (they need pandas, so only when a table is asked for)."""

from __future__ import annotations

from functools import cache
from types import ModuleType

from k8snetviz.collect.kind_specs import SPECS
from k8snetviz.collect.kindspec import Builder, KindSpec, PodBuilder
from k8snetviz.model.kinds import Kind


@cache
def specs() -> dict[Kind, KindSpec]:
    """Return the spec of every kind that can be decoded."""
    return {spec.kind: spec for spec in SPECS}


@cache
def builders() -> dict[str, Builder]:
    """Return the builder of every table, by the name of the table."""
    return {name: builder for module in _modules() for name, builder in getattr(module, "BUILDERS", {}).items()}


@cache
def pod_builders() -> dict[str, PodBuilder]:
    """Return the builders of tables about pods that can build the rows of some pods only."""
    return {name: builder for module in _modules() for name, builder in getattr(module, "POD_BUILDERS", {}).items()}


@cache
def served() -> dict[tuple[str, str], KindSpec]:
    """Return the specs by API group and kind, as an object's own ``apiVersion`` and ``kind`` tell them."""
    return {(group, spec.kind.value): spec for spec in specs().values() for group in spec.groups}


@cache
def _modules() -> tuple[ModuleType, ...]:
    """Return the modules; imported here, since some of them ask the registry too."""
    from k8snetviz.collect import (
        tables_cluster,
        tables_containers,
        tables_core,
        tables_endpoints,
        tables_events,
        tables_hints,
        tables_interfaces,
        tables_known,
        tables_pods,
        tables_policies,
        tables_routing,
        tables_services,
        tables_statuses,
        tables_workloads,
    )

    return (
        tables_core,
        tables_services,
        tables_endpoints,
        tables_hints,
        tables_pods,
        tables_interfaces,
        tables_statuses,
        tables_containers,
        tables_known,
        tables_cluster,
        tables_workloads,
        tables_routing,
        tables_policies,
        tables_events,
    )
