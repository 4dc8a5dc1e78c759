"""An export: a filtered list that is written into a file by and by, however long it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ticketing.domain.query import Position, TicketQuery

KEPT: Final = timedelta(days=7)
"""The file and what is known of it. The bucket's rule for `exports/` says the same (template.yaml)."""
GIVEN_UP_AFTER: Final = timedelta(hours=24)
"""Whoever asks for an export that is not done by then is told that it failed."""
SENT_AGAIN_AFTER: Final = timedelta(minutes=20)
"""Without a sign of life, whoever asks has it sent to the exporter again. A run of it ends after 15 minutes."""
SENT_SOON_AGAIN_AFTER: Final = timedelta(minutes=2)
"""The same, of one that nobody has begun."""


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"

    @property
    def content_type(self) -> str:
        return "text/csv; charset=utf-8" if self is Format.CSV else "application/x-ndjson"


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self in {State.DONE, State.FAILED}


@dataclass(frozen=True, slots=True)
class Export:
    """An export as it was asked for, and how far it has come.

    `rows` and `size` tell of what is stored for good: `etags` are those of the parts of the upload, `rest` names the
    object of what is not enough for one, `file` that of the whole. The walk goes on behind `after`. `revision` grows
    with every write.
    """

    id: str
    organisation_id: str
    format: Format
    query: TicketQuery
    zone: str
    seen: tuple[str, ...]
    asked_at: datetime
    touched_at: datetime
    state: State = State.QUEUED
    rows: int = 0
    size: int = 0
    after: Position | None = None
    upload: str | None = None
    etags: tuple[str, ...] = ()
    rest: str | None = None
    file: str | None = None
    finished_at: datetime | None = None
    failure: str | None = None
    revision: int = 0

    def state_at(self, now: datetime) -> State:
        """What whoever asks is told: one that has taken too long has failed."""
        return State.FAILED if self._is_given_up(now) else self.state

    def failure_at(self, now: datetime) -> str | None:
        return "interrupted" if self._is_given_up(now) else self.failure

    def _is_given_up(self, now: datetime) -> bool:
        return not self.state.is_over and now >= self.asked_at + GIVEN_UP_AFTER

    def is_silent(self, now: datetime) -> bool:
        """Whether nobody seems to be at it: its message was lost, or whoever worked on it died."""
        if self.state_at(now).is_over:
            return False
        patience = SENT_SOON_AGAIN_AFTER if self.state is State.QUEUED else SENT_AGAIN_AFTER
        return now >= self.touched_at + patience
