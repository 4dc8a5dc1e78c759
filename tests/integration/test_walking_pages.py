"""Lists walked page by page while others write: of the tickets that nobody changes, each is met once, in order.

`LODGESTORY_SEED` draws other walks, `LODGESTORY_WALKS` more of them; both are printed.
"""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.builders import BEN, CHANNEL, CHAT, HOSPITALITY_STATUSES, NOW, ORGANISATION, a_ticket
from tests.fakes.lagging_index import LaggingIndex
from tests.fakes.quick_moto import Snapshot
from tests.integration.aws import REGION, Answer, Api
from tests.integration.world import CREATE, World, api_on
from ticketing.domain.query import Sort, position
from ticketing.domain.ticket import Priority, Ticket
from ticketing.store import items, keys

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
WALKS = int(os.environ.get("LODGESTORY_WALKS", "6"))
"""Of each sort, on each index."""

TICKETS = 27
DYING, OTHER = "chat_dying", "chat_other"
FILTERS: tuple[tuple[dict[str, list[str]], Callable[[Ticket], bool]], ...] = (
    ({}, lambda _: True),
    ({}, lambda _: True),
    ({"priority": ["high", "low"]}, lambda one: one.priority is not Priority.MEDIUM),
    ({"status_category": ["unresolved"]}, lambda one: one.status.id not in {"resolved", "closed"}),
    ({"chat": [CHAT]}, lambda one: one.chat_id == CHAT),
    ({"chat": [CHAT, OTHER]}, lambda one: one.chat_id in {CHAT, OTHER}),
)
"""What is asked for, and what it means."""


@dataclass
class Hotel:
    """Tickets that begin alike in each walk. What was touched is no longer among those that did not change."""

    world: World
    reader: Api
    dice: Random
    index: LaggingIndex | None
    counts: Counter[str]
    tickets: dict[str, Ticket] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    written: list[str] = field(default_factory=list)

    def fill(self) -> None:
        drawn = [self._a_ticket(number) for number in range(TICKETS)]
        self.tickets = {one.id: one for one in drawn}
        self.world.aws.table.put_all(
            [
                *((keys.ticket_key(one.id), items.ticket_item(one)) for one in drawn),
                *(
                    (
                        keys.chat_link_key(ORGANISATION, one.chat_id, one.created_at, one.id),
                        {keys.ORGANISATION: ORGANISATION},
                    )
                    for one in drawn
                ),
            ]
        )
        if self.index:
            self.index.catch_up(*self.tickets)

    def _a_ticket(self, number: int) -> Ticket:
        """Many share an instant, as those of a bulk action do."""
        created_at = NOW + timedelta(minutes=self.dice.randrange(9))
        return a_ticket(
            self.dice.choice(HOSPITALITY_STATUSES).id,
            id=f"tkt_{number:016d}",
            number=number,
            chat_id=self.dice.choices([CHAT, OTHER, DYING], [3, 2, 1])[0],
            priority=self.dice.choice(list(Priority)),
            created_at=created_at,
            updated_at=created_at + timedelta(minutes=self.dice.randrange(9)),
        )

    def walk(self, sort: Sort) -> None:
        asked, means = self.dice.choice(FILTERS)
        query, found = {**asked, "sort": [sort.value]}, list[str]()
        while True:
            page = self.reader("GET", "/v1/tickets", query=query | {"limit": [str(self.dice.choice([1, 3, 5, 9]))]})
            assert page.status == 200, page.body
            found += [row["id"] for row in page.body["data"]]
            self.counts["pages"] += 1
            if not page.body["has_more"]:
                break
            query |= {"cursor": [page.body["next_cursor"]]}
            for _ in range(self.dice.choice([0, 1, 1, 2])):
                self._write()
        wanted = [one for one in self.tickets.values() if means(one) and one.id not in self.touched]
        in_order = sorted(wanted, key=lambda one: position(sort, one), reverse=sort.is_descending)
        assert [id_ for id_ in found if id_ in {one.id for one in wanted}] == [one.id for one in in_order], asked
        self.counts["tickets that did not change"] += len(wanted)
        self.counts["rows of others"] += len(found) - len(wanted)

    # --- what others do ---

    def _write(self) -> None:
        self.world.aws.clock.now += timedelta(seconds=self.dice.choice([0, 1, 200]))
        act = self.dice.choices([self._create, self._change, self._delete, self._bulk, self._end_chat], [4, 8, 3, 1, 1])
        act[0]()
        self.counts["writes"] += 1
        while self.index and self.written and self.dice.random() < 0.5:
            self.index.catch_up(self.written.pop(self.dice.randrange(len(self.written))))

    def _create(self) -> None:
        answer = self.world.api("POST", "/v1/tickets", CREATE | {"priority": self.dice.choice(["low", "high"])})
        assert answer.status == 201
        self._touch(answer.body["id"])

    def _change(self) -> None:
        body = self.dice.choice(
            [{"priority": "low"}, {"priority": "high"}, {"status": "closed"}, {"assignee": None}, {"assignee": BEN}]
        )
        self._one("PATCH", body)

    def _delete(self) -> None:
        self._one("DELETE")

    def _one(self, method: str, body: Any = None) -> Answer:
        id_ = self.dice.choice([*self.tickets])
        self._touch(id_)
        return self.world.as_(self.world.keys.admin)(method, f"/v1/tickets/{id_}", body)

    def _bulk(self) -> None:
        ids = self.dice.sample([*self.tickets], 3)
        self._touch(*ids)
        body = {"action": "priority", "value": "medium", "ids": ids}
        self.world.as_(self.world.keys.admin)("POST", "/v1/tickets/bulk", body)

    def _end_chat(self) -> None:
        self._touch(*(one.id for one in self.tickets.values() if one.chat_id == DYING))
        self.world.as_(self.world.keys.admin)("DELETE", f"/v1/chats/{DYING}")

    def _touch(self, *ids: str) -> None:
        self.touched.update(ids)
        self.written += ids


@pytest.mark.parametrize("lags", [False, True], ids=["an index at once", "an index that lags"])
@pytest.mark.parametrize("sort", [one for one in Sort if one is not Sort.RELEVANCE])
def test_tickets_that_do_not_change_are_met_once_and_in_order_while_others_do(
    world: World, sort: Sort, lags: bool
) -> None:
    for chat in (DYING, OTHER):
        body = {"channel_id": CHANNEL, "guest": {"name": "Kim"}}
        assert world.as_(world.keys.admin)("PUT", f"/v1/chats/{chat}", body).status == 201
    table, counts = world.aws.table, Counter[str]()
    snapshot = Snapshot(REGION, "tickets")
    world.aws.clock.now = NOW + timedelta(hours=1)
    for number in range(WALKS):
        snapshot.bring_back()
        index = LaggingIndex(table) if lags else None
        reader = api_on(world.aws, index, world.keys.user) if index else world.api
        dice = Random(f"{SEED} {sort} {lags} {number}")  # noqa: S311 (no secret)
        hotel = Hotel(world, reader, dice, index, counts)
        hotel.fill()
        hotel.walk(sort)
    print(f"seed {SEED}: {WALKS} walks by {sort}, {dict(counts)}")
    assert counts["writes"] > WALKS
