"""Bulk actions as they are kept, and what the plan of a new one is made from."""

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from itertools import batched

from ticketing.domain.bulk import Blocker, Bulk, BulkAction, Kind, Plan, Row
from ticketing.domain.directory import Chat, check_people
from ticketing.domain.ids import is_caller_id
from ticketing.domain.ticket import Ticket
from ticketing.domain.workflow import Workflow
from ticketing.errors import BulkInProgress, ChatDeleted, TicketNotFound
from ticketing.store import directory, items, keys, settling, workflows
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import bulk_from, pack, unpack
from ticketing.store.keys import Key
from ticketing.store.marks import MARK
from ticketing.store.surroundings import is_active
from ticketing.store.table import Table
from ticketing.store.writes import Write, put

_JUDGED = "JUDGED#"


class Surroundings:
    """What the plan of a bulk action rests on: the tickets that an organisation has of some ids, and where they are.

    `held` names the bulk action that is at a ticket just now.
    """

    def __init__(
        self, organisation_id: str, found: Mapping[str, Ticket], held: Mapping[str, str], read: Mapping[Key, Item]
    ) -> None:
        self._organisation_id = organisation_id
        self._read = read
        self.found = found
        self.held = held

    def place(self, ticket: Ticket) -> Workflow | None:
        """The workflow of a ticket's channel, if it was read. Raises TicketNotFound, ChatDeleted, BulkInProgress."""
        item = self._read.get(keys.chat_key(self._organisation_id, ticket.chat_id))
        chat: Chat | None = items.chat_from(item) if item is not None else None
        if chat is None or chat.deleted_at is not None:
            raise ChatDeleted if ticket.deleted_at is not None else TicketNotFound
        if ticket.id in self.held:
            raise BulkInProgress
        return workflows.live(self._read.get(keys.workflow_key(self._organisation_id, ticket.channel_id)))


type Shared = MutableMapping[Key, Item | None]
"""What many tickets have in common, as it was when it was first read: the assignee, and workflows."""


def look(
    table: Table,
    organisation_id: str,
    action: BulkAction,
    ticket_ids: Sequence[str],
    asking: str | None = None,
    shared: Shared | None = None,
) -> Surroundings:
    """The tickets of this organisation among the ids, with their chats, and the workflows that the action needs.

    A ticket is not held up by the bulk action that is `asking` for it. What is `shared` is read once, by who looks at
    tickets several times and gives the same. Raises AssigneeNotMember.
    """
    known = settling.get_many(table, [keys.ticket_key(id_) for id_ in ticket_ids if is_caller_id(id_)])
    own = [item for item in known.values() if item[keys.ORGANISATION] == organisation_id]
    found = {one.id: one for one in map(items.ticket_from, own)}
    marked = {keys.ticket_id_of(item["pk"]): str(item[MARK]["bulk"]) for item in own if MARK in item}
    held = {ticket_id: bulk_id for ticket_id, bulk_id in marked.items() if bulk_id != asking}
    common: Shared = shared if shared is not None else {}
    wanted = {keys.chat_key(organisation_id, one.chat_id) for one in found.values()}
    needed = set[Key]()
    if action.needs_workflow:
        needed |= {keys.workflow_key(organisation_id, one.channel_id) for one in found.values()}
    assignee = _assignee(action)
    person_key = directory.person_or_team_key(organisation_id, assignee) if assignee else None
    if person_key:
        needed.add(person_key)
    missing = needed - common.keys()
    read = table.get_many([*wanted, *missing])
    common.update({key: read.get(key) for key in missing})
    if assignee and person_key:
        check_people(assignee, (), [assignee] if is_active(assignee, common[person_key]) else [])
    return Surroundings(organisation_id, found, held, read | {key: one for key, one in common.items() if one})


def check_assignee(table: Table, organisation_id: str, action: BulkAction) -> None:
    """Raises AssigneeNotMember if the action gives tickets to somebody who cannot take them."""
    assignee = _assignee(action)
    if assignee is not None:
        item = table.get(directory.person_or_team_key(organisation_id, assignee))
        check_people(assignee, (), [assignee] if is_active(assignee, item) else [])


def _assignee(action: BulkAction) -> str | None:
    return str(action.value) if action.kind is Kind.ASSIGN and action.value is not None else None


def get(table: Table, bulk_id: str) -> Bulk | None:
    item = table.get(keys.bulk_key(bulk_id)) if is_caller_id(bulk_id) else None
    return bulk_from(item) if item is not None else None


def find(table: Table, organisation_id: str, bulk_id: str) -> Bulk | None:
    """A bulk action of this organisation; None if there is none, or it was removed."""
    found = get(table, bulk_id)
    return found if found is not None and found.organisation_id == organisation_id else None


def find_all(table: Table, organisation_id: str, bulk_ids: Iterable[str]) -> list[Bulk]:
    """Those of the bulk actions that this organisation has, in no order; no request if none is asked for."""
    found = table.get_many(keys.bulk_key(id_) for id_ in bulk_ids)
    return [bulk_from(item) for item in found.values() if item[keys.ORGANISATION] == organisation_id]


def page_writes(bulk: Bulk, rows: Sequence[Row], page: int) -> list[Write]:
    """The plan of a large bulk action, in pages of so many rows; they replace those that were there."""
    return _paged(bulk, rows, page, keys.bulk_page_key)


def judged_write(bulk: Bulk, row: Row) -> Write:
    """How a ticket was judged again, once an attempt."""
    return put(
        keys.bulk_judged_key(bulk.id, row.ticket_id),
        {keys.ORGANISATION: bulk.organisation_id, "attempt": bulk.attempt, "rows": pack([row])},
        condition="attribute_not_exists(pk) OR #attempt < :attempt",
        names={"#attempt": "attempt"},
        values={":attempt": bulk.attempt},
    )


def blocked_writes(bulk: Bulk, blockers: Sequence[Blocker], page: int) -> list[Write]:
    """What keeps it from being done, found while its tickets were marked; with the turn to BLOCKED, so all is told."""
    return _paged(bulk, blockers, page, keys.bulk_blocked_key)


def _paged(bulk: Bulk, rows: Sequence[Row], page: int, key_of: Callable[[str, int], Key]) -> list[Write]:
    pages = batched(rows, page, strict=False)
    org = {keys.ORGANISATION: bulk.organisation_id}
    return [put(key_of(bulk.id, nth), org | {"rows": pack(some)}) for nth, some in enumerate(pages)]


def plan_of(table: Table, bulk: Bulk, page: int) -> Plan:
    """All that is known of each of its tickets, wherever it is kept; `page` is how many rows a page holds."""
    if bulk.plan is not None:
        return bulk.plan
    count = -(-bulk.selected // page)
    wanted = [keys.bulk_page_key(bulk.id, nth) for nth in range(count)]
    found = table.get_many(wanted)
    rows = [row for key in wanted if key in found for row in unpack(bulk.action.kind, found[key]["rows"])]
    corrected = _judged(table, bulk) if bulk.judged else {}
    return Plan(tuple(corrected.get(row.ticket_id, row) for row in rows))


def _judged(table: Table, bulk: Bulk) -> dict[str, Row]:
    corrected: dict[str, Row] = {}
    key, first, has_more = keys.bulk_judged_key(bulk.id, ""), _JUDGED, True
    while has_more:
        page = table.query(key.pk, first=first, last=f"{_JUDGED}~~", limit=1_000)
        rows = [row for item in page.items for row in unpack(bulk.action.kind, item["rows"])]
        corrected |= {row.ticket_id: row for row in rows}
        has_more = page.has_more
        first = f"{page.items[-1]['sk']} " if page.items else first
    return corrected
