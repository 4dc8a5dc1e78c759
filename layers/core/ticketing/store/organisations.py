"""All organisations, for what is done for each of them on a schedule."""

from collections.abc import Iterator

from ticketing.domain.directory import Organisation
from ticketing.store import items, keys
from ticketing.store.table import MAX_BATCH_READS, Table


def every(table: Table) -> Iterator[Organisation]:
    """Each organisation as it is now, by id, read in batches as they are asked for.

    The partition of all organisations holds what they were at first; their settings stand in their own items.
    """
    entries = keys.organisation_entry_key("")
    after = ""
    while True:
        page = table.query(entries.pk, first=keys.beyond(entries, after), limit=MAX_BATCH_READS)
        ids = [str(item["sk"]) for item in page.items]
        wanted = [keys.organisation_key(id_) for id_ in ids]
        found = table.get_many(wanted)
        yield from (items.organisation_from(found[key]) for key in wanted if key in found)
        if not page.has_more or not ids:
            return
        after = ids[-1]
