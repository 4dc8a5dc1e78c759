"""The Python client on an API that is played: what it was asked is kept, what it answers is given."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from lodgestory_tickets import Lodgestory, Retries

TICKET: dict[str, Any] = {
    "id": "tkt_x3k5m2q7v4ntb6ya",
    "number": 7,
    "chat": {"id": "chat_1", "guest_name": "Zoé"},
    "channel": {"id": "lakeside", "name": "Lakeside", "type": "email"},
    "issue": {"id": "maintenance", "label": "Maintenance"},
    "sub_issue": None,
    "priority": "medium",
    "status": {"id": "open", "name": "Open", "category": "open"},
    "assignee": None,
    "creator": {"id": "key:pms", "name": "pms", "type": "key"},
    "remark_preview": "",
    "remark_count": 0,
    "media_count": 0,
    "source": "api",
    "external_id": None,
    "version": 1,
    "created_at": "2026-11-23T11:27:06.270Z",
    "updated_at": "2026-11-23T11:27:06.270Z",
    "resolved_at": None,
    "watchers": [],
}

type Answers = Callable[[httpx.Request], httpx.Response] | httpx.Response | Exception


def ticket(seen: str | None = None, http_status: int = 200, **changes: Any) -> httpx.Response:
    headers = {"ETag": '"1-1-1"', "X-Request-Id": "req-1"} | ({"Lodgestory-Seen": seen} if seen else {})
    return httpx.Response(http_status, json=TICKET | changes, headers=headers)


def page(*rows: Any, next_cursor: str | None = None) -> httpx.Response:
    freshness = {
        "source": "table",
        "indexed_through": "2026-11-23T11:27:06.270Z",
        "scanned": None,
        "sort": "-created_at",
        "typos": False,
    }
    body = {
        "data": [row | {"highlight": None} if isinstance(row, dict) else row for row in rows],
        "has_more": next_cursor is not None,
        "next_cursor": next_cursor,
        "freshness": freshness,
    }
    return httpx.Response(200, json=body)


def bulk(state: str, http_status: int = 200) -> httpx.Response:
    numbers = dict.fromkeys(("total", "done", "changed", "unchanged", "left_out", "blocked"), 0)
    nothing = dict.fromkeys(("failure", "undo_until", "undo_of", "committed_at", "finished_at"))
    actor = {"id": "mem_ana", "name": "Ana", "type": "member"}
    body = {"id": "blk_1", "action": "delete", "state": state, "actor": actor, **numbers, **nothing}
    return httpx.Response(http_status, json=body | {"created_at": "2026-11-23T11:27:06.270Z"})


def problem(status: int, code: str, retry_after: str | None = None, **more: Any) -> httpx.Response:
    body = {"type": f"/{code}", "title": "No", "status": status, "detail": "Words", "code": code, "errors": []}
    headers = {"Retry-After": retry_after} if retry_after else {}
    content = json.dumps(body | {"request_id": "req-2"} | more)
    return httpx.Response(status, headers=headers | {"Content-Type": "application/problem+json"}, content=content)


@dataclass
class Played(httpx.BaseTransport):
    """Gives its answers one after the other; the last one again and again."""

    answers: list[Answers] = field(default_factory=list)
    asked: list[httpx.Request] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sent(self, header: str) -> list[str | None]:
        return [request.headers.get(header) for request in self.asked]


class Chance(random.Random):
    """Draws what it is told, as a part of the bound."""

    part = 0.0

    def uniform(self, a: float, b: float) -> float:
        return a + (b - a) * self.part


@pytest.fixture
def api() -> Played:
    return Played()


@pytest.fixture
def chance() -> Chance:
    return Chance()


@pytest.fixture
def client(api: Played, chance: Chance) -> Iterator[Lodgestory]:
    with Lodgestory("http://api.example/live", "lsk_1", transport=api, retries=Retries(chance=chance)) as made:
        yield made


@pytest.fixture
def waits(client: Lodgestory, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the client waited; no time passes."""
    waited: list[float] = []
    monkeypatch.setattr(client, "_sleep", waited.append)
    return waited
