"""Bad requests to every route, and what is said of each in a word or two."""

from dataclasses import dataclass
from typing import Any

from tests.integration.aws import Answer
from tests.integration.routes import Ours, Route
from tests.integration.world import World

CANARY = "CANARY-7f3a"
"""Stands in what is sent, and never in a log."""

_TITLES = {"POST /v1/tickets": "Failed to create ticket", "PATCH /v1/tickets/{ticket_id}": "Failed to update ticket"}


@dataclass(frozen=True)
class Untouched:
    """One of each thing, and a caller who may do everything with it."""

    world: World
    ours: Ours

    def refusal(self, route: Route, body: Any = None, **more: Any) -> Answer:
        """What an owner is told who calls a route like this."""
        refused = self.ours.call(self.world.as_(self.world.keys.owner), route, body, **more)
        assert 400 <= refused.status < 500, (route.name, refused.status, str(body)[:200], more)
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.body["title"] == _TITLES.get(route.name, refused.body["title"])
        return refused

    def said(self, route: Route, body: Any = None, **more: Any) -> str:
        """Status, code, and the fields that are named: `422 validation_failed: chat_id`."""
        refused = self.refusal(route, body, **more)
        fields = sorted({error["field"] for error in refused.body["errors"]})
        return f"{refused.status} {refused.body['code']}" + (f": {', '.join(fields)}" if fields else "")
