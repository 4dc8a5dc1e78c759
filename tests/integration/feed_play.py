"""A hotel's days: tickets, chats, bulk actions, imports, the janitor, an indexer, and who follows its feed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from tests.builders import BEN, CHANNEL, ORGANISATION, a_creation
from tests.integration.aws import Answer, Aws
from tests.integration.bulk_stage import CHATS, Stage
from tests.integration.following import Copy, Follower, Indexer
from ticketing.domain.events import Source
from ticketing.store import directory, keys
from ticketing.store.importing import import_tickets
from ticketing.store.keys import Due

MONTH = timedelta(days=31)
WAYS = ("at once", "by marks", "by intent", "by worker")


class Course:
    """One course; `run` ends with everything at rest, and the copy compared."""

    def __init__(self, stage: Stage, dice: Random, counts: Counter[str]) -> None:
        self.stage, self.dice, self.counts = stage, dice, counts
        stage.begin()
        self.indexer = Indexer(stage.aws, dice)
        self.follower = Follower(self._reads, dice, self._meanwhile)
        self.chats = [*CHATS]
        self.tickets: list[str] = []
        self.messages: list[str] = []
        self._moves: list[tuple[Callable[[], None], int]] = [
            (self._create, 6),
            (self._patch, 6),
            (self._remark, 2),
            (self._delete, 3),
            (self._restore, 3),
            (self._rename_guest, 3),
            (self._delete_chat, 1),
            (self._new_chat, 1),
            (self._bulk, 4),
            (self._work, 3),
            (self._janitor, 2),
            (self._import, 1),
        ]

    def run(self, moves: int) -> None:
        for _ in range(self.dice.randint(0, 6)):
            self._a_move()
        if self.dice.random() < 0.5:
            self.follower.begin()
        else:
            self._follow_undisturbed()  # from the very first change, which is no copy once a month has passed
        for _ in range(moves):
            self._a_move()
            if self.dice.random() < 0.4:
                self.indexer.deliver(self.dice.random(), deaths=self.dice.randint(0, 3))
            if self.dice.random() < 0.3:
                self.follower.poll()
            if self.dice.random() < 0.02:
                self._a_month_passes()
        self._come_to_rest()
        self.compare("before the janitor")
        self._janitor()
        self._come_to_rest()
        self.compare("after the janitor")

    def _meanwhile(self) -> None:
        self.counts["moves between pages"] += 1
        self._a_move()
        if self.dice.random() < 0.6:
            self.indexer.deliver(self.dice.random(), deaths=self.dice.randint(0, 1))

    def compare(self, when: str) -> None:
        """The copy is what the table shows: the same tickets, in the same words."""
        shown = self._visible()
        copy = self.follower.copy
        assert copy.keys() == shown.keys(), when
        for id_, ticket in shown.items():
            held = copy[id_] if "watchers" in copy[id_] else copy[id_] | {"watchers": ticket["watchers"]}
            held = {name: value for name, value in held.items() if name != "highlight"}  # of a list alone
            assert held == ticket, (when, id_)
        self.counts["comparisons"] += 1
        self.counts["tickets compared"] += len(shown)
        self.counts["gone"] += len({*self.tickets} - shown.keys())

    def _visible(self) -> Copy:
        """By id, of all tickets that ever were."""
        found = {id_: self._asks("user", "GET", f"/v1/tickets/{id_}") for id_ in self.tickets}
        assert {one.status for one in found.values()} <= {200, 404}
        return {id_: one.body for id_, one in found.items() if one.status == 200}

    def _come_to_rest(self) -> None:
        while self.messages:
            self._work(looks=1_000)
        self.indexer.deliver(1.0)
        self._follow_undisturbed()

    def _follow_undisturbed(self) -> None:
        self.follower.may_end = False
        self.follower.poll()
        self.follower.may_end = True

    # --- moves ---

    def _a_move(self) -> None:
        moves, weights = zip(*self._moves, strict=True)
        (move,) = self.dice.choices(moves, weights)
        self.stage.aws.clock.now += timedelta(seconds=self.dice.choice([0, 0, 1, 30]))
        self.counts["moves"] += 1
        move()

    def _create(self) -> None:
        body = {"chat_id": self.dice.choice(self.chats), "issue": "maintenance", "remarks": "AC not cooling"}
        answer = self._asks("user", "POST", "/v1/tickets", body)
        if answer.status == 201:
            self.tickets.append(answer.body["id"])

    def _patch(self) -> None:
        field = self.dice.choice(["priority", "assignee", "watchers"])
        values: dict[str, list[Any]] = {
            "priority": ["low", "medium", "high"],
            "assignee": [BEN, "team_maintenance", None],
            "watchers": [[BEN], []],
        }
        self._change("PATCH", "", {field: self.dice.choice(values[field])})

    def _remark(self) -> None:
        self._change("POST", "/remarks", {"text": f"Called again ({self.dice.random():.3f})"})

    def _delete(self) -> None:
        self._change("DELETE", "")

    def _restore(self) -> None:
        found = self.stage.aws.table.get_many(keys.ticket_key(id_) for id_ in self.tickets)
        deleted = [id_ for id_ in self.tickets if "deleted_at" in found.get(keys.ticket_key(id_), {})]
        if deleted:
            answer = self._asks("admin", "POST", f"/v1/tickets/{self.dice.choice(deleted)}/restore")
            self.counts["restored"] += answer.status == 200

    def _change(self, method: str, below: str, body: Any = None) -> None:
        if self.tickets:
            self._asks("admin", method, f"/v1/tickets/{self.dice.choice(self.tickets)}{below}", body)

    def _new_chat(self) -> None:
        chat = f"chat_{len(self.chats)}"
        body = {"channel_id": CHANNEL, "guest": {"name": "Kim"}}
        if self._asks("admin", "PUT", f"/v1/chats/{chat}", body).status == 201:
            self.chats.append(chat)

    def _rename_guest(self) -> None:
        chat = self.dice.choice(self.chats)
        name = self.dice.choice(["Zoë", "Ada", "Kim", "Zoë Keller"])
        body = {"channel_id": CHATS.get(chat, CHANNEL), "guest": {"name": name, "phone": "+41445550199"}}
        self._asks("admin", "PUT", f"/v1/chats/{chat}", body)

    def _delete_chat(self) -> None:
        if self._asks("admin", "DELETE", f"/v1/chats/{self.dice.choice(self.chats)}").status == 200:
            self.counts["chats deleted"] += 1

    def _bulk(self) -> None:
        if not self.tickets:
            return
        kind, value = self.dice.choice(
            [("priority", "low"), ("priority", "high"), ("assign", BEN), ("delete", ...), ("restore", ...)]
        )
        ids = self.dice.sample(self.tickets, self.dice.randint(1, min(8, len(self.tickets))))
        body = {"action": kind, "ids": ids} | ({"value": value} if value is not ... else {})
        answer = self._asks("admin", "POST", "/v1/tickets/bulk", body, way=self.dice.choice(WAYS))
        self.messages += self.stage.messages()
        self.counts["bulk actions"] += answer.status in {200, 202}

    def _work(self, looks: int | None = None) -> None:
        """A worker that may run out of time anywhere, also between commit and the last ticket."""
        if self.messages:
            bulk_id = self.messages.pop(0)
            if not self.stage.work(bulk_id, looks=looks or self.dice.randint(1, 12)):
                self.messages.append(bulk_id)

    def _janitor(self) -> None:
        for key in self.stage.due(Due.DEAD_CHAT):
            self.stage.empty_chat(key)
        for key in self.stage.due(Due.PURGE):
            self.counts["purged"] += self.stage.purge(key)
        for key in self.stage.due(Due.BULK):
            self.stage.come_back(key, lambda bulk: self.messages.append(bulk.id))

    def _import(self) -> None:
        chat = directory.get_live_chat(self.stage.aws.table, ORGANISATION, "chat_a")
        if chat is None:
            return
        number = 1000 + len(self.tickets)
        id_ = f"tkt_{number:016d}"
        made = a_creation(number=number, id=id_, chat_id="chat_a")
        event = replace(made.event, ticket_id=id_, source=Source.IMPORT)
        import_tickets(self.stage.aws.table, ORGANISATION, [[replace(made, event=event)]])
        self.tickets.append(id_)
        self.counts["imported"] += 1

    def _a_month_passes(self) -> None:
        """What has expired is removed when the engine gets to it, in any order."""
        self.stage.aws.clock.now += MONTH
        self.follower.may_be_too_old = True
        table = self.stage.aws.table
        page = table.query(keys.feed_partition(ORGANISATION), first="0", last=keys.LAST_FEED_ENTRY, limit=1000)
        expired = [item for item in page.items if item[keys.EXPIRES_AT] <= self.stage.aws.clock.now.timestamp()]
        swept = [item for item in expired if self.dice.random() < 0.5]
        table.delete_all([keys.Key(item["pk"], item["sk"]) for item in swept])
        self.counts["months"] += 1

    # --- by whom ---

    def _reads(self, path: str, query: dict[str, list[str]]) -> Answer:
        return self.stage.ask("user", "GET", path, query=query)

    def _asks(self, caller: str, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        answer = self.stage.ask(caller, method, path, body, **more)
        assert answer.status < 500 or answer.body["code"] == "busy", answer.body
        self.counts["requests"] += 1
        return answer


def played(aws: Aws, course: type[Course], numbers: range, seed: int) -> Counter[str]:
    """What happened in the courses with these numbers, of which one that goes wrong is named; it is printed, too."""
    stage, counts = Stage(aws), Counter[str]()
    for number in numbers:
        one = course(stage, Random(seed * 1_000_000 + number), counts)  # noqa: S311 (no secret)
        try:
            one.run(one.dice.randint(4, 16))
        except AssertionError:
            print(f"course {number} of seed {seed}")
            raise
        counts.update({f"indexer's {name}": count for name, count in one.indexer.counts.items()})
        counts.update({f"follower's {name}": count for name, count in one.follower.counts.items()})
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    print(f"seed {seed}, from {numbers.start} on: {len(numbers)} courses; {told}")
    assert counts["comparisons"] == 2 * len(numbers)
    return counts
