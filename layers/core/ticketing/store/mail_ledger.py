"""The ledger of mails: one item an event and recipient, so that nobody is mailed twice and nobody is forgotten.

    claim -> send -> confirm, each a conditional write

    | it stops …                       | what is left behind                                                       |
    |----------------------------------|---------------------------------------------------------------------------|
    | before the claim                 | nothing; the stream delivers the event again                              |
    | between claim and send           | a claim. Its lease runs out without an outcome, so that nobody knows      |
    |                                  | whether the mail went out: a doubt                                        |
    | between send and confirm         | the same claim, the same doubt                                            |
    | after the confirm                | a sent mail; every later delivery of the event finds it and does nothing  |

    | the outcome of a claim           | what follows                                                              |
    |----------------------------------|---------------------------------------------------------------------------|
    | SES accepted                     | `sent`                                                                    |
    | SES refused, or was not reached  | nothing went out: the next one may claim at once                          |
    | the first doubt (no answer, a    | nobody claims for five minutes, in which SES itself may tell what became  |
    | server error, or a stop)         | of it; then the mail is sent once more                                    |
    | the second doubt                 | `unknown`: never sent again, and a person can see why                     |

So one window is left in which a mail can go out twice, because SES has no idempotency token: it accepted the mail and
that was not written down. However often that happens, at most two mails go out for an event and recipient.

Whoever meets a claim whose lease still runs comes back when it is over; it never waits and never sends.

`state` is `claimed` (being sent), `waiting` (may be claimed from `free_at` on), or one of the states in which nothing
is left to do: `sent`, `expired`, `unknown`, `not_told` (with its `reason`). `unknown_outcomes` counts the doubts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ticketing.domain.events import Event
from ticketing.domain.instants import from_text, to_text
from ticketing.errors import Busy
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, Table
from ticketing.store.writes import put_new, update

LEASE = timedelta(seconds=60)
AMBIGUOUS_WAIT = timedelta(minutes=5)
KEPT = timedelta(days=45)
"""Longer than anything that could deliver an event again: the stream's day and the 30 days of failed batches."""

_MAX_DOUBTS = 2
_CONFIRMATIONS = 3


@dataclass(frozen=True, slots=True)
class Claimed:
    """The mail is ours to send, now."""

    key: Key
    attempt: int
    unknown_outcomes: int


@dataclass(frozen=True, slots=True)
class Held:
    """Nobody may send this mail before `until`: somebody is sending it, or it may have gone out."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The lease of a claim ran out and its holder told no outcome; whoever meets it calls `doubt`."""

    claimed: Claimed


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing is left to do: the mail was sent, or will never be."""

    state: str


SENT = "sent"
EXPIRED = "expired"
UNKNOWN = "unknown"
NOT_TOLD = "not_told"
_CLAIMED = "claimed"
_WAITING = "waiting"


def claim(table: Table, event: Event, recipient_id: str, now: datetime) -> Claimed | Held | Lapsed | Settled:
    """Take the right to send one mail, unless it was sent or somebody else has taken it."""
    key = keys.mail_key(event.ticket_id, event.version, recipient_id)
    item = {
        keys.ORGANISATION: event.organisation_id,
        "state": _CLAIMED,
        "attempt": 1,
        "unknown_outcomes": 0,
        "lease_until": to_text(now + LEASE),
        "at": to_text(now),
        keys.EXPIRES_AT: int((now + KEPT).timestamp()),
    }
    try:
        table.write(put_new(key, item))
    except ConditionNotMet:
        found = table.get(key)
        return _claim_again(table, key, found, now) if found else Held(now)
    return Claimed(key, attempt=1, unknown_outcomes=0)


def confirm(table: Table, claimed: Claimed, message_id: str, now: datetime) -> None:
    """The mail was accepted by SES under `message_id`. Whoever confirms first is believed, whatever was doubted.

    Repeated when the table does not take it, because giving up makes a doubt. Raises Busy then.
    """
    values = {"state": SENT, "at": to_text(now), "message_id": message_id}
    for attempt in range(_CONFIRMATIONS):
        try:
            _set(table, claimed.key, values, condition="#state <> :state")
        except Busy:
            if attempt == _CONFIRMATIONS - 1:
                raise
            table.pause(attempt)
        else:
            return


def settle(table: Table, claimed: Claimed, state: str, now: datetime, *, reason: str | None = None) -> None:
    """The mail that we hold is never sent, for a reason."""
    why = {"reason": reason} if reason else {}
    _leave(table, claimed, {"state": state, "at": to_text(now), **why})


def refused(table: Table, claimed: Claimed, now: datetime) -> None:
    """SES refused this attempt, so nothing went out: the next one may claim at once."""
    _leave(table, claimed, {"state": _WAITING, "at": to_text(now), "free_at": to_text(now)})


def doubt(table: Table, claimed: Claimed, now: datetime) -> Held | Settled:
    """Nobody knows whether this attempt went out: the mail is held a while, or settled if it is the second doubt."""
    doubts = claimed.unknown_outcomes + 1
    values: dict[str, Any] = {"unknown_outcomes": doubts, "at": to_text(now)}
    if doubts >= _MAX_DOUBTS:
        _leave(table, claimed, {**values, "state": UNKNOWN})
        return Settled(UNKNOWN)
    free_at = now + AMBIGUOUS_WAIT
    _leave(table, claimed, {**values, "state": _WAITING, "free_at": to_text(free_at)})
    return Held(free_at)


def _claim_again(table: Table, key: Key, found: Item, now: datetime) -> Claimed | Held | Lapsed | Settled:
    state, attempt, doubts = found["state"], int(found["attempt"]), int(found.get("unknown_outcomes", 0))
    if state not in (_CLAIMED, _WAITING):
        return Settled(state)
    until = from_text(found["lease_until"] if state == _CLAIMED else found["free_at"])
    if until > now:
        return Held(until)
    if state == _CLAIMED:
        return Lapsed(Claimed(key, attempt, doubts))
    values = {"state": _CLAIMED, "attempt": attempt + 1, "lease_until": to_text(now + LEASE), "at": to_text(now)}
    is_ours = _set(
        table,
        key,
        values,
        condition="#state = :waiting AND #attempt = :found",
        more={":waiting": _WAITING, ":found": attempt},
    )
    return Claimed(key, attempt + 1, doubts) if is_ours else Held(now + LEASE)


def _leave(table: Table, claimed: Claimed, values: Mapping[str, Any]) -> None:
    """End a claim, unless somebody has taken it over since: then it is theirs to end."""
    more = {":claimed": _CLAIMED, ":ours": claimed.attempt}
    _set(table, claimed.key, values, condition="#state = :claimed AND attempt = :ours", more=more)


def _set(
    table: Table, key: Key, values: Mapping[str, Any], *, condition: str, more: Mapping[str, Any] | None = None
) -> bool:
    """Write a ledger item's attributes, and remove the times of its last state; whether the condition was met."""
    sets = ", ".join(f"#{name} = :{name}" for name in values)
    removes = ", ".join(name for name in ("lease_until", "free_at") if name not in values)
    write = update(
        key,
        f"SET {sets} REMOVE {removes}",
        condition=f"attribute_exists(pk) AND {condition}",
        names={f"#{name}": name for name in values},
        values={**{f":{name}": value for name, value in values.items()}, **(more or {})},
    )
    try:
        table.write(write)
    except ConditionNotMet:
        return False
    return True
