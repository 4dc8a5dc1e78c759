"""Many tickets at once in an organisation of its own, and what the table itself says of them and of a bulk action.

What is read here settles no mark, as a reader of the API would: nothing that was left behind can hide.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from typing import Any

from tests.builders import a_channel, a_chat, a_free_workflow
from tests.e2e.concurrency.hotel import PEOPLE, Hotel
from tests.e2e.concurrency.processes import Event as CallEvent
from tests.fakes.events import from_file
from ticketing.domain import ids
from ticketing.domain.bulk import Bulk, BulkAction, Phase, Selected
from ticketing.domain.directory import Member, Role
from ticketing.domain.events import Event, Source
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Change, NewTicket, Occasion, Priority, Ticket, create
from ticketing.store import bulk_records, bulks, directory, items, keys, workflows
from ticketing.store.attributes import Item
from ticketing.store.bulk_protocol import SIZES
from ticketing.store.importing import import_tickets
from ticketing.store.marks import MARK

CHAT = a_chat(id="chat_stock")


@dataclass
class Stock:
    """A hotel with a channel, a workflow in which every move is allowed, people and a chat."""

    hotel: Hotel
    _numbers: Any

    def tickets(self, number: int) -> list[str]:
        """So many new ones, of high priority and nobody's."""
        made = [self._creation(at) for at in islice(self._numbers, number)]
        import_tickets(self.hotel.table, self.hotel.id, [[change] for change in made])
        return [change.ticket.id for change in made]

    def queued(self, action: BulkAction, ticket_ids: Sequence[str]) -> str:
        """The id of a bulk action that was asked for and of which no queue knows: a test is its own queue."""
        bulk = Bulk(
            id=ids.bulk_id(secrets.token_bytes(ids.RANDOM_BYTES)),
            organisation_id=self.hotel.id,
            action=action,
            actor=Actor(self.hotel.founder),
            source=Source.API,
            request_id="stock",
            asked_at=_now(),
            selected=len(ticket_ids),
            phase=Phase.QUEUED,
        )
        pages = bulks.page_writes(bulk, [Selected(id_) for id_ in ticket_ids], SIZES.page)
        self.hotel.table.transact([bulk_records.create(bulk), *pages])
        return bulk.id

    def bulk(self, bulk_id: str) -> Bulk:
        found = bulks.get(self.hotel.table, bulk_id)
        assert found is not None
        return found

    def found(self, ticket_ids: Sequence[str]) -> dict[str, Item]:
        stored = self.hotel.table.get_many(keys.ticket_key(id_) for id_ in ticket_ids)
        return {keys.ticket_id_of(key.pk): item for key, item in stored.items()}

    def marked(self, ticket_ids: Sequence[str]) -> list[str]:
        return [id_ for id_, item in self.found(ticket_ids).items() if MARK in item]

    def read(self, ticket_ids: Sequence[str]) -> dict[str, Ticket]:
        return {id_: items.ticket_from(item) for id_, item in self.found(ticket_ids).items()}

    def events(self, tickets: dict[str, Ticket]) -> dict[str, list[Event]]:
        """The events of each ticket, the oldest first; there is one for each version, and none beyond."""
        places = [(one.id, version) for one in tickets.values() for version in range(1, one.version + 2)]
        stored = self.hotel.table.get_many(keys.event_key(*place) for place in places)
        events = sorted((items.event_from(item) for item in stored.values()), key=lambda event: event.version)
        of_ticket = {id_: [event for event in events if event.ticket_id == id_] for id_ in tickets}
        for id_, ticket in tickets.items():
            assert [event.version for event in of_ticket[id_]] == list(range(1, ticket.version + 1))
        return of_ticket

    def check_done_once(self, bulk_id: str, ticket_ids: Sequence[str]) -> None:
        """It is done on each of these tickets, which nobody else has changed, by one event; no mark is left."""
        bulk = self.bulk(bulk_id)
        assert (bulk.phase, bulk.counts.changed, bulk.done) == (Phase.DONE, len(ticket_ids), len(ticket_ids))
        assert self.marked(ticket_ids) == []
        tickets = self.read(ticket_ids)
        assert len(tickets) == len(ticket_ids)
        for id_, (created, changed) in self.events(tickets).items():
            assert (created.bulk_id, changed.bulk_id, changed.at) == (None, bulk_id, bulk.committed_at)
            assert changed.changes[0].after == self._value(bulk.action, tickets[id_])

    @staticmethod
    def _value(action: BulkAction, ticket: Ticket) -> str:
        shown = {"priority": ticket.priority, "assign": ticket.assignee, "status": ticket.status.id}[action.kind]
        assert shown == action.value
        return str(shown)

    def _creation(self, number: int) -> Change:
        return create(
            NewTicket("maintenance", priority=Priority.HIGH),
            ticket_id=ids.ticket_id(secrets.token_bytes(ids.RANDOM_BYTES)),
            number=number,
            organisation_id=self.hotel.id,
            chat=CHAT,
            workflow=a_free_workflow(),
            on=Occasion(Actor(self.hotel.founder), _now(), Source.IMPORT, "stock"),
        )


def stocked(hotel: Hotel) -> Stock:
    """A hotel that was founded a moment ago, furnished without a function of ours."""
    table, org, channel = hotel.table, hotel.id, a_channel()
    directory.put_channel(table, org, channel.id, lambda _: channel)
    workflows.put(table, org, channel.id, lambda _: a_free_workflow())
    directory.put_chat(table, org, CHAT.id, lambda _: CHAT)
    for person in PEOPLE:
        member = Member(person, person, f"{person}@races.example", Role.USER)
        directory.put_member(table, org, person, lambda _, member=member: member)  # type: ignore[misc]  # binds it
    return Stock(hotel, count(1))


def message(bulk_id: str) -> CallEvent:
    """What the queue brings to the worker. Its receipt is nobody's, so it cannot be given back, and that is no harm."""
    event = from_file("queue_bulk_action")
    event["Records"][0]["body"] = f'{{"bulk_id": "{bulk_id}"}}'
    return event


def is_done(answer: Any) -> bool:
    """Whether the worker says of that one message that it need not come again."""
    failures: list[Any] = answer["batchItemFailures"]
    return not failures


def _now() -> datetime:
    return to_milliseconds(datetime.now(UTC))
