"""Remarks and history as partners see them: ids joined with the names that people know."""

from collections.abc import Sequence
from typing import Any

from ticketing import names
from ticketing.domain.events import Event
from ticketing.domain.instants import to_text
from ticketing.domain.remark import Remark
from ticketing.store.cached_reads import CachedReads


def remarks(reads: CachedReads, organisation_id: str, ticket_id: str, found: Sequence[Remark]) -> list[dict[str, Any]]:
    """Remarks of a ticket; one that is kept apart is shown by its beginning, and by where the whole text is."""
    authors = names.of_actors(reads, organisation_id, {remark.author for remark in found})
    return [
        {
            "id": f"rmk_{remark.version}",
            "version": remark.version,
            "text": remark.text,
            "text_url": f"/v1/tickets/{ticket_id}/remarks/rmk_{remark.version}" if remark.kept_as else None,
            "author": authors[remark.author.id],
            "created_at": to_text(remark.created_at),
        }
        for remark in found
    ]


def history(reads: CachedReads, organisation_id: str, found: Sequence[Event]) -> list[dict[str, Any]]:
    """Change sets of a ticket."""
    actors = names.of_actors(reads, organisation_id, {event.actor for event in found})
    return [_event(event, actors[event.actor.id]) for event in found]


def _event(event: Event, actor: dict[str, str]) -> dict[str, Any]:
    return {
        "version": event.version,
        "kind": event.kind.value,
        "at": to_text(event.at),
        "actor": actor,
        "source": event.source.value,
        "request_id": event.request_id,
        "bulk_id": event.bulk_id,
        "cause": event.cause,
        "guest_ack_due": event.guest_ack_due,
        "changes": [{"field": one.field, "from": one.before, "to": one.after} for one in event.changes],
    }
