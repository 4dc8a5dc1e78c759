"""The key of a ledger item as a tag of its mail, by which SES tells later what became of it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from ticketing.domain.mail_events import Ignored
from ticketing.store import keys
from ticketing.store.keys import Key

_BETWEEN = "\n"


def tag(key: Key) -> str:
    """Letters, digits, `-` and `_`, at most 256 (SES API reference, MessageTag): keys are of 130 bytes at most."""
    return urlsafe_b64encode(f"{key.pk}{_BETWEEN}{key.sk}".encode()).decode("ascii").rstrip("=")


def key_of(value: str) -> Key:
    """The key of a tag that we made, which is that of a mail and of nothing else. Raises Ignored for any other."""
    try:
        text = urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8")
    except ValueError:
        raise Ignored("no_tag_of_ours") from None
    pk, _, sk = text.partition(_BETWEEN)
    key = Key(pk, sk)
    if not (pk and keys.is_mail(sk)) or tag(key) != value:
        raise Ignored("no_tag_of_ours")
    return key
