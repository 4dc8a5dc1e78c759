"""Bringing in tickets that lived elsewhere: whole histories at once, mailing nobody.

Their events carry the source `import`, which the notifier's stream filter leaves out. Only for ids that do not exist
yet: their items are written without a condition.
"""

from collections.abc import Iterable, Iterator, Sequence

from ticketing.domain.remark import Remark, search_text
from ticketing.domain.ticket import Change
from ticketing.store import items, keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, Table
from ticketing.store.writes import update


def import_tickets(table: Table, organisation_id: str, histories: Iterable[Sequence[Change]]) -> int:
    """Store tickets, each by its changes from creation to now, and return how many.

    The numbers that they brought are taken: the organisation's next ticket goes on after the highest there is.
    """
    known = list(histories)
    if not known:
        return 0
    # Events last: whoever reads the stream finds the ticket that an event speaks of.
    table.put_all(pair for history in known for pair in _lasting_items(organisation_id, history))
    table.put_all(pair for history in known for pair in _event_items(history))
    _raise_counter(table, organisation_id, max(history[-1].ticket.number for history in known))
    return len(known)


def _raise_counter(table: Table, organisation_id: str, number: int) -> None:
    counter = update(
        keys.counter_key(organisation_id),
        "SET #number = :number, #org = :org",
        condition="attribute_not_exists(#number) OR #number < :number",
        names={"#number": "number", "#org": keys.ORGANISATION},
        values={":number": number, ":org": organisation_id},
    )
    try:
        table.write(counter)
    except ConditionNotMet:
        return  # tickets with higher numbers are there already; set back, it would give their numbers again


def _lasting_items(organisation_id: str, history: Sequence[Change]) -> Iterator[tuple[Key, Item]]:
    ticket = history[-1].ticket
    yield keys.ticket_key(ticket.id), items.ticket_item(ticket)
    link = keys.chat_link_key(organisation_id, ticket.chat_id, ticket.created_at, ticket.id)
    yield link, {keys.ORGANISATION: organisation_id}
    remarks = [change.remark for change in history if change.remark is not None]
    for remark in remarks:
        yield keys.remark_key(ticket.id, remark.version), items.remark_item(organisation_id, remark)
    if remarks:
        yield keys.text_key(ticket.id), _search_text(organisation_id, remarks)


def _event_items(history: Sequence[Change]) -> Iterator[tuple[Key, Item]]:
    for change in history:
        event = change.event
        yield keys.event_key(event.ticket_id, event.version), items.event_item(event)


def _search_text(organisation_id: str, remarks: Sequence[Remark]) -> Item:
    text = search_text("", *(remark.text for remark in remarks))
    return {keys.ORGANISATION: organisation_id, "text": text}
