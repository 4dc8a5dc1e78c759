"""An organisation's people, channels, workflows and chats in plain dicts, beside which `ticket_model` keeps tickets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

type Body = dict[str, Any]

TYPICAL = [
    {"id": "open", "name": "Open", "category": "open"},
    {"id": "in_progress", "name": "In progress", "category": "active"},
    {"id": "resolved", "name": "Resolved", "category": "resolved"},
    {"id": "closed", "name": "Closed", "category": "closed"},
]
"""The statuses of a workflow that names none."""


_EVERYTHING = {"created": True, "assigned": True, "status_changed": True, "digests": True, "own_actions": False}
"""What members are mailed about who said nothing of it."""


@dataclass(frozen=True)
class Reason:
    """Why a request is refused; `more` is what the answer says beside the code."""

    status: int
    code: str
    more: dict[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """Nothing has changed. Where several things are wrong, the answer may name any of them."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(reasons)
        self.reasons = reasons


@dataclass(frozen=True)
class Expected:
    status: int
    body: Any
    is_change: bool
    etag: str | None = None


INVALID = Reason(422, "validation_failed")


class Directory:
    """`now` is moved by the test."""

    def __init__(self, members: Body, teams: Body, channels: Body, chats: Body, workflows: Body) -> None:
        self.now = datetime.min.replace(tzinfo=UTC)
        self.members, self.teams, self.channels = members, teams, channels
        self.chats, self.workflows = chats, workflows

    def ref(self, id_: str) -> Body:
        kind, _, name = id_.partition(":")
        if kind == "key":
            return {"id": id_, "name": name, "type": "key"}
        if id_ in self.teams:
            return {"id": id_, "name": self.teams[id_]["name"], "type": "team"}
        return {"id": id_, "name": self.members[id_]["name"], "type": "member"}

    def put_chat(self, chat_id: str, body: Body) -> Expected:
        chat = self.chats.get(chat_id)
        if chat and chat["deleted_at"]:
            raise Refused(Reason(409, "chat_deleted"))
        if chat is None:
            born = {"version": 1, "source_version": None, "created_at": self.now, "updated_at": self.now}
            self.chats[chat_id] = born | {"deleted_at": None} | body
            return self.shown_chat(chat_id, 201, is_change=True)
        source, known = body.get("source_version"), chat["source_version"]
        if source is not None and known is not None and source < known:
            return self.shown_chat(chat_id, is_change=False)
        if body["channel_id"] != chat["channel_id"]:
            raise Refused(INVALID)
        after = chat | body | {"source_version": known if source is None else source}
        is_change = after != chat
        self.chats[chat_id] = after | ({"version": chat["version"] + 1, "updated_at": self.now} if is_change else {})
        return self.shown_chat(chat_id, is_change=is_change)

    def delete_chat(self, who: str, chat_id: str) -> Expected:
        self.check_manager(who)
        chat = self.live_chat(chat_id)
        chat |= {"deleted_at": self.now, "version": chat["version"] + 1}
        body = {"id": chat_id, "version": chat["version"], "deleted_at": text(self.now)}
        return Expected(200, body, is_change=True)

    def live_chat(self, chat_id: str) -> Body:
        chat: Body | None = self.chats.get(chat_id)
        if chat is None or chat["deleted_at"]:
            raise Refused(Reason(404, "not_found"))
        return chat

    def shown_chat(self, chat_id: str, status: int = 200, *, is_change: bool) -> Expected:
        chat = self.live_chat(chat_id)
        body = {
            "id": chat_id,
            **{name: chat[name] for name in ("channel_id", "source_version", "version")},
            "guest": {"phone": None, "email": None, "email_verified": False} | chat["guest"],
            "url": None,
            "created_at": text(chat["created_at"]),
            "updated_at": text(chat["updated_at"]),
        }
        return Expected(status, body, is_change, f'"1-{chat["version"]}"')

    def workflow(self, channel: str) -> Body | None:
        kept: Body | None = self.workflows.get(channel)
        return kept["body"] if kept else None

    def put_workflow(self, who: str, channel: str, body: Body | None) -> Expected:
        """None deletes it; one that is made later goes on with its versions."""
        self.check_manager(who)
        kept = self.workflows.setdefault(channel, {"body": None, "version": 0})
        if body is None and kept["body"] is None:
            raise Refused(Reason(404, "not_found"))
        was_there, is_change = kept["body"] is not None, kept["body"] != body
        kept |= {"body": body, "version": kept["version"] + is_change}
        if body is None:
            return Expected(204, None, is_change=True)
        shown = {
            "issues": [{"follow_up": False, "sub_issues": []} | issue for issue in body["issues"]],
            "statuses": statuses_of(body),
            "initial": body.get("initial") or statuses_of(body)[0]["id"],
            "transitions": body.get("transitions"),
            "source_version": None,
            "version": kept["version"],
        }
        return Expected(200 if was_there else 201, shown, is_change)

    def put_person(self, who: str, kept: dict[str, Body], id_: str, new: Body) -> Expected:
        """A member or a team."""
        self.check_manager(who)
        is_change = kept[id_] | new != kept[id_]
        kept[id_] |= new | {"version": kept[id_]["version"] + is_change}
        more = {"preferences": _EVERYTHING} if kept is self.members else {}
        return Expected(200, {"id": id_, "source_version": None, **more, **kept[id_]}, is_change)

    def check_manager(self, who: str) -> None:
        if who in self.members and self.members[who]["role"] == "user":
            raise Refused(Reason(403, "forbidden"))

    def is_active_member(self, id_: str) -> bool:
        return id_ in self.members and bool(self.members[id_]["active"])

    def wrong_people(self, assignee: str | None, watchers: Sequence[str]) -> list[Reason]:
        is_team = assignee in self.teams and self.teams[assignee]["active"]
        is_right = assignee is None or is_team or self.is_active_member(assignee)
        reasons = [] if is_right else [Reason(422, "assignee_not_member")]
        return reasons + ([] if all(map(self.is_active_member, watchers)) else [INVALID])


def text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def statuses_of(workflow: Body) -> list[Body]:
    return workflow.get("statuses") or TYPICAL
