"""How many tickets the bulk actions of an organisation may be for: a bucket of tokens, one for each ticket.

The bucket holds `burst` tokens and gets `per_second` back. An action takes all of its tokens in one go, when it is
about to be carried out, or is refused.

| a bulk action                                   | takes                                                     |
|-------------------------------------------------|-----------------------------------------------------------|
| that can be carried out                         | a token for each ticket, whether it is changed or is so   |
| on more tickets than the bucket holds           | a full bucket: else it could never be done                |
| that is blocked, empty, or a dry run            | none                                                      |
| that took them, and then nothing was changed    | gives back what has not come back by itself since         |

As in `rates`, a bucket is told by the instant at which it is full, in whole microseconds since 1970 of a function's
own clock; a clock that is ahead by d finds `per_second x d` tokens too many, once. An instant that lies further ahead
than an empty bucket can explain, by a second for clocks that differ, is not believed, and the bucket is full: it was
written when the limits were others, and whoever believed it might refuse for hours.
"""

from typing import Final

from ticketing.domain.rates import SECOND, Limits, seconds

_SKEW: Final = SECOND


def price(tickets: int, limits: Limits) -> int:
    """The time in which the tokens for so many tickets come back."""
    return min(tickets, limits.burst) * limits.cost


def latest(price: int, limits: Limits, now: int) -> int:
    """The latest instant of being full at which a bucket still has tokens of this price."""
    return now + limits.burst * limits.cost - price


def latest_believed(limits: Limits, now: int) -> int:
    """The instant at which a bucket is full that is empty by a clock that is ahead."""
    return now + limits.burst * limits.cost + _SKEW


def is_full(full_at: int, limits: Limits, now: int) -> bool:
    return not now < full_at <= latest_believed(limits, now)


def seconds_until(full_at: int, price: int, limits: Limits, now: int) -> int:
    """Whole seconds until a bucket has tokens of this price, if nobody else takes any; 0 if it has them."""
    return 0 if is_full(full_at, limits, now) else max(0, seconds(full_at - latest(price, limits, now)))


def not_back_yet(price: int, taken_at: int, now: int) -> int:
    """What is left to give back of tokens that were not used.

    Time has brought the rest: the bucket never has more than if they had not been taken.
    """
    return min(price, max(0, price - (now - taken_at)))
