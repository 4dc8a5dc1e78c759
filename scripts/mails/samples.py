"""What the gallery shows: each template with short, long, foreign and missing words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail to look at. `facts` are all that its template asks for."""

    template: str
    name: str
    facts: Mapping[str, Any]
    unsubscribe_url: str | None = None


_CONSOLE = "https://console.lodgestory.example"
_STOP = f"{_CONSOLE}/mail/stop/sample"

_TICKET: Mapping[str, Any] = {
    "recipient_name": "Ben Keller",
    "number": 1204,
    "issue": "Maintenance",
    "sub_issue": "HVAC",
    "priority": "Medium",
    "status": "Open",
    "status_from": None,
    "status_to": None,
    "changes": [],
    "guest_name": "Zoë Müller",
    "channel": "Front desk",
    "remark": "AC not cooling in room 204.\nThe guest is back at six.",
    "link": f"{_CONSOLE}/tickets/tkt_x3k5m2q7v4ntb6ya",
}
_LONG: Mapping[str, Any] = {
    "recipient_name": "Maximiliane von Hohenstein-Wartenberg",
    "issue": "Rechtsschutzversicherungsgesellschaftsangelegenheiten und mehr",
    "sub_issue": "https://example.com/a/very/long/address/without/any/space/at/all",
    "priority": "High",
    "guest_name": "Professor Dr. Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine and family of five",
    "channel": "WhatsApp of the reception in the eastern wing of the second building",
    "remark": "\n".join(["First line.", "x" * 90, "🏨 🛁 👩‍🔧 & <b>not bold</b>", "", "The line after an empty one…"]),
}
_MOVED: Mapping[str, Any] = {"status_from": "Open", "status_to": "Resolved", "status": "Resolved"}
_NOTHING: Mapping[str, Any] = {"sub_issue": None, "remark": "", "guest_name": "", "priority": "Low"}
_HEBREW: Mapping[str, Any] = {
    "recipient_name": "עדנה כהן",
    "issue": "תחזוקה",
    "sub_issue": "מיזוג אוויר",
    "guest_name": "מרחבא (חדר 204)",
    "remark": "המזגן לא עובד בחדר 204.\nThe guest is back at 18:00.",
}
_CHINESE: Mapping[str, Any] = {
    "recipient_name": "山田 花子",
    "issue": "维修服务",
    "sub_issue": "空调不制冷",
    "guest_name": "王小明",
    "remark": "请送毛巾到二零四号房间。",
}
_CHANGES = [
    {"label": "Status", "before": "Open", "after": "Resolved"},
    {"label": "Priority", "before": "Low", "after": "High"},
    {"label": "Sub-issue", "before": None, "after": "HVAC"},
]

_BULK: Mapping[str, Any] = {
    "recipient_name": "Ben Keller",
    "actor_name": "Ana Frei",
    "what": "moved to Resolved",
    "total": 40,
    "assigned": 12,
    "created": 3,
    "watched": 1,
    "undo_until": "14:32 UTC",
    "is_undo": False,
    "link": f"{_CONSOLE}/bulk/blk_sample",
}
_ALONE: Mapping[str, Any] = {"total": 1, "assigned": 1, "created": 0, "watched": 0, "undo_until": None}


def _row(number: int, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "issue": "Maintenance",
        "sub_issue": "HVAC",
        "priority": "Medium",
        "status": "In progress",
        "assignee": "Ben Keller",
        "age": "12 days",
        "guest_name": "Zoë Müller",
        "link": f"{_CONSOLE}/tickets/tkt_{number}",
        **more,
    }


_ROWS = [
    _row(87, priority="High", age="41 days"),
    _row(112, sub_issue=None, assignee=None, guest_name=""),
    _row(131, **{field: _LONG[field] for field in ("issue", "sub_issue", "guest_name")}, assignee="Maintenance"),
    _row(140, issue="维修服务", sub_issue="空调不制冷", guest_name="עדנה כהן", assignee="山田 花子", age="1 day"),
]
_WEEK: Mapping[str, Any] = {
    "recipient_name": "Ana Frei",
    "organisation": "Lakeside Hotels",
    "week": "Week 47, 2026",
    "total": 118,
    "shown": 4,
    "rows": _ROWS,
    "follow_ups": [_row(98, issue="Follow-up", sub_issue="Quote sent", status="Waiting on guest")],
    "follow_up_total": 7,
    "by_assignee": [
        {"name": "Ben Keller", "count": 61, "oldest": "41 days"},
        {"name": "Maintenance", "count": 56, "oldest": "12 days"},
        {"name": "nobody", "count": 1, "oldest": "1 day"},
    ],
    "link": f"{_CONSOLE}/tickets?status=unresolved",
}
_QUIET: Mapping[str, Any] = {
    "total": 0,
    "shown": 0,
    "rows": [],
    "follow_ups": [],
    "follow_up_total": 0,
    "by_assignee": [],
}


SAMPLES: tuple[Sample, ...] = (
    Sample("ticket_created", "short", _TICKET),
    Sample("ticket_created", "long words, high priority, watched", {**_TICKET, **_LONG}, _STOP),
    Sample("ticket_created", "right to left", {**_TICKET, **_HEBREW}),
    Sample("ticket_created", "nothing that may be missing", {**_TICKET, **_NOTHING}),
    Sample("ticket_assigned", "short", {**_TICKET, "changes": []}),
    Sample("ticket_assigned", "other changes too", {**_TICKET, **_CHINESE, "priority": "High", "changes": _CHANGES}),
    Sample("status_changed", "short", {**_TICKET, **_MOVED, "changes": _CHANGES[:1]}),
    Sample("status_changed", "late", {**_TICKET, **_MOVED, "status": "Closed", "changes": _CHANGES[:1]}, _STOP),
    Sample("status_changed", "other changes too", {**_TICKET, **_LONG, **_MOVED, "changes": _CHANGES}),
    Sample("guest_acknowledgement", "short", {"organisation": "Lakeside Hotels", "number": 1204}),
    Sample("guest_acknowledgement", "right to left", {"organisation": "מלונות האגם", "number": 7}),
    Sample("guest_resolved", "short", {"organisation": "Lakeside Hotels", "number": 1204}),
    Sample("guest_resolved", "long words", {"organisation": "W" * 120, "number": 1_204_000}),
    Sample("bulk_digest", "short", _BULK),
    Sample("bulk_digest", "one ticket, too late to undo", {**_BULK, **_ALONE}),
    Sample("bulk_digest", "an undo, long words", {**_BULK, "what": f"assigned to {'W' * 90}", "is_undo": True}),
    Sample("weekly_list", "long", _WEEK),
    Sample("weekly_list", "nothing unresolved", {**_WEEK, **_QUIET}),
)
