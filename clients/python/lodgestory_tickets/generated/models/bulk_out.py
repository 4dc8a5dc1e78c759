from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.actor_ref import ActorRef


T = TypeVar("T", bound="BulkOut")


@_attrs_define
class BulkOut:
    """A bulk action that was carried out, on all of its tickets.

    `unchanged` tickets were as they should be already; `left_out` ones met the filter when it was asked and not any
    more a moment later. `undo_until` is null for what undid another one, `undo_of`.

    """

    id: str
    action: str
    """ `assign`, `status`, `priority`, `delete`, `restore`; new values may come """
    state: str
    """ `done`; new values may come """
    total: int
    done: int
    changed: int
    unchanged: int
    left_out: int
    undo_until: None | str
    undo_of: None | str
    actor: ActorRef
    created_at: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        action = self.action

        state = self.state

        total = self.total

        done = self.done

        changed = self.changed

        unchanged = self.unchanged

        left_out = self.left_out

        undo_until: None | str
        undo_until = self.undo_until

        undo_of: None | str
        undo_of = self.undo_of

        actor = self.actor.to_dict()

        created_at = self.created_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "action": action,
                "state": state,
                "total": total,
                "done": done,
                "changed": changed,
                "unchanged": unchanged,
                "left_out": left_out,
                "undo_until": undo_until,
                "undo_of": undo_of,
                "actor": actor,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.actor_ref import ActorRef  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        action = d.pop("action")

        state = d.pop("state")

        total = d.pop("total")

        done = d.pop("done")

        changed = d.pop("changed")

        unchanged = d.pop("unchanged")

        left_out = d.pop("left_out")

        def _parse_undo_until(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        undo_until = _parse_undo_until(d.pop("undo_until"))

        def _parse_undo_of(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        undo_of = _parse_undo_of(d.pop("undo_of"))

        actor = ActorRef.from_dict(d.pop("actor"))

        created_at = d.pop("created_at")

        bulk_out = cls(
            id=id,
            action=action,
            state=state,
            total=total,
            done=done,
            changed=changed,
            unchanged=unchanged,
            left_out=left_out,
            undo_until=undo_until,
            undo_of=undo_of,
            actor=actor,
            created_at=created_at,
        )

        return bulk_out
