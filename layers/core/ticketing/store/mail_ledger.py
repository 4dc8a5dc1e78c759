"""The ledger of mails: one item an event and recipient, so that nobody is mailed twice and nobody is forgotten.

    claim -> send -> confirm, each a conditional write

    | it stops …                       | what is left behind                                                       |
    |----------------------------------|---------------------------------------------------------------------------|
    | before the claim                 | nothing; the stream delivers the event again                              |
    | between claim and send           | a claim; when its lease is over, whoever comes next claims anew and sends |
    | between send and confirm         | the same claim: the one window in which a mail can go out twice, because  |
    |                                  | SES has no idempotency token. It is as long as one write to the table     |
    | after the confirm                | a sent mail; every later delivery of the event finds it and does nothing  |

Whoever meets a claim whose lease still runs comes back when it is over; it never waits and never sends.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ticketing.domain.events import Event
from ticketing.domain.instants import from_text, to_text
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.table import ConditionNotMet, Table, put_new, update

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=45)
"""Longer than anything that could deliver an event again: the stream's day and the 30 days of failed batches."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """The mail is ours to send, now."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody else holds the claim, or held it and died; it is free again at `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing is left to do: the mail was sent, or will never be."""

    state: str


SENT = "sent"
EXPIRED = "expired"
_CLAIMED = "claimed"


def claim(table: Table, event: Event, recipient_id: str, now: datetime) -> Claimed | Held | Settled:
    """Take the right to send one mail, unless it was sent or somebody else has taken it."""
    key = keys.mail_key(event.ticket_id, event.version, recipient_id)
    item = {
        keys.ORGANISATION: event.organisation_id,
        "state": _CLAIMED,
        "attempt": 1,
        "lease_until": to_text(now + LEASE),
        "at": to_text(now),
        keys.EXPIRES_AT: int((now + KEPT).timestamp()),
    }
    try:
        table.write(put_new(key, item))
    except ConditionNotMet:
        found = table.get(key)
        return _claim_again(table, event, recipient_id, found, now) if found else Held(now)
    return Claimed(attempt=1)


def confirm(table: Table, event: Event, recipient_id: str, message_id: str, now: datetime) -> None:
    """The mail was accepted by SES under `message_id`. Whoever confirms first is believed."""
    _settle(table, event, recipient_id, {"state": SENT, "at": to_text(now), "message_id": message_id})


def expire(table: Table, event: Event, recipient_id: str, now: datetime) -> None:
    """The mail is too old to be of use; it is never sent."""
    _settle(table, event, recipient_id, {"state": EXPIRED, "at": to_text(now)})


def release(table: Table, event: Event, recipient_id: str, attempt: int, now: datetime) -> None:
    """SES refused this attempt, so nothing went out: the next one may claim at once."""
    write = update(
        keys.mail_key(event.ticket_id, event.version, recipient_id),
        "SET lease_until = :now",
        condition="#state = :claimed AND attempt = :attempt",
        names={"#state": "state"},
        values={":now": to_text(now), ":claimed": _CLAIMED, ":attempt": attempt},
    )
    try:
        table.write(write)
    except ConditionNotMet:
        return  # somebody has claimed it since, which is what a release is for


def _claim_again(table: Table, event: Event, recipient_id: str, found: Item, now: datetime) -> Claimed | Held | Settled:
    if found["state"] != _CLAIMED:
        return Settled(found["state"])
    lease_until = from_text(found["lease_until"])
    if lease_until > now:
        return Held(lease_until)
    attempt = int(found["attempt"])
    write = update(
        keys.mail_key(event.ticket_id, event.version, recipient_id),
        "SET attempt = :next, lease_until = :until, #at = :now",
        condition="#state = :claimed AND attempt = :attempt",
        names={"#state": "state", "#at": "at"},
        values={
            ":next": attempt + 1,
            ":until": to_text(now + LEASE),
            ":now": to_text(now),
            ":claimed": _CLAIMED,
            ":attempt": attempt,
        },
    )
    try:
        table.write(write)
    except ConditionNotMet:
        return Held(now + LEASE)
    return Claimed(attempt + 1)


def _settle(table: Table, event: Event, recipient_id: str, values: dict[str, str]) -> None:
    names = {f"#{name}": name for name in values}
    sets = ", ".join(f"#{name} = :{name}" for name in values)
    write = update(
        keys.mail_key(event.ticket_id, event.version, recipient_id),
        f"SET {sets} REMOVE lease_until",
        condition="#state = :claimed",
        names={**names, "#state": "state"},
        values={**{f":{name}": value for name, value in values.items()}, ":claimed": _CLAIMED},
    )
    try:
        table.write(write)
    except ConditionNotMet:
        return  # settled already, by whoever was faster
