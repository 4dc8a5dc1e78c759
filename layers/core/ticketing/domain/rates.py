"""How many requests an organisation may make: a bucket of tokens, and the leases that functions hold of it.

Each request takes a token; the bucket holds `burst` of them and gets `per_second` back. A warm function takes tokens
by leases of up to 50, so that it asks the table seldom. Tokens that are out on lease keep their place in the bucket:
it never fills above `burst` less what is out. So however many functions there are, what they hold and what the bucket
holds are together never more than `burst`, and no window sees more than `burst + per_second x its length` requests.

| a lease is                                | why                                                                |
|-------------------------------------------|--------------------------------------------------------------------|
| 1 token at first, then 4 times the last   | a burst may meet 200 new functions, which must not hoard it        |
| at most half of a full bucket, and a      | as it empties, tokens go where the next request comes              |
| quarter of one that is half empty         |                                                                    |
| at most half of what may still be out     | three quarters of `burst`: idle leases leave a quarter to others   |
| given up when it is used, or after two    | tokens that nobody used by then are lost; the bucket fills up at   |
| generations of a minute at the latest     | its own pace                                                       |

Instants are whole microseconds since 1970 of a function's own clock. A bucket is told by the instant at which it is
full, so refilling it is no work. Clocks that differ by a second are allowed for: a function gives up a lease a second
before the bucket forgets it; an instant that lies further ahead than an empty bucket can explain is not believed.
A clock that is ahead by d finds `per_second x d` tokens too many, once.
"""

from dataclasses import dataclass, replace
from typing import Final

SECOND: Final = 1_000_000
GENERATION: Final = 60 * SECOND
MOST: Final = 50
_GROWTH: Final = 4
_SKEW: Final = SECOND


@dataclass(frozen=True, slots=True)
class Limits:
    """What an organisation may do: so many requests a second, and so many at one instant."""

    per_second: int
    burst: int

    @property
    def cost(self) -> int:
        """The time in which one token comes back."""
        return SECOND // self.per_second


@dataclass(frozen=True, slots=True)
class Bucket:
    """An organisation's bucket: when it is full, and what is out on lease since this generation and the last."""

    full_at: int = 0
    generation: int = 0
    leased: int = 0
    leased_before: int = 0

    @property
    def out(self) -> int:
        return self.leased + self.leased_before


@dataclass(frozen=True, slots=True)
class Lease:
    """Tokens that a function holds, and the generation of the bucket that gave them."""

    size: int
    generation: int

    @property
    def is_counted(self) -> bool:
        """Whether it is among what is out. A single token is used at once, and never out."""
        return self.size > 1

    def is_over(self, now: int) -> bool:
        """Whether its tokens are lost. Also when our clock was set back by more than any lease lasts."""
        end = (self.generation + 2) * GENERATION - _SKEW
        return not end - 3 * GENERATION <= now < end


@dataclass(frozen=True, slots=True)
class Taken:
    """The bucket after a lease was taken, and that lease; None if it has no token."""

    bucket: Bucket
    lease: Lease | None


def refill(bucket: Bucket, limits: Limits, now: int) -> Bucket:
    """The bucket as it is now: leases of old generations are forgotten."""
    current = now // GENERATION
    if bucket.generation > current + 1:  # written by a clock that is far ahead
        bucket = replace(bucket, generation=current)
    # After two generations nothing is out.
    for generation in range(bucket.generation, min(current, bucket.generation + 2)):
        # What was out may have been used up to this moment; it is refilled from here on.
        held = _without(bucket, bucket.out, limits, (generation + 1) * GENERATION)
        bucket = replace(held, generation=generation + 1, leased=0, leased_before=bucket.leased)
    full_at, generation = min(bucket.full_at, now + limits.burst * limits.cost), max(bucket.generation, current)
    if (full_at, generation) == (bucket.full_at, bucket.generation):
        return bucket
    return replace(bucket, full_at=full_at, generation=generation)


def give_up(bucket: Bucket, limits: Limits, now: int, lease: Lease, owed: int) -> Bucket:
    """The bucket, refilled, after a lease ended. `owed` of the tokens used cannot have come back since they were."""
    if lease.is_counted and lease.generation == bucket.generation:
        bucket = replace(bucket, leased=max(0, bucket.leased - lease.size))
    elif lease.is_counted and lease.generation == bucket.generation - 1:
        bucket = replace(bucket, leased_before=max(0, bucket.leased_before - lease.size))
    return _without(bucket, bucket.out + owed, limits, now)


def take(bucket: Bucket, limits: Limits, now: int, wanted: int) -> Taken:
    """Take a lease of at most `wanted` tokens from a bucket that was refilled."""
    size = lease_size(bucket, limits, now, wanted)
    if size == 0:
        return Taken(bucket, None)
    lease = Lease(size, bucket.generation)
    held = _without(bucket, bucket.out, limits, now)
    leased = held.leased + (size if lease.is_counted else 0)
    return Taken(replace(held, full_at=held.full_at + size * limits.cost, leased=leased), lease)


def lease_size(bucket: Bucket, limits: Limits, now: int, wanted: int) -> int:
    """How many of the tokens that are wanted a bucket gives: 0 if it is empty, and fewer the emptier it is."""
    there = tokens(bucket, limits, now)
    share = there * max(there, limits.burst // 2) // (2 * limits.burst)
    may_go = limits.burst * 3 // 4 - bucket.out
    return min(there, max(1, min(wanted, MOST, share, may_go // 2)))


def next_wanted(lease: Lease | None, used: int) -> int:
    """How many tokens to ask for after a lease: more after one that was used up, else what was used."""
    if lease is None:
        return 1
    return min(MOST, lease.size * _GROWTH) if used >= lease.size else max(1, used)


def tokens(bucket: Bucket, limits: Limits, now: int) -> int:
    """What a bucket that was refilled can give now."""
    missing = -(-max(0, bucket.full_at - now) // limits.cost)
    return max(0, limits.burst - max(missing, bucket.out))


def owed(paid_at: int, limits: Limits, now: int) -> int:
    """How many of a function's own tokens cannot have come back by now; `pay` keeps `paid_at`."""
    return -(-max(0, paid_at - now) // limits.cost)


def pay(paid_at: int, limits: Limits, now: int) -> int:
    """When all tokens that a function has used are back, after one more."""
    latest = now + limits.burst * limits.cost
    return min(max(paid_at, now), latest) + limits.cost


def remaining(bucket: Bucket, limits: Limits, now: int, lease: Lease | None, left: int, owed: int) -> int:
    """What a function may still use: `left` of its lease, and what a bucket that was refilled has.

    It is what the bucket would have if the lease were given up (`give_up`), told for each request without making one.
    """
    missing = -(-max(0, bucket.full_at - now) // limits.cost) - left
    returned = lease.size if lease is not None and _is_out(bucket, lease) else 0
    return max(0, limits.burst - max(missing, bucket.out - returned + owed))


def seconds_to_token(bucket: Bucket, limits: Limits, now: int) -> int:
    """Whole seconds until an empty bucket has a token, at least one."""
    return max(1, seconds(bucket.full_at - (limits.burst - 1) * limits.cost - now))


def seconds(microseconds: int) -> int:
    """Whole seconds, rounded up."""
    return -(-microseconds // SECOND)


def _is_out(bucket: Bucket, lease: Lease) -> bool:
    return lease.is_counted and bucket.generation - 1 <= lease.generation <= bucket.generation


def _without(bucket: Bucket, places: int, limits: Limits, now: int) -> Bucket:
    """The bucket, in which so many places are not filled."""
    full_at = now + places * limits.cost
    return replace(bucket, full_at=full_at) if full_at > bucket.full_at else bucket
