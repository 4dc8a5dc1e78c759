"""From an event to its mails: who, what, and each of them once.

    claim -> send -> confirm   (store.mail_ledger has the table of what a stop leaves behind)

What cannot be sent now goes to the retry queue as (event, recipient), so that no record ever blocks the stream and
nobody is forgotten. Everything here is safe to repeat.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from notifier import mail, recipients
from notifier.mail import Told
from notifier.rules import Rule, rule_for
from notifier.sender import NotAccepted, OutcomeUnknown, Sender
from ticketing.domain.directory import Member
from ticketing.domain.events import Event, Source
from ticketing.domain.ticket import Ticket
from ticketing.store import items, keys, mail_ledger
from ticketing.store.mail_ledger import Claimed, Held
from ticketing.store.queues import Queue
from ticketing.store.table import Table

MAX_AGE = timedelta(hours=6)
"""A mail that is older helps nobody any more; a replayed day of the stream mails nobody."""

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
        """Send the mails of an event; with `only`, the one to that recipient."""
        if (reason := _silent(event)) is not None:
            self._say(event, "skipped", reason=reason)
            return
        rule = rule_for(event)
        item = self.table.get(keys.ticket_key(event.ticket_id)) if rule else None
        if rule is None or item is None:
            return
        ticket = items.ticket_from(item)
        found = recipients.of(self.table, event, ticket, rule)
        for member_id, not_told in found.not_told.items():
            self._say(event, "not_told", recipient=member_id, reason=not_told.value)
        told = self._told(event, ticket) if found.told else None
        for member in found.told:
            if told is not None and only in (None, member.id):
                self._deliver(member, rule, told)

    def later(self, event: Event, recipient_id: str | None, delay: timedelta) -> None:
        """Come back to an event, or to one of its recipients, after a while."""
        message = {"ticket_id": event.ticket_id, "version": event.version, "recipient_id": recipient_id}
        self.retries.send(message, delay_s=min(delay, _MAX_RETRY).total_seconds())

    def _deliver(self, member: Member, rule: Rule, told: Told) -> None:
        event, now = told.event, self.now()
        claim = mail_ledger.claim(self.table, event, member.id, now)
        match claim:
            case Held(until):
                self._say(event, "held", recipient=member.id)
                # A second more, so that a clock that runs ahead does not come back too early.
                self.later(event, member.id, until - now + timedelta(seconds=1))
            case Claimed(attempt) if now - event.at > MAX_AGE:
                mail_ledger.expire(self.table, event, member.id, now)
                self._say(event, mail_ledger.EXPIRED, recipient=member.id, attempt=attempt)
            case Claimed(attempt):
                self._send(member, rule, told, attempt)
            case _:
                return

    def _send(self, member: Member, rule: Rule, told: Told, attempt: int) -> None:
        event = told.event
        try:
            message_id = self.sender.send(mail.compose(rule.template, member, told))
        except NotAccepted as refused:
            mail_ledger.release(self.table, event, member.id, attempt, self.now())
            self._warn(event, "not_accepted", recipient=member.id, reason=refused.reason, attempt=attempt)
            self.later(event, member.id, _FIRST_RETRY * 2 ** min(attempt - 1, 10))
        except OutcomeUnknown:
            # The claim stays: until its lease is over nobody sends this mail.
            self._warn(event, "outcome_unknown", recipient=member.id, attempt=attempt)
            self.later(event, member.id, mail_ledger.LEASE + timedelta(seconds=1))
        else:
            mail_ledger.confirm(self.table, event, member.id, message_id, self.now())
            self._say(event, mail_ledger.SENT, recipient=member.id, template=rule.template, attempt=attempt)

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
