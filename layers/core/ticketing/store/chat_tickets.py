"""The tickets of a chat by its links, all of them: for whoever has to tell of each."""

from collections.abc import Iterator, Sequence

from ticketing.store import keys
from ticketing.store.table import Table


def ids(table: Table, organisation_id: str, chat_id: str, *, at_once: int) -> Iterator[Sequence[str]]:
    """The id of each ticket of a chat, deleted or not, read consistently, up to `at_once` a call."""
    partition, last = keys.chat_partition(organisation_id, chat_id), keys.chat_link_sort_key("~")
    first, has_more = keys.chat_link_sort_key(" "), True
    while has_more:
        page = table.query(partition, first=first, last=last, limit=at_once)
        yield [keys.ticket_id_of_link(link["sk"]) for link in page.items]
        has_more = page.has_more
        if page.items:
            first = f"{page.items[-1]['sk']} "


def versions(table: Table, organisation_id: str, chat_id: str, *, at_once: int) -> Iterator[Sequence[tuple[str, int]]]:
    """The id and version of each ticket of a chat that is not deleted, read consistently, up to 100 `at_once`.

    Marks are not settled: a bulk action that comes to its end later makes a later version, with an event of its own.
    """
    for some in ids(table, organisation_id, chat_id, at_once=at_once):
        wanted = {keys.ticket_key(id_): id_ for id_ in some}
        found = table.get_many(wanted)
        yield [
            (id_, found[key]["version"])
            for key, id_ in wanted.items()
            if key in found and "deleted_at" not in found[key]
        ]
