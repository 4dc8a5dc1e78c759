"""Remarks: the free-text thread of a ticket."""

from dataclasses import dataclass
from datetime import datetime

from ticketing.domain.principal import Actor

PREVIEW_BYTES = 120
"""What a list row shows of the last remark, in UTF-8; it keeps a common ticket under 1 KB."""

SEARCH_TEXT_BYTES = 2048
"""How much of all remarks the ticket's search text holds; what is beyond is read from the remarks."""


@dataclass(frozen=True, slots=True)
class Remark:
    """`version` is the ticket's version that the remark made, and the remark's place in the thread."""

    version: int
    text: str
    author: Actor
    created_at: datetime


def preview(text: str) -> str:
    """The beginning of a remark on one line, cut at a character so that it fits 120 bytes."""
    return cut(" ".join(text.split()), PREVIEW_BYTES)


def search_text(so_far: str, *added: str) -> str:
    """The first 2 KB of a ticket's remarks, one after the other."""
    return cut("\n".join([*([so_far] if so_far else []), *added]), SEARCH_TEXT_BYTES)


def cut(text: str, limit_bytes: int) -> str:
    """The longest beginning of `text` that takes at most `limit_bytes` in UTF-8."""
    encoded = text.encode("utf-8")
    return text if len(encoded) <= limit_bytes else encoded[:limit_bytes].decode("utf-8", errors="ignore")
