"""One mail, once: claim -> send -> confirm (store.mail_ledger has the table of what a stop leaves behind).

What cannot be sent now goes to the retry queue, so that no record ever blocks the stream, no recipient holds up
another, and nobody is forgotten. Everything here is safe to repeat.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from notifier.mail import Mail
from notifier.sender import NotAccepted, OutcomeUnknown, Sender
from ticketing.domain.mail import MailState
from ticketing.store import mail_ledger
from ticketing.store.mail_caps import DEFAULT_CAPS, Caps
from ticketing.store.mail_ledger import Claimed, Entry, Held, Lapsed, OverLimit, Settled
from ticketing.store.queues import MAX_DELAY_S
from ticketing.store.table import Table
from ticketing.store.writes import Write

MAX_AGE = timedelta(hours=6)
"""A mail that is older helps nobody any more; a replayed day of the stream mails nobody."""

AFTER_A_FAULT = timedelta(seconds=30)
_CLOCKS_DIFFER = timedelta(seconds=1)
"""Whose clock runs ahead would come back too early."""

_FIRST_RETRY = timedelta(seconds=30)


class Log(Protocol):
    def info(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...
    def warning(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...


class Retries(Protocol):
    """Comes back, after a while, to a mail that could not be sent: a queue does, or a schedule by itself."""

    def send(self, message: Mapping[str, Any], *, delay_s: float = 0) -> None: ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is written, what it tells of and when that happened.

    `again` is what the retry queue is told to come back to it. `limits` are counted when it is first tried.
    """

    entry: Entry
    mail: Mail
    happened_at: datetime
    again: Mapping[str, Any]
    limits: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    table: Table
    sender: Sender
    retries: Retries
    log: Log
    now: Callable[[], datetime]
    caps: Caps = DEFAULT_CAPS

    def deliver(self, letter: Letter) -> None:
        """Send a mail unless it was sent, is being sent, or is too old."""
        claimed = self._claim(letter)
        if claimed is None:
            return
        if self.now() - letter.happened_at > MAX_AGE:
            mail_ledger.settle(self.table, claimed, MailState.EXPIRED, self.now())
            self.say(letter.entry, MailState.EXPIRED)
            return
        self._send(letter, claimed)

    def close(self, entry: Entry, why: MailState, again: Mapping[str, Any] | None = None) -> None:
        """Note that somebody is not mailed, and why; `again` is what the queue is told if somebody may be at it."""
        now = self.now()
        held = mail_ledger.close(self.table, entry, why, now)
        if held is None:
            self.say(entry, why)
        elif again is not None:
            self.say(entry, "held")
            self.later(again, held.until - now + _CLOCKS_DIFFER)

    def later(self, message: Mapping[str, Any], delay: timedelta) -> None:
        """Come back to something after a while, at once if SQS cannot hold it back so long."""
        self.retries.send(message, delay_s=min(delay.total_seconds(), MAX_DELAY_S))

    def _claim(self, letter: Letter) -> Claimed | None:
        """The right to send it; None if it is settled, or if we come back for it."""
        now = self.now()
        match mail_ledger.claim(self.table, letter.entry, now, letter.limits):
            case Claimed() as claimed:
                return claimed
            case Lapsed(claimed):
                self._doubt(letter, claimed)
            case Held(until):
                self.say(letter.entry, "held")
                self.later(letter.again, until - now + _CLOCKS_DIFFER)
            case OverLimit():
                self.close(letter.entry, MailState.CAPPED, letter.again)
            case Settled():
                pass
        return None

    def _send(self, letter: Letter, claimed: Claimed) -> None:
        entry = letter.entry
        try:
            message_id = self.sender.send(letter.mail, entry.key)
        except NotAccepted as refused:
            mail_ledger.refused(self.table, claimed, self.now())
            self.warn(entry, "not_accepted", reason=refused.reason, attempt=claimed.attempt)
            self.later(letter.again, _FIRST_RETRY * 2 ** min(claimed.attempt - 1, 10))
        except OutcomeUnknown:
            self._doubt(letter, claimed)
        else:
            mail_ledger.confirm(self.table, claimed, message_id, self.now())
            self.say(entry, MailState.SENT, attempt=claimed.attempt)

    def _doubt(self, letter: Letter, claimed: Claimed) -> None:
        """Nobody knows whether the mail went out: once more after a while, then never again."""
        now = self.now()
        match mail_ledger.doubt(self.table, claimed, now):
            case Held(until):
                self.warn(letter.entry, "outcome_unknown", attempt=claimed.attempt)
                self.later(letter.again, until - now + _CLOCKS_DIFFER)
            case Settled(state):
                self.warn(letter.entry, state, attempt=claimed.attempt)

    def say(self, entry: Entry, state: str, **facts: Any) -> None:
        self.log.info("mail", extra=_facts(entry, state, facts))

    def warn(self, entry: Entry, state: str, **facts: Any) -> None:
        self.log.warning("mail", extra=_facts(entry, state, facts))


def _facts(entry: Entry, state: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Ids only: a mail's key has no address in it."""
    return {"about": entry.key.pk, "mail": entry.key.sk, "state": str(state), **facts}
