"""Marks: what a bulk action will do to a ticket, on the ticket itself, and nothing of it can be seen yet.

A mark names the bulk action and its attempt, and carries the target of its step. What it stands for is told by the
bulk action's record alone (`bulk_protocol`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ticketing.domain.bulk import Bulk, Step, Target
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import target_from, target_item
from ticketing.store.keys import Key
from ticketing.store.writes import Write, update

MARK: Final = "mark"
"""The attribute of a ticket that carries it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`target` is as it is kept; what it means depends on the kind of the bulk action."""

    bulk_id: str
    attempt: int
    target: Any

    @classmethod
    def of_step(cls, bulk: Bulk, step: Step) -> "Mark":
        return cls(bulk.id, bulk.attempt, target_item(step.target))

    @property
    def item(self) -> Item:
        return {"bulk": self.bulk_id, "attempt": self.attempt, "target": self.target}

    @property
    def condition(self) -> str:
        """That a ticket still has this very mark; with `names` and `values`."""
        return "#mark.#bulk = :bulk AND #mark.#attempt = :attempt"

    @property
    def names(self) -> Mapping[str, str]:
        return {"#mark": MARK, "#bulk": "bulk", "#attempt": "attempt"}

    @property
    def values(self) -> Mapping[str, Any]:
        return {":bulk": self.bulk_id, ":attempt": self.attempt}

    def is_of(self, bulk: Bulk) -> bool:
        """Whether it was put by the attempt that the record tells of."""
        return (self.bulk_id, self.attempt) == (bulk.id, bulk.attempt)

    def is_until(self, bulk: Bulk) -> bool:
        """Whether it was put by that attempt or by one before it."""
        return self.bulk_id == bulk.id and self.attempt <= bulk.attempt

    def target_for(self, bulk: Bulk) -> Target:
        return target_from(bulk.action.kind, self.target)


def of(item: Item) -> Mark | None:
    """The mark of a ticket's item, if it has one."""
    found = item.get(MARK)
    return Mark(found["bulk"], found["attempt"], found["target"]) if found is not None else None


def put(bulk: Bulk, step: Step) -> Write:
    """Mark a ticket at the version that its step was decided on. No key of an index is touched.

    A mark that an earlier attempt of the same bulk action left behind is replaced; none is earlier than the first.
    """
    mark, is_first = Mark.of_step(bulk, step), bulk.attempt == 1
    is_free = "attribute_not_exists(#mark)"
    if not is_first:
        is_free = f"({is_free} OR (#mark.#bulk = :bulk AND #mark.#attempt < :attempt))"
    return update(
        keys.ticket_key(step.ticket_id),
        "SET #mark = :mark",
        condition=f"version = :expected AND org = :org AND {is_free}",
        names={"#mark": MARK} if is_first else mark.names,
        values={":mark": mark.item, ":expected": step.version, ":org": bulk.organisation_id}
        | ({} if is_first else dict(mark.values)),
    )


def release(key: Key, mark: Mark) -> Write:
    """Take a mark off that stands for nothing."""
    return update(key, "REMOVE #mark", condition=mark.condition, names=mark.names, values=mark.values)
