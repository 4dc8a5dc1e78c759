"""What happened to a ticket, in words: every change writes exactly one event, which is history and outbox at once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ticketing.domain.principal import Actor


class EventKind(StrEnum):
    """The kind of change; what changed stands in `changes`."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    RESTORED = "restored"


class Source(StrEnum):
    """How a change came to us. The first three are said by who creates a ticket, the others by what we do ourselves."""

    API = "api"
    CONSOLE = "console"
    BOT = "bot"
    IMPORT = "import"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after, as JSON values: ids for people, `{id, name, category}` for a status."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Event:
    """A change set. Its identity is (ticket, version): it stays the same when the stream delivers it again.

    `cause` says why something happened that nobody asked for, such as `chat_deleted`. `assignee` is who had the ticket
    after this change, whoever has it by the time somebody is told of it. `guest_ack_due` says that no mail can tell
    the guest that their request was received: whoever owns the chat may do so there.
    """

    ticket_id: str
    organisation_id: str
    version: int
    kind: EventKind
    at: datetime
    actor: Actor
    source: Source
    request_id: str
    changes: tuple[FieldChange, ...]
    bulk_id: str | None = None
    cause: str | None = None
    assignee: str | None = None
    guest_ack_due: bool = False

    @property
    def may_be_mailed(self) -> bool:
        """Whether anybody is told of it by a mail of its own.

        Nobody is of what was imported, which was told where it happened, and of one ticket among the many of a bulk
        action, which is told as a whole.
        """
        if self.bulk_id is not None or self.source is Source.IMPORT:
            return False
        if self.kind is EventKind.CREATED:
            return True
        return self.kind is EventKind.CHANGED and any(self.change_of(field) for field in ("assignee", "status"))

    def change_of(self, field: str) -> FieldChange | None:
        return next((change for change in self.changes if change.field == field), None)
