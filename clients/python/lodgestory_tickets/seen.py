"""`Lodgestory-Seen`: what this client has written, so that its lists show it at once."""

import threading
from collections.abc import Sequence
from typing import Final

import httpx

HEADER: Final = "Lodgestory-Seen"

MOST_TOKENS: Final = 10
"""As many as the API takes in one request."""


class Seen:
    """The tokens that the next request sends; safe to be used by several threads.

    A token tells of a write and of all that the write's own request told of. So it replaces what was sent with it, and
    nothing else: of two writes at the same time neither knows of the other, and both tokens are sent until a later
    write has joined them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: tuple[str, ...] = ()

    def tokens(self) -> tuple[str, ...]:
        """What to send: the oldest first."""
        return self._tokens

    def learn(self, sent: Sequence[str], answer: httpx.Response) -> None:
        """Keep the token of an answer, whose request had sent these."""
        token = answer.headers.get(HEADER)
        if token is not None:
            self._replace(sent, (token,))

    def forget(self, sent: Sequence[str]) -> None:
        """The API takes these no more."""
        self._replace(sent, ())

    def _replace(self, old: Sequence[str], new: Sequence[str]) -> None:
        with self._lock:
            kept = [token for token in self._tokens if token not in old and token not in new]
            self._tokens = (*kept, *new)[-MOST_TOKENS:]
