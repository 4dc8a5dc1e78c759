"""Entities as items and back; inverse of each other.

An attribute that this code does not know is left alone: reading ignores it, and writing (`writes.difference`)
touches only what changed, so that the previous release keeps working beside the next one.
"""

from datetime import datetime
from typing import Any

from ticketing.domain import preferences
from ticketing.domain.api_key import ApiKey
from ticketing.domain.directory import (
    Channel,
    ChannelType,
    Chat,
    Guest,
    Member,
    Organisation,
    Plan,
    Role,
    Team,
)
from ticketing.domain.events import Event, EventKind, FieldChange, Source
from ticketing.domain.instants import from_epoch_ms, from_text, to_epoch_ms, to_text
from ticketing.domain.principal import Actor, Scope
from ticketing.domain.remark import Remark
from ticketing.domain.settings import Settings, Weekday, WeeklyList
from ticketing.domain.ticket import PURGED_AFTER, Priority, Ticket, label_value, status_value
from ticketing.domain.workflow import Issue, Label, Status, StatusCategory, Workflow
from ticketing.store import keys
from ticketing.store.attributes import Item


def ticket_item(ticket: Ticket) -> Item:
    """Small on purpose: the first KB of an item is what every write of it costs."""
    return _without_none(
        {
            keys.ORGANISATION: ticket.organisation_id,
            "number": ticket.number,
            "chat": ticket.chat_id,
            "channel": ticket.channel_id,
            "issue": label_value(ticket.issue),
            "sub_issue": label_value(ticket.sub_issue),
            "priority": ticket.priority.value,
            "status": status_value(ticket.status),
            "assignee": ticket.assignee,
            "creator": ticket.creator.id,
            "watchers": list(ticket.watchers) or None,
            "remark_preview": ticket.remark_preview or None,
            "remark_count": ticket.remark_count,
            "media_count": ticket.media_count,
            "source": ticket.source.value,
            "external_id": ticket.external_id,
            "version": ticket.version,
            "created_at": to_text(ticket.created_at),
            keys.CHANGED_AT: keys.changed_at(ticket.updated_at, ticket.id),
            "updated_at": to_text(ticket.updated_at),
            "resolved_at": _text(ticket.resolved_at),
            "deleted_at": _text(ticket.deleted_at),
            # A deleted ticket has no place in the list, and so leaves the index.
            keys.LISTED_AT: keys.listed_at(ticket.created_at, ticket.id) if ticket.deleted_at is None else None,
            # Instead it is due to be purged.
            **(_due(keys.Due.PURGE, ticket.id, ticket.deleted_at + PURGED_AFTER) if ticket.deleted_at else {}),
        }
    )


def ticket_from(item: Item) -> Ticket:
    """The ticket of an item, or of a row of `by_created`, which lacks the watchers."""
    sub_issue = item.get("sub_issue")
    return Ticket(
        id=item["pk"].partition("#")[2],
        organisation_id=item[keys.ORGANISATION],
        number=item["number"],
        chat_id=item["chat"],
        channel_id=item["channel"],
        issue=_label(item["issue"]),
        sub_issue=_label(sub_issue) if sub_issue else None,
        priority=Priority(item["priority"]),
        status=_status(item["status"]),
        assignee=item.get("assignee"),
        creator=Actor(item["creator"]),
        watchers=tuple(item.get("watchers", ())),
        remark_preview=item.get("remark_preview", ""),
        remark_count=item["remark_count"],
        media_count=item["media_count"],
        source=Source(item["source"]),
        external_id=item.get("external_id"),
        version=item["version"],
        created_at=from_text(item["created_at"]),
        updated_at=from_text(item["updated_at"]),
        resolved_at=_instant(item.get("resolved_at")),
        deleted_at=_instant(item.get("deleted_at")),
    )


def event_item(event: Event) -> Item:
    return _without_none(
        {
            keys.ORGANISATION: event.organisation_id,
            "version": event.version,
            "kind": event.kind.value,
            "at": to_text(event.at),
            "actor": event.actor.id,
            "source": event.source.value,
            "request_id": event.request_id,
            "bulk_id": event.bulk_id,
            "cause": event.cause,
            "assignee": event.assignee,
            "guest_ack_due": event.guest_ack_due or None,
            keys.OUTBOX: keys.OUTBOX_MAIL if event.may_be_mailed else None,
            "changes": [{"field": change.field, "from": change.before, "to": change.after} for change in event.changes],
        }
    )


def event_from(item: Item) -> Event:
    return Event(
        ticket_id=item["pk"].partition("#")[2],
        organisation_id=item[keys.ORGANISATION],
        version=item["version"],
        kind=EventKind(item["kind"]),
        at=from_text(item["at"]),
        actor=Actor(item["actor"]),
        source=Source(item["source"]),
        request_id=item["request_id"],
        bulk_id=item.get("bulk_id"),
        cause=item.get("cause"),
        assignee=item.get("assignee"),
        guest_ack_due=item.get("guest_ack_due", False),
        changes=tuple(FieldChange(change["field"], change["from"], change["to"]) for change in item["changes"]),
    )


def remark_item(organisation_id: str, remark: Remark) -> Item:
    """With a text of 900 bytes under 1 KB: the version is in the key already, and the instant is a number."""
    return _without_none(
        {
            keys.ORGANISATION: organisation_id,
            "text": remark.text,
            "author": remark.author.id,
            "at_ms": to_epoch_ms(remark.created_at),
            keys.OBJECT: remark.kept_as,
        }
    )


def remark_from(item: Item) -> Remark:
    version = keys.version_of_remark(item["sk"])
    at = from_epoch_ms(item["at_ms"])
    return Remark(version, item["text"], Actor(item["author"]), at, item.get(keys.OBJECT))


def object_note_item(organisation_id: str, version: int, name: str, due_at: datetime) -> Item:
    """The note that an object was, or is about to be, written for a change of a ticket."""
    return {
        keys.ORGANISATION: organisation_id,
        "version": version,
        keys.OBJECT: name,
        **_due(keys.Due.OBJECT, name, due_at),
    }


def organisation_item(organisation: Organisation) -> Item:
    settings = organisation.settings
    weekly = settings.weekly_list
    return _without_none(
        {
            keys.ORGANISATION: organisation.id,
            "name": organisation.name,
            "plan": organisation.plan.value,
            "created_at": to_text(organisation.created_at),
            "guest_mail": settings.guest_mail,
            "weekly_list": {"day": weekly.day.value, "hour": weekly.hour, "zone": weekly.zone} if weekly else None,
            "retention_days": settings.retention_days,
            "version": organisation.version,
        }
    )


def organisation_from(item: Item) -> Organisation:
    weekly = item.get("weekly_list")
    settings = Settings(
        guest_mail=item.get("guest_mail", True),
        weekly_list=WeeklyList(Weekday(weekly["day"]), weekly["hour"], weekly["zone"]) if weekly else None,
        retention_days=item.get("retention_days"),
    )
    return Organisation(
        id=item[keys.ORGANISATION],
        name=item["name"],
        plan=Plan(item["plan"]),
        created_at=from_text(item["created_at"]),
        settings=settings,
        version=item.get("version", 1),
    )


def member_item(organisation_id: str, member: Member) -> Item:
    return {
        keys.ORGANISATION: organisation_id,
        "name": member.name,
        "email": member.email,
        "role": member.role.value,
        **({"preferences": said} if (said := preferences.differing(member.preferences)) else {}),
        **_state(member),
    }


def member_from(item: Item) -> Member:
    wanted = preferences.changed(preferences.DEFAULTS, item.get("preferences", {}))
    return Member(_own_id(item), item["name"], item["email"], Role(item["role"]), *_state_from(item), wanted)


def team_item(organisation_id: str, team: Team) -> Item:
    return {
        keys.ORGANISATION: organisation_id,
        "name": team.name,
        "lead": team.lead,
        "members": list(team.members),
        **_state(team),
    }


def team_from(item: Item) -> Team:
    return Team(_own_id(item), item["name"], item["lead"], tuple(item["members"]), *_state_from(item))


def channel_item(organisation_id: str, channel: Channel) -> Item:
    return {keys.ORGANISATION: organisation_id, "name": channel.name, "type": channel.type.value, **_state(channel)}


def channel_from(item: Item) -> Channel:
    return Channel(_own_id(item), item["name"], ChannelType(item["type"]), *_state_from(item))


def _state(thing: Member | Team | Channel | Workflow) -> Item:
    """What every object of the directory has."""
    state = {"active": thing.is_active, "source_version": thing.source_version, "version": thing.version}
    return _without_none(state)


def _state_from(item: Item) -> tuple[bool, int | None, int]:
    """In the order of the dataclasses. What was stored before there were versions is active, at version 1."""
    return item.get("active", True), item.get("source_version"), item.get("version", 1)


def chat_item(organisation_id: str, chat: Chat) -> Item:
    guest = {
        "name": chat.guest.name,
        "phone": chat.guest.phone,
        "email": chat.guest.email,
        "email_verified": chat.guest.is_email_verified,
    }
    return _without_none(
        {
            keys.ORGANISATION: organisation_id,
            "id": chat.id,
            "channel": chat.channel_id,
            "guest": _without_none(guest),
            "url": chat.url,
            "source_version": chat.source_version,
            "version": chat.version,
            "created_at": to_text(chat.created_at),
            "updated_at": to_text(chat.updated_at),
            "deleted_at": _text(chat.deleted_at),
            "emptied": chat.is_emptied or None,
            **(_due(keys.Due.DEAD_CHAT, chat.id, chat.deleted_at) if chat.deleted_at and not chat.is_emptied else {}),
        }
    )


def chat_from(item: Item) -> Chat:
    guest = item["guest"]
    return Chat(
        id=item["id"],
        channel_id=item["channel"],
        guest=Guest(guest["name"], guest.get("phone"), guest.get("email"), guest["email_verified"]),
        url=item.get("url"),
        source_version=item.get("source_version"),
        version=item["version"],
        created_at=from_text(item["created_at"]),
        updated_at=from_text(item["updated_at"]),
        deleted_at=_instant(item.get("deleted_at")),
        is_emptied=item.get("emptied", False),
    )


def workflow_item(organisation_id: str, workflow: Workflow) -> Item:
    return _without_none(
        {
            keys.ORGANISATION: organisation_id,
            "issues": [
                {
                    "id": issue.id,
                    "label": issue.label,
                    "follow_up": issue.is_follow_up,
                    "sub_issues": [label_value(sub) for sub in issue.sub_issues],
                }
                for issue in workflow.issues
            ],
            "statuses": [status_value(status) for status in workflow.statuses],
            "initial": workflow.initial,
            "transitions": {source: list(targets) for source, targets in workflow.transitions.items()}
            if workflow.transitions is not None
            else None,
            **_state(workflow),
            "updated_at": _text(workflow.updated_at),
        }
    )


def workflow_from(item: Item) -> Workflow:
    transitions = item.get("transitions")
    is_active, source_version, version = _state_from(item)
    return Workflow(
        channel_id=_own_id(item),
        issues=tuple(
            Issue(issue["id"], issue["label"], tuple(_label(sub) for sub in issue["sub_issues"]), issue["follow_up"])
            for issue in item["issues"]
        ),
        statuses=tuple(_status(status) for status in item["statuses"]),
        initial=item.get("initial"),
        transitions={source: tuple(targets) for source, targets in transitions.items()}
        if transitions is not None
        else None,
        version=version,
        updated_at=_instant(item.get("updated_at")),
        is_active=is_active,
        source_version=source_version,
    )


def api_key_item(key: ApiKey) -> Item:
    return _without_none(
        {
            keys.ORGANISATION: key.organisation_id,
            "id": key.id,
            "name": key.name,
            "role": key.role.value,
            "scopes": sorted(scope.value for scope in key.scopes),
            "member": key.member_id,
            "secret_hash": key.secret_hash,
            "created_at": to_text(key.created_at),
            "key_expires_at": _text(key.expires_at),
            "revoked_at": _text(key.revoked_at),
            "last_used_at": _text(key.last_used_at),
        }
    )


def api_key_from(item: Item) -> ApiKey:
    return ApiKey(
        id=item["id"],
        organisation_id=item[keys.ORGANISATION],
        name=item["name"],
        role=Role(item["role"]),
        scopes=frozenset(Scope(scope) for scope in item["scopes"]),
        member_id=item.get("member"),
        secret_hash=item["secret_hash"],
        created_at=from_text(item["created_at"]),
        expires_at=_instant(item.get("key_expires_at")),
        revoked_at=_instant(item.get("revoked_at")),
        last_used_at=_instant(item.get("last_used_at")),
    )


def _own_id(item: Item) -> str:
    """The id that a directory item's sort key ends with."""
    return str(item["sk"].partition("#")[2])


def _label(value: Item) -> Label:
    return Label(value["id"], value["label"])


def _status(value: Item) -> Status:
    return Status(value["id"], value["name"], StatusCategory(value["category"]))


def _due(kind: keys.Due, id_: str, at: datetime) -> Item:
    """What puts an item before the janitor at an instant."""
    return {keys.DUE_KIND: keys.due_kind(kind, id_), keys.DUE_AT: to_text(at)}


def _text(at: datetime | None) -> str | None:
    return to_text(at) if at else None


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _without_none(item: dict[str, Any]) -> Item:
    return {name: value for name, value in item.items() if value is not None}
