"""The buckets of rate limits: one item an organisation, changed by one conditional write a lease.

A lease rests on the bucket as it was last seen; if others were faster, the refused write tells how it is now, and the
lease is decided anew. A single token is added to whatever others have taken meanwhile, so a burst that meets a hundred
new functions at once has none of them wait for another; whoever keeps losing ends with a single token too.

An item that nobody used for a day is removed by TTL; whoever finds none has a full bucket, as time would have it.
"""

from collections.abc import Callable
from dataclasses import replace

from ticketing.domain.rates import SECOND, Bucket, Lease, Limits, Taken
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, Table
from ticketing.store.writes import Write, put_new, update

_ATTEMPTS = 5
_KEPT_S = 24 * 60 * 60
_ONE_MORE = "SET full_at = full_at + :cost, expires_at = :expires_at"

type Decide = Callable[[Bucket], Taken]
"""What becomes of a bucket as it is."""


def take(table: Table, organisation_id: str, seen: Bucket | None, limits: Limits, now: int, decide: Decide) -> Taken:
    """Take what `decide` takes; without a lease, the bucket is told as it was found.

    `seen` is the bucket as this function saw it last. Others only make it emptier, so one that was empty is not asked.

    Raises Busy.
    """
    key = keys.rate_key(organisation_id)
    bucket = seen or _bucket(table.get(key))
    for attempt in range(_ATTEMPTS):
        taken = decide(bucket)
        if taken.lease is None:
            return Taken(bucket, None)
        try:
            table.write(_write(key, bucket, taken, limits, now), tells_found=True)
        except ConditionNotMet as refused:
            bucket = _bucket(refused.found or table.get(key))
            if attempt > 0:
                table.pause(attempt)
        else:
            return taken
    return _take_one(table, key, bucket, limits, now)


def _take_one(table: Table, key: Key, bucket: Bucket, limits: Limits, now: int) -> Taken:
    """One token, however many others are at it: what is out on lease is not looked at, for this once."""
    write = update(
        key,
        _ONE_MORE,
        condition="full_at <= :least",
        values={":cost": limits.cost, ":expires_at": _expires_at(now), ":least": _has_one(limits, now)},
    )
    try:
        table.write(write, tells_found=True)
    except ConditionNotMet as refused:
        return Taken(_bucket(refused.found), None)
    return Taken(replace(bucket, full_at=bucket.full_at + limits.cost), Lease(1, bucket.generation))


def _write(key: Key, before: Bucket, taken: Taken, limits: Limits, now: int) -> Write:
    expires_at = _expires_at(now)
    if before == Bucket():
        return put_new(key, _item(taken.bucket) | {keys.EXPIRES_AT: expires_at})
    if taken.bucket == replace(before, full_at=before.full_at + limits.cost):
        return _one_more(key, before, limits, now)
    attributes = _item(taken.bucket) | {keys.EXPIRES_AT: expires_at}
    return update(
        key,
        f"SET {', '.join(f'{name} = :{name}' for name in attributes)}",
        condition="full_at = :seen AND leased = :out AND leased_before = :out_before",
        values={f":{name}": value for name, value in attributes.items()}
        | {":seen": before.full_at, ":out": before.leased, ":out_before": before.leased_before},
    )


def _one_more(key: Key, before: Bucket, limits: Limits, now: int) -> Write:
    """One token, wherever others have brought the bucket meanwhile, as long as it has one."""
    return update(
        key,
        _ONE_MORE,
        condition="full_at BETWEEN :most AND :least AND generation = :generation"
        " AND leased = :out AND leased_before = :out_before",
        values={
            ":cost": limits.cost,
            ":expires_at": _expires_at(now),
            ":most": now + before.out * limits.cost,
            ":least": _has_one(limits, now),
            ":generation": before.generation,
            ":out": before.leased,
            ":out_before": before.leased_before,
        },
    )


def _has_one(limits: Limits, now: int) -> int:
    """When a bucket with a single token is full."""
    return now + (limits.burst - 1) * limits.cost


def _expires_at(now: int) -> int:
    return now // SECOND + _KEPT_S


def _item(bucket: Bucket) -> Item:
    return {
        "full_at": bucket.full_at,
        "generation": bucket.generation,
        "leased": bucket.leased,
        "leased_before": bucket.leased_before,
    }


def _bucket(item: Item | None) -> Bucket:
    """The bucket of an item, a full one if there is none."""
    if item is None:
        return Bucket()
    return Bucket(item["full_at"], item["generation"], item["leased"], item["leased_before"])
