"""Every place of the API where a request can name something, found in the OpenAPI document, none by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.integration.routes import ROUTES, Route

NAMES: dict[str, tuple[str, ...]] = {
    "ticket_id": ("ticket",),
    "remark_id": ("remark",),
    "chat_id": ("chat",),
    "chat": ("chat",),
    "channel_id": ("channel",),
    "channel": ("channel",),
    "member_id": ("member",),
    "lead": ("member",),
    "members": ("member",),
    "watchers": ("member",),
    "creator": ("creator",),
    "assignee": ("member", "team"),
    "team_id": ("team",),
    "key_id": ("key",),
    "bulk_id": ("bulk",),
    "export_id": ("export",),
    "ids": ("ticket",),
    "value": ("member", "team"),
    "issue": ("issue",),
    "sub_issue": ("sub_issue",),
    "status": ("status",),
    "external_id": ("external_id",),
    "q": ("word",),
    "cursor": ("cursor",),
    "Lodgestory-Seen": ("seen",),
    "Idempotency-Key": ("once",),
}
"""What a parameter, header or field of this name can name."""

SAY_NOTHING_OF_OTHERS = frozenset(
    {
        *("active", "by", "facets", "created_from", "created_to", "limit", "priority", "sort", "status_category", "tz"),
        *("action", "dry_run", "filter", "format", "value.category"),
        "expected_versions",  # of tickets that are named beside it
        *("If-Match", "If-None-Match"),  # versions, which are compared with the thing's own
        *("remark", "remarks", "source", "text"),
        *("guest", "guest.email", "guest.email_verified", "guest.name", "guest.phone", "source_version", "url"),
        *("email", "expires_at", "name", "role", "scopes", "type"),
        *("preferences", "preferences.assigned", "preferences.created", "preferences.digests"),
        *("preferences.own_actions", "preferences.status_changed"),
        *("guest_mail", "retention_days", "weekly_list", "weekly_list.day", "weekly_list.hour", "weekly_list.zone"),
        # A workflow names its own parts, and is replaced as a whole.
        *("initial", "issues", "issues.follow_up", "issues.id", "issues.label"),
        *("issues.sub_issues", "issues.sub_issues.id", "issues.sub_issues.label"),
        *("statuses", "statuses.category", "statuses.id", "statuses.name", "transitions"),
    }
)
"""Parameters, headers and fields by which nothing can be named that another organisation could have."""


FILTER = "filter."
"""The filters of a list stand in the body of a bulk action, too."""


class UnknownSlot(AssertionError):
    """The document has a place of which nobody has said yet what it can name."""


@dataclass(frozen=True)
class Slot:
    route: Route
    place: str
    """`path`, `query`, `header` or `body`."""
    name: str
    kind: str

    def __str__(self) -> str:
        return f"{self.route.name} · {self.place} {self.name} ({self.kind})"


def slots(document: dict[str, Any]) -> list[Slot]:
    """Every slot of every operation. Raises UnknownSlot, and KeyError for a route without a request that succeeds."""
    return [
        Slot(ROUTES[f"{method.upper()} {path}"], place, name, kind)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for place, name in _places(document, operation)
        for kind in _kinds(f"{method.upper()} {path}", name)
    ]


def _kinds(operation: str, name: str) -> tuple[str, ...]:
    name = name.removeprefix(FILTER)
    if name in SAY_NOTHING_OF_OTHERS:
        return ()
    if name not in NAMES:
        message = f"{operation}: what can {name} name? Say so in {__name__}"
        raise UnknownSlot(message)
    return NAMES[name]


def _places(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for parameter in operation.get("parameters", []):
        meant = _meant(document, parameter)
        yield meant["in"], meant["name"]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for name in sorted(set(_fields(document, content["schema"]))):
            yield "body", name


def _fields(document: dict[str, Any], schema: dict[str, Any], above: str = "") -> Iterator[str]:
    meant = _meant(document, schema)
    for choice in [*meant.get("anyOf", []), *([meant["items"]] if "items" in meant else [])]:
        yield from _fields(document, choice, above)
    for name, below in meant.get("properties", {}).items():
        yield f"{above}{name}"
        yield from _fields(document, below, f"{above}{name}.")


def _meant(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node
