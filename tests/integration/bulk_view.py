"""What is seen of bulk actions and their tickets, against the model; without leaving a trace, if it must not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.quick_moto import Snapshot
from tests.integration.aws import REGION, Answer
from tests.integration.bulk_model import Bulk, Row
from tests.integration.bulk_stage import Stage
from tests.integration.directory_model import Refused, text
from tests.integration.ticket_model import Ticket
from tests.integration.ticket_play import check_refusal
from ticketing.domain import ticket as ticket_rules
from ticketing.domain.bulk import Bulk as Record
from ticketing.domain.bulk import Phase
from ticketing.domain.events import Event
from ticketing.store import items, keys, settling, tickets
from ticketing.store.keys import Due, Key

if TYPE_CHECKING:
    from tests.integration.bulk_play import Strike

KEPT = timedelta(days=30)


@dataclass
class Count:
    steps: int = 0
    changes: int = 0
    bulks: int = 0
    struck: int = 0
    unfinished: dict[str, int] = field(default_factory=dict)
    """Bulk actions that were found before they had come to their end, by their path and how far they were."""
    blockers: dict[str, int] = field(default_factory=dict)

    @property
    def share(self) -> int:
        return 100 * self.changes // max(1, self.steps)

    def __str__(self) -> str:
        return (
            f"{self.steps} steps, {self.changes} of them changed something ({self.share} %); {self.bulks} requests for "
            f"bulk actions, {self.struck} faults; left unfinished: {_listed(self.unfinished)}; "
            f"blockers: {_listed(self.blockers)}"
        )


def tally(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


class View:
    def __init__(self, stage: Stage, count: Count) -> None:
        self.stage, self.count = stage, count
        self.model = stage.begin()
        self.bulks: list[Bulk] = []
        self.messages: list[str] = []
        self.tokens: dict[str, str] = {}
        self.has_struck = False
        self._moves = 0
        self._versions = 0
        self._told: dict[str, int] = {}
        self.look()

    # --- one move ---

    def wait(self, time: timedelta) -> None:
        self.stage.aws.clock.now += time
        self.model.now = self.stage.aws.clock.now
        self._hold()

    def begin(self) -> str:
        """The id of the move's request."""
        self._moves += 1
        self.count.steps += 1
        self.wait(timedelta(seconds=1))
        self._versions = self._all_versions()
        return f"step-{self._moves}"

    def end(self) -> None:
        self.messages += self.stage.messages()
        self.follow()
        self._tally()
        self.look()
        self.check_tickets()
        self.count.changes += self._versions != self._all_versions()

    def _all_versions(self) -> int:
        return sum(ticket["version"] for ticket in self.model.tickets.values())

    def ask(
        self,
        caller: str,
        method: str,
        path: str,
        body: Any,
        request: str,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> Answer:
        return self.stage.ask(caller, method, path, body, headers={"X-Request-Id": request, **(headers or {})}, **more)

    def disturbed[T](self, act: Callable[[], T], strike: "Strike | None") -> T | None:
        """None if the process ended."""
        self.has_struck = False
        try:
            if strike is None:
                return self.stage.disturbed(act, 0, None, is_late=False)
            return self.stage.disturbed(act, strike.call, strike.fault, is_late=strike.is_late)
        finally:
            self.has_struck = self.stage.faults.has_struck
            self.count.struck += self.has_struck
            self.stage.calm()

    # --- marks and records, as they are ---

    def look(self) -> None:
        """Read marks and their records, which settles nothing."""
        self._marks = self.stage.marks([*self.model.tickets])
        self._marking = self.stage.records(sorted({mark.bulk_id for mark in self._marks.values()}))
        self._hold()

    def _hold(self) -> None:
        """Which tickets are held by a bulk action that may yet be committed, and which carry marks of others."""
        known = {bulk.id: bulk for bulk in self.bulks}
        self.held: dict[str, str] = {}
        self.marked: dict[str, Bulk] = {}
        for id_, mark in self._marks.items():
            record = self._marking[mark.bulk_id]  # without it nobody could tell what the mark stands for
            assert record.phase is not Phase.DONE, ("what is done has left a mark", id_, record.id)
            if not mark.is_of(record):
                continue
            if record.phase.is_committed:
                self.marked[id_] = known[record.id]
            elif record.is_held(self.model.now):
                self.held[id_] = record.id

    def _tally(self) -> None:
        for bulk in self.bulks:
            name = f"{bulk.way}, {bulk.phase}"
            if bulk.phase in {"preparing", "aborted", "committed"} and name not in bulk.met:
                bulk.met.add(name)
                tally(self.count.unfinished, name)

    def follow(self) -> None:
        """Ask the record of each bulk action how far it is, and see that it went no way that is forbidden."""
        left = [bulk for bulk in self.bulks if bulk.phase != "removed"]
        records = self.stage.records([bulk.id for bulk in left])
        for bulk in left:
            record = records.get(bulk.id)
            if record is None:
                assert bulk.is_over, ("forgotten before its end", bulk)
                assert self.model.now >= bulk.asked_at + KEPT, bulk
                bulk.phase = "removed"
            elif bulk.is_over:
                assert record.phase.value == bulk.phase, bulk
            elif bulk.is_committed:
                assert record.phase.is_committed, (record.phase, bulk)
                bulk.phase = record.phase.value
            else:
                self._follow_open(bulk, record)

    def _follow_open(self, bulk: Bulk, record: Record) -> None:
        """One of which nothing was done so far."""
        is_new = bulk.phase == "new"
        bulk.rows = self._rows(bulk, record)
        bulk.phase = record.phase.value
        if bulk.is_committed:
            assert is_new or bulk.is_queued, ("committed after its process had ended", bulk)
            assert not bulk.count("blocked"), bulk
            assert record.committed_at == self.model.now, (record.committed_at, bulk)
            self.model.commit(bulk)
        elif bulk.phase == "blocked":
            assert bulk.count("blocked"), bulk
        elif bulk.phase == "failed":
            is_empty = bulk.count("left_out") == len(bulk.rows)
            assert record.failure == "empty_selection" if is_empty else record.failure == "interrupted", record

    def _rows(self, bulk: Bulk, record: Record) -> list[Row]:
        """Rows as they were; those of tickets that were looked at, or changed since then, as they are judged now."""
        told = self.stage.plan(record)
        assert [row.ticket for row in told] == [row.ticket for row in bulk.rows], (told, bulk.rows)
        held = {id_ for id_, by in self.held.items() if by != bulk.id}
        for row, new in zip(bulk.rows, told, strict=True):
            if new != row:
                ticket = self.model.tickets.get(row.ticket, {"version": None})
                is_planned = row.result == "step" and row.version == ticket["version"] and row.ticket not in held
                assert row.result in {"selected", "step"}, (row, new)
                assert not is_planned or bulk.kind == "restore", (row, new)
                assert new == self.model.judged(bulk, Row(row.ticket, expected=row.expected), held), (row, new)
        return told

    # --- tickets ---

    def check_tickets(self, *, again: bool = False) -> None:
        """Read every ticket by its id, and take back what the reading has settled. Histories too, where it is news."""
        saved = Snapshot(REGION, "tickets")
        every = [*self.model.tickets]
        for id_ in [*self.marked, *every[self._moves % len(every) :][:1]] if every else []:
            self.check_ticket("user", id_)
        found = settling.get_many(self.stage.aws.table, [keys.ticket_key(id_) for id_ in every])
        shown = {one.id: one for one in map(items.ticket_from, found.values())}
        for id_, ticket in self.model.tickets.items():
            assert _fields(shown[id_]) == {name: ticket[name] for name in _FIELDS}, (id_, ticket["history"])
            if again or self._told.get(id_) != ticket["version"]:
                events, _ = tickets.history(self.stage.aws.table, id_, before=keys.LAST_VERSION, limit=500)
                self._check_history(ticket, [*map(_told, reversed(events))])
            # Whoever applies a mark later writes the event once more.
            self._told[id_] = ticket["version"] if id_ not in self.marked else 0
        saved.bring_back()

    def check_ticket(self, caller: str, id_: str) -> None:
        answer = self.stage.ask(caller, "GET", f"/v1/tickets/{id_}")
        try:
            expected = self.model.read(id_)
        except Refused as refused:
            check_refusal(answer, refused, id_)
            return
        assert answer.status == 200, (id_, answer.body)
        assert answer.body == expected.body, id_
        assert answer.headers["etag"] == expected.etag, id_

    def _check_history(self, ticket: Ticket, told: list[Any]) -> None:
        assert told == [{"bulk": None, **entry} for entry in ticket["history"]], ticket["id"]
        assert [one["version"] for one in told] == list(range(1, ticket["version"] + 1)), ticket["id"]
        instants = [one["at"] for one in told]
        assert instants == sorted(instants), ticket["id"]

    def read(self, caller: str, id_: str, strike: "Strike | None" = None) -> None:
        """Somebody reads a ticket and its history, and whatever that settles stays settled."""
        self.begin()
        if strike is None:
            self.check_ticket(caller, id_)
            ticket = self.model.tickets.get(id_)
            if ticket and self.model.is_visible(ticket):
                found = self.stage.ask(caller, "GET", f"/v1/tickets/{id_}/history", query={"limit": ["100"]}).body
                assert [one["bulk_id"] for one in reversed(found["data"])] == [
                    one.get("bulk") for one in ticket["history"]
                ]
        else:
            self.disturbed(lambda: self.stage.ask(caller, "GET", f"/v1/tickets/{id_}"), strike)
        self.end()

    def list_tickets(self, caller: str, query: dict[str, list[str]], seen: Bulk | None) -> None:
        """A list shows what was committed once it is done, and at once to who tells of it."""
        self.begin()
        headers = {"Lodgestory-Seen": self.tokens[seen.id]} if seen else {}
        known = self.ids_of(seen)
        expected = [one for one in self.model.indexed(self.marked, known) if self.model.meets(one, query)]
        expected = [one for one in expected if self.model.is_visible(one)]
        found = self.stage.ask(caller, "GET", "/v1/tickets", headers=headers, query={**query, "limit": ["100"]})
        assert found.body["data"] == [self.model.list_row(one) for one in expected], (query, seen)
        self.end()

    def ids_of(self, seen: Bulk | None) -> list[str]:
        return [row.ticket for row in seen.rows] if seen and seen.phase != "removed" else []

    # --- around them ---

    def due_bulks(self) -> list[Key]:
        return self.stage.due(Due.BULK)

    def empty_chats(self) -> None:
        for key in self.stage.due(Due.DEAD_CHAT):
            chat = key.pk.rpartition("#")[2]
            held = {self.model.tickets[id_]["chat"] for id_ in self.held}
            is_open = not self.model.chats[chat].get("is_emptied")
            assert self.stage.empty_chat(key) == (is_open and chat not in held), (chat, self.held)
            if is_open and chat not in held:
                self.model.empty_chat(chat)
            self.look()

    def purge(self) -> None:
        """A ticket that was deleted by what is still to be applied is not known to be due."""
        self.look()
        behind = [self.model.tickets.pop(id_) for id_, bulk in self.marked.items() if bulk.kind == "delete"]
        purged = [self.stage.purge(key) for key in self.stage.due(Due.PURGE)]
        assert purged.count(True) == self.model.purge(), purged
        self.model.tickets |= {ticket["id"]: ticket for ticket in behind}
        self.look()

    # --- bulk actions ---

    def check_bulk(self, bulk: Bulk) -> None:
        """What is told of one that has come to its end, and of each of its tickets."""
        answer = self.stage.ask("user", "GET", f"/v1/bulk/{bulk.id}")
        if bulk.phase == "removed":
            assert answer.status == 404, answer.body
            return
        told = answer.body
        assert told.items() >= bulk.shown().items(), (told, bulk)
        assert told["actor"] == self.model.ref(bulk.who)
        assert told["created_at"] == text(bulk.asked_at)
        assert told["committed_at"] == (text(bulk.committed_at) if bulk.committed_at else None), bulk
        states = {"preparing": "running", "aborted": "running", "committed": "running"}
        assert told["state"] == states.get(bulk.phase, bulk.phase), bulk
        if bulk.is_over:
            assert told["done"] == told["changed"] + told["unchanged"], told
        else:
            assert told["done"] <= told["changed"] + told["unchanged"], told
        found = self.stage.ask("user", "GET", f"/v1/bulk/{bulk.id}/tickets").body["data"]
        results = [
            (one["ticket_id"], one["result"], one["version"], one["blocker"] and one["blocker"]["code"])
            for one in found
        ]
        assert results == bulk.results(), bulk


_FIELDS = ("version", "status", "priority", "assignee", "updated_at", "resolved_at", "deleted_at")


def _fields(ticket: ticket_rules.Ticket) -> dict[str, Any]:
    shown = {name: getattr(ticket, name) for name in _FIELDS}
    return shown | {"status": ticket_rules.status_value(ticket.status), "priority": ticket.priority.value}


def _told(event: Event) -> dict[str, Any]:
    return {
        "version": event.version,
        "kind": event.kind.value,
        "at": text(event.at),
        "actor": event.actor.id,
        "request_id": event.request_id,
        "cause": event.cause,
        "guest_ack_due": event.guest_ack_due,
        "changes": {change.field: (change.before, change.after) for change in event.changes},
        "bulk": event.bulk_id,
    }
