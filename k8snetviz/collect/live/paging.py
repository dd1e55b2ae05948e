"""One list, page by page, with what happens on the way (AP-2..AP-6): 410 between pages, an end that never comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from k8snetviz.collect.live.answers import Page, page_of
from k8snetviz.collect.live.patience import Asker, Failed

_GONE = 410
_RESTARTS = 3


def pages(asker: Asker, path: str, size: int, note: Callable[[str], None]) -> Iterator[Page]:
    """Yield the pages of the list at `path`, `size` objects each.

    `note` hears, in a sentence, when the pages are not of one moment: the server had compacted what the list began with, and went on
    from a later one, or the list was read again from its start.

    Raises Failed where a page cannot be had; the pages before it were yielded.
    """
    token: str | None = None
    restarts = 0
    while True:
        query: dict[str, str | int] = {"limit": size} | ({"continue": token} if token else {})
        try:
            page = page_at(asker, path, query)
        except Failed as failure:
            if failure.status != _GONE or token is None or restarts >= _RESTARTS:
                raise
            restarts += 1
            token = failure.token
            note(_later() if token else _again())
            continue
        yield page
        token = page.head.next
        if not token:
            return


def page_at(asker: Asker, path: str, query: Mapping[str, str | int]) -> Page:
    """Return the page that answers `query`; Failed where it cannot be had."""
    found: list[Page] = []

    def sound(body: bytes) -> bool:
        page = page_of(body)
        if page is not None:
            found.append(page._replace(query=query))
        return page is not None

    asker.body(path, query, sound=sound)
    return found[-1]


def _later() -> str:
    return "the server compacted what this list began with (410); the rest of it is of a later moment: objects may be missing or old"


def _again() -> str:
    return "the server compacted what this list began with (410); it was read again: objects deleted meanwhile may still be in it"
