"""What somebody must come back to, by the time when it is due. The index is only a hint: everything is read again."""

from datetime import datetime

from ticketing.domain.instants import to_text
from ticketing.store import keys
from ticketing.store.keys import Due, Key
from ticketing.store.table import Table


def due(table: Table, kind: Due, shard: int, now: datetime, *, limit: int) -> list[Key]:
    """Keys of items of a kind that are due, the longest waiting first."""
    page = table.query_index(
        keys.BY_DUE,
        hash_name=keys.DUE_KIND,
        hash_value=keys.due_partition(kind, shard),
        range_name=keys.DUE_AT,
        before=to_text(now),
        limit=limit,
        is_newest_first=False,
    )
    return [Key(item["pk"], item["sk"]) for item in page.items]
