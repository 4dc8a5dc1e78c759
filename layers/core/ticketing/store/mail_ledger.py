"""The ledger of mails: one item an occasion and recipient, so that nobody is mailed twice or forgotten.

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

SES tells of a mail by its tag (`heard`), in any order and any number of times. That closes most of that window: whoever
waits before the second attempt finds `sent`. What was told once is noted once, and a mail never goes back:

    anything else < sent < delivered < bounced < complained

Whoever meets a claim whose lease still runs comes back when it is over; it never waits and never sends.

`state` is that of `ticketing.domain.mail`; `unknown_outcomes` counts the doubts; `lease_until` ends a claim, and
`free_at` a wait. `sent_at`, `delivered_at`, `soft_bounced_at`, `bounced_at` and `complained_at` say when, `reason` why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ticketing.domain import mail_events
from ticketing.domain.instants import from_text, to_text
from ticketing.domain.mail import MailState, digest
from ticketing.domain.mail_events import Ignored, Told
from ticketing.errors import Busy
from ticketing.store import keys, suppressions
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, Table, TransactionRefused
from ticketing.store.writes import Write, put_new, update

LEASE = timedelta(seconds=60)
AMBIGUOUS_WAIT = timedelta(minutes=5)
KEPT = timedelta(days=45)
"""Longer than anything that could deliver an event again: the stream's day and the 30 days of failed batches."""

_MAX_DOUBTS = 2
_CONFIRMATIONS = 3
_LOOKS = 5
"""An event meets the notifier's confirmation and the mail's other events, a handful at most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A mail as the ledger names it: where it is kept, whose it is, by what template, and the digest of its address.

    What came of a mail is believed only of the address that it was sent to.
    """

    key: Key
    organisation_id: str
    template: str
    address: str | None = None


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

    state: MailState


@dataclass(frozen=True, slots=True)
class OverLimit:
    """One of the limits that were to be counted with the claim is reached; nothing was claimed."""


def claim(
    table: Table, entry: Entry, now: datetime, limits: Sequence[Write] = ()
) -> Claimed | Held | Lapsed | Settled | OverLimit:
    """Take the right to send one mail, unless it was sent or somebody else has taken it.

    `limits` are counted up in the same transaction, so once a mail, however often it is tried.
    """
    item = _item(entry, now) | {
        "state": MailState.CLAIMED.value,
        "queued_at": to_text(now),
        "attempt": 1,
        "unknown_outcomes": 0,
        "lease_until": to_text(now + LEASE),
    }
    try:
        if limits:
            table.transact([put_new(entry.key, item), *limits])
        else:
            table.write(put_new(entry.key, item))
    except ConditionNotMet:
        return _claim_found(table, entry, now)
    except TransactionRefused as refused:
        return _claim_found(table, entry, now) if 0 in refused.failed else OverLimit()
    return Claimed(entry.key, attempt=1, unknown_outcomes=0)


def close(table: Table, entry: Entry, state: MailState, now: datetime) -> Held | None:
    """Note why a mail is not sent, unless it was; if somebody may be at it, until when, for who asks to come back."""
    try:
        table.write(put_new(entry.key, _item(entry, now) | {"state": state.value, "attempt": 0}))
    except ConditionNotMet:
        match _claim_found(table, entry, now):
            case Claimed() as claimed:
                settle(table, claimed, state, now)
            case Lapsed(claimed):
                settle(table, claimed, state, now)  # it may have gone out: who confirms that is believed still
            case Held() as held:
                return held
            case Settled():
                pass
    return None


def confirm(table: Table, claimed: Claimed, message_id: str, now: datetime) -> None:
    """The mail was accepted by SES under `message_id`. Whoever confirms first is believed, whatever was doubted.

    Repeated when the table does not take it, because giving up makes a doubt. Raises Busy then.
    """
    at = to_text(now)
    values = {"state": MailState.SENT.value, "at": at, "sent_at": at, "message_id": message_id}
    for attempt in range(_CONFIRMATIONS):
        try:
            _set(
                table,
                claimed.key,
                values,
                condition="NOT #state IN (:sent, :delivered, :bounced, :complained)",
                more=_OUT,
            )
        except Busy:
            if attempt == _CONFIRMATIONS - 1:
                raise
            table.pause(attempt)
        else:
            return


def settle(table: Table, claimed: Claimed, state: MailState, now: datetime) -> None:
    """The mail that we hold is never sent."""
    _leave(table, claimed, {"state": state.value, "at": to_text(now)})


def refused(table: Table, claimed: Claimed, now: datetime) -> None:
    """SES refused this attempt, so nothing went out: the next one may claim at once."""
    _leave(table, claimed, {"state": MailState.WAITING.value, "at": to_text(now), "free_at": to_text(now)})


def doubt(table: Table, claimed: Claimed, now: datetime) -> Held | Settled:
    """Nobody knows whether this attempt went out: the mail is held a while, or settled if it is the second doubt."""
    doubts = claimed.unknown_outcomes + 1
    values: dict[str, Any] = {"unknown_outcomes": doubts, "at": to_text(now)}
    if doubts >= _MAX_DOUBTS:
        _leave(table, claimed, {**values, "state": MailState.UNKNOWN.value})
        return Settled(MailState.UNKNOWN)
    free_at = now + AMBIGUOUS_WAIT
    _leave(table, claimed, {**values, "state": MailState.WAITING.value, "free_at": to_text(free_at)})
    return Held(free_at)


class Heard(StrEnum):
    """What an event of SES did: something new was noted, its address was suppressed too, or all of it was known."""

    NOTED = "noted"
    SUPPRESSED = "suppressed"
    KNOWN = "known"


def heard(table: Table, key: Key, told: Told) -> Heard:
    """Note what SES told of a mail, and suppress the address of one that bounced for good or was complained of.

    Believed is only what fits to what we sent: to the mail of `key`, which is that of its tag, under the id that
    it was sent by (or by any, if we do not know), at the address that stands in the ledger. The organisation is the
    ledger's, too; nothing that the event says names one. Note and suppression are one transaction, so that an event
    that comes again after a person lifted the suppression puts none back. Raises Ignored, with nothing changed, and
    Busy.
    """
    for attempt in range(_LOOKS):
        found = _believed(table.get(key), told)
        writes = _noting(key, found, told)
        try:
            match writes:
                case []:
                    return Heard.KNOWN
                case [write]:
                    table.write(write)
                    return Heard.NOTED
                case _:
                    table.transact(writes)
                    return Heard.SUPPRESSED
        except (ConditionNotMet, TransactionRefused):
            table.pause(attempt)  # the notifier, or another event, was faster: look again
    raise Busy


def _believed(found: Item | None, told: Told) -> Item:
    """The mail that an event is about. Raises Ignored if it cannot be about that one."""
    if found is None:
        raise Ignored("no_mail")
    if not found["attempt"]:
        raise Ignored("never_sent")
    if found.get("message_id", told.message_id) != told.message_id:
        raise Ignored("other_message")
    if found.get("address") not in {digest(found[keys.ORGANISATION], one) for one in told.addresses}:
        raise Ignored("other_address")
    return found


def _noting(key: Key, found: Item, told: Told) -> list[Write]:
    """The ledger's update, and the suppression if it is one; nothing if nothing is new."""
    before, after = MailState(found["state"]), told.what.state
    stamps = {"sent_at": to_text(told.accepted_at)}
    if told.what.stamp is not None:
        stamps.setdefault(told.what.stamp, to_text(told.at))
    values: dict[str, Any] = {name: at for name, at in stamps.items() if name not in found}
    is_forward = mail_events.is_forward(before, after)
    if is_forward:
        at = told.accepted_at if after is MailState.SENT else told.at
        values |= {"state": after.value, "at": to_text(at), "message_id": told.message_id}
        values |= {"reason": told.reason} if told.reason is not None else {}
    if not values:
        return []
    # A stop between the look and here does no harm: the state is as it was looked at, or the write is refused.
    noted = _setting(key, values, condition="#now = :before", names={"#now": "state"}, more={":before": before.value})
    if not (is_forward and told.what.suppresses):
        return [noted]
    return [noted, suppressions.added(found[keys.ORGANISATION], found["address"], told.what.value, told.at)]


_OUT = {f":{state.value}": state.value for state in MailState if state.went_out}


def _item(entry: Entry, now: datetime) -> Item:
    address = {"address": entry.address} if entry.address is not None else {}
    return {
        keys.ORGANISATION: entry.organisation_id,
        "template": entry.template,
        **address,
        "at": to_text(now),
        keys.EXPIRES_AT: int((now + KEPT).timestamp()),
    }


def _claim_found(table: Table, entry: Entry, now: datetime) -> Claimed | Held | Lapsed | Settled:
    found = table.get(entry.key)
    return _claim_again(table, entry, found, now) if found else Held(now)


def _claim_again(table: Table, entry: Entry, found: Item, now: datetime) -> Claimed | Held | Lapsed | Settled:
    key = entry.key
    state, attempt, doubts = MailState(found["state"]), int(found["attempt"]), int(found.get("unknown_outcomes", 0))
    if not state.is_queued:
        return Settled(state)
    is_claimed = state is MailState.CLAIMED
    until = from_text(found["lease_until"] if is_claimed else found["free_at"])
    if until > now:
        return Held(until)
    if is_claimed:
        return Lapsed(Claimed(key, attempt, doubts))
    values = {
        "state": MailState.CLAIMED.value,
        "attempt": attempt + 1,
        "lease_until": to_text(now + LEASE),
        "at": to_text(now),
        # The present one: what SES tells of this attempt is believed of no other.
        **({"address": entry.address} if entry.address is not None else {}),
    }
    is_ours = _set(
        table,
        key,
        values,
        condition="#state = :waiting AND #attempt = :found",
        more={":waiting": MailState.WAITING.value, ":found": attempt},
    )
    return Claimed(key, attempt + 1, doubts) if is_ours else Held(now + LEASE)


def _leave(table: Table, claimed: Claimed, values: Mapping[str, Any]) -> None:
    """End a claim, unless somebody has taken it over since: then it is theirs to end."""
    more = {":claimed": MailState.CLAIMED.value, ":ours": claimed.attempt}
    _set(table, claimed.key, values, condition="#state = :claimed AND attempt = :ours", more=more)


def _set(
    table: Table, key: Key, values: Mapping[str, Any], *, condition: str, more: Mapping[str, Any] | None = None
) -> bool:
    """Write a ledger item's attributes, and remove the times of its last state; whether the condition was met."""
    try:
        table.write(_setting(key, values, condition=condition, more=more))
    except ConditionNotMet:
        return False
    return True


def _setting(
    key: Key,
    values: Mapping[str, Any],
    *,
    condition: str,
    names: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Write:
    sets = ", ".join(f"#{name} = :{name}" for name in values)
    removes = ", ".join(name for name in ("lease_until", "free_at") if name not in values)
    return update(
        key,
        f"SET {sets} REMOVE {removes}",
        condition=f"attribute_exists(pk) AND {condition}",
        names={**{f"#{name}": name for name in values}, **(names or {})},
        values={**{f":{name}": value for name, value in values.items()}, **(more or {})},
    )
