"""The arithmetic of rate limits: what a bucket gives, and that all functions together never get more than it has."""

import random
from dataclasses import dataclass, field, replace

import pytest

from ticketing.domain import rates
from ticketing.domain.rates import GENERATION, SECOND, Bucket, Lease, Limits

LIMITS = Limits(per_second=50, burst=200)
START = 1_790_000_000 * SECOND
FULL = rates.refill(Bucket(), LIMITS, START)


def taken(bucket: Bucket, wanted: int, now: int = START) -> tuple[Bucket, int]:
    found = rates.take(rates.refill(bucket, LIMITS, now), LIMITS, now, wanted)
    return found.bucket, found.lease.size if found.lease else 0


def drained(count: int = 200) -> Bucket:
    bucket = FULL
    for _ in range(count):
        bucket, _ = taken(bucket, 1)
    return bucket


def test_a_bucket_that_nobody_used_holds_the_burst() -> None:
    assert rates.tokens(FULL, LIMITS, START) == 200


def test_a_bucket_gives_its_burst_and_not_one_more() -> None:
    assert taken(drained(199), 1)[1] == 1
    assert taken(drained(200), 1)[1] == 0


def test_what_remains_is_what_the_bucket_would_have_if_the_lease_were_given_up() -> None:
    dice = random.Random(5)  # noqa: S311 (not for secrets)
    for _ in range(500):
        size, now = dice.randint(1, 50), START + dice.randrange(GENERATION)
        out = dice.randint(size, 100), dice.randint(0, 50)
        bucket = rates.refill(Bucket(now + dice.randint(-50, 200) * LIMITS.cost, now // GENERATION, *out), LIMITS, now)
        lease, owed = Lease(size, bucket.generation - dice.choice([0, 1, 2])), dice.randint(0, 60)
        if lease.generation == bucket.generation - 1:
            bucket = replace(bucket, leased_before=bucket.leased_before + size)
        left = dice.randint(0, size)
        returned = rates.give_up(bucket, LIMITS, now, lease, owed)
        missing = -(-max(0, returned.full_at - now) // LIMITS.cost) - left
        assert rates.remaining(bucket, LIMITS, now, lease, left, owed) == max(
            0, LIMITS.burst - max(missing, returned.out + owed)
        )


@pytest.mark.parametrize(("milliseconds", "tokens"), [(0, 0), (19, 0), (20, 1), (1000, 50), (4000, 200), (9000, 200)])
def test_tokens_come_back_at_the_rate_up_to_the_burst(milliseconds: int, tokens: int) -> None:
    now = START + milliseconds * 1000
    assert rates.tokens(rates.refill(drained(), LIMITS, now), LIMITS, now) == tokens


def test_an_empty_bucket_says_when_it_has_a_token_in_whole_seconds() -> None:
    slow = Limits(per_second=1, burst=1)
    empty = rates.take(rates.refill(Bucket(), slow, START), slow, START, 1).bucket
    assert rates.seconds_to_token(empty, slow, START) == 1
    assert rates.seconds_to_token(drained(), LIMITS, START) == 1


@pytest.mark.parametrize(
    ("there", "out", "wanted", "size"),
    [
        (200, 0, 1, 1),
        (200, 0, 50, 50),
        (200, 0, 900, 50),
        (140, 0, 50, 49),
        (100, 0, 50, 25),
        (60, 0, 50, 15),  # a quarter of what is there
        (3, 0, 50, 1),
        (1, 0, 50, 1),
        (0, 0, 50, 0),
        (110, 90, 50, 30),  # half of what may still go out
        (50, 150, 50, 1),  # leases that nobody uses leave something to the others
    ],
)
def test_a_lease_shrinks_as_the_bucket_empties(there: int, out: int, wanted: int, size: int) -> None:
    bucket = Bucket(START + (200 - there) * LIMITS.cost, START // GENERATION, leased=out)
    assert rates.lease_size(bucket, LIMITS, START, wanted) == size


def test_what_is_out_on_lease_keeps_its_place_in_the_bucket() -> None:
    bucket, size = taken(FULL, 50)
    later = START + 30 * SECOND
    assert (size, rates.tokens(rates.refill(bucket, LIMITS, later), LIMITS, later)) == (50, 150)


def test_a_lease_that_is_given_up_leaves_missing_what_cannot_have_come_back() -> None:
    bucket, _ = taken(FULL, 50)
    later = START + 30 * SECOND
    lease = Lease(50, START // GENERATION)
    given_up = rates.give_up(rates.refill(bucket, LIMITS, later), LIMITS, later, lease, owed=40)
    assert rates.tokens(given_up, LIMITS, later) == 160


def test_a_lease_that_nobody_gives_up_is_forgotten_after_two_generations() -> None:
    first = START // GENERATION * GENERATION
    bucket, _ = taken(rates.refill(Bucket(), LIMITS, first), 50, first)
    lease = Lease(50, first // GENERATION)
    end = first + 2 * GENERATION
    assert rates.refill(bucket, LIMITS, end - 1).out == 50
    assert rates.refill(bucket, LIMITS, end).out == 0
    assert not lease.is_over(end - SECOND - 1)
    assert lease.is_over(end - SECOND), "a second before the bucket forgets it"


def test_what_was_out_when_it_was_forgotten_comes_back_at_the_rate() -> None:
    first = START // GENERATION * GENERATION
    bucket, _ = taken(rates.refill(Bucket(), LIMITS, first), 50, first)
    now = first + 2 * GENERATION + SECOND // 2
    assert rates.tokens(rates.refill(bucket, LIMITS, now), LIMITS, now) == 150 + 25


def test_what_a_clock_that_is_an_hour_ahead_wrote_is_not_believed() -> None:
    ahead = START + 3600 * SECOND
    bucket, _ = taken(rates.refill(Bucket(), LIMITS, ahead), 1, ahead)
    assert rates.tokens(rates.refill(bucket, LIMITS, START), LIMITS, START) == 0
    now = START + 4 * SECOND
    assert rates.tokens(rates.refill(rates.refill(bucket, LIMITS, START), LIMITS, now), LIMITS, now) == 200


def test_a_function_asks_for_more_after_a_lease_that_it_used_up() -> None:
    assert rates.next_wanted(None, 0) == 1
    assert [rates.next_wanted(Lease(size, 0), size) for size in (1, 4, 16, 50)] == [4, 16, 50, 50]
    assert rates.next_wanted(Lease(50, 0), 7) == 7
    assert rates.next_wanted(Lease(50, 0), 0) == 1


# --- any number of functions -------------------------------------------------------------------------------------

CASES, SEED = 200, 20261123


@dataclass
class Function:
    """A warm function, told in the fewest words: its clock, its lease, what it used of it."""

    skew: int
    lease: Lease | None = None
    used: int = 0
    paid_at: int = 0

    def asks(self, bucket: Bucket, limits: Limits, at: int) -> tuple[Bucket, bool]:
        now = at + self.skew
        if self.lease is None or self.lease.is_over(now) or self.used >= self.lease.size:
            before = rates.refill(bucket, limits, now)
            if self.lease is not None:
                before = rates.give_up(before, limits, now, self.lease, rates.owed(self.paid_at, limits, now))
            found = rates.take(before, limits, now, rates.next_wanted(self.lease, self.used))
            if found.lease is None:
                return bucket, False
            bucket, self.lease, self.used = found.bucket, found.lease, 0
        self.used += 1
        self.paid_at = rates.pay(self.paid_at, limits, now)
        return bucket, True


@dataclass
class Busiest:
    """How far the requests that were let through rose above the rate at most: a window's excess over its time."""

    limits: Limits
    last: int = 0
    level: float = 0.0
    highest: float = field(default=0.0)

    def count(self, at: int) -> None:
        self.level = max(0.0, self.level - (at - self.last) * self.limits.per_second / SECOND) + 1
        self.last = at
        self.highest = max(self.highest, self.level)


def test_no_window_sees_more_than_the_limit_however_many_functions_there_are() -> None:
    """At most per_second x time + burst, and a tenth of the burst for clocks that differ; functions come and go."""
    print(f"{CASES} cases, seed {SEED}")
    worst, let_through = 0.0, 0
    for case in range(CASES):
        dice = random.Random(SEED + case)  # noqa: S311 (not a secret)
        limits = Limits(dice.choice([1, 3, 10, 50, 200]), dice.choice([1, 5, 20, 200, 1000]))
        skew = min(SECOND // 10, limits.burst * limits.cost // 20)  # either way, and so a tenth of the burst apart
        bucket, at, busiest = Bucket(), START + dice.randrange(GENERATION), Busiest(limits)
        functions = [Function(dice.randint(-skew, skew)) for _ in range(dice.choice([1, 2, 5, 20, 60]))]
        for _ in range(dice.choice([3, 12])):
            at += dice.choice([0, 10_000, SECOND, 20 * SECOND, GENERATION, 2 * GENERATION, 5 * GENERATION])
            gap = dice.choice([0, 100, 20_000, SECOND])
            for _ in range(dice.choice([5, 60, 400])):
                at += dice.randint(0, gap)
                one = dice.randrange(len(functions))
                if dice.random() < 0.01:
                    functions[one] = Function(dice.randint(-skew, skew))
                bucket, is_let_through = functions[one].asks(bucket, limits, at)
                if is_let_through:
                    let_through += 1
                    busiest.count(at)
        worst = max(worst, busiest.highest / max(limits.burst * 1.1, limits.burst + 1))
        assert busiest.highest <= max(limits.burst * 1.1, limits.burst + 1), (case, limits)
    print(f"{let_through} requests let through; the fullest window had {worst:.1%} of what it may have")
    assert worst > 0.8, "the cases never came near the limit"


def test_a_function_alone_gets_the_whole_rate() -> None:
    bucket, function, at, writes, let_through = Bucket(), Function(0), START, 0, 0
    for _ in range(10_000):
        at += SECOND // 50
        before = function.lease
        bucket, is_let_through = function.asks(bucket, LIMITS, at)
        writes += function.lease is not before
        let_through += is_let_through
    print(f"{let_through} requests at 50 a second, {writes} leases")
    assert let_through == 10_000
    assert writes <= 10_000 / 50 + 3
