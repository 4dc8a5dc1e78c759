"""API keys: found by their id, listed with their organisation."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from ticketing.domain.api_key import ApiKey
from ticketing.domain.instants import to_text
from ticketing.errors import Busy, NotFound, VersionConflict
from ticketing.store import items, keys, listing
from ticketing.store.attributes import Item
from ticketing.store.cached_reads import CachedReads
from ticketing.store.listing import Page
from ticketing.store.table import ConditionNotMet, Table, TransactionRefused
from ticketing.store.versioned import Answered, unrecorded
from ticketing.store.writes import Write, put_new, update

_ATTEMPTS = 3


def add(table: Table, key: ApiKey, answered: Sequence[Write] = ()) -> None:
    """A new key and the organisation's pointer to it.

    Raises VersionConflict if the id is taken, CompanionRefused if the record of the answer is refused.
    """
    writes = [
        put_new(keys.api_key_key(key.id), items.api_key_item(key)),
        put_new(keys.key_pointer_key(key.organisation_id, key.id), {keys.ORGANISATION: key.organisation_id}),
    ]
    try:
        table.transact(writes, answered)
    except TransactionRefused:
        raise VersionConflict from None


def find(reads: CachedReads, key_id: str) -> ApiKey | None:
    """The key of an id, up to 60 seconds old."""
    item = reads.get(keys.api_key_key(key_id))
    return items.api_key_from(item) if item else None


def page(
    table: Table, organisation_id: str, is_wanted: Callable[[ApiKey], bool], *, after: str | None, limit: int
) -> Page[ApiKey]:
    """A page of an organisation's keys, by id."""

    def read(pointers: Sequence[Item]) -> list[ApiKey | None]:
        ids = [keys.api_key_key(pointer["sk"].removeprefix(first.sk)) for pointer in pointers]
        found = table.get_many(ids)
        known = [items.api_key_from(found[id_]) if id_ in found else None for id_ in ids]
        return [key if key is not None and is_wanted(key) else None for key in known]

    first = keys.key_pointer_key(organisation_id, "")
    return listing.page(table, first, read, after=after, limit=limit)


def revoke(
    table: Table,
    organisation_id: str,
    key_id: str,
    now: datetime,
    *,
    check: Callable[[ApiKey], None],
    answered: Answered[ApiKey] = unrecorded,
) -> ApiKey:
    """End a key's life; one that ended before stays as it is.

    Raises NotFound if the organisation has no such key, what `check` raises, CompanionRefused, Busy.
    """
    for _ in range(_ATTEMPTS):
        item = table.get(keys.api_key_key(key_id))
        if item is None or item[keys.ORGANISATION] != organisation_id:
            raise NotFound
        key = items.api_key_from(item)
        check(key)
        if key.revoked_at is not None:
            return key
        revoked = replace(key, revoked_at=now)
        write = update(
            keys.api_key_key(key_id),
            "SET revoked_at = :now",
            condition="org = :org AND attribute_not_exists(revoked_at)",
            values={":now": to_text(now), ":org": organisation_id},
        )
        try:
            table.transact([write], answered(revoked))
        except TransactionRefused:
            continue
        return revoked
    raise Busy


def note_use(table: Table, key_id: str, now: datetime, *, unless_after: datetime) -> None:
    """Remember when a key was used, unless somebody noted a later use than `unless_after`."""
    write = update(
        keys.api_key_key(key_id),
        "SET last_used_at = :now",
        condition="attribute_exists(pk) AND (attribute_not_exists(last_used_at) OR last_used_at <= :before)",
        values={":now": to_text(now), ":before": to_text(unless_after)},
    )
    try:
        table.write(write)
    except ConditionNotMet:
        return
