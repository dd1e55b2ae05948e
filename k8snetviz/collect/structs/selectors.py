"""Label selectors, as workloads, policies and Gateways carry them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Expression(msgspec.Struct, gc=False, omit_defaults=True):
    """An entry of ``matchExpressions`` (NP-4 to NP-7)."""

    key: str = ""
    operator: str = ""
    values: list[str] | None = None


class LabelSelector(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A selector by labels; without any entry it selects everything (NP-2)."""

    match_labels: Mapping[str, str | None] | None = None  # a null value is the empty string, as Go reads it
    match_expressions: list[Expression] | None = None
