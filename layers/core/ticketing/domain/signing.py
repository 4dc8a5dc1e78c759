"""Signed tokens: what we hand out and take back unchanged, such as cursors.

A token is bound to its purpose and its organisation: one of another organisation, another list or another
deployment is refused. It is signed, not encrypted, so nothing secret goes in.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ticketing.errors import InvalidCursor

_MAC_BYTES = 16
_MAX_TOKEN_LENGTH = 1500
"""A request line and its headers end at 10,240 bytes (API Gateway quotas); a longer token is not ours."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with the first secret and accepts any of them, so that a secret can be rotated."""

    secrets: Sequence[bytes]

    def seal(self, purpose: str, organisation_id: str, value: Any) -> str:
        """A token for `value`, which is anything that JSON can say."""
        payload = json.dumps(value, separators=(",", ":")).encode("utf-8")
        return _encode(_mac(self.secrets[0], purpose, organisation_id, payload) + payload)

    def open(self, purpose: str, organisation_id: str, token: str) -> Any:
        """The value of a token that `seal` made for the same purpose and organisation. Raises InvalidCursor."""
        raw = _decode(token)
        mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        expected = (_mac(secret, purpose, organisation_id, payload) for secret in self.secrets)
        if not any(hmac.compare_digest(mac, one) for one in expected):
            raise InvalidCursor
        return json.loads(payload)


def _mac(secret: bytes, purpose: str, organisation_id: str, payload: bytes) -> bytes:
    message = b"\0".join((b"token", purpose.encode(), organisation_id.encode(), payload))
    return hmac.new(secret, message, sha256).digest()[:_MAC_BYTES]


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _decode(token: str) -> bytes:
    if len(token) > _MAX_TOKEN_LENGTH or not token.isascii():
        raise InvalidCursor
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (NotBase64, ValueError):
        raise InvalidCursor from None
    if _encode(raw) != token:  # the decoder is lenient; one value has one token
        raise InvalidCursor
    return raw
