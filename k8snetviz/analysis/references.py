"""Object references, everywhere alike: `shop/cart`, `pod:shop/web-0`, `node:a`, `namespace:shop`, `ip:10.1.2.3`, `internet`."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from k8snetviz.analysis.addresses import lenient_address
from k8snetviz.errors import UnknownReference, UsageError
from k8snetviz.model.kinds import WORKLOADS, Kind
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

_FORMS = (
    "ns/name, pod:ns/name, service:ns/name, node:name, namespace:name, workload:ns/kind/name, ip:10.1.2.3, dns:cart.shop.svc or internet"
)
_WORKLOAD_KINDS = {kind.value.lower(): kind for kind in WORKLOADS}
_SHOWN = 3  # nearest names in a message
_CUTOFF = 0.6  # below it a name is another word
_LONGEST = 512  # a namespace and a name have 63 and 253 characters


class Form(StrEnum):
    """What a reference names."""

    SERVICE = "service"
    POD = "pod"
    NODE = "node"
    NAMESPACE = "namespace"
    WORKLOAD = "workload"
    IP = "ip"
    DNS = "dns"
    INTERNET = "internet"


_SHAPES = {Form.WORKLOAD: "workload:ns/kind/name", Form.NODE: "node:name", Form.NAMESPACE: "namespace:name", Form.DNS: "dns:cart.shop.svc"}


@dataclass(frozen=True)
class Reference:
    """A parsed reference. ``str()`` gives its full spelling, which parses to an equal one."""

    form: Form
    name: str = ""
    namespace: str | None = None
    kind: Kind | None = None  # of a workload

    def __str__(self) -> str:
        if self.form is Form.INTERNET:
            return self.form.value
        parts = (self.namespace, self.kind.value if self.kind else None, self.name)
        return f"{self.form.value}:" + "/".join(part for part in parts if part is not None)


def parse_reference(text: str, default: Form | None = None) -> Reference:
    """Return the Reference that `text` spells; `default` is the form of a bare ``ns/name``.

    Raises
    ------
    UsageError : `text` has none of the forms; the message lists them.
    """
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
        raise UsageError(f"wanted a reference, found {_shown(text)}; write {_FORMS}")
    bare = text.strip()
    if bare == Form.INTERNET:
        return Reference(Form.INTERNET)
    prefix, colon, rest = bare.partition(":")
    if colon and prefix in set(Form) - {Form.INTERNET}:
        return _of_form(Form(prefix), rest, bare)
    if default is not None and (not colon or "/" in prefix):
        return _of_form(default, bare, bare)
    raise UsageError(f"wanted a reference, found {_shown(bare)}; write {_FORMS}")


def resolve_service(snap: Snapshot, text: str) -> Reference:
    """Return the reference of the Service that `text` names (``shop/cart`` or ``service:shop/cart``).

    Raises
    ------
    UsageError : `text` is no reference of a Service.
    UnknownReference : no such Service; names the nearest ones, or the gap if Services were not read.
    """
    services = snap.services
    if isinstance(text, str) and "/" not in text and ":" not in text and text.strip():
        raise UnknownReference(_without_namespace(text.strip(), services))
    wanted = parse_reference(text, Form.SERVICE)
    if wanted.form is not Form.SERVICE:
        raise UsageError(f"wanted a Service such as shop/cart, found {_shown(text)}, which names something else")
    found = (services["namespace"] == wanted.namespace) & (services["service"] == wanted.name)
    if found.any():
        return wanted
    raise UnknownReference(_not_found(snap, wanted, services))


def nearest(wanted: str, names: pd.DataFrame, limit: int = _SHOWN) -> list[str]:
    """Return up to `limit` of `names` (columns namespace, name) as ``ns/name``, nearest to `wanted` first.

    The same name in another namespace comes first, then names that are spelled alike.
    """
    namespace, _, name = wanted.rpartition("/")
    alike = difflib.get_close_matches(name, set(names["name"]), n=limit, cutoff=_CUTOFF)
    found = names[names["name"].isin([name, *alike])]
    pairs = sorted(
        zip(found["namespace"], found["name"], strict=True),
        key=lambda pair: (-_alike(pair[1], name), -_alike(pair[0], namespace), pair),
    )
    return [f"{space}/{each}" for space, each in pairs[:limit]]


def _of_form(form: Form, rest: str, text: str) -> Reference:
    parts = rest.split("/", 2 if form is Form.WORKLOAD else 1)  # no namespace holds a slash; a hostile name may
    if form in (Form.POD, Form.SERVICE) and len(parts) == 2 and all(parts):
        return Reference(form, parts[1], parts[0])
    if form in (Form.NODE, Form.NAMESPACE, Form.DNS) and rest:
        return Reference(form, rest)
    if form is Form.IP:
        address = lenient_address(rest)
        if address is None:
            raise UsageError(f"wanted an address such as ip:10.1.2.3, found {_shown(text)}")
        return Reference(form, str(address))
    if form is Form.WORKLOAD and len(parts) == 3 and all(parts):
        kind = _WORKLOAD_KINDS.get(parts[1].lower())
        if kind is None:
            known = ", ".join(sorted(kind.value for kind in WORKLOADS))
            raise UsageError(f"wanted the kind of a workload in {_shown(text)}, found {_shown(parts[1])}; there are: {known}")
        return Reference(form, parts[2], parts[0], kind)
    raise UsageError(f"wanted {_SHAPES.get(form, f'{form.value}:ns/name')}, found {_shown(text)}")


def _not_found(snap: Snapshot, wanted: Reference, services: pd.DataFrame) -> str:
    name = f"{wanted.namespace}/{wanted.name}"
    near = nearest(name, services.rename(columns={"service": "name"}))
    if snap.knows(Kind.SERVICE, wanted.namespace):
        there = f"there is none among the {len(services)} Services" if len(services) else "there is no Service at all"
    else:
        there = f"Services of namespace {printable(wanted.namespace)} were not, or not completely, collected (see snap.gaps)"
    return f"wanted Service {_shown(name)}, {there}{_suggestion(near)}"


def _without_namespace(name: str, services: pd.DataFrame) -> str:
    same = sorted(services.loc[services["service"] == name, "namespace"])
    said = f"wanted a Service as namespace/name, found {_shown(name)} without a namespace"
    if len(same) == 1:
        return f"{said}; the only Service of that name is {printable(same[0])}/{printable(name)}"
    if same:
        shown = ", ".join(f"{printable(namespace)}/{printable(name)}" for namespace in same[:_SHOWN])
        more = f" and {len(same) - _SHOWN} more" if len(same) > _SHOWN else ""
        return f"{said}, and it is ambiguous: {shown}{more}"
    return f"{said}, and no Service has that name{_suggestion(nearest(name, services.rename(columns={'service': 'name'})))}"


def _suggestion(near: list[str]) -> str:
    return f"; nearest: {', '.join(printable(name) for name in near)}" if near else "; nothing is spelled like it"


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def _shown(text: object) -> str:
    return f"'{printable(text, limit=80)}'"
