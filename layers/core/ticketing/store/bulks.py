"""Bulk actions as they are kept, and what the plan of a new one is made from."""

from collections.abc import Iterable, Mapping, Sequence

from ticketing.domain.bulk import Bulk, BulkAction, Kind
from ticketing.domain.directory import Chat, check_people
from ticketing.domain.ids import is_caller_id
from ticketing.domain.ticket import Ticket
from ticketing.domain.workflow import Workflow
from ticketing.errors import ChatDeleted, TicketNotFound
from ticketing.store import directory, items, keys, marks, workflows
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import bulk_from
from ticketing.store.keys import Key
from ticketing.store.surroundings import is_active
from ticketing.store.table import Table


class Surroundings:
    """What the plan of a bulk action rests on: the tickets that an organisation has of some ids, and where they are."""

    def __init__(self, organisation_id: str, found: Mapping[str, Ticket], read: Mapping[Key, Item]) -> None:
        self._organisation_id = organisation_id
        self._read = read
        self.found = found

    def place(self, ticket: Ticket) -> Workflow | None:
        """The workflow of a ticket's channel, if it was read. Raises TicketNotFound, ChatDeleted."""
        item = self._read.get(keys.chat_key(self._organisation_id, ticket.chat_id))
        chat: Chat | None = items.chat_from(item) if item is not None else None
        if chat is None or chat.deleted_at is not None:
            raise ChatDeleted if ticket.deleted_at is not None else TicketNotFound
        return workflows.live(self._read.get(keys.workflow_key(self._organisation_id, ticket.channel_id)))

    def is_visible(self, ticket: Ticket) -> bool:
        try:
            self.place(ticket)
        except TicketNotFound:
            return False
        return True


def look(table: Table, organisation_id: str, action: BulkAction, ticket_ids: Sequence[str]) -> Surroundings:
    """The tickets of this organisation among the ids, with their chats, and the workflows that the action needs.

    Raises AssigneeNotMember.
    """
    known = marks.get_many(table, [keys.ticket_key(id_) for id_ in ticket_ids if is_caller_id(id_)])
    every = (items.ticket_from(item) for item in known.values())
    found = {one.id: one for one in every if one.organisation_id == organisation_id}
    wanted = {keys.chat_key(organisation_id, one.chat_id) for one in found.values()}
    if action.needs_workflow:
        wanted |= {keys.workflow_key(organisation_id, one.channel_id) for one in found.values()}
    assignee = str(action.value) if action.kind is Kind.ASSIGN and action.value is not None else None
    person_key = directory.person_or_team_key(organisation_id, assignee) if assignee else None
    read = table.get_many([*wanted, *([person_key] if person_key else [])])
    if assignee and person_key:
        check_people(assignee, (), [assignee] if is_active(assignee, read.get(person_key)) else [])
    return Surroundings(organisation_id, found, read)


def find(table: Table, organisation_id: str, bulk_id: str) -> Bulk | None:
    """A bulk action of this organisation; None if there is none, or it was removed."""
    item = table.get(keys.bulk_key(bulk_id)) if is_caller_id(bulk_id) else None
    if item is None or item[keys.ORGANISATION] != organisation_id:
        return None
    return bulk_from(item)


def find_all(table: Table, organisation_id: str, bulk_ids: Iterable[str]) -> list[Bulk]:
    """Those of the bulk actions that this organisation has, in no order; no request if none is asked for."""
    found = table.get_many(keys.bulk_key(id_) for id_ in bulk_ids)
    return [bulk_from(item) for item in found.values() if item[keys.ORGANISATION] == organisation_id]
