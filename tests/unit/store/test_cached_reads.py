"""What may be up to 60 seconds old, and what never."""

from collections.abc import Iterable
from typing import Any

from ticketing.store.attributes import Item
from ticketing.store.cached_reads import MAX_AGE_S, CachedReads
from ticketing.store.keys import Key

A, B = Key("A", "1"), Key("B", "1")


class Shelf:
    """A table that counts what is read from it."""

    def __init__(self, items: dict[Key, Item]) -> None:
        self.items = items
        self.read: list[set[Key]] = []

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = set(keys)
        self.read.append(wanted)
        return {key: self.items[key] for key in wanted if key in self.items}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def made(items: dict[Key, Any]) -> tuple[CachedReads, Shelf, Clock]:
    shelf, clock = Shelf(items), Clock()
    return CachedReads(shelf, clock=clock), shelf, clock  # type: ignore[arg-type]


def test_an_item_is_read_once_a_minute() -> None:
    reads, shelf, clock = made({A: {"name": "old"}})
    reads.get(A)
    shelf.items[A] = {"name": "new"}
    clock.now = MAX_AGE_S - 1
    assert reads.get(A) == {"name": "old"}
    clock.now = MAX_AGE_S
    assert reads.get(A) == {"name": "new"}
    assert len(shelf.read) == 2


def test_fresh_items_are_read_each_time_together_with_what_is_missing() -> None:
    reads, shelf, _ = made({A: {}, B: {}})
    assert set(reads.get_many([A], fresh=[B])) == {A, B}
    reads.get_many([A], fresh=[B])
    assert shelf.read == [{A, B}, {B}]


def test_what_does_not_exist_is_asked_for_again() -> None:
    reads, shelf, _ = made({})
    assert reads.get(A) is None
    shelf.items[A] = {}
    assert reads.get(A) == {}


def test_what_was_just_written_is_read_anew() -> None:
    reads, shelf, _ = made({A: {"name": "old"}})
    reads.get(A)
    shelf.items[A] = {"name": "new"}
    reads.forget(A)
    assert reads.get(A) == {"name": "new"}
