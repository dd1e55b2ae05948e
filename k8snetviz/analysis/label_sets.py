"""Label sets against selectors: what matches, and what misses by one pair. Never pods, only distinct sets."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from k8snetviz.model.kinds import NearMiss

_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2060\ufeff]+")
_DIGITS = re.compile("[0-9]+")
_ALIKE = 0.8  # cart and carts; not frontend and backend
Labels = Mapping[str, str]


class Difference(NamedTuple):
    """The one pair in which labels miss a selector."""

    kind: NearMiss
    key: str
    wanted: str  # the value; the whole pair where the key has a slip
    found: str | None  # likewise; for a missing key a pair that has the wanted value
    in_key: bool = False  # the slip is in the key


def matching_sets(label_sets: pd.DataFrame, pairs: Labels) -> pd.Index[int]:
    """Return the numbers of the label sets that carry every one of `pairs` (EP-1b)."""
    near = label_sets[label_sets["value"].isin(list(pairs.values()))]
    equal = near[(near["value"] == near["key"].map(dict(pairs)).astype("string")).fillna(False)]
    counts = equal.groupby("label_set").size()
    return counts.index[counts == len(pairs)]


def labels_by_set(label_sets: pd.DataFrame, numbers: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return the labels of the sets `numbers`; the empty set has no pairs."""
    wanted: dict[int, dict[str, str]] = {int(number): {} for number in numbers}
    rows = label_sets[label_sets["label_set"].isin(list(wanted))]
    for number, key, value in zip(rows["label_set"], rows["key"], rows["value"], strict=True):
        wanted[int(number)][key] = value
    return wanted


def difference(labels: Labels, pairs: Labels) -> Difference | None:
    """Return the one pair in which `labels` miss `pairs`; None when none or several do."""
    missed = [(key, value) for key, value in pairs.items() if labels.get(key) != value]
    if len(missed) != 1:
        return None
    key, value = missed[0]
    if key in labels:
        return Difference(slip(value, labels[key]) or NearMiss.OTHER_VALUE, key, value, labels[key])
    same_value = sorted(other for other, found in labels.items() if found == value and other not in pairs)
    for other in same_value:
        how = slip(key, other)
        if how:
            return Difference(how, key, f"{key}={value}", f"{other}={value}", in_key=True)
    return Difference(NearMiss.MISSING_KEY, key, value, f"{same_value[0]}={value}" if same_value else None)


def slip(wanted: str, found: str) -> NearMiss | None:
    """Return OTHER_CASE or WHITESPACE when two unequal texts differ in nothing else; whitespace wins."""
    if wanted.casefold() == found.casefold():
        return NearMiss.OTHER_CASE
    if _INVISIBLE.sub("", wanted).casefold() == _INVISIBLE.sub("", found).casefold():
        return NearMiss.WHITESPACE
    return None


def alike(one: str, other: str) -> bool:
    """Tell whether two values look like one word and a slip of it; ``shard-1`` and ``shard-2`` are meant to differ."""
    return _DIGITS.sub("", one) != _DIGITS.sub("", other) and closeness(one, other) >= _ALIKE


def closeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1."""
    return difflib.SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()
