"""The arithmetic of bulk actions' bucket: what it gives, when it gives more, and that it never gives too much."""

import random

import pytest

from ticketing.domain import bulk_rates
from ticketing.domain.rates import SECOND, Limits

LIMITS = Limits(per_second=200, burst=20_000)
NOW = 1_790_000_000 * SECOND
TOKEN = SECOND // 200


def full_after(tokens: int) -> int:
    """A bucket that lacks so many tokens now."""
    return NOW + tokens * TOKEN


def wait(full_at: int, tickets: int) -> int:
    return bulk_rates.seconds_until(full_at, bulk_rates.price(tickets, LIMITS), LIMITS, NOW)


@pytest.mark.parametrize(
    ("lacks", "tickets", "seconds"),
    [
        (0, 20_000, 0),
        (19_999, 1, 0),
        (20_000, 1, 1),
        (20_000, 200, 1),
        (20_000, 201, 2),
        (19_950, 98, 1),
        (20_000, 20_000, 100),
    ],
)
def test_whoever_finds_too_few_tokens_is_told_when_they_are_there(lacks: int, tickets: int, seconds: int) -> None:
    assert wait(full_after(lacks), tickets) == seconds


def test_after_the_wait_the_tokens_are_there_and_a_second_before_they_were_not() -> None:
    dice, cases = random.Random(7), 2_000  # noqa: S311 (not for secrets)
    for _ in range(cases):
        tickets, lacks = dice.randint(1, 20_000), dice.randint(0, 20_000)
        price, full_at = bulk_rates.price(tickets, LIMITS), full_after(lacks) + dice.randrange(TOKEN)
        seconds = bulk_rates.seconds_until(full_at, price, LIMITS, NOW)
        assert full_at <= bulk_rates.latest(price, LIMITS, NOW + seconds * SECOND)
        if seconds:
            assert full_at > bulk_rates.latest(price, LIMITS, NOW + (seconds - 1) * SECOND)
    print(f"{cases} cases, seed 7")


def test_more_tickets_than_the_bucket_holds_take_a_full_one() -> None:
    assert bulk_rates.price(20_001, LIMITS) == bulk_rates.price(20_000, LIMITS) == 20_000 * TOKEN


@pytest.mark.parametrize(
    ("full_at", "is_full"),
    [
        (0, True),
        (NOW, True),
        (NOW + 1, False),
        (full_after(20_000), False),
        (full_after(20_000) + SECOND, False),
        (full_after(20_000) + SECOND + 1, True),
    ],
)
def test_an_instant_that_no_empty_bucket_explains_is_not_believed(full_at: int, is_full: bool) -> None:
    assert bulk_rates.is_full(full_at, LIMITS, NOW) is is_full


def test_what_was_written_under_narrower_limits_stops_nobody_under_wider_ones() -> None:
    narrow = Limits(per_second=1, burst=20_000)
    drained = NOW + bulk_rates.price(20_000, narrow)
    assert wait(drained, 98) == 0


@pytest.mark.parametrize(
    ("later", "back"),
    [(0, 98), (10 * TOKEN, 88), (98 * TOKEN, 0), (SECOND, 0), (-SECOND, 98)],
)
def test_what_time_has_brought_back_is_not_given_back_too(later: int, back: int) -> None:
    price = bulk_rates.price(98, LIMITS)
    assert bulk_rates.not_back_yet(price, NOW, NOW + later) == back * TOKEN


def test_no_window_sees_more_than_the_burst_and_what_came_back_in_it() -> None:
    """Takers that wait, give back and come again, checked by each window from one that was let through to another."""
    dice, rows = random.Random(11), 60  # noqa: S311 (not for secrets)
    limits, let_through, fullest = Limits(per_second=10, burst=100), 0, 0.0
    for _ in range(rows):
        used = _played(dice, limits)
        let_through += len(used)
        for at, (begin, _) in enumerate(used):
            total = 0
            for end, tickets in used[at:]:
                total += tickets
                allowed = limits.burst + (end - begin) / limits.cost
                assert total <= allowed, f"{total} within {(end - begin) / SECOND} s"
                fullest = max(fullest, total / allowed)
    print(f"{rows} rows, seed 11: {let_through} let through; the fullest window had {fullest:.1%} of what it may have")
    assert fullest > 0.99, "the cases never came near the limit"


def _played(dice: random.Random, limits: Limits) -> list[tuple[int, int]]:
    """When bulk actions were let through and kept their tokens, and on how many tickets."""
    full_at, now, unused, used = 0, NOW, list[tuple[int, int]](), list[tuple[int, int]]()
    for _ in range(80):
        now += dice.choice([0, 0, dice.randrange(SECOND), dice.randrange(8 * SECOND)])
        if unused and dice.random() < 0.5:
            taken_at, price = unused.pop()
            full_at -= bulk_rates.not_back_yet(price, taken_at, now)
        tickets = dice.randint(1, 40)
        price = bulk_rates.price(tickets, limits)
        if bulk_rates.seconds_until(full_at, price, limits, now):
            continue
        full_at = (now if bulk_rates.is_full(full_at, limits, now) else full_at) + price
        if dice.random() < 0.3:
            unused.append((now, price))
        else:
            used.append((now, tickets))
    return used
