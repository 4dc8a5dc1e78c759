from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.actor_ref import ActorRef
    from ..models.field_change_out import FieldChangeOut


T = TypeVar("T", bound="HistoryEntry")


@_attrs_define
class HistoryEntry:
    """One change set: all that one request, or one bulk action, did to the ticket.

    `guest_ack_due` is true of a creation that no mail acknowledges, because the guest has no verified address: tell
    them in the chat.

    """

    version: int
    kind: str
    """ `created`, `changed`, `deleted`, `restored`; new values may come """
    at: str
    actor: ActorRef
    source: str
    request_id: str
    bulk_id: None | str
    cause: None | str
    guest_ack_due: bool
    changes: list[FieldChangeOut]

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        kind = self.kind

        at = self.at

        actor = self.actor.to_dict()

        source = self.source

        request_id = self.request_id

        bulk_id: None | str
        bulk_id = self.bulk_id

        cause: None | str
        cause = self.cause

        guest_ack_due = self.guest_ack_due

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "version": version,
                "kind": kind,
                "at": at,
                "actor": actor,
                "source": source,
                "request_id": request_id,
                "bulk_id": bulk_id,
                "cause": cause,
                "guest_ack_due": guest_ack_due,
                "changes": changes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.actor_ref import ActorRef  # noqa: PLC0415
        from ..models.field_change_out import FieldChangeOut  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        kind = d.pop("kind")

        at = d.pop("at")

        actor = ActorRef.from_dict(d.pop("actor"))

        source = d.pop("source")

        request_id = d.pop("request_id")

        def _parse_bulk_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        bulk_id = _parse_bulk_id(d.pop("bulk_id"))

        def _parse_cause(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cause = _parse_cause(d.pop("cause"))

        guest_ack_due = d.pop("guest_ack_due")

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = FieldChangeOut.from_dict(changes_item_data)

            changes.append(changes_item)

        history_entry = cls(
            version=version,
            kind=kind,
            at=at,
            actor=actor,
            source=source,
            request_id=request_id,
            bulk_id=bulk_id,
            cause=cause,
            guest_ack_due=guest_ack_due,
            changes=changes,
        )

        return history_entry
