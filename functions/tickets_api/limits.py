"""Rate limits: may this organisation's request go on, and what its answer says of the limit.

A warm function uses up its lease and asks the table for the next one (`ticketing.domain.rates`). A refusal is
remembered until the second that its `Retry-After` named, so that a caller who does not listen costs no store call.
When the table cannot be asked, the request goes on: it is the table that it needs next.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ticketing.domain import rates
from ticketing.domain.instants import to_epoch_us
from ticketing.domain.rates import Bucket, Lease, Limits, Taken
from ticketing.errors import Busy, RateLimited
from ticketing.store import rates as store
from ticketing.store.table import Table

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands after a request; `retry_after` is told to one that was refused."""

    limit: int
    remaining: int
    reset: int
    retry_after: int | None = None

    def headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"ratelimit-limit", b"%d" % self.limit),
            (b"ratelimit-remaining", b"%d" % self.remaining),
            (b"ratelimit-reset", b"%d" % self.reset),
        ]


@dataclass(slots=True)
class _Held:
    """What a function knows of one organisation's bucket and holds of its tokens."""

    seen: Bucket | None = None
    lease: Lease | None = None
    used: int = 0
    paid_at: int = 0
    quiet_until: int = 0
    """Until then the table is not asked: it refused, or it could not be reached (`is_open`)."""
    is_open: bool = False

    def left(self, now: int) -> int:
        return self.lease.size - self.used if self.lease is not None and not self.lease.is_over(now) else 0

    def is_quiet(self, limits: Limits, now: int) -> bool:
        """Whether a refusal or a failure is still remembered. A clock that was set back does not prolong it."""
        return now < self.quiet_until <= now + limits.cost + rates.SECOND

    def returned(self, bucket: Bucket, limits: Limits, now: int) -> Bucket:
        """The bucket as it is now if this function gives up its lease."""
        bucket = rates.refill(bucket, limits, now)
        if self.lease is None:
            return bucket
        return rates.give_up(bucket, limits, now, self.lease, rates.owed(self.paid_at, limits, now))


@dataclass(slots=True)
class RateLimits:
    """A function keeps one of these as long as it stays warm."""

    _of: dict[str, _Held] = field(default_factory=dict[str, _Held])

    def admit(
        self,
        table: Table,
        organisation_id: str,
        limits: Limits,
        at: datetime,
        tell: Callable[[list[tuple[bytes, bytes]]], None],
    ) -> None:
        """Count a request and `tell` the headers of its answer, whatever that will be. Raises RateLimited."""
        standing = self._count(table, organisation_id, limits, to_epoch_us(at))
        tell(standing.headers())
        if standing.retry_after is not None:
            raise RateLimited(standing.retry_after)

    def _count(self, table: Table, organisation_id: str, limits: Limits, now: int) -> Standing:
        held = self._held(organisation_id)
        if not held.left(now) and not held.is_quiet(limits, now):
            _renew(held, table, organisation_id, limits, now)
        if held.left(now):
            held.used += 1
        elif not held.is_open:
            return _refused(held, limits, now)
        held.paid_at = rates.pay(held.paid_at, limits, now)
        return _standing(held, limits, now)

    def _held(self, organisation_id: str) -> _Held:
        if organisation_id not in self._of and len(self._of) >= _MOST:
            self._of.clear()
        return self._of.setdefault(organisation_id, _Held())


def _renew(held: _Held, table: Table, organisation_id: str, limits: Limits, now: int) -> None:
    """Take the next lease. Without one, the table is left in peace for a while."""
    wanted = rates.next_wanted(held.lease, held.used)

    def decide(bucket: Bucket) -> Taken:
        return rates.take(held.returned(bucket, limits, now), limits, now, wanted)

    held.is_open = False
    try:
        taken = store.take(table, organisation_id, held.seen, limits, now, decide)
    except Busy:
        held.is_open = True
        held.quiet_until = now + rates.SECOND
        return
    held.seen = taken.bucket
    if taken.lease is not None:
        held.lease, held.used = taken.lease, 0
    else:
        bucket = held.returned(taken.bucket, limits, now)
        held.quiet_until = now + rates.seconds_to_token(bucket, limits, now) * rates.SECOND


def _refused(held: _Held, limits: Limits, now: int) -> Standing:
    bucket = held.returned(held.seen or Bucket(), limits, now)
    reset = max(1, rates.seconds(bucket.full_at - now))
    return Standing(limits.burst, 0, reset, rates.seconds(held.quiet_until - now))


def _standing(held: _Held, limits: Limits, now: int) -> Standing:
    bucket = rates.refill(held.seen or Bucket(), limits, now)
    owed = rates.owed(held.paid_at, limits, now)
    remaining = rates.remaining(bucket, limits, now, held.lease, held.left(now), owed)
    return Standing(limits.burst, remaining, rates.seconds((limits.burst - remaining) * limits.cost))
