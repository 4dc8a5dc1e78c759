"""API keys: found by their id, listed with their organisation."""

from ticketing.domain.api_key import ApiKey
from ticketing.errors import VersionConflict
from ticketing.store import items, keys
from ticketing.store.cached_reads import CachedReads
from ticketing.store.table import Table, TransactionRefused, put_new


def add(table: Table, key: ApiKey) -> None:
    """A new key and the organisation's pointer to it. Raises VersionConflict if the id is taken."""
    try:
        table.transact(
            [
                put_new(keys.api_key_key(key.id), items.api_key_item(key)),
                put_new(keys.key_pointer_key(key.organisation_id, key.id), {keys.ORGANISATION: key.organisation_id}),
            ]
        )
    except TransactionRefused:
        raise VersionConflict from None


def find(reads: CachedReads, key_id: str) -> ApiKey | None:
    """The key of an id, up to 60 seconds old."""
    item = reads.get(keys.api_key_key(key_id))
    return items.api_key_from(item) if item else None
