"""Asks again where asking again helps: too many requests, a server that is ill, a broken connection. Bounded."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

from k8snetviz.collect.live.answers import status_of
from k8snetviz.collect.live.connection import Answer, Connection
from k8snetviz.collect.live.trouble import Lost
from k8snetviz.errors import NetvizError

_BUSY = 429
_ILL = (500, 502, 503, 504)
_LONGEST_S = 30.0
_AT_FIRST = 3  # tries after the first where the server never answered: a wrong address is told soon


class Patience(NamedTuple):
    """How often and how long to ask again."""

    tries: int = 6  # after the first, for one request
    first_s: float = 0.5  # then twice as long each time, up to 30 s, less up to a half by chance

    def pause(self, failures: int, longest_s: float = _LONGEST_S) -> float:
        """Return the seconds to wait after so many failures in a row, one or more."""
        whole: float = min(longest_s, self.first_s * 2.0 ** min(failures - 1, 10))
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads requests, hides nothing


class Failed(Exception):  # noqa: N818 - reads as what happened
    """The server did not give what was asked; `status` is 0 where there was no answer at all."""

    def __init__(self, status: int, message: str, *, token: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.token = token  # with 410: the continue token that the server offers instead


class Asker:
    """Asks one connection with patience, until it is told to stop."""

    def __init__(self, connection: Connection, patience: Patience) -> None:
        self._connection = connection
        self.patience = patience
        self.stopped = threading.Event()

    def body(self, path: str, query: Mapping[str, str | int] | None = None, *, sound: Callable[[bytes], bool] | None = None) -> bytes:
        """Return the body of a good answer; one that `sound` refuses is asked for again.

        Raises Failed with the status and the words of the server, or with status 0 where the connection broke again and again.
        """
        problem = Failed(0, "stopped")
        failures = 0
        while not self.stopped.is_set():
            failures += 1
            wait = self.patience.pause(failures)
            try:
                answer = self._connection.get(path, query)
            except NetvizError as error:  # credentials that cannot be had anew
                raise Failed(0, str(error)) from error
            except Lost as error:
                problem = Failed(0, str(error))
                if error.settled and not self._connection.heard:
                    break
            else:
                if answer.status == 200 and (sound is None or sound(answer.body)):
                    return answer.body
                problem = _failure(answer)
                if answer.status != _BUSY and answer.status not in _ILL and answer.status != 200:
                    break
                wait = asked_to_wait(answer) or wait
            if failures > (self.patience.tries if self._connection.heard else min(_AT_FIRST, self.patience.tries)):
                break
            self.stopped.wait(wait)
        raise problem

    def stop(self) -> None:
        """Ask no more; what is being read ends at once."""
        self.stopped.set()
        self._connection.close()


def _failure(answer: Answer) -> Failed:
    if answer.status == 200:
        return Failed(0, "the answer does not read as a list")
    status = status_of(answer.body)
    return Failed(answer.status, status.message or status.reason or f"status {answer.status}", token=status.metadata.next)


def asked_to_wait(answer: Answer) -> float | None:
    """Return the seconds of Retry-After (AP-11), at most 30."""
    told = {name.lower(): value for name, value in answer.headers.items()}.get("retry-after", "")
    return min(_LONGEST_S, float(told)) if told.isdigit() else None
