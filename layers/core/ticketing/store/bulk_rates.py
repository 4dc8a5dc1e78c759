"""The buckets of bulk actions: one item an organisation, changed by one conditional write.

Usually the bucket is full again, and one call takes. Else the refused write tells how it is, and the tokens are taken
beside whatever others take meanwhile, as long as there are enough: nobody loses a race but to an empty bucket.

An item is removed by TTL when its bucket is full anyway. A write that took effect while its answer was lost may be done
twice by the client's repetition; the bucket is then wrong by the tokens of that action, until time has filled it.
"""

from ticketing.domain import bulk_rates as rules
from ticketing.domain.rates import Limits, seconds
from ticketing.errors import Busy, RateLimited
from ticketing.store import keys
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, OutcomeUnknown, Table
from ticketing.store.writes import Write, update

_ATTEMPTS = 5
"""More than two take others who give tokens back, or the engine's removal, between each look and its write."""
_LONGER_S = 60
"""The engine's clock may be ahead of ours."""
_DETAIL = (
    "Your organisation's bulk actions are on too many tickets at once. Nothing was changed. Try again after the wait"
)


def take(table: Table, organisation_id: str, tickets: int, limits: Limits, now: int) -> None:
    """Take a token for each ticket, or none. `now` is in microseconds.

    Raises RateLimited. Raises Busy if the table cannot be asked: the action needs it next, and nothing was changed.
    """
    key, price = keys.bulk_rate_key(organisation_id), rules.price(tickets, limits)
    full_at = 0
    for _ in range(_ATTEMPTS):
        try:
            table.write(_taking(key, full_at, price, limits, now), tells_found=True)
        except ConditionNotMet as refused:
            full_at = refused.found["full_at"] if refused.found is not None else 0
        except OutcomeUnknown:
            raise Busy from None  # unknown is only what became of the tokens: no ticket was changed
        else:
            return
        wait_s = rules.seconds_until(full_at, price, limits, now)
        if wait_s:
            raise RateLimited(wait_s, _DETAIL)
    raise Busy


def give_back(table: Table, organisation_id: str, tickets: int, limits: Limits, taken_at: int, now: int) -> None:
    """Return the tokens of an action that changed nothing. If the table cannot be asked, time brings them back."""
    unused = rules.not_back_yet(rules.price(tickets, limits), taken_at, now)
    if not unused:
        return
    write = update(
        keys.bulk_rate_key(organisation_id),
        "SET full_at = full_at - :unused",
        condition="attribute_exists(full_at)",
        values={":unused": unused},
    )
    try:
        table.write(write)
    except (ConditionNotMet, Busy):
        return


def _taking(key: Key, full_at: int, price: int, limits: Limits, now: int) -> Write:
    """The write that takes from a bucket that was last seen like this."""
    expires_at = seconds(now + limits.burst * limits.cost) + _LONGER_S
    if rules.is_full(full_at, limits, now):
        return update(
            key,
            "SET full_at = :full_at, expires_at = :expires_at",
            condition="attribute_not_exists(full_at) OR full_at <= :now OR full_at > :believed",
            values={
                ":full_at": now + price,
                ":expires_at": expires_at,
                ":now": now,
                ":believed": rules.latest_believed(limits, now),
            },
        )
    return update(
        key,
        "SET full_at = full_at + :price, expires_at = :expires_at",
        condition="full_at BETWEEN :now AND :latest",
        values={
            ":price": price,
            ":expires_at": expires_at,
            ":now": now,
            ":latest": rules.latest(price, limits, now),
        },
    )
