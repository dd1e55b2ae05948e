"""Columns of the data block: text that is safe to show, repeated values said once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.model.printable import printable

Column = dict[str, list[Any]]
_LONGEST = 400  # characters of one cell
_WORTH = 0.7  # share of distinct values above which a dictionary costs more than it saves


def texts(values: pd.Series[Any]) -> Column:
    """Return a column of text; missing is null, control characters are written out."""
    codes, found = pd.factorize(values.astype("string"), use_na_sentinel=True)
    said = [printable(value, limit=_LONGEST) for value in np.asarray(found, dtype=object)]
    if len(said) > _WORTH * len(codes):
        return {"v": [None if code < 0 else said[code] for code in codes.tolist()]}
    return {"d": said, "i": codes.tolist()}


def numbers(values: pd.Series[Any]) -> Column:
    """Return a column of whole numbers; missing is null."""
    whole = values.astype("Int64")
    return {"v": [number if known else None for number, known in zip(whole.fillna(0).tolist(), whole.notna().tolist(), strict=True)]}


def encoded(frame: pd.DataFrame, text: Iterable[str], whole: Iterable[str] = ()) -> dict[str, Any]:
    """Return the columns `text` and `whole` of `frame` as the page reads them, with the number of rows."""
    columns = {name: texts(frame[name]) for name in text} | {name: numbers(frame[name]) for name in whole}
    return {"n": len(frame), "columns": columns}
