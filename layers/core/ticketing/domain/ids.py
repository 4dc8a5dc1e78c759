"""Identifiers: ours are prefixed and random, a caller's own are 1–40 of `[A-Za-z0-9_-]`."""

import re
from base64 import b32encode

CALLER_ID = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)

RANDOM_BYTES = 10
"""80 random bits: an id tells an outsider nothing and cannot be enumerated."""


def ticket_id(random_bytes: bytes) -> str:
    """A new ticket's id from 10 random bytes: `tkt_` and 16 letters or digits."""
    return f"tkt_{_exactly(random_bytes)}"


def bulk_id(random_bytes: bytes) -> str:
    """The id of a bulk action, from 10 random bytes."""
    return f"blk_{_exactly(random_bytes)}"


def export_id(random_bytes: bytes) -> str:
    """The id of an export, from 10 random bytes."""
    return f"exp_{_exactly(random_bytes)}"


def organisation_id(random_bytes: bytes) -> str:
    """A new organisation's id from 10 random bytes."""
    return f"org_{_exactly(random_bytes)}"


def request_id(random_bytes: bytes) -> str:
    """The id of a request that brought none, from 10 random bytes."""
    return f"req_{_exactly(random_bytes)}"


def is_caller_id(text: str) -> bool:
    """Whether a partner may choose this as an id (40 bytes at most keeps a ticket under 3 KB)."""
    return CALLER_ID.fullmatch(text) is not None


def is_member_id(text: str) -> bool:
    return text.startswith("mem_") and is_caller_id(text)


def is_team_id(text: str) -> bool:
    return text.startswith("team_") and is_caller_id(text)


def letters(random_bytes: bytes) -> str:
    """Random bytes as lower-case letters and digits that survive URLs, mails and being read aloud."""
    return b32encode(random_bytes).decode("ascii").rstrip("=").lower()


def _exactly(random_bytes: bytes) -> str:
    if len(random_bytes) != RANDOM_BYTES:
        message = f"{RANDOM_BYTES} random bytes are needed, not {len(random_bytes)}"
        raise ValueError(message)
    return letters(random_bytes)
