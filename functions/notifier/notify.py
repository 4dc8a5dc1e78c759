"""From an event to its mails: who, and what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from notifier import facts, mail, recipients, scenes
from notifier.delivery import AFTER_A_FAULT, Delivery, Letter
from notifier.recipients import Left, Recipient
from notifier.rules import Rule, rules_for
from notifier.scenes import Scene
from ticketing import faults
from ticketing.domain.events import Event
from ticketing.domain.mail import MailState, digest
from ticketing.store import keys, mail_caps, suppressions
from ticketing.store.mail_ledger import Entry
from ticketing.store.writes import Write

MAX_AT_ONCE = 20
"""Recipients mailed by the invocation that brings the event. A batch of ten such events, at up to a quarter of a second
a mail, ends in 50 of the function's 60 seconds. To queue a team of 500 instead takes 10, at 20 ms a message; should ten
such events ever meet in one batch, Lambda halves it, and what was queued twice is mailed once by the ledger."""


@dataclass(frozen=True, slots=True)
class Notifier:
    delivery: Delivery
    console_url: str

    def notify(self, event: Event, only: str | None = None) -> None:
        """Send the mails of an event; with `only`, the one to that recipient, whose fault is then raised."""
        rules = rules_for(event) if event.may_be_mailed else ()
        scene = scenes.look(self.delivery.table, event, rules, self.console_url, only) if rules else None
        if scene is None:
            return
        decided = scene.decided()
        if only is not None and not decided:
            self.delivery.close(_entry(event, only, rules[0]), MailState.WITHDRAWN)
        for left in (one for one in decided if isinstance(one, Left)):
            self._leave(event, left)
        told = [one for one in decided if isinstance(one, Recipient)]
        if len(told) > MAX_AT_ONCE:
            self._hand_out(event, told)
        elif told:
            self._tell(scene, told, is_alone=only is not None)

    def later(self, event: Event, recipient_id: str | None, delay: timedelta) -> None:
        """Come back to an event, or to one of its recipients, after a while."""
        self.delivery.later(_again(event, recipient_id), delay)

    def _hand_out(self, event: Event, found: Sequence[Recipient]) -> None:
        """Give each recipient of a large team a message of its own: no invocation is long enough for all."""
        for recipient in found:
            self.later(event, recipient.id, timedelta(0))

    def _tell(self, scene: Scene, found: Sequence[Recipient], *, is_alone: bool) -> None:
        event = scene.told.event
        suppressed = suppressions.of(self.delivery.table, event.organisation_id, [one.address for one in found])
        told, left = recipients.apart(found, event.organisation_id, suppressed)
        for one in left:
            self._leave(event, one)
        for recipient in told:
            try:
                self.delivery.deliver(self._letter(scene, recipient))
            except Exception as error:
                if is_alone:
                    raise  # its queue counts the receives, and sets it aside in the end
                self.delivery.warn(_entry(event, recipient.id, recipient.rule), "failed", **faults.describe(error))
                self.later(event, recipient.id, AFTER_A_FAULT)

    def _leave(self, event: Event, left: Left) -> None:
        self.delivery.close(_entry(event, left.id, left.rule), left.why)

    def _letter(self, scene: Scene, recipient: Recipient) -> Letter:
        # Written before it is claimed: a mail that cannot be written leaves no doubt whether it went out.
        event, told = scene.told.event, scene.told
        if recipient.member is not None:
            words = facts.for_staff(recipient.member, told)
            limits: tuple[Write, ...] = ()
        else:
            words = facts.for_guest(told)
            limits = mail_caps.counted(event.organisation_id, recipient.address, self.delivery.now())
        written = mail.compose(recipient.rule.template, recipient.address, words, thread=event.ticket_id)
        entry = _entry(event, recipient.id, recipient.rule, digest(event.organisation_id, recipient.address))
        return Letter(entry, written, event.at, _again(event, recipient.id), limits)


def _entry(event: Event, recipient_id: str, rule: Rule, address: str | None = None) -> Entry:
    key = keys.mail_key(event.ticket_id, event.version, recipient_id)
    return Entry(key, event.organisation_id, rule.template, address)


def _again(event: Event, recipient_id: str | None) -> dict[str, Any]:
    return {"ticket_id": event.ticket_id, "version": event.version, "recipient_id": recipient_id}
