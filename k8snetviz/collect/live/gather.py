"""Several lists at once -> one sink: requests in threads, decoding in the caller's, what is missing as outcomes."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

from k8snetviz.collect.batches import Batch, Gap
from k8snetviz.collect.live.answers import Page
from k8snetviz.collect.live.paging import page_at, pages
from k8snetviz.collect.live.patience import Asker, Failed
from k8snetviz.collect.live.served import Place
from k8snetviz.collect.sink import Sink
from k8snetviz.model.kinds import GapReason, Kind

LAYOUT = "live list"
_REREAD = 3  # times that a page which cannot be decoded is taken


class Job(NamedTuple):
    """One list to read."""

    place: Place
    namespace: str | None = None

    @property
    def kind(self) -> Kind:
        """Kind of its objects."""
        return self.place.spec.kind


class Outcome(NamedTuple):
    """How a list ended: status 200, that of the refusal, or 0 for a connection that broke."""

    job: Job
    status: int
    message: str
    objects: int


class Progress(NamedTuple):
    """How far one list is."""

    job: Job
    objects: int
    remaining: int | None  # as the server estimates (AP-1)


class LiveSink(Sink, Protocol):
    """What a collection fills."""

    def known(self, kind: Kind, namespace: str | None, *, complete: bool) -> None:
        """Take that a list was read."""
        ...

    def objects_of(self, source: int) -> int:
        """Return how many objects came from a list so far."""
        ...

    def namespace_names(self) -> list[str]:
        """Return the namespaces that the cluster showed so far, in order."""
        ...


Told = Callable[[Progress], None]
_Event = tuple[Job, Page | Failed | str | None]  # a page, how it failed, a note, or its end


def gather(
    jobs: Iterable[Job], asker: Asker, sink: LiveSink, *, size: int, at_once: int, ahead: int, told: Told | None = None
) -> list[Outcome]:
    """Read every list of `jobs` into `sink` and return how each ended, in the order of `jobs`.

    Pages are decoded in the calling thread, in the order in which they come; at most `ahead` of them wait. An interrupt stops all requests.
    """
    wanted = list(jobs)
    events: queue.Queue[_Event] = queue.Queue(ahead)
    intakes = {job: _Intake(job, asker, sink) for job in wanted}
    with ThreadPoolExecutor(max(1, at_once), "k8snetviz-list") as pool:
        for job in wanted:
            pool.submit(_read, job, asker, size, events)
        try:
            for _ in wanted:
                _drain_one(events, intakes, told)
        except BaseException:
            asker.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            _let_go(events, pool)
            raise
    return [intakes[job].outcome() for job in wanted]


def _read(job: Job, asker: Asker, size: int, events: queue.Queue[_Event]) -> None:
    try:
        for page in pages(asker, job.place.path(job.namespace), size, lambda sentence: events.put((job, sentence))):
            events.put((job, page))
            if asker.stopped.is_set():
                break
        events.put((job, None))
    except Failed as failure:
        events.put((job, failure))
    except Exception as error:  # noqa: BLE001 - a thread must not end in silence: the list would be waited for for ever
        events.put((job, Failed(0, f"{type(error).__name__}: {error}")))


def _drain_one(events: queue.Queue[_Event], intakes: dict[Job, _Intake], told: Told | None) -> None:
    """Take events until one list has ended."""
    while True:
        job, event = events.get()
        if intakes[job].take(event, told):
            return


def _let_go(events: queue.Queue[_Event], pool: ThreadPoolExecutor) -> None:
    """Free threads that wait to hand over a page nobody takes any more."""
    threads = list(getattr(pool, "_threads", ()))
    while any(thread.is_alive() for thread in threads):
        try:
            events.get(timeout=0.05)
        except queue.Empty:
            continue


class _Intake:
    """One list on its way into the sink."""

    def __init__(self, job: Job, asker: Asker, sink: LiveSink) -> None:
        self._job = job
        self._asker = asker
        self._sink = sink
        self._source: int | None = None
        self._bytes = 0
        self._failure: Failed | None = None
        self._name = job.place.path(job.namespace)

    @property
    def objects(self) -> int:
        return 0 if self._source is None else self._sink.objects_of(self._source)

    def take(self, event: Page | Failed | str | None, told: Told | None) -> bool:
        """Take what came; True at the end of the list."""
        if isinstance(event, str):
            self._gap(GapReason.INCONSISTENT, event)
            return False
        if isinstance(event, Page):
            try:
                self._page(event, told)
            except Failed as failure:
                self._failure = failure
            return False
        if isinstance(event, Failed):
            self._fail(event)
        if self._source is not None:
            self._sink.read(self._source, self._bytes)
        return True

    def outcome(self) -> Outcome:
        """Return how it ended."""
        if self._failure is None:
            return Outcome(self._job, 200, "", self.objects)
        return Outcome(self._job, self._failure.status, str(self._failure), self.objects)

    def _page(self, page: Page, told: Told | None) -> None:
        tries = _REREAD
        while not self._send(page.items, f"object {self.objects}"):
            tries -= 1
            if not tries:
                self._gap(GapReason.UNREADABLE, f"a page of the list cannot be read, from object {self.objects} on")
                self._failure = Failed(0, "a page cannot be read")
                break
            page = page_at(self._asker, self._name, page.query)  # changed on its way: it is no JSON inside
        self._bytes += len(page.items)
        if told is not None:
            told(Progress(self._job, self.objects, page.head.remaining_item_count))

    def _send(self, items: bytes, where: str) -> bool:
        if self._source is None:
            self._source = self._sink.source(self._name, LAYOUT, "json")
        spec, version = self._job.place.spec, self._job.place.api_version
        batch = Batch(items, self._source, spec.kind.value, version, self._job.namespace, listed=False, where=where)
        return self._sink.add(batch) is not False

    def _fail(self, failure: Failed) -> None:
        self._failure = failure
        if self._source is not None:  # some pages came
            self._gap(GapReason.TRUNCATED, f"the list ends early: {failure}")

    def _gap(self, reason: GapReason, sentence: str) -> None:
        self._sink.gap(Gap(reason, sentence, self._job.kind, self._job.namespace, self._name))
