"""One thing that several people are mailed about: each of them once, whatever becomes of the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifier import recipients
from notifier.delivery import AFTER_A_FAULT, Delivery, Letter
from notifier.mail import Mail
from notifier.recipients import Left, Recipient
from ticketing import faults
from ticketing.domain.mail import MailState, digest
from ticketing.store import mail_caps, suppressions
from ticketing.store.keys import Key
from ticketing.store.mail_ledger import Entry
from ticketing.store.writes import Write

MAX_AT_ONCE = 20
"""Recipients mailed by the invocation that brings an event. A batch of ten such events, at up to a quarter of a second
a mail, ends in 50 of the function's 60 seconds. To queue a team of 500 instead takes 10, at 20 ms a message; should ten
such events ever meet in one batch, Lambda halves it, and what was queued twice is mailed once by the ledger."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """`key` is where the ledger has the mail of a recipient; `write` writes it.

    `again` is what the retry queue is told to come back to one of them, or with None to all.
    """

    organisation_id: str
    happened_at: datetime
    key: Callable[[str], Key]
    write: Callable[[Recipient], Mail]
    again: Callable[[str | None], Mapping[str, Any]]

    def entry(self, recipient_id: str, template: str, address: str | None = None) -> Entry:
        return Entry(self.key(recipient_id), self.organisation_id, template, address)


def send(delivery: Delivery, mailing: Mailing, decided: Sequence[Recipient | Left], *, is_alone: bool) -> None:
    """Mail those who are to be mailed, and note why the others are not.

    One alone has come from the queue, which counts its faults: then they are raised.
    """
    for left in (one for one in decided if isinstance(one, Left)):
        _leave(delivery, mailing, left)
    told = [one for one in decided if isinstance(one, Recipient)]
    if len(told) > MAX_AT_ONCE:
        # No invocation is long enough for all of a large team: each gets a message of its own.
        for one in told:
            delivery.later(mailing.again(one.id), timedelta(0))
    elif told:
        _send_now(delivery, mailing, told, is_alone=is_alone)


def withdraw(delivery: Delivery, mailing: Mailing, recipient_id: str, template: str) -> None:
    """Settle a mail that waited for someone who is not to be told any more."""
    delivery.close(mailing.entry(recipient_id, template), MailState.WITHDRAWN, mailing.again(recipient_id))


def _send_now(delivery: Delivery, mailing: Mailing, found: Sequence[Recipient], *, is_alone: bool) -> None:
    suppressed = suppressions.of(delivery.table, mailing.organisation_id, [one.address for one in found])
    told, left = recipients.apart(found, mailing.organisation_id, suppressed)
    for one in left:
        _leave(delivery, mailing, one)
    for recipient in told:
        try:
            delivery.deliver(_letter(delivery, mailing, recipient))
        except Exception as error:
            if is_alone:
                raise  # its queue counts the receives, and sets it aside in the end
            delivery.warn(mailing.entry(recipient.id, recipient.template), "failed", **faults.describe(error))
            delivery.later(mailing.again(recipient.id), AFTER_A_FAULT)


def _leave(delivery: Delivery, mailing: Mailing, left: Left) -> None:
    delivery.close(mailing.entry(left.id, left.template), left.why, mailing.again(left.id))


def _letter(delivery: Delivery, mailing: Mailing, recipient: Recipient) -> Letter:
    # Written before it is claimed: a mail that cannot be written leaves no doubt whether it went out.
    written = mailing.write(recipient)
    address = digest(mailing.organisation_id, recipient.address)
    entry = mailing.entry(recipient.id, recipient.template, address)
    limits: tuple[Write, ...] = ()
    if recipient.member is None:
        limits = mail_caps.counted(delivery.caps, mailing.organisation_id, recipient.address, delivery.now())
    return Letter(entry, written, mailing.happened_at, mailing.again(recipient.id), limits)
