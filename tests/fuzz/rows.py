"""How far the rows of the stateful phase went: what was made in a row, and then read, changed and deleted in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from schemathesis.core.transport import Response
from schemathesis.engine import events
from schemathesis.engine.run import PhaseName

_CHANGES = frozenset({"PATCH", "PUT", "POST"})


@dataclass
class Rows:
    rows: int = 0
    steps: int = 0
    made: int = 0
    """Things that were made."""
    read: int = 0
    changed: int = 0
    deleted: int = 0
    lives: int = 0
    """Of those that were made: all three, in one row."""

    def note(self, event: events.EngineEvent) -> None:
        if not isinstance(event, events.ScenarioFinished) or event.phase != PhaseName.STATEFUL_TESTING:
            return
        answers = [one.response for one in event.recorder.interactions.values() if one.response]
        self.rows += 1
        self.steps += len(answers)
        for number, answer in enumerate(answers):
            place = _made(answer)
            if place is not None:
                self._follow(set(_done(place, answers[number + 1 :])))

    def _follow(self, methods: set[str]) -> None:
        is_read, is_changed, is_deleted = "GET" in methods, bool(methods & _CHANGES), "DELETE" in methods
        self.made += 1
        self.read += is_read
        self.changed += is_changed
        self.deleted += is_deleted
        self.lives += is_read and is_changed and is_deleted

    def add(self, other: "Rows") -> None:
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)

    def text(self) -> str:
        return (
            f"stateful: {self.rows:,} rows of {self.steps:,} requests made {self.made:,} things; "
            f"{self.read:,} were read, {self.changed:,} changed, {self.deleted:,} deleted, {self.lives:,} all of it"
        )


def _made(answer: Response) -> str | None:
    """The path of what a request has made."""
    if answer.status_code != 201:
        return None
    (location,) = answer.headers.get("location") or [""]
    return urlsplit(urljoin(str(answer.request.url), location)).path


def _done(place: str, answers: list[Response]) -> Iterator[str]:
    """The methods that succeeded there, or below."""
    for answer in answers:
        path = urlsplit(str(answer.request.url)).path
        if 200 <= answer.status_code < 300 and (path == place or path.startswith(f"{place}/")):
            yield str(answer.request.method)
