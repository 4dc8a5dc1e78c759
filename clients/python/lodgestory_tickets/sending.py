"""What the generated operations rest on: how one is sent, and what it answers with."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import httpx

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T_co]):
    """What an operation answered."""

    data: T_co
    status: int
    headers: httpx.Headers

    @property
    def etag(self) -> str:
        """The version that this answer shows, for `if_match`. Raises KeyError if this kind of answer has none."""
        return self.headers["ETag"]

    @property
    def request_id(self) -> str:
        """Names the request in our logs and in the ticket's history."""
        return self.headers["X-Request-Id"]


class Sends(ABC):
    """Something that can send an operation's request."""

    @abstractmethod
    def _send(self, request: dict[str, Any], read: Callable[[httpx.Response], T]) -> Answer[T]:
        """Send what `httpx.Client.request` takes. Raises LodgestoryError."""
