"""What a page holds, read as a browser reads it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
_LOADS = {"src", "srcset", "poster", "data", "action", "formaction", "background", "manifest", "ping", "xlink:href"}
_ADDRESS = re.compile(r"url\(\s*['\"]?(?!data:)|@import", re.IGNORECASE)


class Page(HTMLParser):
    """Elements with their attributes, texts of scripts and styles, and the headings."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []  # that run
        self.styles: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self._into: list[str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.elements.append((tag, told))
        self._into = None
        if tag == "script" and told.get("type") in (None, "", "module", "text/javascript"):
            self._into = self.scripts
        elif tag == "style":
            self._into = self.styles
        if self._into is not None:
            self._into.append("")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._into = None
        assert tag in self._open, f"</{tag}> closes nothing"
        while self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data
        elif not self._open or self._open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        """The words of the page, as they are read."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """Attributes of every element `tag`."""
        return [attributes for name, attributes in self.elements if name == tag]

    def policy(self) -> dict[str, str]:
        """The directives of the content security policy."""
        (told,) = (each["content"] for each in self.all("meta") if each.get("http-equiv") == "Content-Security-Policy")
        return {name: rest for name, _, rest in (part.strip().partition(" ") for part in told.split(";"))}

    def requests(self) -> list[str]:
        """Everything in attributes and styles that would make a browser fetch something."""
        found = [f"<{tag} {name}={value}>" for tag, told in self.elements for name, value in told.items() if _fetches(tag, name, value)]
        return found + [style for style in self.styles if _ADDRESS.search(style)]

    def handlers(self) -> list[str]:
        """Attributes that run code."""
        return [f"<{tag} {name}>" for tag, told in self.elements for name in told if name.startswith("on")]


def _fetches(tag: str, name: str, value: str) -> bool:
    if name in _LOADS:
        return not value.strip().startswith(("data:", "#"))
    if name == "href":
        return tag not in ("a", "area") and not value.startswith("#")
    if name == "style":
        return _ADDRESS.search(value) is not None
    return tag == "meta" and name == "http-equiv" and value.lower() == "refresh"
