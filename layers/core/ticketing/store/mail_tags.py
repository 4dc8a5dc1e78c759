"""The key of a ledger item as a tag of its mail, by which SES tells later what became of it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from ticketing.store.keys import Key

NAME: Final = "ledger"
_BETWEEN = "\n"


def tag(key: Key) -> str:
    """Letters, digits, `-` and `_`, at most 256 (SES API reference, MessageTag): keys are of 130 bytes at most."""
    return urlsafe_b64encode(f"{key.pk}{_BETWEEN}{key.sk}".encode()).decode("ascii").rstrip("=")


def key_of(value: str) -> Key:
    """The key of a tag that we made. Raises ValueError for any other."""
    text = urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8")
    pk, between, sk = text.partition(_BETWEEN)
    if not (pk and between and sk):
        message = "no tag of ours"
        raise ValueError(message)
    return Key(pk, sk)
