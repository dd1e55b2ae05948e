"""Which observed endpoint is which selected pod: by targetRef, uid and address, else by address alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.basis import Basis
from k8snetviz.analysis.columns import Bools, Ints, changes, positions
from k8snetviz.analysis.families import UNTOLD
from k8snetviz.analysis.observed import Observations
from k8snetviz.analysis.pod_columns import PodColumns
from k8snetviz.analysis.selection import Selection
from k8snetviz.model.coded import joint_codes


class Matches(NamedTuple):
    """Matched observations and pairs, and per observation how it stands to the pod that it names."""

    seen: Ints  # observation
    pair: Ints  # pair of the selection that it is
    pod: Ints  # pod of that pair
    other_uid: Bools  # per observation: names a pod whose uid is another one
    other_address: Bools  # per observation: names a pod that does not have this address
    selected: Bools  # per observation: names a pod that the selector selects


def match(given: Basis, selection: Selection, seen: Observations) -> Matches:
    """Return which observation is which selected pod.

    A targetRef is believed if uid and address agree with the pod of that name (3.7); what a stripped snapshot does
    not tell cannot disagree (SN-22, SN-23). An address without such a reference (none, or of a Node) that a selected
    pod holds is that pod.
    """
    pods = given.pods
    named = np.flatnonzero(seen.pod >= 0)
    other_uid, other_address = np.zeros(len(seen.pod), bool), np.zeros(len(seen.pod), bool)
    other_uid[named], other_address[named] = _differences(seen, pods, named)
    pair = np.full(len(seen.pod), -1, np.int64)
    pair[named] = positions(selection.service * pods.total + selection.member, seen.service[named] * pods.total + seen.pod[named])
    sure = np.flatnonzero((pair >= 0) & ~other_uid & ~other_address)
    loose = np.flatnonzero(~seen.pointed & given.managed[seen.service]) if len(given.managed) else sure[:0]
    by_address, held = _by_address(selection, pods, seen, loose)
    found = np.concatenate((pair[sure], held))
    return Matches(np.concatenate((sure, by_address)), found, selection.member[found], other_uid, other_address, pair >= 0)


def _differences(seen: Observations, pods: PodColumns, named: Ints) -> tuple[Bools, Bools]:
    """Return for the observations `named`: uid differs, address differs from that of the pod they name."""
    pod, family = seen.pod[named], seen.family[named]
    address, uid = seen.address.at(named), seen.target_uid.at(named)
    new = changes(pod, family, address.codes, uid.codes)  # ports of one endpoint are neighbours
    first = np.flatnonzero(new)
    pod, family, address, uid = pod[first], family[first], address.at(first), uid.at(first)
    held = pods.uid.at(pod)
    other_uid = (uid.objects() != held.objects()) & ~uid.missing & ~held.missing
    text = address.objects()
    same = pods.every_address.at(family * pods.total + pod).objects() == text
    off = np.flatnonzero(~same)
    same[off] = pods.addresses[UNTOLD].at(pod[off]).objects() == text[off]
    stripped = ~pods.told & ~pods.has[UNTOLD]
    row = np.cumsum(new) - 1
    return other_uid[row], (~same & ~stripped[pod])[row]


def _by_address(selection: Selection, pods: PodColumns, seen: Observations, loose: Ints) -> tuple[Ints, Ints]:
    """Return observations and the pairs that hold their address; a terminal pod only where no other one does."""
    services = np.unique(seen.service[loose])
    pairs = np.flatnonzero(np.isin(selection.service, services))
    if not len(pairs):
        return loose[:0], loose[:0]
    pod = selection.member[pairs]
    (wanted, *held), _ = joint_codes(seen.address.at(loose), *(column.at(pod) for column in pods.addresses))
    terminal = pods.terminal[pod]
    ours = pd.DataFrame({"service": np.tile(selection.service[pairs], 3), "address": np.concatenate(held)})
    ours["pair"], ours["terminal"] = np.tile(pairs, 3), np.tile(terminal, 3)
    ours = ours[ours["address"] >= 0].drop_duplicates(["service", "address", "pair"])
    theirs = pd.DataFrame({"service": seen.service[loose], "address": wanted, "seen": loose})
    both = theirs.merge(ours, on=["service", "address"])
    best = both.groupby("seen")["terminal"].transform("min") if len(both) else both["terminal"]
    both = both[both["terminal"] == best]
    return both["seen"].to_numpy(dtype=np.int64), both["pair"].to_numpy(dtype=np.int64)
