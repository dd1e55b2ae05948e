"""Text columns on codes: places in a vocabulary, which stays as it was read until equal words must be one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]


class Text(NamedTuple):
    """A text column: places in `words`, -1 where missing. No word is missing; words may repeat unless `interned` made them."""

    words: Objects
    codes: Ints

    @property
    def missing(self) -> Bools:
        """Tell where there is no text."""
        return self.codes < 0

    def at(self, rows: Ints | None) -> Text:
        """Return the column at `rows`, missing where a row is -1; all of it where None."""
        return self if rows is None else Text(self.words, np.append(self.codes, -1)[rows])

    def then(self, *others: Text) -> Text:
        """Return this column with `others` below it; words that columns share stand once."""
        parts = (self, *others)
        different = {id(part.words): part.words for part in parts}
        if len(different) == 1:
            return Text(self.words, np.concatenate([part.codes for part in parts]))
        starts = dict(zip(different, np.cumsum([0, *map(len, different.values())]), strict=False))
        codes = [np.where(part.codes >= 0, part.codes + starts[id(part.words)], -1) for part in parts]
        return Text(np.concatenate(list(different.values())), np.concatenate(codes))

    def where(self, holds: Bools) -> Text:
        """Return the column, missing where `holds` does not."""
        return Text(self.words, np.where(holds, self.codes, -1))

    def equals(self, *wanted: str) -> Bools:
        """Tell where the text is one of `wanted`."""
        hits = np.zeros(len(self.words) + 1, bool)
        for text in wanted:
            hits[:-1] |= self.words == np.array(text, dtype=object)
        return hits[self.codes]

    def interned(self) -> Text:
        """Return the column over those words that it uses, each once, in the order of their first place among the words."""
        (codes,), words = joint_codes(self)
        return Text(words, codes)

    def ranked(self) -> Ints:
        """Return the rank of each text in the order of texts; missing ones are last."""
        (codes,), words = joint_codes(self)
        ranks = np.empty(len(words) + 1, np.int64)
        ranks[np.argsort(words, kind="stable")] = np.arange(len(words))
        ranks[-1] = len(words)
        return ranks[codes]

    def objects(self) -> Objects:
        """Return the texts as objects, None where missing."""
        out = np.full(len(self.codes), None, dtype=object)
        there = self.codes >= 0
        out[there] = self.words[self.codes[there]]
        return out

    def spelled(self) -> Any:
        """Return the texts as a pandas string array; of many words only those of these rows are looked at."""
        if len(self.words) > len(self.codes):
            return pd.array(self.objects(), dtype="string")
        return pd.array(self.words, dtype="string").take(self.codes, allow_fill=True)


def words_of(values: Sequence[str | None] | Objects) -> Text:
    """Return a column of `values` as they stand, None missing: no text is compared or looked at."""
    words = _objects(values)
    there: Bools = words != np.array(None)
    if there.all():
        return Text(words, np.arange(len(words), dtype=np.int64))
    return Text(words[there], np.where(there, np.cumsum(there) - 1, -1))


def runs_of(values: Sequence[str | None] | Objects) -> Text:
    """Return a column of `values` in which equal neighbours are mostly one word: far fewer are compared once more than there are."""
    words = _objects(values)
    new = np.ones(len(words), bool)
    new[1:] = words[1:] != words[:-1]
    heads = words_of(words[new]).interned()
    return heads.at(np.cumsum(new) - 1)


def coded_text(series: pd.Series[Any]) -> Text:
    """Return a string column over its distinct texts."""
    codes, words = pd.factorize(np.asarray(series.to_numpy(dtype=object)))
    return Text(np.asarray(words, dtype=object), codes.astype(np.int64))


def joint_codes(*columns: Text) -> tuple[list[Ints], Objects]:
    """Return codes of several columns in one vocabulary of the distinct words that they use, and the vocabulary.

    Work follows the words, not the rows; columns that share their words share the work.
    """
    shared: dict[int, tuple[Objects, Bools]] = {}
    for column in columns:
        _, used = shared.setdefault(id(column.words), (column.words, np.zeros(len(column.words) + 1, bool)))
        used[column.codes] = True
    places = {key: np.flatnonzero(used[:-1]) for key, (_, used) in shared.items()}
    given = [words[places[key]] for key, (words, _) in shared.items()]
    codes, vocabulary = pd.factorize(np.concatenate(given) if given else np.empty(0, object))
    ranks, start = {}, 0
    for key, place in places.items():
        rank = np.full(len(shared[key][0]) + 1, -1, np.int64)
        rank[place] = codes[start : start + len(place)]
        ranks[key], start = rank, start + len(place)
    return [ranks[id(column.words)][column.codes] for column in columns], np.asarray(vocabulary, dtype=object)


def _objects(values: Sequence[Any] | Objects) -> Objects:
    if isinstance(values, np.ndarray):
        return values
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
