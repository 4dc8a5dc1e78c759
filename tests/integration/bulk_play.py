"""Moves in the product and in the model at once; after each of them, what is read by id must be the model's.

Where a move was disturbed, the model asks the records of bulk actions how far they came, and nothing else: what their
tickets are then, it says itself.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tests.fakes.faults import Fault
from tests.integration.aws import Answer
from tests.integration.bulk_model import Bulk, Row
from tests.integration.bulk_stage import CALLERS
from tests.integration.bulk_view import View, tally
from tests.integration.directory_model import Body, Expected, Reason, Refused
from tests.integration.ticket_play import check_refusal
from ticketing.domain import bulk as nouns
from ticketing.errors import Busy

BUSY = Refused(Reason(503, "busy"))
REPEATABLE_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Strike:
    """A fault at the `call`-th store call, counted from the first transaction on if `is_late`."""

    call: int
    fault: Fault
    is_late: bool = True


@dataclass(frozen=True)
class Asked:
    """A request for a bulk action, to be sent as often as one likes.

    `select` names its tickets as of now; `seen` is a bulk action of which the caller tells to know.
    """

    caller: str
    way: str
    path: str
    body: Any
    draft: Bulk
    select: Callable[[], list[Row]]
    key: str | None = None
    seen: Bulk | None = None


class Play(View):
    # --- single tickets ---

    def change(
        self, caller: str, id_: str, method: str, below: str, judge: Callable[..., Expected], *argument: Any
    ) -> None:
        """A change of one ticket; its argument is the body."""
        request = self.begin()
        body = argument[0] if argument else None
        answer = self.ask(caller, method, f"/v1/tickets/{id_}{below}", body, request)
        self._compare(answer, id_, lambda: judge(self.model, CALLERS[caller], request, id_, None, *argument))
        self.end()

    def create(self, caller: str, body: Body) -> None:
        request = self.begin()
        answer = self.ask(caller, "POST", "/v1/tickets", body, request)
        self._compare(answer, "", lambda: self.model.create(CALLERS[caller], request, body, answer.body))
        self.end()

    def put_chat(self, chat: str, channel: str) -> None:
        body = {"channel_id": channel, "guest": {"name": "Zoë"}}
        self.ask("admin", "PUT", f"/v1/chats/{chat}", body, self.begin())
        self.model.put_chat(chat, body)
        self.end()

    def delete_chat(self, chat: str) -> None:
        answer = self.ask("admin", "DELETE", f"/v1/chats/{chat}", None, self.begin())
        self._compare(answer, "", lambda: self.model.delete_chat(CALLERS["admin"], chat))
        self.end()

    def _compare(self, answer: Answer, id_: str, judge: Callable[[], Expected]) -> None:
        """A ticket that a bulk action is about to change is changed by nobody else."""
        before = deepcopy(self.model.tickets.get(id_))
        try:
            expected = judge()
            if expected.is_change and before is not None and id_ in self.held:
                self.model.tickets[id_] = before
                raise BUSY
        except Refused as refused:
            check_refusal(answer, refused, f"{id_}: {self.held}")
            return
        assert answer.status == expected.status, (id_, answer.body, expected)
        assert answer.body == expected.body, id_

    # --- bulk actions ---

    def send(self, asked: Asked, strike: Strike | None = None) -> None:
        """A bulk action, or one that comes again."""
        request = self.begin()
        self.count.bulks += 1
        earlier = [bulk for bulk in self.bulks if asked.key and bulk.key == asked.key]
        is_large = asked.way == "by worker"
        draft = replace(
            asked.draft,
            rows=[],
            way=asked.way,
            who=CALLERS[asked.caller],
            request=request,
            asked_at=self.model.now,
            key=asked.key,
        )
        told: Refused | None = None
        try:
            self._decide(draft, asked, earlier, is_large=is_large)
        except Refused as refused:
            told = refused
        answer = self.disturbed(lambda: self._sent(asked, request), strike)
        self._record(draft)
        if answer is not None:
            self._check_answer(answer, draft, earlier, told, is_struck=self.has_struck)
        self.end()

    def _sent(self, asked: Asked, request: str) -> Answer:
        headers = {"Idempotency-Key": asked.key} if asked.key else {}
        headers |= {"Lodgestory-Seen": self.tokens[asked.seen.id]} if asked.seen else {}
        return self.ask(asked.caller, "POST", asked.path, asked.body, request, headers, way=asked.way)

    def _decide(self, draft: Bulk, asked: Asked, earlier: list[Bulk], *, is_large: bool) -> None:
        """What the request comes to if nothing disturbs it; the rows of the draft. Raises Refused."""
        if draft.undone is not None:
            self.model.check_undo(draft.undone)
        selected = asked.select()
        if draft.query is not None and not selected:
            raise Refused(Reason(422, "empty_selection"))
        if draft.kind == "assign" and draft.undone is None:
            reasons = self.model.wrong_people(draft.value, [])
            if reasons:
                raise Refused(*reasons)
        if is_large and selected:
            draft.rows, draft.is_queued = selected, True
            return
        draft.rows = [self.model.judged(draft, row, self.held) for row in selected]
        if draft.query is not None and draft.count("left_out") == len(draft.rows):
            raise Refused(Reason(422, "empty_selection"))
        blocked = [row for row in draft.rows if row.result == "blocked"]
        at_it = {self.held[row.ticket] for row in draft.rows if row.ticket in self.held}
        if blocked and any(bulk.id in at_it for bulk in earlier):
            raise Refused(Reason(409, "idempotency_in_flight"))
        if blocked:
            raise Refused(Reason(409, "bulk_blocked", {"blockers": blocked}))

    def _record(self, draft: Bulk) -> None:
        """The bulk actions that the request has written down, whatever became of them."""
        with self.stage.faults.watching():
            records = self.stage.records(self.stage.drawn_bulks())
        for id_ in records:
            self.bulks.append(replace(draft, id=id_, rows=[*draft.rows], as_was={}, met=set()))
        self.follow()

    def _check_answer(
        self, answer: Answer, draft: Bulk, earlier: list[Bulk], told: Refused | None, *, is_struck: bool
    ) -> None:
        said = (answer.status, answer.body, draft, told)
        written = [bulk for bulk in self.bulks if bulk.request == draft.request]
        lasting = [bulk for bulk in written if bulk.is_committed or bulk.is_queued]
        done_before = next((bulk for bulk in earlier if self._is_repeated(bulk)), None)
        if is_struck and answer.status == 503:
            is_unknown = answer.body["detail"] != Busy.detail
            assert is_unknown or not lasting, ("said to have changed nothing, and has", said)
            return
        if done_before is not None:
            assert (answer.status, answer.body["id"]) == (202 if done_before.is_queued else 200, done_before.id), said
            assert not lasting, said
            return
        if told is not None:
            assert not written, said
            self._check_refused(answer, told, said)
            return
        assert answer.status == (202 if draft.is_queued else 200), said
        (bulk,) = lasting
        assert answer.body["id"] == bulk.id, said
        assert answer.body["state"] in _states(draft, is_struck=is_struck)
        assert answer.body.items() >= bulk.shown().items(), said
        if not draft.is_queued:
            self.tokens[bulk.id] = answer.headers["lodgestory-seen"]

    def _is_repeated(self, bulk: Bulk) -> bool:
        """Whether its answer was written down along with it."""
        return (bulk.is_committed or bulk.is_queued) and self.model.now < bulk.asked_at + REPEATABLE_FOR

    def _check_refused(self, answer: Answer, told: Refused, said: Any) -> None:
        (reason,) = told.reasons
        assert (answer.status, answer.body["code"]) == (reason.status, reason.code), said
        rows: list[Row] = reason.more.get("blockers", [])
        blockers = [(one["ticket_id"], one["code"], one.get("allowed")) for one in answer.body.get("blockers", [])]
        assert blockers == [
            (row.ticket, row.code, None if row.allowed is None else list(row.allowed)) for row in rows
        ], said
        for row in rows:
            tally(self.count.blockers, str(row.code))

    # --- who comes later ---

    def work(self, which: int, strike: Strike | None, looks: int, *, comes_again: bool) -> None:
        """A message of the queue reaches a worker; it comes again if the worker did not come to the end, or anyway."""
        self.begin()
        self.messages = list(dict.fromkeys(self.messages))
        bulk_id = self.messages.pop(which % len(self.messages))
        is_done = self._worked(bulk_id, strike, looks)
        if comes_again or not is_done:
            self.messages.append(bulk_id)
        self.end()

    def _worked(self, bulk_id: str, strike: Strike | None = None, looks: int = 1_000) -> bool:
        try:
            is_done = bool(self.disturbed(lambda: self.stage.work(bulk_id, looks=looks), strike))
        except Busy:
            assert self.has_struck
            is_done = False
        assert is_done or self.has_struck or looks < 1_000, "a worker that nothing disturbs comes to the end"
        self.follow()
        found = next(bulk for bulk in self.bulks if bulk.id == bulk_id)
        assert found.is_over or not is_done
        return is_done

    def janitor(self, strike: Strike | None = None, *, works: bool = False) -> None:
        """What is due; `works` says that a worker takes its messages at once."""
        self.begin()
        self.empty_chats()
        self.purge()
        for key in self.due_bulks():
            self.look()
            sent: list[str] = []

            def send(bulk: nouns.Bulk, sent: list[str] = sent) -> None:
                sent.append(bulk.id)

            try:
                self.disturbed(lambda key=key, send=send: self.stage.come_back(key, send), strike)  # type: ignore[misc]
            except Busy:
                assert self.has_struck
            self.follow()
            for bulk_id in sent:
                self.look()
                if not works or not self._worked(bulk_id):
                    self.messages.append(bulk_id)
            strike = None if self.has_struck else strike
        self.end()

    def come_to_rest(self) -> None:
        """Nobody disturbs any more: every bulk action comes to its end, and nothing is left of it."""
        steps = self.count.steps
        for _ in range(4):
            self.wait(timedelta(minutes=6))
            self.janitor(works=True)
            while self.messages:
                self.work(0, None, 1_000, comes_again=False)
        self.count.steps = steps
        self.check_tickets(again=True)
        assert self.stage.marks([*self.model.tickets]) == {}
        for bulk in self.bulks:
            assert bulk.is_over, bulk
            self.check_bulk(bulk)


def _states(draft: Bulk, *, is_struck: bool) -> set[str]:
    """What is said of one that was carried out, or queued; if it was struck, some may be left to be applied."""
    if draft.is_queued:
        return {"queued"}
    return {"done", "running"} if is_struck else {"done"}
