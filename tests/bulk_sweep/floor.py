"""What a case is played on: six tickets of a chat, made anew for each, and a bulk action that is planned for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.builders import BEN, NOW, ORGANISATION, a_chat, a_free_workflow, a_ticket, an_event, an_occasion
from ticketing.domain import bulk as rules
from ticketing.domain import ticket as ticket_rules
from ticketing.domain.bulk import Bulk, BulkAction, Kind, ToCategory
from ticketing.domain.events import Event
from ticketing.domain.ticket import Priority, Ticket
from ticketing.domain.workflow import StatusCategory
from ticketing.store import directory, items, keys
from ticketing.store.attributes import Item
from ticketing.store.bulk_protocol import Sizes
from ticketing.store.table import Table
from ticketing.store.ticket_writes import MARK
from ticketing.store.writes import Write, put_new

TICKETS = 6
CHAT = a_chat(id="chat_sweep")
ACTIONS = (
    BulkAction(Kind.ASSIGN, "mem_zoe"),
    BulkAction(Kind.ASSIGN, None),
    BulkAction(Kind.STATUS, ToCategory(StatusCategory.RESOLVED)),
    BulkAction(Kind.PRIORITY, Priority.LOW),
    BulkAction(Kind.DELETE),
    BulkAction(Kind.RESTORE),
)
PATHS = {"in one transaction": Sizes(), "committed by marks": Sizes(writes=TICKETS + 3, applied=4)}
"""Six tickets with their events, two records and a check of a chat are 15 writes; their marks are half of it."""
LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """One bulk action, and the tickets that it found."""

    number: int
    bulk: Bulk
    found: Mapping[str, Ticket]

    @property
    def companions(self) -> list[Write]:
        """The record of the answer, as the API adds one."""
        return [put_new(keys.idempotency_key(ORGANISATION, f"sweep-{self.bulk.id}"), {keys.ORGANISATION: ORGANISATION})]


class Floor:
    def __init__(self, table: Table) -> None:
        self.table = table
        self._made = 0
        directory.put_chat(table, ORGANISATION, CHAT.id, lambda _: CHAT)

    def case(self, action: BulkAction) -> Case:
        """Tickets that nobody has touched yet."""
        self._made += 1
        number = self._made
        found = {one.id: one for one in (self._ticket(number, place, action) for place in range(TICKETS))}
        return Case(number, planned(f"blk_sweep{number}", action, found), found)

    def items(self, case: Case) -> dict[str, Item]:
        wanted = [keys.ticket_key(id_) for id_ in case.found]
        return {keys.ticket_id_of(key.pk): item for key, item in self.table.get_many(wanted).items()}

    def events(self, ticket_id: str) -> list[Event]:
        first, last = keys.event_key(ticket_id, 1), keys.event_key(ticket_id, keys.LAST_VERSION)
        page = self.table.query(first.pk, first=first.sk, last=last.sk, limit=100)
        return [items.event_from(item) for item in page.items]

    def is_committed(self, case: Case) -> bool:
        return self.table.get(keys.bulk_key(case.bulk.id)) is not None

    def _ticket(self, number: int, place: int, action: BulkAction) -> Ticket:
        ticket = a_ticket(id=f"tkt_s{number}x{place}", chat_id=CHAT.id, assignee=BEN, priority=Priority.HIGH)
        history: list[tuple[Ticket, Event]] = [(ticket, an_event(ticket_id=ticket.id))]
        if action.kind is Kind.RESTORE:
            deleted = ticket_rules.delete(ticket, on=an_occasion())
            history.append((deleted.ticket, deleted.event))
        newest = history[-1][0]
        rows = [(keys.event_key(ticket.id, event.version), items.event_item(event)) for _, event in history]
        self.table.put_all([(keys.ticket_key(ticket.id), items.ticket_item(newest)), *rows])
        return newest


def planned(bulk_id: str, action: BulkAction, found: Mapping[str, Ticket]) -> Bulk:
    plan = rules.plan(action, list(found), found, lambda _: a_free_workflow(), {}, LATER)
    assert not plan.blockers
    on = an_occasion(now=LATER)
    return Bulk(bulk_id, ORGANISATION, action, plan.steps, plan.unchanged, 0, on.actor, on.source, on.request_id, LATER)


def is_marked(item: Item) -> bool:
    return MARK in item


def shows(action: BulkAction, item: Item) -> Any:
    """What of a ticket the action is about."""
    ticket = items.ticket_from(item)
    match action.kind:
        case Kind.ASSIGN:
            return ticket.assignee
        case Kind.STATUS:
            return ticket.status.category
        case Kind.PRIORITY:
            return ticket.priority
        case Kind.DELETE | Kind.RESTORE:
            return ticket.deleted_at is not None


def wanted(action: BulkAction) -> Any:
    match action.value:
        case ToCategory(category):
            return category
        case None if action.kind in {Kind.DELETE, Kind.RESTORE}:
            return action.kind is Kind.DELETE
        case value:
            return value
