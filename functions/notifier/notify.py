"""From an event to its mails: who, and what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from notifier import facts, mail, mailing, scenes
from notifier.delivery import Delivery
from notifier.facts import Told
from notifier.mail import Mail
from notifier.mailing import Mailing
from notifier.recipients import Recipient
from notifier.rules import rules_for
from ticketing.domain.events import Event
from ticketing.domain.unsubscribing import Unsubscription
from ticketing.store import keys


@dataclass(frozen=True, slots=True)
class Notifier:
    delivery: Delivery
    console_url: str
    unsubscribe_url: Callable[[Unsubscription], str]
    """The link by which a watcher stops mail about a ticket."""

    def notify(self, event: Event, only: str | None = None) -> None:
        """Send the mails of an event; with `only`, the one to that recipient, whose fault is then raised."""
        rules = rules_for(event) if event.may_be_mailed else ()
        scene = scenes.look(self.delivery.table, event, rules, self.console_url, only) if rules else None
        if scene is None:
            return
        about, decided = self._mailing(scene.told), scene.decided()
        if only is not None and not decided:
            mailing.withdraw(self.delivery, about, only, rules[0].template)
        mailing.send(self.delivery, about, decided, is_alone=only is not None)

    def later(self, event: Event, delay: timedelta) -> None:
        """Come back to an event after a while."""
        self.delivery.later(_again(event, None), delay)

    def _mailing(self, told: Told) -> Mailing:
        event = told.event
        return Mailing(
            event.organisation_id,
            event.at,
            key=lambda recipient_id: keys.mail_key(event.ticket_id, event.version, recipient_id),
            write=lambda recipient: self._written(recipient, told),
            again=lambda recipient_id: _again(event, recipient_id),
        )

    def _written(self, recipient: Recipient, told: Told) -> Mail:
        member, ticket = recipient.member, told.ticket
        words = facts.for_staff(member, told) if member is not None else facts.for_guest(told.organisation, ticket)
        url = None
        if recipient.id in ticket.watchers:
            url = self.unsubscribe_url(Unsubscription(ticket.organisation_id, ticket.id, recipient.id))
        # A guest is asked to write where they wrote before, and an answer to a mail would reach nobody there.
        is_staff = member is not None
        return mail.compose(
            recipient.template,
            recipient.address,
            words,
            thread=ticket.id,
            unsubscribe_url=url,
            takes_answers=is_staff,
        )


def _again(event: Event, recipient_id: str | None) -> dict[str, Any]:
    return {"ticket_id": event.ticket_id, "version": event.version, "recipient_id": recipient_id}
