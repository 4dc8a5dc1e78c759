"""From an event to its mails: who, what, and each of them once.

    claim -> send -> confirm   (store.mail_ledger has the table of what a stop leaves behind)

What cannot be sent now goes to the retry queue as (event, recipient), so that no record ever blocks the stream, no
recipient holds up another, and nobody is forgotten. Everything here is safe to repeat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from notifier import mail, recipients
from notifier.mail import Mail, Told
from notifier.recipients import NotTold, Recipient
from notifier.rules import rules_for
from notifier.sender import NotAccepted, OutcomeUnknown, Sender
from ticketing import faults
from ticketing.domain.events import Event, Source
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys, mail_ledger
from ticketing.store.mail_ledger import Claimed, Held, Lapsed, Settled
from ticketing.store.queues import Queue
from ticketing.store.table import Table

MAX_AGE = timedelta(hours=6)
"""A mail that is older helps nobody any more; a replayed day of the stream mails nobody."""

MAX_AT_ONCE = 20
"""Recipients mailed by the invocation that brings the event. A batch of ten such events, at up to a quarter of a second
a mail, ends in 50 of the function's 60 seconds. To queue a team of 500 instead takes 10, at 20 ms a message; should ten
such events ever meet in one batch, Lambda halves it, and what was queued twice is mailed once by the ledger."""

AFTER_A_FAULT = timedelta(seconds=30)
_CLOCKS_DIFFER = timedelta(seconds=1)
"""Whose clock runs ahead would come back too early."""

_FIRST_RETRY = timedelta(seconds=30)
_MAX_RETRY = timedelta(minutes=15)


class Log(Protocol):
    def info(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...
    def warning(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...


@dataclass(frozen=True, slots=True)
class Notifier:
    table: Table
    sender: Sender
    retries: Queue
    console_url: str
    log: Log
    now: Callable[[], datetime]

    def notify(self, event: Event, only: str | None = None) -> None:
        """Send the mails of an event; with `only`, the one to that recipient, whose fault is then raised."""
        if (reason := _silent(event)) is not None:
            self._say(event, "skipped", reason=reason)
            return
        rules = rules_for(event)
        item = self.table.get(keys.ticket_key(event.ticket_id)) if rules else None
        if item is None:
            return
        ticket = items.ticket_from(item)
        found = recipients.of(self.table, event, ticket, rules, only)
        for member_id, not_told in found.not_told.items():
            self._say(event, "not_told", recipient=member_id, reason=not_told.value)
            if only is not None:
                self._drop(event, member_id, not_told)
        if len(found.told) > MAX_AT_ONCE:
            self._hand_out(event, found.told)
        elif found.told:
            self._deliver_all(found.told, self._told(event, ticket), is_alone=only is not None)

    def later(self, event: Event, recipient_id: str | None, delay: timedelta) -> None:
        """Come back to an event, or to one of its recipients, after a while."""
        message = {"ticket_id": event.ticket_id, "version": event.version, "recipient_id": recipient_id}
        self.retries.send(message, delay_s=min(delay, _MAX_RETRY).total_seconds())

    def _hand_out(self, event: Event, found: Sequence[Recipient]) -> None:
        """Give each recipient of a large team a message of its own: no invocation is long enough for all."""
        for recipient in found:
            self.later(event, recipient.member.id, timedelta(0))
        self._say(event, "handed_out", recipients=len(found))

    def _deliver_all(self, found: Sequence[Recipient], told: Told, *, is_alone: bool) -> None:
        for recipient in found:
            try:
                self._deliver(recipient, told)
            except Exception as error:
                if is_alone:
                    raise  # its queue counts the receives, and sets it aside in the end
                self._warn(told.event, "failed", recipient=recipient.member.id, **faults.describe(error))
                self.later(told.event, recipient.member.id, AFTER_A_FAULT)

    def _deliver(self, recipient: Recipient, told: Told) -> None:
        event, member = told.event, recipient.member
        # Written before it is claimed: a mail that cannot be written leaves no doubt whether it went out.
        written = mail.compose(recipient.rule.template, member, told)
        claimed = self._claim(event, member.id)
        if claimed is None:
            return
        if self.now() - event.at > MAX_AGE:
            mail_ledger.settle(self.table, claimed, mail_ledger.EXPIRED, self.now())
            self._say(event, mail_ledger.EXPIRED, recipient=member.id, attempt=claimed.attempt)
            return
        self._send(event, member.id, claimed, written)

    def _claim(self, event: Event, recipient_id: str) -> Claimed | None:
        """The right to send a mail; None if it is settled, or if we come back for it."""
        now = self.now()
        match mail_ledger.claim(self.table, event, recipient_id, now):
            case Claimed() as claimed:
                return claimed
            case Lapsed(claimed):
                self._doubt(event, recipient_id, claimed)
            case Held(until):
                self._say(event, "held", recipient=recipient_id)
                self.later(event, recipient_id, until - now + _CLOCKS_DIFFER)
            case Settled():
                pass
        return None

    def _send(self, event: Event, recipient_id: str, claimed: Claimed, written: Mail) -> None:
        facts = {"recipient": recipient_id, "attempt": claimed.attempt}
        try:
            message_id = self.sender.send(written)
        except NotAccepted as refused:
            mail_ledger.refused(self.table, claimed, self.now())
            self._warn(event, "not_accepted", reason=refused.reason, **facts)
            self.later(event, recipient_id, _FIRST_RETRY * 2 ** min(claimed.attempt - 1, 10))
        except OutcomeUnknown:
            self._doubt(event, recipient_id, claimed)
        else:
            mail_ledger.confirm(self.table, claimed, message_id, self.now())
            self._say(event, mail_ledger.SENT, **facts)

    def _doubt(self, event: Event, recipient_id: str, claimed: Claimed) -> None:
        """Nobody knows whether the mail went out: once more after a while, then never again."""
        now, facts = self.now(), {"recipient": recipient_id, "attempt": claimed.attempt}
        match mail_ledger.doubt(self.table, claimed, now):
            case Held(until):
                self._warn(event, "outcome_unknown", **facts)
                self.later(event, recipient_id, until - now + _CLOCKS_DIFFER)
            case Settled(state):
                self._warn(event, state, **facts)

    def _drop(self, event: Event, recipient_id: str, reason: NotTold) -> None:
        """Settle a mail that waited for someone who is not to be told any more."""
        claimed = self._claim(event, recipient_id)
        if claimed is not None:
            mail_ledger.settle(self.table, claimed, mail_ledger.NOT_TOLD, self.now(), reason=reason.value)

    def _told(self, event: Event, ticket: Ticket) -> Told:
        chat_key = keys.chat_key(event.organisation_id, ticket.chat_id)
        channel_key = keys.channel_key(event.organisation_id, ticket.channel_id)
        found = self.table.get_many([chat_key, channel_key])
        return Told(
            event=event,
            ticket=ticket,
            chat=items.chat_from(found[chat_key]) if chat_key in found else None,
            channel=items.channel_from(found[channel_key]) if channel_key in found else None,
            console_url=self.console_url,
        )

    def _say(self, event: Event, state: str, **facts: Any) -> None:
        self.log.info("mail", extra=_facts(event, state, facts))

    def _warn(self, event: Event, state: str, **facts: Any) -> None:
        self.log.warning("mail", extra=_facts(event, state, facts))


def _silent(event: Event) -> str | None:
    """Why nobody is mailed about an event at all, if nobody is."""
    if event.bulk_id is not None:
        return "bulk"  # a bulk action is told by one digest, not by its thousand events
    return "import" if event.source is Source.IMPORT else None


def _facts(event: Event, state: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"ticket_id": event.ticket_id, "version": event.version, "state": state, **facts}
