"""The mail to a guest whose tickets a bulk action has resolved: one a chat, however many there were."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from notifier import facts, mail, mailing, recipients
from notifier.delivery import Delivery
from notifier.mail import Mail
from notifier.mailing import Mailing
from notifier.recipients import Left, Recipient
from ticketing.domain import bulk_resolving
from ticketing.domain.mail import MailState
from ticketing.store import bulks, items, keys, settling

_TEMPLATE: Final = "guest_resolved"


@dataclass(frozen=True, slots=True)
class Guests:
    delivery: Delivery

    def tell(self, bulk_id: str, chat_id: str, ticket_ids: Sequence[str]) -> None:
        """Mail the guest of a chat about the first of its tickets that is resolved still; raises its fault."""
        table, bulk = self.delivery.table, bulks.get(self.delivery.table, bulk_id)
        # As a reader by id sees them: an undo that is committed counts, applied or not.
        found = settling.get_many(table, [keys.ticket_key(id_) for id_ in ticket_ids])
        tickets = sorted(map(items.ticket_from, found.values()), key=lambda one: one.number)
        if bulk is None or not tickets:
            return  # gone for good
        ticket = next((one for one in tickets if bulk_resolving.is_still(bulk, one)), None)
        chat_key = keys.chat_key(bulk.organisation_id, chat_id)
        organisation_key = keys.organisation_key(bulk.organisation_id)
        second = table.get_many([chat_key, organisation_key])
        chat = items.chat_from(second[chat_key]) if chat_key in second else None
        organisation = items.organisation_from(second[organisation_key]) if organisation_key in second else None
        decided: Recipient | Left = Left(recipients.GUEST, _TEMPLATE, MailState.WITHDRAWN)
        if ticket is not None:
            decided = recipients.decide_guest(chat, organisation, ticket, _TEMPLATE, is_resolved=True)
        thread = ticket or tickets[0]

        def write(recipient: Recipient) -> Mail:
            words = facts.for_guest(organisation, thread)
            return mail.compose(recipient.template, recipient.address, words, thread=thread.id, takes_answers=False)

        about = Mailing(
            bulk.organisation_id,
            bulk_resolving.due_at(bulk),
            key=lambda recipient_id: keys.digest_key(bulk_id, recipient_id),
            write=write,
            again=lambda _: _again(bulk_id, chat_id, ticket_ids),
        )
        mailing.send(self.delivery, about, [replace(decided, id=recipients.guest_of(chat_id))], is_alone=True)


def _again(bulk_id: str, chat_id: str, ticket_ids: Sequence[str]) -> dict[str, Any]:
    return {"bulk_id": bulk_id, "chat_id": chat_id, "ticket_ids": list(ticket_ids)}
