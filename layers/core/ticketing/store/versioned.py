"""Objects with a version: read, decided on, written over the version that was read.

Members, teams, channels, workflows, chats and organisations are kept this way. Whoever is slower decides again from
the start, so a decision may rest on all that it was given; what it raises goes up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ticketing.errors import Busy
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, Table, TransactionRefused
from ticketing.store.writes import Write, difference, put_new

_ATTEMPTS = 5


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Kind[T: Versioned]:
    """How one kind of object is kept: its key, its item, and back."""

    key: Callable[[str, str], Key]
    to_item: Callable[[str, T], Item]
    from_item: Callable[[Item], T]


@dataclass(frozen=True, slots=True)
class Stored[T]:
    """What a `PUT` left behind, and whether it made it."""

    value: T
    is_new: bool


type Decide[T] = Callable[[T | None], T]
"""What is to become of an object, or of none; the very same object when nothing is to be written."""

type Beside[T] = Callable[[T | None, T], Sequence[Write]]
"""Writes and checks of other items that a change rests on; one that is refused leads to a new decision."""

type Answered[T] = Callable[[T], Sequence[Write]]
"""What records the answer to the request; one that is refused says that all was done before."""


def nothing_beside[T](_before: T | None, _after: T) -> Sequence[Write]:
    return ()


def unrecorded[T](_after: T) -> Sequence[Write]:
    return ()


def get[T: Versioned](table: Table, organisation_id: str, kind: Kind[T], id_: str) -> T | None:
    item = table.get(kind.key(organisation_id, id_))
    return kind.from_item(item) if item is not None else None


def change[T: Versioned](
    table: Table,
    organisation_id: str,
    kind: Kind[T],
    id_: str,
    decide: Decide[T],
    *,
    beside: Beside[T] = nothing_beside,
    answered: Answered[T] = unrecorded,
) -> Stored[T]:
    """Store what `decide` makes of an object as it is.

    Raises what `decide` and `beside` raise, CompanionRefused, and Busy when others keep being faster.
    """
    for attempt in range(_ATTEMPTS):
        before = get(table, organisation_id, kind, id_)
        after = decide(before)
        if after is before:
            return Stored(after, is_new=False)
        writes = [_write(organisation_id, kind, id_, before, after), *beside(before, after)]
        if _is_written(table, writes, answered(after)):
            return Stored(after, is_new=before is None)
        table.pause(attempt)
    raise Busy


def _write[T: Versioned](organisation_id: str, kind: Kind[T], id_: str, before: T | None, after: T) -> Write:
    key, item = kind.key(organisation_id, id_), kind.to_item(organisation_id, after)
    if before is None:
        return put_new(key, item)
    return difference(
        key,
        kind.to_item(organisation_id, before),
        item,
        # What was stored before there were versions counts as version 1.
        condition="org = :org AND (version = :expected OR attribute_not_exists(version))",
        values={":org": organisation_id, ":expected": before.version},
    )


def _is_written(table: Table, writes: Sequence[Write], records: Sequence[Write]) -> bool:
    """Whether nobody was faster. Raises CompanionRefused, Busy."""
    try:
        if len(writes) == 1 and not records:
            table.write(writes[0])  # half the price of a transaction
        else:
            table.transact(writes, records)
    except (ConditionNotMet, TransactionRefused):
        return False
    return True
