"""What the answer about each Service depends on and was not read, in one sentence."""

from __future__ import annotations

import pandas as pd

from k8snetviz.analysis.columns import flags, texts
from k8snetviz.analysis.coverage import gap_reasons, gap_text, known
from k8snetviz.model.kinds import Kind, Reason, ServiceState
from k8snetviz.model.snapshot import Snapshot

_OBSERVED = (Kind.ENDPOINT_SLICE, Kind.ENDPOINTS)
_SCALABLE = (Kind.DEPLOYMENT, Kind.STATEFUL_SET)


def unknown_of(snap: Snapshot, states: pd.DataFrame) -> list[str | None]:
    """Return per row of SERVICE_STATES a sentence that names the gaps its answer depends on; None where there is none.

    Pods, Nodes and what was observed matter to a Service with a selector, what was observed to one without,
    nothing to an ExternalName. Legacy Endpoints matter where slices are not known (EP-47); workloads only
    where nothing is selected: they tell "scaled to zero" from "wrong selector".
    """
    spaces = texts(states["namespace"])
    kinds = (Kind.POD, Kind.NODE, *_OBSERVED, *_SCALABLE)
    gaps = {kind: gap_reasons(snap, kind) for kind in kinds}
    lost = {kind: ~known(snap, kind, spaces) for kind in kinds}
    lost[Kind.NODE][:] = not snap.knows(Kind.NODE)
    managed, external = flags(states["managed"]), states["state"].eq(ServiceState.EXTERNAL.value).fillna(False).to_numpy(bool)
    nothing = states["reason"].eq(Reason.SELECTS_NOTHING.value).fillna(False).to_numpy(bool)
    matters = {
        Kind.POD: managed,
        Kind.ENDPOINT_SLICE: ~external,
        Kind.ENDPOINTS: ~external & lost[Kind.ENDPOINT_SLICE],
        **dict.fromkeys(_SCALABLE, managed & nothing),
        Kind.NODE: managed,
    }
    told: dict[tuple[str | None, tuple[Kind, ...]], str | None] = {}
    out = []
    for place, space in enumerate(spaces):
        missing = tuple(kind for kind, some in matters.items() if some[place] and lost[kind][place])
        if (space, missing) not in told:
            told[space, missing] = _sentence(gaps, missing, space)
        out.append(told[space, missing])
    return out


def _sentence(gaps: dict[Kind, dict[str | None, str]], missing: tuple[Kind, ...], space: str | None) -> str | None:
    here = [kind for kind in missing if kind is not Kind.NODE]  # Nodes are of no namespace
    parts = [gap_text(gaps, here, space)] if here else []
    parts += [gap_text(gaps, [Kind.NODE], None)] if Kind.NODE in missing else []
    return f"{'; '.join(parts)}." if parts else None
