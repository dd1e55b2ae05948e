"""What almost stands behind a Service, or stands there by accident."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from k8snetviz.analysis.candidates import Group, counted, groups_of, idle_groups, live_pods
from k8snetviz.analysis.columns import cells, rows_with
from k8snetviz.analysis.label_sets import Difference, Labels, alike, difference, labels_by_set, matching_sets
from k8snetviz.analysis.near_ports import named_targets, unresolved_ports
from k8snetviz.analysis.references import Reference, resolve_service
from k8snetviz.model.kinds import WORKLOADS, Kind, NearMiss
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import NEAR_MISSES

_PER_POD = frozenset(  # keys that controllers write, with another value on every pod or revision
    {
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/job-completion-index",
        "controller-revision-hash",
        "pod-template-hash",
        "pod-template-generation",
    }
)
_SHOWN = 3
Row = dict[str, object]


class Wanted(NamedTuple):
    """What a Service selects, and whether it selects anything."""

    namespace: str
    service: str
    pairs: Labels
    kin: frozenset[tuple[str, str]]  # groups of the selected pods that are not terminal


def near_misses(snap: Snapshot, service: str) -> pd.DataFrame:
    """Return the NEAR_MISSES of one Service (``shop/cart``), by workload; none for a Service without selector.

    A Service that selects nothing gets everything in its namespace that differs in exactly one pair, and
    pods of other namespaces that carry all pairs. A Service that selects pods gets only what looks
    like a slip: other case, whitespace, a missing key, a value spelled alike, pods of a workload it selects.

    Raises
    ------
    UnknownReference : there is no such Service.
    """
    return near_misses_of(snap, resolve_service(snap, service))


def near_misses_of(snap: Snapshot, service: Reference, pairs: Labels | None = None) -> pd.DataFrame:
    """Return the NEAR_MISSES of a Service that is known to be there, and whose selector has `pairs`, where they are at hand."""
    pairs = selector_of(snap, service) if pairs is None else pairs
    if not pairs:
        return NEAR_MISSES.empty()
    full = matching_sets(snap.label_sets, pairs)
    pods = snap.pods
    pods = live_pods(pods[pods["namespace"].isin([service.namespace]) | pods["label_set"].isin(full)])  # few of all
    here = (pods["namespace"] == service.namespace).fillna(False)
    matches = pods["label_set"].isin(full)
    selected = pods[here & matches]
    kin = frozenset(zip(selected["group_kind"], selected["group"], strict=True))
    wanted = Wanted(str(service.namespace), service.name, pairs, kin)
    rows: list[Row] = []
    if not kin:
        rows += _on_the_controller(snap, wanted, pods[here], full)
        rows += _in_other_namespaces(pods[~here & matches])
    said = {(row["object_kind"], row["object"], row["key"]) for row in rows}
    rows += [row for row in _by_labels(snap, wanted, pods[here], full) if (row["object_kind"], row["object"], row["key"]) not in said]
    rows += _several_workloads(selected)
    rows += _by_port_name(snap, wanted, selected)
    return NEAR_MISSES.from_rows(rows)


def selector_of(snap: Snapshot, service: Reference) -> dict[str, str]:
    """Return the pairs of the Service's selector; empty when no controller writes its endpoints (EP-0)."""
    row = rows_with(snap.services, service=service.name, namespace=str(service.namespace))
    if row.empty or not bool(row["managed"].iloc[0]):
        return {}
    table = rows_with(snap.selectors, name=service.name, kind=Kind.SERVICE.value, namespace=str(service.namespace))
    return {key: value for key, value in cells(table, "key", "value") if key is not None and value is not None}


def _by_labels(snap: Snapshot, wanted: Wanted, pods: pd.DataFrame, full: pd.Index[int]) -> Iterator[Row]:
    """Yield what differs from the selector in one pair: groups of pods, and workloads that have no pods."""
    others = pods[~pods["label_set"].isin(full)]
    idle = idle_groups(snap, wanted.namespace, pods)
    numbers = {*others["label_set"].unique(), *(number for _, number in idle)}
    judged = {number: difference(labels, wanted.pairs) for number, labels in labels_by_set(snap.label_sets, numbers).items()}
    missed = {number: found for number, found in judged.items() if found is not None}
    for group, rows in groups_of(others[others["label_set"].isin(list(missed))]):
        found = {int(number): missed[int(number)] for number in rows["label_set"].unique()}
        for kind, key in sorted({(each.kind, each.key) for each in found.values()}):
            same = {number: each for number, each in found.items() if (each.kind, each.key) == (kind, key)}
            first = next(iter(same.values()))
            if _worth_telling(first, wanted, group):
                mine = counted(group, rows[rows["label_set"].isin(list(same))])
                yield _label_row(mine, first, _joined(each.found for each in same.values()))
    for group, number in idle:
        if number in missed and _worth_telling(missed[number], wanted, group):
            yield _label_row(group, missed[number], missed[number].found)


def _worth_telling(found: Difference, wanted: Wanted, group: Group) -> bool:
    """Tell whether a difference in one pair is a near miss, not just another workload."""
    if found.kind in (NearMiss.OTHER_CASE, NearMiss.WHITESPACE):
        return True
    if found.kind is NearMiss.MISSING_KEY:
        named = any(group.name == word or group.name.startswith(f"{word}-") for word in (wanted.service, found.wanted))
        if wanted.kin:
            return named or group.identity in wanted.kin
        return named or len(wanted.pairs) > 1 or found.found is not None
    if not wanted.kin:
        return True
    if found.key in _PER_POD or found.found is None:
        return False
    return group.identity in wanted.kin or alike(found.wanted, found.found)


def _on_the_controller(snap: Snapshot, wanted: Wanted, pods: pd.DataFrame, full: pd.Index[int]) -> Iterator[Row]:
    """Yield workloads that carry the wanted labels themselves while their pod template does not."""
    labels = snap.labels_of(WORKLOADS)
    labels = labels[(labels["namespace"] == wanted.namespace).fillna(False)]
    labels = labels[(labels["value"] == labels["key"].map(dict(wanted.pairs)).astype("string")).fillna(False)]
    counts = labels.groupby(["kind", "name"]).size()
    carriers = set(counts.index[counts == len(wanted.pairs)])
    workloads = snap.workloads
    templates = workloads[(workloads["namespace"] == wanted.namespace) & ~workloads["template_label_set"].isin(full)]
    if not carriers or templates.empty:
        return
    by_identity = {group.identity: group for group, _ in groups_of(pods)}
    by_identity |= {group.identity: group for group, _ in idle_groups(snap, wanted.namespace, pods)}
    for kind, name, number in templates[["kind", "workload", "template_label_set"]].dropna().itertuples(index=False):
        group = by_identity.get((kind, name))
        if (kind, name) in carriers and group is not None:
            yield _controller_row(group, wanted.pairs, labels_by_set(snap.label_sets, [number])[int(number)])


def _controller_row(group: Group, pairs: Labels, template: Labels) -> Row:
    missed = [key for key in sorted(pairs) if template.get(key) != pairs[key]]
    spelled = ", ".join(f"{key}={pairs[key]}" for key in missed)
    found = ", ".join(f"{key}={template[key]}" for key in missed if key in template) or None
    if len(missed) == 1:
        found = template.get(missed[0])
    detail = (
        f"{group.described} carries {printable(spelled)} on itself, but not on its pod template; "
        "a Service looks at pods, so the label belongs under spec.template.metadata.labels."
    )
    kind = NearMiss.MISSING_KEY if found is None else NearMiss.OTHER_VALUE
    return _row(kind, group, detail, key=", ".join(missed), wanted=pairs[missed[0]] if len(missed) == 1 else spelled, found=found)


def _in_other_namespaces(pods: pd.DataFrame) -> Iterator[Row]:
    for group, _ in groups_of(pods):
        detail = (
            f"{group.described} in namespace {printable(group.namespace)} has the wanted labels; "
            "a Service selects pods of its own namespace only."
        )
        yield _row(NearMiss.OTHER_NAMESPACE, group, detail)


def _several_workloads(selected: pd.DataFrame) -> Iterator[Row]:
    groups = [group for group, _ in groups_of(selected)]
    for group in groups if len({group.top for group in groups}) > 1 else []:
        others = _joined(other.label for other in groups if other is not group)
        detail = f"{group.described} is selected, and so is {others}; connections are spread over all of them."
        yield _row(NearMiss.SEVERAL_WORKLOADS, group, detail)


def _by_port_name(snap: Snapshot, wanted: Wanted, selected: pd.DataFrame) -> Iterator[Row]:
    """Yield groups of selected pods on which a named target port does not resolve though they declare ports."""
    targets = named_targets(snap, wanted.namespace, wanted.service)
    if not targets or selected.empty:
        return
    numbers = {int(number) for number in selected["container_set"].unique()}
    missed = [(number, port) for number, port in unresolved_ports(snap, targets, numbers) if port.instead is not None]
    for group, rows in groups_of(selected):
        held = set(rows["container_set"])
        for port in dict.fromkeys(port for number, port in missed if number in held):
            mine = counted(group, rows[rows["container_set"].isin([number for number, each in missed if each == port])])
            detail = (
                f"{mine.described} declares no {port.protocol} port named {printable(port.name)}; it declares {printable(port.instead)}."
            )
            asked = f"{port.name}/{port.protocol}"
            yield _row(NearMiss.PORT_NAME, mine, detail, key=port.name, wanted=asked, found=port.instead)


def _label_row(group: Group, missed: Difference, found: str | None) -> Row:
    key, wanted, has = printable(missed.key), printable(missed.wanted), printable(found or "")
    pair, seen = (wanted, has) if missed.in_key else (f"{key}={wanted}", f"{key}={has}")
    said = {
        NearMiss.OTHER_VALUE: f"has {seen}, not {pair}.",
        NearMiss.OTHER_CASE: f"has {seen}, not {pair}: upper and lower case differ.",
        NearMiss.WHITESPACE: f"has '{seen}', not '{pair}': blanks or invisible characters differ.",
        NearMiss.MISSING_KEY: f"has no label {key}" + (f", but {has}." if found else "."),
    }[missed.kind]
    return _row(missed.kind, group, f"{group.described} {said}", key=missed.key, wanted=missed.wanted, found=found)


def _row(kind: NearMiss, group: Group, detail: str, *, key: str | None = None, wanted: str | None = None, found: str | None = None) -> Row:
    return {
        "kind": kind.value,
        "object_kind": group.kind,
        "object_namespace": group.namespace,
        "object": group.name,
        "key": key,
        "wanted": wanted,
        "found": found,
        "pods": group.pods,
        "ready_pods": group.ready,
        "detail": detail,
    }


def _joined(texts: Iterable[str | None]) -> str | None:
    several = sorted({text for text in texts if text is not None})
    if not several:
        return None
    more = f" and {len(several) - _SHOWN} more" if len(several) > _SHOWN else ""
    return ", ".join(several[:_SHOWN]) + more
