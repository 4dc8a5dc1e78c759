"""The tokens of one bulk action: taken once, however often it is planned, and given back when it changed nothing."""

from collections.abc import Callable

from starlette.responses import Response

from ticketing.domain.instants import to_epoch_us
from ticketing.errors import TicketingError
from ticketing.store import bulk_rates
from ticketing.store.table import CompanionRefused, OutcomeUnknown
from tickets_api.services import Services


class BulkTokens:
    def __init__(self, services: Services, organisation_id: str) -> None:
        self._services = services
        self._organisation_id = organisation_id
        self._taken: tuple[int, int] | None = None
        """For how many tickets, and when in microseconds."""

    def take(self, tickets: int) -> None:
        """Raises RateLimited, Busy."""
        if self._taken is not None:
            return
        now = to_epoch_us(self._services.now())
        bulk_rates.take(self._services.table, self._organisation_id, tickets, self._services.bulk_limits(), now)
        self._taken = tickets, now

    def paying(self, attempt: Callable[[], Response]) -> Response:
        """What an attempt answers, which keeps its tokens unless it certainly changed nothing.

        So a request that comes again by its Idempotency-Key costs none, without a look for its record beforehand, which
        would cost every request a store call.
        """
        try:
            return attempt()
        except OutcomeUnknown:
            raise
        except (TicketingError, CompanionRefused):
            self._give_back()
            raise

    def _give_back(self) -> None:
        if self._taken is None:
            return
        (tickets, taken_at), self._taken = self._taken, None
        now = to_epoch_us(self._services.now())
        limits = self._services.bulk_limits()
        bulk_rates.give_back(self._services.table, self._organisation_id, tickets, limits, taken_at, now)
