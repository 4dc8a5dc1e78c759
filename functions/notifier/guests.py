"""The mail to a guest whose tickets a bulk action has resolved: one a chat, however many there were."""

from dataclasses import dataclass, replace
from typing import Any, Final

from notifier import facts, mail, mailing, recipients
from notifier.delivery import Delivery
from notifier.mail import Mail
from notifier.mailing import Mailing
from notifier.recipients import Recipient
from ticketing.domain import bulk_resolving
from ticketing.store import items, keys
from ticketing.store.bulk_items import bulk_from

_TEMPLATE: Final = "guest_resolved"


@dataclass(frozen=True, slots=True)
class Guests:
    delivery: Delivery

    def tell(self, bulk_id: str, chat_id: str, ticket_id: str) -> None:
        """Mail the guest of a chat about the first of its tickets; raises its fault."""
        table = self.delivery.table
        bulk_key, ticket_key = keys.bulk_key(bulk_id), keys.ticket_key(ticket_id)
        first = table.get_many([bulk_key, ticket_key])
        if bulk_key not in first or ticket_key not in first:
            return  # gone for good
        bulk, ticket = bulk_from(first[bulk_key]), items.ticket_from(first[ticket_key])
        chat_key = keys.chat_key(bulk.organisation_id, chat_id)
        organisation_key = keys.organisation_key(bulk.organisation_id)
        second = table.get_many([chat_key, organisation_key])
        chat = items.chat_from(second[chat_key]) if chat_key in second else None
        organisation = items.organisation_from(second[organisation_key]) if organisation_key in second else None
        decided = recipients.decide_guest(chat, organisation, ticket, _TEMPLATE, is_resolved=True)

        def write(recipient: Recipient) -> Mail:
            words = facts.for_guest(organisation, ticket)
            return mail.compose(recipient.template, recipient.address, words, thread=ticket.id)

        about = Mailing(
            bulk.organisation_id,
            bulk_resolving.due_at(bulk),
            key=lambda recipient_id: keys.digest_key(bulk_id, recipient_id),
            write=write,
            again=lambda _: _again(bulk_id, chat_id, ticket_id),
        )
        mailing.send(self.delivery, about, [replace(decided, id=recipients.guest_of(chat_id))], is_alone=True)


def _again(bulk_id: str, chat_id: str, ticket_id: str) -> dict[str, Any]:
    return {"bulk_id": bulk_id, "chat_id": chat_id, "ticket_id": ticket_id}
