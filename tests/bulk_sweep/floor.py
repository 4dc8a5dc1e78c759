"""What a case is played on: six tickets of a chat, made anew for each, and a bulk action that is planned for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bulk_worker.work import Worker
from tests.builders import (
    BEN,
    NOW,
    a_channel,
    a_chat,
    a_free_workflow,
    a_member,
    a_ticket,
    an_event,
    an_occasion,
)
from ticketing.domain import bulk_plan as rules
from ticketing.domain import ticket as ticket_rules
from ticketing.domain.bulk import KEPT, Bulk, BulkAction, Counts, Kind, Phase, Selected, ToCategory
from ticketing.domain.events import Event, Source
from ticketing.domain.instants import to_text
from ticketing.domain.ticket import Change, Priority, Ticket
from ticketing.domain.workflow import StatusCategory
from ticketing.store import bulk_records, bulk_requests, bulks, directory, items, keys, workflows
from ticketing.store.attributes import Item
from ticketing.store.bulk_protocol import Sizes
from ticketing.store.marks import MARK
from ticketing.store.table import Table
from ticketing.store.ticket_writes import writes_of
from ticketing.store.writes import Write, put_new

ORGANISATION = "org_sweep"
"""Its own: the deployed stack on which a sweep plays has other tests, which count their tickets and wait for mail."""
TICKETS = 6
CHAT = a_chat(id="chat_sweep")
ZOE = "mem_zoe"
ACTIONS = (
    BulkAction(Kind.ASSIGN, ZOE),
    BulkAction(Kind.ASSIGN, None),
    BulkAction(Kind.STATUS, ToCategory(StatusCategory.RESOLVED)),
    BulkAction(Kind.PRIORITY, Priority.LOW),
    BulkAction(Kind.DELETE),
    BulkAction(Kind.RESTORE),
)
LATER = NOW + timedelta(days=36_525)
"""A century on, so that nothing here is due yet for the janitor of the deployed stack, which goes by the true time: it
would finish bulk actions that are still to be looked at, and purge what was deleted.
"""
DELETED_AT = LATER - timedelta(hours=1)


@dataclass(frozen=True)
class Path:
    """How a bulk action is carried out. Six tickets with their events, two records and the check of a chat are 15
    writes; their marks are half of it.
    """

    sizes: Sizes
    is_queued: bool = False
    is_overtaken: bool = False
    """Somebody changes the last ticket between the plan and the first mark."""

    @property
    def is_refused(self) -> bool:
        """Whether it changes nothing: a request is to be planned anew, where a worker judges the ticket again."""
        return self.is_overtaken and not self.is_queued


_BY_FEW = Sizes(writes=5, applied=2, read=4, page=4)
PATHS = {
    "in one transaction": Path(Sizes()),
    "committed by marks": Path(Sizes(writes=TICKETS + 3, applied=4)),
    "prepared, then committed": Path(_BY_FEW),
    "prepared, then overtaken": Path(_BY_FEW, is_overtaken=True),
    "by a worker": Path(_BY_FEW, is_queued=True),
    "by a worker, overtaken": Path(_BY_FEW, is_queued=True, is_overtaken=True),
}


@dataclass(frozen=True)
class Case:
    """One bulk action, and the tickets that it found."""

    number: int
    path: Path
    bulk: Bulk
    found: Mapping[str, Ticket]
    """As they were when they were planned."""
    overtaken: Mapping[str, Ticket] = field(default_factory=dict[str, Ticket])
    """What became of some of them since."""

    @property
    def ticket_prefix(self) -> str:
        """What the ids of its tickets begin with, and no other case's."""
        return f"tkt_s{self.number}x"

    @property
    def before(self) -> Mapping[str, Ticket]:
        """As the bulk action meets them."""
        return {**self.found, **self.overtaken}

    @property
    def companions(self) -> list[Write]:
        """The record of the answer, as the API adds one."""
        return [put_new(keys.idempotency_key(ORGANISATION, f"sweep-{self.bulk.id}"), {keys.ORGANISATION: ORGANISATION})]


class Floor:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.now = LATER
        table.now = lambda: self.now
        self._made = 0
        workflow = replace(a_free_workflow(), channel_id=CHAT.channel_id)
        directory.put_channel(table, ORGANISATION, CHAT.channel_id, lambda _: a_channel(id=CHAT.channel_id))
        workflows.put(table, ORGANISATION, CHAT.channel_id, lambda _: workflow)
        directory.put_chat(table, ORGANISATION, CHAT.id, lambda _: CHAT)
        directory.put_member(table, ORGANISATION, ZOE, lambda _: a_member(ZOE))

    def case(self, path: Path, action: BulkAction) -> Case:
        """Tickets that nobody has touched since they were planned, but for those that are to be overtaken."""
        self._made += 1
        self.now = LATER
        number = self._made
        found = {one.id: one for one in (self._ticket(number, place, action) for place in range(TICKETS))}
        case = Case(number, path, planned(f"blk_sweep{number}", action, found), found)
        return self._overtaken(case) if path.is_overtaken else case

    def _overtaken(self, case: Case) -> Case:
        if case.path.is_queued:
            queue(self.table, case, case.companions)
            minutes = iter([300.0, 0.0])  # time enough to plan, and no more
            worker = Worker(self.table, remaining_s=lambda: next(minutes), sizes=case.path.sizes, clock=lambda: 0.0)
            assert not worker.bring_to_end(case.bulk.id)
        ticket = last = list(case.found.values())[-1]
        for change in _changes_by_somebody(case.bulk.action):
            done = change(ticket, on=an_occasion(source=Source.IMPORT, now=DELETED_AT))
            assert done is not None
            self.table.transact(writes_of(ticket, done))
            ticket = done.ticket
        return replace(case, overtaken={last.id: ticket})

    def items(self, case: Case) -> dict[str, Item]:
        wanted = [keys.ticket_key(id_) for id_ in case.found]
        return {keys.ticket_id_of(key.pk): item for key, item in self.table.get_many(wanted).items()}

    def events(self, ticket_id: str) -> list[Event]:
        first, last = keys.event_key(ticket_id, 1), keys.event_key(ticket_id, keys.LAST_VERSION)
        page = self.table.query(first.pk, first=first.sk, last=last.sk, limit=100)
        return [items.event_from(item) for item in page.items]

    def is_committed(self, case: Case) -> bool:
        phase = self.phase(case)
        return phase is not None and phase.is_committed

    def phase(self, case: Case) -> Phase | None:
        """None if nothing was written down."""
        bulk = bulks.get(self.table, case.bulk.id)
        return bulk.phase if bulk is not None else None

    def is_at_rest(self, case: Case) -> bool:
        """Whether the record has come to its end, and is due for nothing but to be removed."""
        record = self.table.get(keys.bulk_key(case.bulk.id))
        if record is None:
            return True
        return Phase(record["phase"]).is_over and record[keys.DUE_AT] == to_text(case.bulk.asked_at + KEPT)

    def _ticket(self, number: int, place: int, action: BulkAction) -> Ticket:
        """Imported, as is its past: of thousands that nobody acts on, nobody is to be told."""
        ticket = a_ticket(
            id=f"tkt_s{number}x{place}",
            organisation_id=ORGANISATION,
            chat_id=CHAT.id,
            assignee=BEN,
            priority=Priority.HIGH,
        )
        created = an_event(ticket_id=ticket.id, organisation_id=ORGANISATION, source=Source.IMPORT)
        history: list[tuple[Ticket, Event]] = [(ticket, created)]
        if action.kind is Kind.RESTORE:
            deleted = ticket_rules.delete(ticket, on=an_occasion(source=Source.IMPORT, now=DELETED_AT))
            history.append((deleted.ticket, deleted.event))
        newest = history[-1][0]
        rows = [(keys.event_key(ticket.id, event.version), items.event_item(event)) for _, event in history]
        self.table.put_all([(keys.ticket_key(ticket.id), items.ticket_item(newest)), *rows])
        return newest


def _changes_by_somebody(action: BulkAction) -> list[Callable[..., Change | None]]:
    """After these a ticket has another version, and the action still has something to change."""
    if action.kind is Kind.RESTORE:
        return [ticket_rules.bring_back, ticket_rules.delete]
    return [partial(ticket_rules.overwrite, priority=Priority.MEDIUM)]


def planned(bulk_id: str, action: BulkAction, found: Mapping[str, Ticket]) -> Bulk:
    selected = [Selected(id_) for id_ in found]
    plan = rules.plan(selected, found, rules.judging(action, LATER), lambda _: a_free_workflow())
    assert not plan.blockers
    on = an_occasion(now=LATER)
    return Bulk(
        id=bulk_id,
        organisation_id=ORGANISATION,
        action=action,
        actor=on.actor,
        source=on.source,
        request_id=on.request_id,
        asked_at=LATER,
        selected=len(found),
        phase=Phase.QUEUED,
        plan=plan,
        counts=plan.counts,
    )


def carry_out(table: Table, case: Case) -> bool:
    """The request, and what the worker does once it has the message; False if it is to be gone on with.

    Raises TransactionRefused where a request is overtaken.
    """
    if not case.path.is_queued:
        return bulk_requests.carry_out(table, case.bulk, case.found, case.companions, case.path.sizes)
    if not case.path.is_overtaken:
        queue(table, case, case.companions)
    return work(table, case)


def queue(table: Table, case: Case, companions: Sequence[Write] = (), **changes: Any) -> Bulk:
    """Write down what the worker is to do, as the request does; `changes` are other facts of the bulk action."""
    bulk = replace(case.bulk, plan=None, counts=Counts(), **changes)
    pages = bulks.page_writes(bulk, [Selected(id_) for id_ in case.found], case.path.sizes.page)
    table.transact([bulk_records.create(bulk), *pages], companions)
    return bulk


def work(table: Table, case: Case) -> bool:
    worker = Worker(table, remaining_s=lambda: 300.0, sizes=case.path.sizes, sleep=lambda _: None, clock=lambda: 0.0)
    return worker.bring_to_end(case.bulk.id)


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
