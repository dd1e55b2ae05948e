"""A window over a stream of UTF-8: what is being looked at, and where in the stream it stands."""

from __future__ import annotations

from collections.abc import Callable

BLOCK = 1 << 20  # larger ones only cost fresh pages
LOOK = 8 << 20  # documents up to this size are taken whole


class Window:
    """Buffered text with a position; grows at the end, is cut off at the front."""

    def __init__(self, read: Callable[[int], bytes], text: bytes = b"") -> None:
        self._read = read
        self.text = text
        self.at = 0  # position in `text`
        self.base = 0  # byte of the stream where `text` begins
        self.ended = False
        self._ahead = memoryview(b"")  # read already, to be read again

    @property
    def byte(self) -> int:
        """Byte of the stream at the position."""
        return self.base + self.at

    @property
    def left(self) -> int:
        """How many bytes of the text lie ahead of the position."""
        return len(self.text) - self.at

    def more(self, size: int = LOOK) -> bool:
        """Drop what lies behind, read about `size` bytes more; False when the stream has no more."""
        parts = [self.text[self.at :]]
        wanted = size
        while wanted > 0 and not self.ended:
            part = self._next(wanted)
            self.ended = not part
            wanted -= len(part)
            parts.append(part)
        self.base += self.at
        self.at = 0
        self.text = b"".join(parts)
        return wanted < size

    def block(self) -> bytes:
        """Read one block past the text, which is used up; empty when the stream has no more."""
        part = b"" if self.ended else self._next(BLOCK)
        self.ended = not part
        return part

    def shorten(self) -> None:
        """Keep one block of the text; what lies behind it is read again."""
        stop = self.at + BLOCK
        if len(self.text) > stop:
            self._ahead = memoryview(self.text[stop:] + self._ahead)
            self.text = self.text[:stop]
            self.ended = False

    def _next(self, size: int) -> bytes:
        if not self._ahead:
            return self._read(size)
        part, self._ahead = bytes(self._ahead[:size]), self._ahead[size:]
        return part

    def place(self, byte: int, text: bytes) -> None:
        """Take `text`, which stands at `byte` of the stream, as what is looked at next."""
        self.text, self.at, self.base = text, 0, byte
