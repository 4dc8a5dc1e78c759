"""A ticket's history played again from its creation: what the ticket was at each of its versions."""

from collections.abc import Sequence
from typing import Any

type Told = dict[str, Any]
"""A ticket as far as history tells of it."""

FIELDS = ("status", "priority", "issue", "sub_issue", "assignee", "watchers")


def replayed(history: Sequence[dict[str, Any]]) -> dict[int, Told]:
    """The ticket by version, of a history that has the oldest entry first.

    Fails when a version is missing or comes twice, or when an entry does not begin where the one before it ended.
    """
    assert [entry["version"] for entry in history] == list(range(1, len(history) + 1))
    assert [entry["kind"] for entry in history if entry["kind"] == "created"] == [history[0]["kind"]]
    now: Told = dict.fromkeys(FIELDS) | {"remark_count": 0, "is_deleted": False}
    versions: dict[int, Told] = {}
    for entry in history:
        now = _after(now, entry)
        versions[entry["version"]] = now
    return versions


def _after(before: Told, entry: dict[str, Any]) -> Told:
    after = dict(before)
    if entry["kind"] in ("deleted", "restored"):
        after["is_deleted"] = entry["kind"] == "deleted"
        assert after["is_deleted"] != before["is_deleted"], entry
    else:
        assert not before["is_deleted"], entry
    for change in entry["changes"]:
        if change["field"] == "remark":
            assert change["to"] == entry["version"], entry
            after["remark_count"] += 1
        else:
            assert change["from"] == before[change["field"]], (before, entry)
            after[change["field"]] = change["to"]
    return after


def shown(ticket: dict[str, Any]) -> Told:
    """What a whole ticket of the API says, in the same words."""
    return {
        "status": ticket["status"],
        "priority": ticket["priority"],
        "issue": ticket["issue"],
        "sub_issue": ticket["sub_issue"],
        "assignee": ticket["assignee"] and ticket["assignee"]["id"],
        "watchers": [watcher["id"] for watcher in ticket["watchers"]] or None,
        "remark_count": ticket["remark_count"],
        "is_deleted": "deleted_at" in ticket,
    }
