"""Lists of an organisation's directory, by id, page by page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import Table

_ROUNDS = 10
_ROWS_OF_A_ROUND = 500
"""A page looks past that many rows that are not wanted, then comes back short, with a cursor to go on from."""


@dataclass(frozen=True, slots=True)
class Page[T]:
    """`after` is the id to go on from, None on the last page."""

    values: Sequence[T]
    after: str | None


def page[T](
    table: Table,
    first_of_kind: Key,
    read: Callable[[Sequence[Item]], Sequence[T | None]],
    *,
    after: str | None,
    limit: int,
) -> Page[T]:
    """At most `limit` of the items whose sort keys begin like `first_of_kind`, beyond the id `after`.

    `read` makes values of items, one each, and None of those that are not wanted.
    """
    values: list[T] = []
    last = after
    for round_ in range(_ROUNDS):
        rows = table.query(
            first_of_kind.pk,
            first=keys.beyond(first_of_kind, last) if last is not None else first_of_kind.sk,
            last=keys.last_of_kind(first_of_kind),
            limit=limit + 1 if round_ == 0 else _ROWS_OF_A_ROUND,
        )
        for item, value in zip(rows.items, read(rows.items), strict=True):
            if value is not None:
                if len(values) == limit:
                    return Page(values, last)
                values.append(value)
            last = item["sk"].removeprefix(first_of_kind.sk)
        if not rows.has_more:
            return Page(values, None)
    return Page(values, last)
