"""What `show` found, for reading in a terminal, to which no text of a guest may give orders."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from scripts.admin.show import Shown
from ticketing.domain.instants import to_text
from ticketing.store import items, keys
from ticketing.store.attributes import Item

_NONE = "–"
_JOINERS = "\u200c\u200d"
"""They make one sign of several, as in many emoji and scripts, and do nothing else."""


def harmless(text: str) -> str:
    """Text whose control characters are shown and not obeyed: they could clear a screen, or write another one's line.

    They are written as JSON writes them, so that JSON stays what it is.
    """
    return "".join(one if one.isprintable() or one in f"\n{_JOINERS}" else json.dumps(one)[1:-1] for one in text)


def ticket(shown: Shown) -> Iterator[str]:
    value = items.ticket_from(shown["ticket"])
    sub_issue = f" → {value.sub_issue.label}" if value.sub_issue else ""
    yield f"Ticket {value.id} · #{value.number} · {value.organisation_id} · version {value.version}"
    yield from _table(
        ("issue", f"{value.issue.label}{sub_issue}"),
        ("priority", value.priority),
        ("status", f"{value.status.name} ({value.status.category})"),
        ("assignee", value.assignee),
        ("creator", value.creator.id),
        ("watchers", ", ".join(value.watchers)),
        ("source", value.source),
        ("created", shown["ticket"]["created_at"]),
        ("updated", shown["ticket"]["updated_at"]),
        ("resolved", shown["ticket"].get("resolved_at")),
        ("deleted", shown["ticket"].get("deleted_at")),
    )
    yield from _chat_of_ticket(shown, value.chat_id)
    yield from _section("History", shown["events"], _event)
    yield from _section("Remarks", shown["remarks"], _remark)
    yield from _section("Mails", shown["mails"], _mail)


def chat(shown: Shown) -> Iterator[str]:
    value = items.chat_from(shown["chat"])
    yield f"Chat {value.id} · {value.channel_id} · {'alive' if shown['is_alive'] else 'deleted'}"
    yield from _table(
        ("guest", value.guest.name),
        ("phone", value.guest.phone),
        ("e-mail", _address(value.guest.email, is_verified=value.guest.is_email_verified)),
        ("version", value.version),
        ("created", shown["chat"]["created_at"]),
        ("updated", shown["chat"]["updated_at"]),
    )
    yield from _section("Tickets", shown["tickets"], _ticket_row)


def bulk(shown: Shown) -> Iterator[str]:
    record = shown["bulk"]
    yield f"Bulk action {record['id']} · {record['kind']} · {record[keys.ORGANISATION]} · {record['phase']}"
    named = ("actor", "request_id", "asked_at", "attempt", "leased_until", "committed_at", "finished_at", "failure")
    counted = ("selected", "changed", "unchanged", "left_out", "blocked", "applied")
    yield from _table(*((name.replace("_", " "), record.get(name)) for name in (*named, *counted)))
    yield from _section("Blockers", shown["blockers"], lambda one: f"{one['ticket']}: {one['code']}")
    yield from _section("Still marked", shown["marked"], str)


def address(shown: Shown) -> Iterator[str]:
    found = shown["suppressed"]
    why = "is mailed" if found is None else f"is mailed no more: it {found['reason']} at {found['at']}"
    yield f"{shown['address']} {why}"


def organisation(shown: Shown) -> Iterator[str]:
    value = items.organisation_from(shown["organisation"])
    yield f"Organisation {value.id} · {value.name} · {value.plan}"
    yield from _table(
        ("created", shown["organisation"]["created_at"]), ("tickets", (shown["counter"] or {}).get("number"))
    )
    yield from _section("Members", shown["members"], _member)
    yield from _section("Teams", shown["teams"], _team)
    yield from _section("Channels", shown["channels"], _channel(shown["workflows"]))
    yield from _section("API keys", shown["api_keys"], _api_key)


def _chat_of_ticket(shown: Shown, chat_id: str) -> Iterator[str]:
    yield ""
    if shown["chat"] is None:
        yield f"Chat {chat_id}: there is none!"
        return
    value = items.chat_from(shown["chat"])
    link = "" if shown["chat_link"] else " · has no link to this ticket!"
    yield f"Chat {chat_id} · {value.channel_id} · {value.guest.name}{link}"


def _event(item: Item) -> str:
    event = items.event_from(item)
    changes = ", ".join(f"{change.field}: {_said(change.before)} → {_said(change.after)}" for change in event.changes)
    return f"{item['at']}  v{event.version}  {event.kind} by {event.actor.id} ({event.source})  {changes}"


def _remark(item: Item) -> str:
    remark = items.remark_from(item)
    text = remark.text.replace("\n", "\n      ")
    return f"{to_text(remark.created_at)}  v{remark.version}  {remark.author.id}\n      {text}"


def _mail(item: Item) -> str:
    _, version, recipient = str(item["sk"]).split("#", 2)
    why = f" ({item['reason']})" if "reason" in item else ""
    return f"{item['at']}  v{int(version)}  {recipient}: {item['state']}{why}, attempt {item['attempt']}"


def _ticket_row(item: Item) -> str:
    if "number" not in item:
        return f"{item['pk']}  is linked, and is not there!"
    value = items.ticket_from(item)
    return f"{value.id}  #{value.number}  {value.status.name}  {value.issue.label}  {item['created_at']}"


def _member(item: Item) -> str:
    value = items.member_from(item)
    return f"{value.id}  {value.name}  {value.role}{'' if value.is_active else ', inactive'}  {value.email}"


def _team(item: Item) -> str:
    value = items.team_from(item)
    return f"{value.id}  {value.name}  led by {value.lead}, {len(value.members)} members"


def _channel(workflows: Sequence[Item]) -> Any:
    configured = {items.workflow_from(item).channel_id for item in workflows}

    def line(item: Item) -> str:
        value = items.channel_from(item)
        return f"{value.id}  {value.name}  {value.type}{'' if value.id in configured else ', without a workflow'}"

    return line


def _api_key(item: Item) -> str:
    ended = "".join(f", {word} {item[name]}" for name, word in _ENDS.items() if name in item)
    return f"{item['id']}  {item['name']}  {item['role']}  {item.get('member', _NONE)}{ended}"


_ENDS = {"key_expires_at": "expires", "revoked_at": "revoked"}


def _said(value: Any) -> str:
    """A value of history in one word: what has a name or an id goes by it."""
    if isinstance(value, dict):
        return str(value.get("name") or value.get("label") or value.get("id"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return _NONE if value is None else str(value)


def _address(email: str | None, *, is_verified: bool) -> str | None:
    return f"{email} ({'verified' if is_verified else 'not verified'})" if email else None


def _table(*rows: tuple[str, Any]) -> Iterator[str]:
    for name, value in rows:
        yield f"  {name:<10} {value if value not in (None, '') else _NONE}"


def _section(title: str, found: Sequence[Item], line: Any) -> Iterator[str]:
    yield ""
    yield f"{title}: {len(found) or 'none'}"
    for item in found:
        yield f"  {line(item)}"
