"""Tickets: one by one, by id. Every write is one transaction of the ticket, its event and what belongs to them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from ticketing.domain.events import Event
from ticketing.domain.ids import is_caller_id
from ticketing.domain.remark import Remark, search_text
from ticketing.domain.ticket import Change, Ticket
from ticketing.errors import Busy, ChatDeleted, ExternalIdTaken, TicketNotFound, VersionConflict, WrongOrganisation
from ticketing.store import directory, items, keys, settling
from ticketing.store.attributes import Item
from ticketing.store.table import OutcomeUnknown, Table, TransactionRefused
from ticketing.store.ticket_writes import event_write, writes_of
from ticketing.store.writes import Write, put, put_new

_ATTEMPTS = 5
_EVENTS_A_QUERY = 100

type Companions = Callable[[Change], Sequence[Write]]
"""Writes that belong into the transaction of a change, such as the record of its answer."""


def alone(_: Change) -> Sequence[Write]:
    """A change without companions."""
    return ()


def get(table: Table, organisation_id: str, ticket_id: str) -> Ticket:
    """A live ticket. Raises TicketNotFound, or WrongOrganisation while it lives elsewhere."""
    return _living(table, _find(table, ticket_id), organisation_id)


def _living(table: Table, ticket: Ticket | None, organisation_id: str) -> Ticket:
    if ticket is None or ticket.deleted_at is not None:
        raise TicketNotFound
    if ticket.organisation_id != organisation_id:
        # With its chat a ticket is gone for outsiders too, before the janitor comes to it.
        lives = directory.get_live_chat(table, ticket.organisation_id, ticket.chat_id) is not None
        raise WrongOrganisation if lives else TicketNotFound
    return ticket


def get_visible(table: Table, organisation_id: str, ticket_id: str) -> Ticket:
    """A live ticket of a live chat; for reads of what belongs to it. Raises what `get` raises."""
    ticket = get(table, organisation_id, ticket_id)
    if directory.get_live_chat(table, organisation_id, ticket.chat_id) is None:
        raise TicketNotFound
    return ticket


def get_with_deleted(table: Table, organisation_id: str, ticket_id: str) -> Ticket:
    """A ticket of this organisation, deleted or not. Raises TicketNotFound, or WrongOrganisation while it lives."""
    ticket = _find(table, ticket_id)
    if ticket is not None and ticket.deleted_at is not None and ticket.organisation_id == organisation_id:
        return ticket
    return _living(table, ticket, organisation_id)


def _find(table: Table, ticket_id: str) -> Ticket | None:
    # What cannot be an id is no key either: the engine refuses keys over 2 KB.
    item = settling.get(table, keys.ticket_key(ticket_id)) if is_caller_id(ticket_id) else None
    return items.ticket_from(item) if item else None


def _find_with_text(table: Table, ticket_id: str) -> tuple[Ticket | None, str]:
    """A ticket and its search text, in one read."""
    if not is_caller_id(ticket_id):
        return None, ""
    ticket_key, text_key = keys.ticket_key(ticket_id), keys.text_key(ticket_id)
    found = settling.get_many(table, [ticket_key, text_key])
    text = str(found[text_key]["text"]) if text_key in found else ""
    return items.ticket_from(found[ticket_key]) if ticket_key in found else None, text


def get_many(table: Table, organisation_id: str, ticket_ids: Iterable[str]) -> list[Ticket]:
    """Those of the tickets that live in this organisation, in no order."""
    found = settling.get_many(table, [keys.ticket_key(ticket_id) for ticket_id in ticket_ids])
    known = (items.ticket_from(item) for item in found.values())
    return [one for one in known if one.deleted_at is None and one.organisation_id == organisation_id]


def remarks(table: Table, ticket_id: str, *, after: int, limit: int) -> tuple[list[Remark], bool]:
    """A page of a ticket's thread, the oldest first, beyond a version; and whether there is more."""
    first, last = keys.remark_key(ticket_id, after + 1), keys.remark_key(ticket_id, keys.LAST_VERSION)
    page = table.query(first.pk, first=first.sk, last=last.sk, limit=limit)
    return [items.remark_from(item) for item in page.items], page.has_more


def remarks_up_to(table: Table, ticket_id: str, version: int, *, limit: int) -> list[Remark]:
    """The last remarks of a thread up to that of a version, the oldest first."""
    first, last = keys.remark_key(ticket_id, 1), keys.remark_key(ticket_id, version)
    page = table.query(first.pk, first=first.sk, last=last.sk, limit=limit, is_newest_first=True)
    return [items.remark_from(item) for item in reversed(page.items)]


def remark(table: Table, ticket_id: str, version: int) -> Remark | None:
    item = table.get(keys.remark_key(ticket_id, version))
    return items.remark_from(item) if item else None


def history(table: Table, ticket_id: str, *, before: int, limit: int) -> tuple[list[Event], bool]:
    """A page of a ticket's history, the newest first, below a version; and whether there is more."""
    if before <= 1:
        return [], False
    first, last = keys.event_key(ticket_id, 1), keys.event_key(ticket_id, before - 1)
    page = table.query(first.pk, first=first.sk, last=last.sk, limit=limit, is_newest_first=True)
    return [items.event_from(item) for item in page.items], page.has_more


def events_since(table: Table, ticket: Ticket, version: int) -> Iterator[Event]:
    """What happened to a ticket behind a version, the oldest first, up to what it is."""
    while version < ticket.version:
        first, last = keys.event_key(ticket.id, version + 1), keys.event_key(ticket.id, ticket.version)
        page = table.query(first.pk, first=first.sk, last=last.sk, limit=_EVENTS_A_QUERY)
        if not page.items:
            return  # it was purged in this very moment
        yield from map(items.event_from, page.items)
        version += len(page.items)


def next_number(table: Table, organisation_id: str) -> int:
    """The next number for people: never two alike; one is lost when the create that took it fails."""
    return table.add(keys.counter_key(organisation_id), "number", 1)


def add(table: Table, organisation_id: str, change: Change, companions: Companions = alone) -> None:
    """Store a new ticket with its event, its chat's link to it, its first remark and its external id.

    Raises ChatDeleted if the chat is gone: its liveness is checked in the same transaction, so that no ticket can
    outlive its chat. Raises ExternalIdTaken, CompanionRefused.
    """
    ticket = change.ticket
    writes = [
        directory.alive(organisation_id, ticket.chat_id),
        *_external_id_writes(ticket),
        put_new(keys.ticket_key(ticket.id), items.ticket_item(ticket)),
        event_write(change.event),
        put_new(
            keys.chat_link_key(organisation_id, ticket.chat_id, ticket.created_at, ticket.id),
            {keys.ORGANISATION: organisation_id},
        ),
        *_remark_writes(organisation_id, change),
    ]
    try:
        _transact(table, change, writes, companions(change))
    except TransactionRefused as refused:
        if 0 in refused.failed:
            raise ChatDeleted from None
        if ticket.external_id is not None and 1 in refused.failed:
            raise ExternalIdTaken from None
        raise VersionConflict from None


def change(
    table: Table,
    organisation_id: str,
    ticket_id: str,
    decide: Callable[[Ticket], Change | None],
    companions: Companions = alone,
    *,
    is_deleted: bool = False,
    adds_remark: bool = False,
) -> Ticket:
    """Read a ticket, decide what changes, write it; again from the start when somebody else was faster.

    `decide` returns None when nothing changes, and then nothing is written. Raises what `get` and `decide` raise,
    CompanionRefused, and Busy when others keep being faster. `is_deleted` finds a deleted ticket too; `adds_remark`
    must be said by who adds one: it reads the words that a remark goes on from along with the ticket.
    """
    for attempt in range(_ATTEMPTS):
        text = ""
        if adds_remark:
            found, text = _find_with_text(table, ticket_id)
            ticket = _living(table, found, organisation_id)
        else:
            ticket = (get_with_deleted if is_deleted else get)(table, organisation_id, ticket_id)
        decided = decide(ticket)
        if decided is None:
            return ticket
        try:
            save(table, ticket, decided, companions, text_so_far=text)
        except VersionConflict:
            table.pause(attempt)
            continue
        return decided.ticket
    raise Busy


def save(
    table: Table, before: Ticket, change: Change, companions: Companions = alone, *, text_so_far: str = ""
) -> None:
    """Write a change over the version that it was decided on; `text_so_far` is the search text that a remark adds to.

    Raises VersionConflict if there is a newer one, ChatDeleted for a restored ticket, and CompanionRefused.
    """
    is_restored = before.deleted_at is not None and change.ticket.deleted_at is None
    # A ticket comes back only to a chat that lives, just as it is created only on one.
    alive = directory.alive(before.organisation_id, before.chat_id)
    writes = [
        *([alive] if is_restored else []),
        *writes_of(before, change),
        *_remark_writes(before.organisation_id, change, text_so_far),
    ]
    try:
        _transact(table, change, writes, companions(change))
    except TransactionRefused as refused:
        if is_restored and 0 in refused.failed:
            raise ChatDeleted from None
        raise VersionConflict from None


def _transact(table: Table, change: Change, writes: Sequence[Write], companions: Sequence[Write]) -> None:
    """All of it or nothing.

    When the answer was lost, the event tells: if it is ours to the letter, all of it was written.
    """
    try:
        table.transact(writes, companions)
    except OutcomeUnknown as unknown:
        if not _is_written(table, change, unknown):
            raise


def _is_written(table: Table, change: Change, unknown: OutcomeUnknown) -> bool:
    """Raises `unknown` if the table cannot be asked: nobody may be told that nothing was changed."""
    try:
        item = table.get(keys.event_key(change.event.ticket_id, change.event.version))
    except Busy:
        raise unknown from None
    return item is not None and items.event_from(item) == change.event


def _external_id_writes(ticket: Ticket) -> list[Write]:
    if ticket.external_id is None:
        return []
    key = keys.external_id_key(ticket.organisation_id, ticket.external_id)
    return [put_new(key, {keys.ORGANISATION: ticket.organisation_id, "ticket": ticket.id})]


def _remark_writes(organisation_id: str, change: Change, text_so_far: str = "") -> list[Write]:
    remark = change.remark
    if remark is None:
        return []
    if remark.is_long:
        message = "a long remark is kept apart before its change is stored"
        raise ValueError(message)
    ticket_id = change.ticket.id
    writes = [put_new(keys.remark_key(ticket_id, remark.version), items.remark_item(organisation_id, remark))]
    text = search_text(text_so_far, remark.text)
    if text != text_so_far:
        item = {keys.ORGANISATION: organisation_id, "text": text}
        writes.append(_text_write(keys.text_key(ticket_id), item, text_so_far))
    return writes


def _text_write(key: keys.Key, item: Item, so_far: str) -> Write:
    """Demands the text that it goes on from: it may have been read a moment before the ticket."""
    if not so_far:
        return put_new(key, item)
    return put(key, item, condition="#text = :so_far", names={"#text": "text"}, values={":so_far": so_far})
