"""The two ticket workflows of the product page: hospitality, and technical support."""

from typing import Final

from ticketing.domain.workflow import Issue, Label, Status, StatusCategory, Workflow

_HOSPITALITY_ISSUES: Final = (
    Issue(
        "maintenance",
        "Maintenance",
        (
            Label("hvac", "HVAC"),
            Label("plumbing", "Plumbing"),
            Label("electrical", "Electrical"),
            Label("furniture", "Furniture"),
            Label("wifi", "Wi-Fi and TV"),
        ),
    ),
    Issue(
        "housekeeping",
        "Housekeeping",
        (
            Label("cleaning", "Cleaning"),
            Label("linen", "Linen and towels"),
            Label("lost_property", "Lost property"),
        ),
    ),
    Issue(
        "guest_service",
        "Guest service",
        (
            Label("noise", "Noise"),
            Label("room_change", "Room change"),
            Label("transfer", "Airport transfer"),
        ),
    ),
    Issue(
        "follow_up",
        "Follow-up",
        (
            Label("quote_sent", "Quote sent"),
            Label("call_back", "Call back"),
            Label("group_booking", "Group booking"),
        ),
        is_follow_up=True,
    ),
)

_HOSPITALITY_STATUSES: Final = (
    Status("open", "Open", StatusCategory.OPEN),
    Status("in_progress", "In progress", StatusCategory.ACTIVE),
    Status("waiting_on_vendor", "Waiting on vendor", StatusCategory.WAITING),
    Status("resolved", "Resolved", StatusCategory.RESOLVED),
    Status("closed", "Closed", StatusCategory.CLOSED),
)

_HOSPITALITY_TRANSITIONS: Final = {
    "open": ("in_progress", "waiting_on_vendor", "resolved", "closed"),
    "in_progress": ("open", "waiting_on_vendor", "resolved", "closed"),
    "waiting_on_vendor": ("in_progress", "resolved", "closed"),
    "resolved": ("open", "closed"),
    "closed": ("open",),
}

_SUPPORT_ISSUES: Final = (
    Issue(
        "bug",
        "Bug",
        (
            Label("crash", "Crash"),
            Label("wrong_result", "Wrong result"),
            Label("performance", "Slow"),
            Label("display", "Display"),
        ),
    ),
    Issue(
        "billing",
        "Billing",
        (
            Label("invoice", "Invoice"),
            Label("refund", "Refund"),
            Label("plan_change", "Change of plan"),
        ),
    ),
    Issue(
        "account",
        "Account",
        (
            Label("sign_in", "Sign-in"),
            Label("permissions", "Permissions"),
            Label("data_export", "Data export"),
        ),
    ),
    Issue(
        "follow_up",
        "Follow-up",
        (
            Label("quote_sent", "Quote sent"),
            Label("call_back", "Call back"),
        ),
        is_follow_up=True,
    ),
)

_SUPPORT_STATUSES: Final = (
    Status("new", "New", StatusCategory.OPEN),
    Status("triaged", "Triaged", StatusCategory.ACTIVE),
    Status("fixed", "Fixed", StatusCategory.RESOLVED),
    Status("verified", "Verified", StatusCategory.CLOSED),
)

_SUPPORT_TRANSITIONS: Final = {
    "new": ("triaged", "fixed"),
    "triaged": ("new", "fixed"),
    "fixed": ("verified", "triaged"),
    "verified": ("triaged",),
}


def hospitality(channel_id: str) -> Workflow:
    """Open → In progress → Waiting on vendor → Resolved → Closed."""
    return Workflow(channel_id, _HOSPITALITY_ISSUES, _HOSPITALITY_STATUSES, "open", _HOSPITALITY_TRANSITIONS)


def support(channel_id: str) -> Workflow:
    """New → Triaged → Fixed → Verified."""
    return Workflow(channel_id, _SUPPORT_ISSUES, _SUPPORT_STATUSES, "new", _SUPPORT_TRANSITIONS)
