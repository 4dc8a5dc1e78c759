"""Which search indexes there are, and what each is for: one item, read along with the tickets that are indexed.

| it names    | that index is                                                                                  |
|-------------|------------------------------------------------------------------------------------------------|
| `live`      | searched, and written with every change                                                        |
| `building`  | written with every change as well, and filled, until it takes the place of the live one        |
| `previous`  | what was live before: not written any more, kept to go back to                                 |

Whoever indexes a ticket reads this item no earlier than the change that they were told of. So a change of which a new
index was not told was made before that index stood here, and is seen by whoever fills it afterwards.
"""

from dataclasses import dataclass, replace
from typing import Final

from ticketing.errors import VersionConflict
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, Table
from ticketing.store.writes import put, put_new

KEY: Final[Key] = keys.search_indexes_key()


@dataclass(frozen=True, slots=True)
class Indexes:
    """`revision` grows with every change of this; 0 is that of none."""

    live: str | None = None
    building: str | None = None
    previous: str | None = None
    revision: int = 0

    @property
    def written(self) -> tuple[str, ...]:
        """Those that every change is written to."""
        return tuple(name for name in (self.live, self.building) if name is not None)


def read(table: Table) -> Indexes:
    """As they are now. Raises Busy."""
    return of_item(table.get(KEY))


def of_item(item: Item | None) -> Indexes:
    """What the item says, None if nobody has built an index yet."""
    if item is None:
        return Indexes()
    return Indexes(item.get("live"), item.get("building"), item.get("previous"), item["revision"])


def change(table: Table, before: Indexes, after: Indexes) -> Indexes:
    """Store `after` in the place of `before`; as it is stored. Raises VersionConflict if somebody else was faster."""
    stored = replace(after, revision=before.revision + 1)
    named = {"live": stored.live, "building": stored.building, "previous": stored.previous}
    item = {name: index for name, index in named.items() if index is not None} | {"revision": stored.revision}
    seen = {":seen": before.revision}
    try:
        table.write(
            put(KEY, item, condition="revision = :seen", values=seen) if before.revision else put_new(KEY, item)
        )
    except ConditionNotMet:
        raise VersionConflict from None
    return stored
