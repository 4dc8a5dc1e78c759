"""`Idempotency-Key`: a request that comes again gets the answer that it got, and acts once.

The record is written in the transaction of the effect (`store.idempotency`). So the usual request costs nothing more
than that write: the record is looked up only when the request was refused, or found nothing to change.
"""

import re
from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from ticketing.domain.principal import Principal
from ticketing.errors import Busy, IdempotencyMismatch, TicketingError, ValidationFailed
from ticketing.store import idempotency
from ticketing.store.idempotency import Recorded
from ticketing.store.table import CompanionRefused, OutcomeUnknown
from ticketing.store.writes import Write
from tickets_api.services import Services

_KEY = re.compile(r"[!-~]{1,255}")
_NOT_REPEATED = frozenset({"content-length"})


class Once:
    """One request, as far as it may come again."""

    def __init__(self, services: Services, request: idempotency.Request | None) -> None:
        self._services = services
        self._request = request
        self._was_written = False

    @property
    def id(self) -> str | None:
        """What is the same for this request and its repetitions; None without an idempotency key."""
        return self._request.key.pk if self._request is not None else None

    def decides_again(self) -> None:
        """Somebody was faster: what was to be recorded is not the answer to this request any more."""
        self._was_written = False

    def writes(self, response: Response) -> Sequence[Write]:
        """What belongs into the transaction of the effect that this response tells of."""
        if self._request is None:
            return ()
        self._was_written = True
        headers = {name: value for name, value in response.headers.items() if name not in _NOT_REPEATED}
        answer = Recorded(self._request.fingerprint, response.status_code, headers, bytes(response.body))
        return [idempotency.record(self._request, answer, self._services.now())]

    def answer(self, attempt: Callable[[], Response]) -> Response:
        """The response of an attempt, or the one that was given before. Raises IdempotencyMismatch."""
        if self._request is None:
            return attempt()
        try:
            response = attempt()
        except (TicketingError, CompanionRefused) as refused:
            before = self._given_before_refusal(refused)
            if before is not None:
                return before
            if isinstance(refused, CompanionRefused):
                raise Busy from None  # the record that refused us has expired in this very moment
            raise
        return response if self._was_written else self._given_before() or response

    def _given_before_refusal(self, refused: Exception) -> Response | None:
        """Raises OutcomeUnknown itself, if the record cannot be read: nobody may be told that nothing was changed."""
        try:
            return self._given_before()
        except Busy:
            if isinstance(refused, OutcomeUnknown):
                raise refused from None
            raise

    def _given_before(self) -> Response | None:
        request = self._request
        if request is None:
            return None
        found = idempotency.find(self._services.table, request, self._services.now())
        if found is None:
            return None
        if found.fingerprint != request.fingerprint:
            raise IdempotencyMismatch
        return Response(found.body, found.status, dict(found.headers))


async def _once(request: Request) -> Once:
    services: Services = request.app.state.services
    given = request.headers.get("idempotency-key")
    if given is None:
        return Once(services, None)
    if not _KEY.fullmatch(given):
        raise ValidationFailed.of("Idempotency-Key", "1 to 255 visible ASCII characters", "invalid")
    principal: Principal = request.state.principal
    fingerprint = idempotency.fingerprint(request.method, request.scope["path"], await request.body())
    return Once(services, idempotency.Request(principal.organisation_id, principal.actor.id, given, fingerprint))


InOnce = Annotated[Once, Depends(_once)]
