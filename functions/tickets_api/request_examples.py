"""An example of every body that the API takes, by route: it names each field that there is, with a value that is taken.

The document shows them, and the tests send them. Their ids are those of the demonstration data.
"""

from typing import Any, Final

REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "POST /v1/tickets": {
        "chat_id": "chat_lakeside_0001",
        "issue": "maintenance",
        "sub_issue": "hvac",
        "priority": "high",
        "assignee": "mem_lakeside_technician",
        "watchers": ["mem_lakeside_user"],
        "remarks": "AC not cooling in room 204",
        "external_id": "PMS-4711",
        "source": "api",
    },
    "POST /v1/tickets/search": {
        "status": ["open"],
        "status_category": ["unresolved"],
        "priority": ["high"],
        "assignee": ["mem_lakeside_technician"],
        "creator": ["mem_lakeside_user"],
        "channel": ["lakeside_whatsapp"],
        "issue": ["maintenance"],
        "sub_issue": ["maintenance/hvac"],
        "external_id": ["PMS-4711"],
        "chat": ["chat_lakeside_0001"],
        "created_from": "2026-03-01",
        "created_to": "2026-03-01",
        "tz": "Europe/Zurich",
        "q": "shower leak",
        "sort": "-created_at",
        "limit": 25,
        "facets": True,
    },
    "POST /v1/tickets/bulk": {
        "action": "assign",
        "filter": {"chat": ["chat_lakeside_0001"], "status_category": ["unresolved"]},
        "value": "mem_lakeside_user",
        "expected_versions": {"tkt_x3k5m2q7v4ntb6ya": 3},
        "dry_run": False,
    },
    "POST /v1/exports": {
        "format": "jsonl",
        "filter": {"chat": ["chat_lakeside_0001"], "status_category": ["unresolved"]},
        "tz": "Europe/Zurich",
    },
    "PATCH /v1/tickets/{ticket_id}": {
        "status": "in_progress",
        "priority": "low",
        "assignee": "mem_lakeside_user",
        "issue": "maintenance",
        "sub_issue": "plumbing",
        "watchers": ["mem_lakeside_technician"],
        "remark": "Part ordered",
    },
    "POST /v1/tickets/{ticket_id}/remarks": {"text": "Part ordered"},
    "PUT /v1/chats/{chat_id}": {
        "channel_id": "lakeside_whatsapp",
        "guest": {
            "name": "Zoë Meier",
            "phone": "+41 44 555 01 23",
            "email": "zoe@guest.example",
            "email_verified": True,
        },
        "url": "https://crm.example/chats/1",
        "source_version": 1,
    },
    "PUT /v1/channels/{channel_id}": {"name": "Front desk", "type": "email", "source_version": 1},
    "PUT /v1/channels/{channel_id}/workflow": {
        "issues": [
            {
                "id": "maintenance",
                "label": "Maintenance",
                "follow_up": True,
                "sub_issues": [{"id": "hvac", "label": "HVAC"}],
            }
        ],
        "statuses": [
            {"id": "new", "name": "New", "category": "open"},
            {"id": "fixed", "name": "Fixed", "category": "resolved"},
        ],
        "initial": "new",
        "transitions": {"new": ["fixed"]},
        "source_version": 1,
    },
    "PUT /v1/members/{member_id}": {
        "name": "Ben Okafor",
        "email": "ben@lakeside.example",
        "role": "user",
        "active": True,
        "preferences": {
            "created": True,
            "assigned": True,
            "status_changed": False,
            "digests": True,
            "own_actions": False,
        },
        "source_version": 1,
    },
    "PUT /v1/teams/{team_id}": {
        "name": "Night shift",
        "lead": "mem_lakeside_technician",
        "members": ["mem_lakeside_user"],
        "source_version": 1,
    },
    "PATCH /v1/organisation": {
        "guest_mail": False,
        "weekly_list": {"day": "monday", "hour": 8, "zone": "Europe/Zurich"},
        "retention_days": 365,
    },
    "POST /v1/api-keys": {
        "name": "booking engine",
        "role": "user",
        "scopes": ["tickets:read"],
        "member_id": "mem_lakeside_technician",
        "expires_at": "2027-12-31T00:00:00Z",
    },
}
