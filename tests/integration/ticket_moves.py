"""What the state machine of tickets draws from: few values, so that requests meet each other's effects."""

from typing import Any

from hypothesis import strategies as st

from tests.builders import ANA, BEN, CHANNEL, CHAT
from tests.integration.world import ADMIN, GONE, OWNER

CREW = [f"mem_{number:02}" for number in range(21)]
"""Members enough to fill a ticket's watchers, and one more."""

TEAMS = ["team_maintenance", "team_night"]
CALLERS = {"owner": OWNER, "admin": ADMIN, "user": ANA, "key": "key:import", "stranger": ADMIN}

_ISSUES = [
    {"id": "maintenance", "label": "Maintenance", "sub_issues": [{"id": "hvac", "label": "HVAC"}]},
    {"id": "follow_up", "label": "Follow-up", "sub_issues": [{"id": "quote_sent", "label": "Quote sent"}]},
]
_OPEN = {"id": "open", "name": "Open", "category": "open"}
_WAITING = {"id": "waiting", "name": "Waiting on vendor", "category": "waiting"}
_ACTIVE = {"id": "in_progress", "name": "In progress", "category": "active"}
_FIXED = {"id": "fixed", "name": "Fixed", "category": "resolved"}
_RESOLVED = {"id": "resolved", "name": "Resolved", "category": "resolved"}
_CLOSED = {"id": "closed", "name": "Closed", "category": "closed"}

WORKFLOWS: list[dict[str, Any]] = [
    {"issues": _ISSUES},
    {
        "issues": _ISSUES,
        "statuses": [_OPEN, _ACTIVE, _WAITING, _RESOLVED, _CLOSED],
        "transitions": {
            "open": ["in_progress", "waiting", "resolved", "closed"],
            "in_progress": ["open", "waiting", "resolved"],
            "waiting": ["in_progress", "closed"],
            "resolved": ["open", "closed"],
            "closed": ["open"],
        },
    },
    {
        "issues": [*_ISSUES[1:], {"id": "maintenance", "label": "Repairs"}],
        "statuses": [_CLOSED, _WAITING, _FIXED],
        "initial": "fixed",
        "transitions": {"closed": ["waiting"], "waiting": ["fixed", "closed"]},
    },
]
"""Without transitions, with them, and one that lacks statuses and sub-issues and starts with a resolved one."""

FIRST_TICKETS: list[dict[str, Any]] = [
    {"issue": ("maintenance", "hvac"), "assignee": BEN, "remarks": "AC not cooling"},
    {"issue": ("follow_up", None), "priority": "high", "watchers": CREW[:19]},
    {"issue": ("maintenance", None), "assignee": "team_night", "external_id": "PMS-1"},
    {"issue": ("follow_up", "quote_sent"), "priority": "low"},
]

STATUSES = ["open", "in_progress", "waiting", "resolved", "closed", "fixed"]
NEXT = "one that may follow"
SUB_ISSUES = [("maintenance", "hvac"), ("maintenance", None), ("follow_up", "quote_sent"), ("follow_up", None)]
TEXTS = ["AC not cooling", "Called the vendor,\nno answer", "ü" * 61, "Fixed " * 30]

often = st.sampled_from
callers = often(["user", "admin", "owner", "key"] * 5 + ["stranger"])
tickets = st.tuples(often(["visible"] * 10 + ["any"]), st.integers(0, 11))
members = often([ANA, BEN, *CREW[:7]] * 3 + [GONE, "mem_nobody"])
assignees = often([ANA, BEN, *CREW[:7], *TEAMS, None] * 3 + [GONE, "team_nobody"])
chats = often([CHAT, "chat_bare", "chat_2", "chat_3", "chat_4"])
_few_watchers = st.lists(often([ANA, BEN, *CREW[:8]]), max_size=4)
watchers = st.one_of(*[_few_watchers] * 4, often([CREW[:20], CREW[:21], [*CREW[:4], GONE]]))
priorities = often(["low", "medium", "high"])
external_ids = often([None, None, "PMS-1", "PMS-2", "PMS-3", "PMS-4", "PMS-5"])
texts = often(TEXTS * 6 + [" \n"])
issues = often([*SUB_ISSUES * 8, ("maintenance", "quote_sent"), ("nonsense", None)])
channels = often([CHANNEL] * 5 + ["bare"])
once = often([False, True])
seen = often([None] * 18 + ["right"] * 4 + ["*", "*", "stale", "future"])
seldom = often([False] * 5 + [True])
guests = often(["Zoë", "Ada", "Zoë Müller", "Kim", "Noor", "Ada B."])
sources = often([None, None, None, 1, 2, 3])
workflows = often([*WORKFLOWS] * 4 + [None])
managers = often(["admin", "owner", "key"] * 6 + ["user"])
changing_members = often([BEN, *CREW[:3], ANA])
people = st.lists(often([OWNER, ADMIN, ANA, BEN, *CREW[:3]]), min_size=1, max_size=4, unique=True)

new_tickets = st.fixed_dictionaries(
    {"issue": issues},
    optional={
        "priority": priorities,
        "assignee": assignees,
        "watchers": watchers,
        "remarks": texts,
        "external_id": external_ids,
    },
)
patches = st.fixed_dictionaries(
    {},
    optional={
        "status": often([NEXT] * 10 + [*STATUSES, "nonsense"]),
        "priority": priorities,
        "assignee": assignees,
        "issue": issues,
        "watchers": watchers,
        "remark": texts,
    },
)
single_patches = st.one_of(
    *(
        st.fixed_dictionaries({name: values})
        for name, values in (
            ("status", often(STATUSES)),
            ("priority", priorities),
            ("assignee", assignees),
            ("sub_issue", often(["hvac", "quote_sent", None])),
        )
    )
)
_FILTERS: dict[str, st.SearchStrategy[list[str]]] = {
    "status": st.lists(often(STATUSES), min_size=1, max_size=3, unique=True),
    "status_category": often([["unresolved"], ["unresolved", "closed"], ["active"], ["resolved", "closed"]]),
    "priority": st.lists(priorities, min_size=1, max_size=2, unique=True),
    "assignee": often([["me"], ["my_teams"], ["unassigned", "me"], [BEN, "team_night"], ["unassigned"]]),
    "creator": often([["me"], ["key:import", OWNER], [ADMIN]]),
    "channel": often([[CHANNEL], ["bare"]]),
    "issue": often([["maintenance"], ["follow_up", "nonsense"]]),
    "sub_issue": often([["maintenance/hvac"], ["follow_up/quote_sent", "maintenance/hvac"]]),
    "external_id": often([["PMS-1"], ["PMS-2", "PMS-3"]]),
    "chat": st.lists(chats, min_size=1, max_size=3, unique=True),
}
_one_filter = st.one_of(*(st.tuples(st.just(name), values) for name, values in _FILTERS.items()))
filters = st.lists(_one_filter, max_size=2).map(dict)
"""At most two: more would find nothing, most of the time."""
sorts = often(["-created_at", "created_at", "-updated_at", "updated_at", "-priority", "priority"])
ways_to_list = often(["filters", "filters", "panel", "behind"])
