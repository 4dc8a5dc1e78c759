from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.actor_ref import ActorRef


T = TypeVar("T", bound="BulkOut")


@_attrs_define
class BulkOut:
    """A bulk action on many tickets: all of them are changed, or none is.

    | state | |
    |---|---|
    | `queued` | it waits for its turn; an organisation's large ones are done one after the other |
    | `running` | its tickets are looked at, then changed; from `committed_at` on each one read by id is changed |
    | `done` | every ticket is changed, in lists, too |
    | `blocked` | nothing was changed: `blocked` tickets may not be, and its `/tickets` say why |
    | `failed` | nothing was changed: `failure` is the code of what kept it from being done |

    `total` counts the tickets that it is for, `done` those that are as they should be. `unchanged` tickets were so
    already; `left_out` ones met the filter when it was asked and not any more a moment later. `undo_until` is null for
    what undid another one, `undo_of`.

    """

    id: str
    action: str
    """ `assign`, `status`, `priority`, `delete`, `restore`; new values may come """
    state: str
    """ `queued`, `running`, `done`, `blocked`, `failed`; new values may come """
    total: int
    done: int
    changed: int
    unchanged: int
    left_out: int
    blocked: int
    failure: None | str
    undo_until: None | str
    undo_of: None | str
    actor: ActorRef
    created_at: str
    committed_at: None | str
    finished_at: None | str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        action = self.action

        state = self.state

        total = self.total

        done = self.done

        changed = self.changed

        unchanged = self.unchanged

        left_out = self.left_out

        blocked = self.blocked

        failure: None | str
        failure = self.failure

        undo_until: None | str
        undo_until = self.undo_until

        undo_of: None | str
        undo_of = self.undo_of

        actor = self.actor.to_dict()

        created_at = self.created_at

        committed_at: None | str
        committed_at = self.committed_at

        finished_at: None | str
        finished_at = self.finished_at

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
                "blocked": blocked,
                "failure": failure,
                "undo_until": undo_until,
                "undo_of": undo_of,
                "actor": actor,
                "created_at": created_at,
                "committed_at": committed_at,
                "finished_at": finished_at,
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

        blocked = d.pop("blocked")

        def _parse_failure(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        failure = _parse_failure(d.pop("failure"))

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

        def _parse_committed_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        committed_at = _parse_committed_at(d.pop("committed_at"))

        def _parse_finished_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        bulk_out = cls(
            id=id,
            action=action,
            state=state,
            total=total,
            done=done,
            changed=changed,
            unchanged=unchanged,
            left_out=left_out,
            blocked=blocked,
            failure=failure,
            undo_until=undo_until,
            undo_of=undo_of,
            actor=actor,
            created_at=created_at,
            committed_at=committed_at,
            finished_at=finished_at,
        )

        return bulk_out
