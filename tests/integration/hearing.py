"""The notifier and the function that hears of its mails, on simulated services."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ReadTimeoutError

from tests.builders import BEN, NOW, ORGANISATION
from tests.fakes.events import from_file
from tests.fakes.logs import Log
from tests.integration.notifying import Notifying, a_created_ticket
from ticketing.domain.events import Event
from ticketing.domain.mail import digest
from ticketing.domain.ticket import Change
from ticketing.store import keys, mail_ledger, mail_tags, suppressions
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.mail_ledger import Entry

ADDRESS = "ben@lakeside.example"
MESSAGE = "0107019c4c1f6a52-5c0e6f0e-6a1d-4f0f-9a55-1d5f2d9c8b7a-000000"
KINDS = ("sent", "delayed", "soft_bounced", "delivered", "bounced", "complained")


@dataclass
class Hearing:
    """The notifier, and the function that hears of its mails."""

    notifying: Notifying
    app: Any
    log: Log

    @property
    def table(self) -> Any:
        return self.app.table

    def hear(self, name: str, about: Event | Key, message_id: str = MESSAGE, address: str = ADDRESS) -> str:
        found: str = self.app.handle(told_of(name, about, message_id, address))
        return found

    def message_id(self, event: Event) -> str:
        return str(self.mail(event)["message_id"])

    def mail(self, event: Event) -> Item:
        found = self.notifying.ledger(event, BEN)
        assert found is not None
        return found

    def suppressed(self, organisation_id: str = ORGANISATION, address: str = ADDRESS) -> Item | None:
        return suppressions.get(self.table, organisation_id, address)

    def said(self) -> list[str]:
        return [str(facts.get("why", facts.get("outcome"))) for _, _, facts in self.log.lines]


def told_of(name: str, about: Event | Key, message_id: str, address: str) -> dict[str, Any]:
    """An event file, of a mail of ours."""
    event = from_file(f"ses_{name}")
    key = about if isinstance(about, Key) else keys.mail_key(about.ticket_id, about.version, BEN)
    detail = event["detail"]
    detail["mail"] |= {"messageId": message_id, "destination": [address]}
    detail["mail"]["tags"]["ledger"] = [mail_tags.tag(key)]
    if "bounce" in detail:
        detail["bounce"]["bouncedRecipients"][0]["emailAddress"] = address
    if "complaint" in detail:
        detail["complaint"]["complainedRecipients"][0]["emailAddress"] = address
    return event


def silent(send: Any, *, is_sent: bool, ids: list[str], **request: Any) -> None:
    """SES takes the mail, or not, and gives no answer."""
    if is_sent:
        ids.append(send(**request)["MessageId"])
    raise ReadTimeoutError(endpoint_url="https://ses.example")


def a_sent_mail(hearing: Hearing) -> tuple[Change, str]:
    creation = a_created_ticket(hearing.notifying)
    hearing.notifying.deliver(creation.event)
    return creation, hearing.message_id(creation.event)


def claimed_mail(hearing: Hearing, key: Key) -> Any:
    entry = Entry(key, ORGANISATION, "ticket_created", digest(ORGANISATION, ADDRESS))
    return mail_ledger.claim(hearing.table, entry, NOW)


def bring_back(hearing: Hearing, key: Key, end: tuple[Item, Item | None]) -> None:
    item, suppression = end
    suppressed = keys.suppressed_key(ORGANISATION, digest(ORGANISATION, ADDRESS))
    hearing.table.delete_all([suppressed])
    found = [(key, item)] if suppression is None else [(key, item), (suppressed, suppression)]
    hearing.table.put_all(found)
