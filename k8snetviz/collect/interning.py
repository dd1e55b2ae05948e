"""Equal things once: numbers for values that many pods share."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import msgspec
import numpy as np

from k8snetviz.collect.structs.pod import Container, PodSpec
from k8snetviz.model.kinds import ContainerRole

Key = TypeVar("Key", bound=Hashable)
Labels = tuple[tuple[str, str], ...]  # sorted by key
Port = tuple[str | None, int, str, int | None, str | None]  # name, number, protocol, hostPort, hostIP
ContainerSet = tuple[tuple[str, str, tuple[Port, ...]], ...]  # name, role, ports, in FindPort order
_MEMO = 1 << 16  # distinct texts kept; a bound, since many times are met once
_NO_TIME = int(np.iinfo(np.int64).min)  # NaT
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


class Interner(Generic[Key]):
    """Numbers for distinct values, in the order in which they were met."""

    def __init__(self) -> None:
        self.numbers: dict[Key, int] = {}

    def __call__(self, value: Key) -> int:
        return self.numbers.setdefault(value, len(self.numbers))

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def values(self) -> list[Key]:
        """Return the values by number."""
        return list(self.numbers)


class LabelSets:
    """Label sets by the bytes they were read from; each distinct spelling is decoded once."""

    def __init__(self) -> None:
        self.sets: Interner[Labels] = Interner()
        self._spellings: dict[bytes, int] = {b"": self.sets(()), b"null": 0}
        self._decoder = msgspec.json.Decoder(dict[str, str | None])

    def of_bytes(self, raw: msgspec.Raw) -> int:
        """Return the number of the label set that `raw` spells."""
        spelling = bytes(raw)
        number = self._spellings.get(spelling)
        if number is None:
            number = self.of(self._decoder.decode(spelling))
            self._spellings[spelling] = number
        return number

    def of(self, labels: dict[str, str | None] | dict[str, str] | None) -> int:
        """Return the number of `labels`; a null value is the empty string, as Go reads it."""
        return self.sets(tuple(sorted((key, value or "") for key, value in (labels or {}).items())))


class Times:
    """Times of the API as microseconds since 1970; NaT when missing or unreadable."""

    def __init__(self) -> None:
        self._memo: dict[str | None, int] = {None: _NO_TIME}

    def __call__(self, text: str | None) -> int:
        micros = self._memo.get(text)
        if micros is None:
            if len(self._memo) > _MEMO:
                self._memo = {None: _NO_TIME}
            micros = self._memo[text] = _micros(text or "")
        return micros


def _micros(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _NO_TIME
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICRO


def container_set(spec: PodSpec) -> ContainerSet:
    """Return what tables need of the containers of `spec`, in FindPort order (EP-12, EP-13, CP-1, CP-4, CP-7)."""
    shared = bool(spec.host_network)
    out = [_container(c, _APP, shared) for c in spec.containers or ()]
    init = spec.init_containers or ()
    out += [_container(c, _SIDECAR, shared) for c in init if c.restart_policy == "Always"]
    out += [_container(c, _INIT, shared) for c in init if c.restart_policy != "Always"]
    out += [_container(c, _EPHEMERAL, shared) for c in spec.ephemeral_containers or ()]
    return tuple(out)


def _container(container: Container, role: str, host_network: bool) -> tuple[str, str, tuple[Port, ...]]:
    if not container.ports:
        return container.name, role, ()
    return container.name, role, tuple(
        (
            port.name or None,
            port.container_port,
            port.protocol or "TCP",
            port.host_port or (port.container_port if host_network else None),
            port.host_ip or None,
        )
        for port in container.ports
    )


_APP, _SIDECAR, _INIT, _EPHEMERAL = (role.value for role in ContainerRole)
