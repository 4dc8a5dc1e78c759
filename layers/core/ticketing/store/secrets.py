"""The one secret of a deployment: it signs cursors and peppers keys. Read when first needed, then kept a while.

A good value is never lost to a failed read: it is kept, and the read repeated a little later.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

import orjson

_KEPT_S = 300
"""A rotated secret is known everywhere after five minutes; the previous one is accepted meanwhile."""
_REPEATED_AFTER_S = 30


class SecretsClient(Protocol):
    def get_secret_value(self, *, SecretId: str) -> Any: ...  # noqa: N803 (AWS's own spelling)


class SigningSecrets:
    """The generations of the secret, the current one first."""

    def __init__(
        self, connect: Callable[[], SecretsClient], secret_id: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connect = connect
        self._secret_id = secret_id
        self._clock = clock
        self._generations: tuple[bytes, ...] = ()
        self._read_again_at = 0.0

    def generations(self) -> tuple[bytes, ...]:
        """What is known; raises whatever reading raises as long as nothing is."""
        if not self._generations or self._clock() > self._read_again_at:
            try:
                self._generations = self._read()
                self._read_again_at = self._clock() + _KEPT_S
            except Exception:
                if not self._generations:
                    raise
                self._read_again_at = self._clock() + _REPEATED_AFTER_S
        return self._generations

    def _read(self) -> tuple[bytes, ...]:
        answer = self._connect().get_secret_value(SecretId=self._secret_id)
        document: dict[str, str] = orjson.loads(answer["SecretString"])
        current, previous = document["current"], document.get("previous")
        if not current:
            message = "the signing secret is empty"
            raise ValueError(message)
        return tuple(secret.encode("ascii") for secret in (current, previous) if secret)
