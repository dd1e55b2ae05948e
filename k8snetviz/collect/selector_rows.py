"""Rows of SELECTORS, alike for Services, workloads, policies and Gateways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from k8snetviz.collect.kindspec import SelectorRow
from k8snetviz.collect.structs.selectors import LabelSelector

EQUALS = "Equals"
IN = "In"


def pair_rows(field: str, pairs: Mapping[str, str | None]) -> Iterator[SelectorRow]:
    """Yield the rows of a plain map of labels (NP-11); an empty one has one row without key (NP-2)."""
    if not pairs:
        yield SelectorRow(field)
    for key, value in pairs.items():
        yield SelectorRow(field, key, EQUALS, value or "")


def selector_rows(field: str, selector: LabelSelector) -> Iterator[SelectorRow]:
    """Yield the rows of `selector`; all of them must hold (NP-8).

    Rows of one key and operator are alternatives, so several ``In`` of one key come out as their common values.
    An expression without values keeps a row without value: for In and NotIn that is an invalid selector (NP-9).
    """
    expressions = selector.match_expressions or []
    if selector.match_labels or not expressions:
        yield from pair_rows(field, selector.match_labels or {})
    merged: dict[tuple[str, str], dict[str | None, None]] = {}
    for expression in expressions:
        place = (expression.key, expression.operator)
        values: dict[str | None, None] = dict.fromkeys(expression.values or [])
        if place in merged:
            values = _both(merged[place], values, common=expression.operator == IN)
        merged[place] = values
    for (key, operator), values in merged.items():
        for value in values or (None,):
            yield SelectorRow(field, key, operator or None, value)


def _both(one: dict[str | None, None], other: dict[str | None, None], *, common: bool) -> dict[str | None, None]:
    """Return the values of one expression that says what two say; an invalid one of them makes it invalid."""
    if common or not (one and other):
        return {value: None for value in one if value in other}
    return one | other
