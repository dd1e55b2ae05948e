"""The state that the endpoint controller would give each selected pod: steps EP-1c to EP-7, first failing one first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.basis import Basis
from k8snetviz.analysis.columns import Bools, Ints, code, flags, numbers, said, stacked, words
from k8snetviz.analysis.families import Layout
from k8snetviz.analysis.pod_columns import PodColumns
from k8snetviz.analysis.ports import UNRESOLVED_RULES, find_ports
from k8snetviz.model.coded import CodedTable, Text, coded_text, words_of
from k8snetviz.model.kinds import BackendState, Kind, Reason
from k8snetviz.model.snapshot import Snapshot

READY, NOT_READY, TERMINATING, NOT_SERVING, ABSENT, UNKNOWN = (code(state) for state in BackendState)
NONE = -1  # no state, no reason

_FIELDS = {
    Reason.TERMINAL_PHASE: "status.phase",
    Reason.NO_POD_IP: "status.podIPs",
    Reason.NODE_MISSING: "spec.nodeName",
    Reason.FAMILY_MISSING: "status.podIPs",
    Reason.TERMINATING: "metadata.deletionTimestamp",
    Reason.NOT_READY: "status.conditions[Ready]",
}
RULES = {
    Reason.OTHER_NAMESPACE: "EP-1a",
    Reason.SELECTOR_MISMATCH: "EP-1b",
    Reason.TERMINAL_PHASE: "EP-1c",
    Reason.NO_POD_IP: "EP-1d",
    Reason.NODE_MISSING: "EP-3",
    Reason.FAMILY_MISSING: "EP-6",
    Reason.PORT_UNRESOLVED: UNRESOLVED_RULES[0],
    Reason.TERMINATING: "EP-7",
    Reason.NOT_READY: "EP-7",
    Reason.NO_SUCH_POD: "EP-26",
    Reason.NOT_COLLECTED: "EP-47",
}
_UNTOLD_RULES = ("SN-12", "SN-23", "NM-5")  # a template; status stripped; address not readable


class Verdicts(NamedTuple):
    """Per pod, twice: as an ordinary Service sees it, then as one with publishNotReadyAddresses does."""

    state: Ints
    reason: Ints
    untold: Ints  # per pod: why it cannot be told, a place in _UNTOLD_RULES; -1
    has: Bools  # (3 x pods) flat: the pod has an address of the family; UNTOLD: always


class Expected(NamedTuple):
    """Rows of the selected pods in the order of the layout."""

    block: Ints
    pair: Ints
    service: Ints
    port: Ints  # entry of the port list
    family: Ints
    pod: Ints  # row in PODS
    target: Ints  # port number on the pod; -1
    state: Ints
    reason: Ints
    rule: Ints  # why the port does not resolve, a place in UNRESOLVED_RULES


def verdicts(snap: Snapshot, pods: PodColumns) -> Verdicts:
    """Return what the controller makes of every pod, ports and families aside.

    Decided: a pod without any status (SN-23), one whose address does not parse (NM-5) and a template (SN-12) are
    `unknown`, never absent. Where Nodes are a gap, EP-3 is skipped. publishNotReadyAddresses skips EP-3 and
    makes every pod with an address ready, even while it terminates (EP-7c, T-05, T-07, T-25).
    """
    has, template, stripped, ready, deleted = pods.has, pods.template, ~pods.told, pods.ready, pods.deleted
    addressed, readable = has[0] | has[1] | has[2], has[0] | has[1]
    lost = (pods.node < 0) & snap.knows(Kind.NODE)
    first = [(template, UNKNOWN, Reason.NOT_COLLECTED), (pods.terminal, ABSENT, Reason.TERMINAL_PHASE)]
    first += [(stripped, UNKNOWN, Reason.NOT_COLLECTED), (~addressed, ABSENT, Reason.NO_POD_IP)]
    address = [(~readable, UNKNOWN, Reason.NOT_COLLECTED)]
    last = [(deleted & ready, TERMINATING, Reason.TERMINATING), (deleted, NOT_SERVING, Reason.TERMINATING)]
    last += [(~ready, NOT_READY, Reason.NOT_READY)]
    ordinary = _first_of([*first, (lost, ABSENT, Reason.NODE_MISSING), *address, *last], pods.total)
    publish = _first_of([*first, *address], pods.total)
    untold = np.select([template, stripped, addressed & ~readable], [0, 1, 2], default=-1)
    everywhere = np.concatenate((has[0], has[1], np.ones(pods.total, bool)))
    state, reason = (np.concatenate(both) for both in zip(ordinary, publish, strict=True))
    return Verdicts(state, reason, untold.astype(np.int64), everywhere)


def expect(given: Basis, layout: Layout, selected: Ints, judged: Verdicts) -> Expected:
    """Return the expected state of every selected pod at every port and family of its Service.

    EP-6 fails for that family only, EP-11 to EP-16 for that port only; both are asked after EP-3 and before EP-7.
    A pod whose port does not resolve is `absent` for that port: it stands in a slice that lacks the port (EP-14).
    """
    ports, pods = given.ports, given.pods
    block, pair = layout.rows()
    port, family = layout.block_port[block], layout.block_family[block]
    pod, service = selected[pair], ports.service[port]
    at = pod + np.where(flags(given.services["publish_not_ready"])[service], pods.total, 0)
    state, reason = judged.state[at], judged.reason[at]
    target, rule = _targets(given, port, pods.container_set[pod])
    later = (state != ABSENT) & (state != UNKNOWN)
    lacks = later & ~judged.has[family * pods.total + pod]
    unresolved = ~lacks & (later | (judged.untold[pod] == 0)) & (target < 0) & (ports.row[port] >= 0)
    state = np.where(lacks | (unresolved & later), ABSENT, state)
    reason = np.where(lacks, code(Reason.FAMILY_MISSING), np.where(unresolved, code(Reason.PORT_UNRESOLVED), reason))
    return Expected(block, pair, service, port, family, pod, target, state, reason, rule)


def explained(given: Basis, rows: Expected, judged: Verdicts, shown: Bools) -> dict[str, Text]:
    """Return the columns reason, field, value and rule of `rows`; missing where not `shown`."""
    pods, ports = given.pods.table, given.ports
    reason = np.where(shown, rows.reason, NONE)
    places = given.snap.service_ports
    position = numbers(places["position"])
    choices = [_FIELDS.get(choice) for choice in Reason]
    ports_named = [f"spec.ports[{place}].targetPort" for place in range(int(position.max(initial=-1)) + 1)]
    unresolved = reason == code(Reason.PORT_UNRESOLVED)
    caused = reason == code(Reason.NOT_READY)
    caused[caused] = ~pods.missing("cause_field")[rows.pod[caused]]
    field = np.where(caused, len(choices) + len(ports_named) + rows.pod, reason)
    field[unresolved] = len(choices) + position[ports.row[rows.port[unresolved]]]
    values, seen = _pod_values(pods)
    value = np.where(seen[reason] >= 0, seen[reason] * len(pods) + rows.pod, NONE)
    value[unresolved] = len(values.codes) + ports.row[rows.port[unresolved]]
    rule = np.where(unresolved, len(Reason) + rows.rule, reason)
    untold = (reason == code(Reason.NOT_COLLECTED)) & (judged.untold[rows.pod] >= 0)
    rule = np.where(untold, len(Reason) + len(UNRESOLVED_RULES) + judged.untold[rows.pod], rule)
    return {
        "reason": said(words(Reason), reason),
        "field": stacked(words_of([*choices, *ports_named]), pods.text("cause_field")).at(field),
        "value": stacked(values, coded_text(places["target_port"])).at(value),
        "rule": said([*(RULES.get(choice) for choice in Reason), *UNRESOLVED_RULES, *_UNTOLD_RULES], rule),
    }


def _first_of(steps: list[tuple[Bools, int, Reason]], count: int) -> tuple[Ints, Ints]:
    """Return state and reason by the first step that holds; ready without reason where none does."""
    state, reason = np.full(count, READY, np.int64), np.full(count, NONE, np.int64)
    for holds, verdict, why in reversed(steps):
        state[holds], reason[holds] = verdict, code(why)
    return state, reason


def _targets(given: Basis, port: Ints, container_set: Ints) -> tuple[Ints, Ints]:
    """Return the number of each row's port on its pod (-1: unresolved or no port), and the rule where unresolved."""
    ports, rule = given.ports, np.zeros(len(port), np.int64)
    number = np.where(ports.row[port] >= 0, ports.number[port], NONE)
    named = np.flatnonzero(ports.target[port] >= 0)
    number[named], rule[named] = find_ports(given.snap, ports, container_set[named], ports.target[port[named]])
    return number, rule


def _pod_values(pods: CodedTable) -> tuple[Text, Ints]:
    """Return what may have been seen on pods, column after column; and which column each reason asks (-1: none).

    A pod that is not Ready and does not tell why shows the status of its condition.
    """
    columns = [pods.text(name) for name in ("phase", "node", "address")]
    going = np.flatnonzero(~pods.missing("deleted"))
    times = pd.Series(pods.columns["deleted"].take(going)).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    place = np.full(len(pods), NONE, np.int64)
    place[going] = np.arange(len(going))
    causes = pods.text("cause").then(words_of(["False"]))
    own = np.arange(len(pods), dtype=np.int64)
    asked = [Reason.TERMINAL_PHASE, Reason.NODE_MISSING, Reason.FAMILY_MISSING, Reason.TERMINATING, Reason.NOT_READY]
    seen = np.full(len(Reason) + 1, NONE, np.int64)  # the last one stands for no reason
    seen[[code(reason) for reason in asked]] = range(len(asked))
    deleted = said(times.to_numpy(dtype=object), place)
    return stacked(*columns, deleted, causes.at(np.where(pods.missing("cause"), len(pods), own))), seen
