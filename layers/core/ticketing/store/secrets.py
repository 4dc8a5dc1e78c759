"""The one secret of a deployment: it signs cursors and peppers keys. Read when first needed, then kept a while."""

import time
from collections.abc import Callable
from typing import Any, Protocol

import orjson

_KEPT_S = 300
"""A rotated secret is known everywhere after five minutes; the previous one is accepted meanwhile."""


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
        self._read_at = 0.0

    def generations(self) -> tuple[bytes, ...]:
        if not self._generations or self._clock() - self._read_at > _KEPT_S:
            answer = self._connect().get_secret_value(SecretId=self._secret_id)
            document: dict[str, str] = orjson.loads(answer["SecretString"])
            named = (document.get("current"), document.get("previous"))
            self._generations = tuple(secret.encode("ascii") for secret in named if secret)
            self._read_at = self._clock()
        return self._generations
