"""The client: every operation of the API as a method, made safe to be used as it stands."""

import json
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Final, Self, TypeVar

import httpx

from .errors import NO_ANSWER, LodgestoryError, error_of, unexpected
from .generated.api import Operations
from .generated.models import BulkOut
from .retrying import AGAIN, FAULTS, Retries, retry_after_s
from .seen import HEADER, Seen
from .sending import Answer

T = TypeVar("T")

_UNFINISHED: Final = frozenset({"queued", "running"})
_CHANGES: Final = frozenset({"post", "put", "patch", "delete"})


class Lodgestory(Operations):
    """Lodgestory Tickets for one API key; use one for as long as your program runs, from as many threads as you like.

    By itself it gives each change an `Idempotency-Key`, sends it again with that key when the API or the network
    fails, and sends `Lodgestory-Seen`, so that every list shows what it has changed. All errors are LodgestoryError.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeout_s: float = 30,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`base_url` is what stands before `/v1`; `transport` is for proxies and tests."""
        headers = {"Authorization": f"Bearer {key}", "User-Agent": "lodgestory-tickets-python"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout_s, transport=transport)
        self._retries = retries or Retries()
        self._seen = Seen()
        self._sleep: Callable[[float], None] = time.sleep

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def wait_for_bulk(self, bulk_id: str, *, patience_s: float = 600, every_s: float = 1) -> Answer[BulkOut]:
        """A bulk action once it is `done`, `blocked` or `failed`; after `patience_s`, as far as it is by then.

        Raises LodgestoryError.
        """
        waited_s = 0.0
        while True:
            bulk = self.read_bulk(bulk_id)
            if bulk.data.state not in _UNFINISHED or waited_s >= patience_s:
                return bulk
            self._sleep(every_s)
            waited_s += every_s

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, request: dict[str, Any], read: Callable[[httpx.Response], T]) -> Answer[T]:
        response = self._answered(request)
        if not response.is_success:
            raise error_of(response, retry_after_s(response))
        try:
            return Answer(read(response), response.status_code, response.headers)
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise unexpected(response, fault) from fault

    def _answered(self, request: dict[str, Any]) -> httpx.Response:
        headers = dict(request.get("headers", {}))
        if request["method"] in _CHANGES:
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        tokens = self._seen.tokens()
        response = self._asked({**request, "headers": headers}, tokens)
        if tokens and _is_invalid_cursor(response):
            # The tokens, or the cursor of the request itself. A token that was kept for very long may have outlived
            # the secret that signed it: without it the client would be refused for ever.
            response = self._asked({**request, "headers": headers}, ())
            if not _is_invalid_cursor(response):
                self._seen.forget(tokens)
        return response

    def _asked(self, request: dict[str, Any], tokens: Sequence[str]) -> httpx.Response:
        """The last answer of as many attempts as it takes. Raises LodgestoryError if there is none at all."""
        seen = {HEADER: ", ".join(tokens)} if tokens else {}
        sent = self._http.build_request(**{**request, "headers": request["headers"] | seen})
        response, fault, waited_s = *self._tried(sent), 0.0
        for attempt in range(1, self._retries.attempts):
            if response is not None and not _comes_again(response):
                break
            wait_s = self._retries.wait_s(attempt, waited_s, retry_after_s(response))
            if wait_s is None:
                break
            self._sleep(wait_s)
            waited_s += wait_s
            response, fault = self._tried(sent)
        if response is None:
            raise LodgestoryError(NO_ANSWER, f"The API did not answer: {fault!r}") from fault
        self._seen.learn(tokens, response)
        return response

    def _tried(self, sent: httpx.Request) -> tuple[httpx.Response | None, Exception | None]:
        try:
            return self._http.send(sent), None
        except FAULTS as fault:
            return None, fault


def _comes_again(response: httpx.Response) -> bool:
    """Also what is told that its first time, whose answer was lost, is still being carried out."""
    return response.status_code in AGAIN or _is(response, httpx.codes.CONFLICT, "idempotency_in_flight")


def _is_invalid_cursor(response: httpx.Response) -> bool:
    return _is(response, httpx.codes.BAD_REQUEST, "invalid_cursor")


def _is(response: httpx.Response, status: int, code: str) -> bool:
    try:
        return response.status_code == status and bool(response.json()["code"] == code)
    except (json.JSONDecodeError, KeyError, TypeError):
        return False
