"""Remarks: the free-text thread of a ticket."""

from dataclasses import dataclass, replace
from datetime import datetime

from ticketing.domain.principal import Actor

PREVIEW_BYTES = 120
"""What a list row shows of the last remark, in UTF-8; it keeps a common ticket under 1 KB."""

SEARCH_TEXT_BYTES = 2048
"""How much of all remarks the ticket's search text holds; what is beyond is read from the remarks."""

INLINE_BYTES = 65_536
"""The longest text, in UTF-8, that stands in the thread itself. A longer one is kept apart, whole."""

BEGINNING_BYTES = 2048
"""What the thread shows of a text that is kept apart."""

WIDEST_CHARACTER = 4
"""Bytes of UTF-8: so much of a limit is left where the next character did not fit."""


@dataclass(frozen=True, slots=True)
class Remark:
    """`version` is the ticket's version that the remark made, and the remark's place in the thread.

    `kept_as` names the object that holds the whole text, if `text` is only its beginning.
    """

    version: int
    text: str
    author: Actor
    created_at: datetime
    kept_as: str | None = None

    @property
    def is_long(self) -> bool:
        """Whether the text must be kept apart before the remark is stored."""
        return len(self.text.encode()) > INLINE_BYTES

    def kept_apart(self, name: str) -> "Remark":
        """The remark with the beginning of its text; the whole of it is the object of this name."""
        return replace(self, text=cut(self.text, BEGINNING_BYTES), kept_as=name)


def preview(text: str) -> str:
    """The beginning of a remark on one line, cut at a character so that it fits 120 bytes."""
    return cut(" ".join(text.split()), PREVIEW_BYTES)


def search_text(so_far: str, *added: str) -> str:
    """The first 2 KB of a ticket's remarks, one after the other."""
    return cut("\n".join([*([so_far] if so_far else []), *added]), SEARCH_TEXT_BYTES)


def is_whole(text: str, limit_bytes: int) -> bool:
    """Whether a text that was cut at so many bytes is certainly shorter."""
    return len(text.encode()) <= limit_bytes - WIDEST_CHARACTER


def cut(text: str, limit_bytes: int) -> str:
    """The longest beginning of `text` that takes at most `limit_bytes` in UTF-8."""
    encoded = text.encode("utf-8")
    return text if len(encoded) <= limit_bytes else encoded[:limit_bytes].decode("utf-8", errors="ignore")
