"""Requests to the API and to the model at once: what the one answers, the other must have expected."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.integration import ticket_moves as moves
from tests.integration.aws import Answer, Api
from tests.integration.directory_model import Expected, Reason, Refused
from tests.integration.ticket_model import Organisation
from tests.integration.ticket_stage import Stage

MOMENTS = (1000, 1, 60_000, 0, 1000, -500, 30_000)
"""Milliseconds from one request to the next; another function's clock may be behind."""

type Judge = Callable[[Organisation, str, str, Any], Expected]
"""What a request comes to in the model, of: organisation, actor, request id, and the answer's body for its new id."""


@dataclass(frozen=True)
class Request:
    caller: str
    method: str
    path: str
    judge: Judge
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_sent_as(self) -> tuple[str, str, str, Any]:
        return self.caller, self.method, self.path, self.body


@dataclass(frozen=True)
class Kept:
    """An answer that its `Idempotency-Key` repeats for 24 hours."""

    request: Request
    at: datetime
    answer: tuple[int, str, list[str | None]]


@dataclass
class Count:
    steps: int = 0
    changes: int = 0

    @property
    def share(self) -> int:
        return 100 * self.changes // self.steps


class Play:
    def __init__(self, stage: Stage, count: Count) -> None:
        stage.begin()
        self.stage, self.count = stage, count
        self.ours = stage.ours
        self.houses = (stage.ours, stage.theirs)
        self.kept: dict[tuple[str, str], Kept] = {}
        self.token: dict[str, str] = {}
        self.written: list[str] = []
        self._requests = 0

    def house(self, caller: str) -> Organisation:
        return self.stage.theirs if caller == "stranger" else self.ours

    def wait(self, time: timedelta) -> None:
        self.stage.aws.clock.now += time
        for house in self.houses:
            house.now = self.stage.aws.clock.now

    def picked(self, ticket: str | tuple[str, int], *, is_watched: bool = False) -> str:
        """A ticket's id, by which of those that are seen (and watched, if there is one), or of all there ever were."""
        if isinstance(ticket, str):
            return ticket
        kind, number = ticket
        ours = self.ours
        seen = [id_ for id_, one in ours.tickets.items() if ours.is_visible(one)]
        if is_watched:
            seen = [id_ for id_ in seen if ours.tickets[id_]["watchers"]] or seen
        every = [*ours.tickets, *ours.purged, *self.stage.theirs.tickets, "tkt_nobodysticket00"]
        found = seen if seen and kind == "visible" else every
        return found[-1 - number % len(found)]

    def picked_deleted(self, number: int, *, is_restorable: bool) -> str:
        """One that is not seen; if there is such a one, one that would be if it were restored, or would not."""
        hidden = [one for one in self.ours.tickets.values() if not self.ours.is_visible(one)]
        found = [one for one in hidden if self.ours.is_restorable(one) is is_restorable] or hidden
        return found[-1 - number % len(found)]["id"] if found else self.picked(("any", number))

    def picked_chat(self, caller: str, chat: tuple[str, int]) -> str:
        """A chat's id, by which of those that take tickets, or of all and one that nobody knows."""
        kind, number = chat
        house = self.house(caller)
        chats = house.chats
        live = [id_ for id_, one in chats.items() if not one["deleted_at"] and house.workflow(one["channel_id"])]
        found = live if live and kind == "visible" else [*chats, "chat_unknown"]
        return found[number % len(found)]

    @property
    def seen_tickets(self) -> int:
        return sum(map(self.ours.is_visible, self.ours.tickets.values()))

    def next_status(self, id_: str, which: int) -> str:
        """One that may follow the ticket's."""
        ticket = self.ours.tickets.get(id_)
        targets = self.ours.next_statuses(ticket) if ticket else []
        return targets[which % len(targets)] if targets else "open"

    def leaves_tickets(self, chat: str) -> bool:
        """Whether tickets are seen without this chat."""
        return any(self.ours.is_visible(one) and one["chat"] != chat for one in self.ours.tickets.values())

    @property
    def is_something_deleted(self) -> bool:
        chats = any(chat["deleted_at"] and not chat.get("is_emptied") for chat in self.ours.chats.values())
        return chats or any(ticket["deleted_at"] for ticket in self.ours.tickets.values())

    # --- writing ---

    def change(
        self,
        caller: str,
        ticket: str | tuple[str, int],
        method: str,
        below: str,
        judge: Callable[..., Expected],
        *argument: Any,
        once: bool = False,
        seen: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """A change of one ticket; its argument is the body, unless the path has it."""
        id_ = self.picked(ticket)
        tag, version = self._if_match(caller, id_, seen)
        body = argument[0] if argument and isinstance(argument[0], dict) else None
        self.send(
            Request(
                caller,
                method,
                f"/v1/tickets/{id_}{below}",
                lambda house, who, request, _: judge(house, who, request, id_, version, *argument),
                body,
                (headers or {}) | ({"If-Match": tag} if tag else {}),
            ),
            once=once,
        )

    def _if_match(self, caller: str, id_: str, seen: str | None) -> tuple[str | None, int | str | None]:
        ticket = self.house(caller).tickets.get(id_)
        if seen is None or ticket is None:
            return None, None
        if seen == "*":
            return "*", "*"
        version = ticket["version"] + {"right": 0, "stale": -1, "future": 1}[seen]
        return f'"1-{version}-{version % 3}"', version

    def send(self, request: Request, *, once: bool = False) -> None:
        """Send it, ask the model, compare. `once` gives it an `Idempotency-Key`."""
        self._requests += 1
        self.count.steps += 1
        self.wait(timedelta(milliseconds=MOMENTS[self._requests % len(MOMENTS)]))
        if once:
            request = _with(request, {"Idempotency-Key": f"key-{self._requests}"})
        id_ = f"step-{self._requests}"
        answer = self._asked(request, id_)
        house, who = self.house(request.caller), moves.CALLERS[request.caller]
        key = (request.caller, request.headers.get("Idempotency-Key", ""))
        kept = self.kept.get(key)
        said = f"{self._requests}: {request.caller} {request.method} {request.path} {request.body} {request.headers}"
        try:
            check_caller(house, who)
            if kept is not None and house.now < kept.at + timedelta(hours=24):
                _check_is_same(request, kept)
                assert self._bytes(answer) == kept.answer, said
            else:
                expected = request.judge(house, who, id_, answer.body)
                _check(answer, expected, said)
                self.count.changes += expected.is_change
                if key[1] and expected.is_change:
                    self.kept[key] = Kept(request, house.now, self._bytes(answer))
        except Refused as refused:
            check_refusal(answer, refused, said)
        self._remember(request.caller, answer, request.path)

    def _asked(self, request: Request, id_: str) -> Answer:
        headers = {"X-Request-Id": id_, **request.headers}
        house = "theirs" if request.caller == "stranger" else "ours"
        if house in self.token:
            headers["Lodgestory-Seen"] = self.token[house]
        return self.api(request.caller)(request.method, request.path, request.body, headers=headers)

    def api(self, caller: str) -> Api:
        return self.stage.api.with_key(self.stage.keys[caller])

    def _bytes(self, answer: Answer) -> tuple[int, str, list[str | None]]:
        return answer.status, self.stage.raw, [answer.headers.get(one) for one in ("etag", "location", "content-type")]

    def _remember(self, caller: str, answer: Answer, path: str) -> None:
        """What a client keeps of an answer: the newest token, which speaks of the last ten tickets written."""
        token = answer.headers.get("lodgestory-seen")
        if token is None:
            return
        self.token["theirs" if caller == "stranger" else "ours"] = token
        if caller != "stranger":
            id_ = answer.body["id"] if path == "/v1/tickets" else path.split("/")[3]
            self.written = [*(one for one in self.written if one != id_), id_][-10:]


def _with(request: Request, headers: dict[str, str]) -> Request:
    return Request(request.caller, request.method, request.path, request.judge, request.body, request.headers | headers)


def check_caller(house: Organisation, who: str) -> None:
    if who in house.members and not house.members[who]["active"]:
        raise Refused(Reason(401, "unauthenticated"))


def _check_is_same(request: Request, kept: Kept) -> None:
    if kept.request.is_sent_as != request.is_sent_as:
        raise Refused(Reason(422, "idempotency_mismatch"))


def _check(answer: Answer, expected: Expected, said: str) -> None:
    assert answer.status == expected.status, (said, answer.body, expected)
    assert expected.body is None or answer.body == expected.body, said
    assert expected.etag is None or answer.headers["etag"] == expected.etag, said


def check_refusal(answer: Answer, refused: Refused, said: str) -> None:
    matching = [one for one in refused.reasons if (one.status, one.code) == (answer.status, answer.body.get("code"))]
    assert matching, (said, answer.status, answer.body, refused.reasons)
    assert any(all(answer.body[name] == value for name, value in one.more.items()) for one in matching), said
