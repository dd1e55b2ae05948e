"""The story of one Service: does it serve, why not, what that rests on, what to run."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from k8snetviz.analysis.case import Case, case_of
from k8snetviz.analysis.confirm import commands
from k8snetviz.analysis.evidence import evidence
from k8snetviz.analysis.explanation import Explanation
from k8snetviz.analysis.references import resolve_service
from k8snetviz.model.kinds import Reason, ServiceState
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

__all__ = ["Explanation", "explain", "explanation_of"]

_PORTS_SHOWN = 3
_TITLES = {
    ServiceState.SERVING: "serves",
    ServiceState.DEGRADED: "is degraded",
    ServiceState.DOWN: "is down",
    ServiceState.EMPTY: "is empty",
    ServiceState.UNKNOWN: "may or may not serve",
    ServiceState.EXTERNAL: "is external",
}

_LEADS = {
    ServiceState.DOWN: "Nothing answers",
    ServiceState.DEGRADED: "It answers only in part",
    ServiceState.EMPTY: "Nothing answers, and nothing is meant to",
}


def explain(snap: Snapshot, service: str) -> Explanation:
    """Return the Explanation of one Service (``shop/cart``): ledger, first reason, near misses, what to run.

    Raises
    ------
    UnknownReference : there is no such Service; the message names the nearest ones.
    """
    return explanation_of(case_of(snap, resolve_service(snap, service)))


def explanation_of(case: Case) -> Explanation:
    """Return the Explanation of a Service whose tables are gathered."""
    facts = evidence(case)
    return Explanation(
        service=f"{case.namespace}/{case.name}",
        state=case.state_frame,
        backends=case.backends,
        near_misses=case.near_misses,
        events=case.events,
        reached_by=case.reached_by,
        gaps=case.gaps,
        commands=commands(case),
        sentences=[_first_sentence(case), *(f"{fact.label}: {fact.text}" for fact in facts)],
        title=f"{_named(case)} {_TITLES[case.verdict]}",
        subtitle=_subtitle(case),
        decided_by=_decided_by(case),
        evidence=facts,
    )


def _first_sentence(case: Case) -> str:
    """Return what happens to a connection, then why."""
    lead = _LEADS.get(case.verdict)
    if case.reason is Reason.SELECTS_NOTHING:
        return f"{lead or 'Nothing answers'}: the selector matches no pod in namespace {printable(case.namespace)}."
    detail = printable(case.detail[0] or f"it {_TITLES[case.verdict]}.")
    return f"{lead}: {detail[0].lower()}{detail[1:]}" if lead else detail


def _named(case: Case) -> str:
    return printable(f"{case.namespace}/{case.name}")


def _subtitle(case: Case) -> str:
    row = case.row
    addresses = case.snap.service_addresses
    mine = addresses[(addresses["namespace"] == case.namespace) & (addresses["service"] == case.name)]
    parts = [" ".join([str(row["type"]), "headless" if row["headless"] else "", *mine["address"]]).replace("  ", " ").strip()]
    if row["external_name"] is not None:
        parts.append(f"CNAME {row['external_name']}")
    ports = [_port(port) for port in case.ports.to_dict("records")]
    parts += ports[:_PORTS_SHOWN]
    if len(ports) > _PORTS_SHOWN:
        parts.append(f"and {len(ports) - _PORTS_SHOWN} more ports")
    return printable(" · ".join(parts))


def _port(port: dict[Hashable, Any]) -> str:
    name = "" if pd.isna(port["port_name"]) else f"{port['port_name']} "
    node = "" if pd.isna(port["node_port"]) else f", node port {port['node_port']}"
    target = "" if port["target_port"] == str(port["port"]) else f" → {port['target_port']}"
    return f"{name}{port['port']}{target}/{port['protocol']}{node}"


def _decided_by(case: Case) -> str:
    """Return reason, rule and the field that decided, where all candidates of that reason name the same one."""
    reason = case.state["reason"]
    if reason is None:
        return ""
    rows = case.backends[(case.backends["reason"] == reason).fillna(False)]
    fields = rows["field"].dropna().unique()
    parts = [reason] + ([f"rule {case.state['rule']}"] if case.state["rule"] is not None else [])
    return printable(" · ".join(parts + ([str(fields[0])] if len(fields) == 1 else [])))
