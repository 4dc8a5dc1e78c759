"""What bulk actions make of an organisation's tickets: plain dicts and rows, written from the product page.

Nothing of the product is called here. A bulk action is done the moment it is committed: of what its tickets still have
to go through afterwards nobody who reads one by its id may notice anything.
"""

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.integration.directory_model import Body, Reason, Refused, statuses_of
from tests.integration.ticket_model import THIRTY_DAYS, Organisation, Ticket

UNDO_FOR = timedelta(minutes=10)
FIELDS = {"assign": "assignee", "status": "status", "priority": "priority"}
_TURNED = {"delete": "restore", "restore": "delete"}


@dataclass(frozen=True)
class Row:
    """What is known of one ticket.

    `selected` before it was looked at; then a `step`, or `unchanged`, `left_out`, `blocked`.
    `version` is the one that a step was decided on, `expected` the one that its caller asked for.
    """

    ticket: str
    result: str = "selected"
    expected: int | None = None
    version: int | None = None
    target: Any = None
    previous: Any = None
    code: str | None = None
    allowed: tuple[str, ...] | None = None


@dataclass
class Bulk:
    """`phase` is what its record said when it was last asked. `as_was` are its tickets before they were changed."""

    kind: str
    rows: list[Row]
    who: str
    asked_at: datetime
    value: Any = None
    query: dict[str, list[str]] | None = None
    undone: "Bulk | None" = None
    way: str = ""
    is_queued: bool = False
    id: str = ""
    request: str = ""
    key: str | None = None
    phase: str = "new"
    committed_at: datetime | None = None
    as_was: dict[str, Ticket] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    @property
    def is_committed(self) -> bool:
        return self.phase in {"committed", "done"}

    @property
    def is_over(self) -> bool:
        return self.phase in {"done", "blocked", "failed", "removed"}

    @property
    def steps(self) -> dict[str, Row]:
        return {row.ticket: row for row in self.rows if row.result == "step"}

    def count(self, result: str) -> int:
        return [row.result for row in self.rows].count(result)

    def shown(self) -> Body:
        """What is told of its numbers."""
        changed, unchanged = (self.count(one) if self.is_committed else 0 for one in ("step", "unchanged"))
        return {
            "action": self.kind,
            "total": len(self.rows) - self.count("left_out"),
            "changed": changed,
            "unchanged": unchanged,
            "left_out": self.count("left_out"),
            "blocked": self.count("blocked"),
            "undo_of": self.undone.id if self.undone else None,
        }

    def results(self) -> list[tuple[str, str, int | None, str | None]]:
        """What is told of each ticket: those that keep it from being done come first."""
        return sorted(map(self._result, self.rows), key=lambda told: told[1] != "blocked")

    def _result(self, row: Row) -> tuple[str, str, int | None, str | None]:
        if row.result in {"blocked", "left_out"}:
            return row.ticket, row.result, None, row.code
        if not self.is_committed:
            return row.ticket, "not_changed" if self.is_over else "pending", None, None
        is_changed = row.result == "step"
        version = row.version + 1 if is_changed and row.version is not None else None
        return row.ticket, "changed" if is_changed else "unchanged", version, None


class Hotel(Organisation):
    """An organisation that changes many tickets at once."""

    # --- what a bulk action comes to ---

    def judged(self, bulk: Bulk, row: Row, held: Collection[str]) -> Row:
        """What becomes of a ticket now; `held` are those that another bulk action is about to change."""
        try:
            if bulk.undone is not None:
                return self._judged_back(bulk, bulk.undone.steps[row.ticket], held)
            return self._judged(bulk, row, held)
        except Refused as refused:
            (reason,) = refused.reasons
            allowed = tuple(reason.more["allowed"]) if "allowed" in reason.more else None
            return Row(row.ticket, "blocked", code=reason.code, allowed=allowed)

    def _judged(self, bulk: Bulk, row: Row, held: Collection[str]) -> Row:
        ticket = self.tickets.get(row.ticket)
        if bulk.query is not None and not (ticket and self.is_visible(ticket) and self.meets(ticket, bulk.query)):
            return Row(row.ticket, "left_out")
        if ticket is None or (ticket["deleted_at"] and bulk.kind != "restore"):
            raise Refused(Reason(404, "ticket_not_found"))
        self._check_place(ticket, held)
        if row.expected not in {None, ticket["version"]}:
            raise Refused(Reason(412, "version_conflict"))
        if bulk.kind == "restore":
            self._check_restorable(ticket)
            if ticket["deleted_at"] is None:
                return Row(row.ticket, "unchanged")
        if bulk.kind in _TURNED:
            return Row(row.ticket, "step", row.expected, ticket["version"])
        name = FIELDS[bulk.kind]
        target = self._status(ticket, bulk.value) if bulk.kind == "status" else bulk.value
        if ticket[name] == target:
            return Row(row.ticket, "unchanged")
        return Row(row.ticket, "step", row.expected, ticket["version"], target, ticket[name])

    def _judged_back(self, bulk: Bulk, done: Row, held: Collection[str]) -> Row:
        ticket = self.tickets.get(done.ticket)
        if ticket is None or (ticket["deleted_at"] and bulk.kind not in _TURNED):
            raise Refused(Reason(404, "ticket_not_found"))
        if bulk.kind in _TURNED:
            is_as_left = bool(ticket["deleted_at"]) is (bulk.kind == "restore")
        else:
            is_as_left = ticket[FIELDS[bulk.kind]] == done.target
        if not is_as_left or self._is_set_since(bulk.kind, ticket, done):
            raise Refused(Reason(409, "changed_since"))
        self._check_place(ticket, held)
        if bulk.kind == "restore":
            self._check_restorable(ticket)
        return Row(done.ticket, "step", None, ticket["version"], done.previous, done.target)

    def _is_set_since(self, kind: str, ticket: Ticket, done: Row) -> bool:
        """Whether somebody has set again what the bulk action has set, be it to the same."""
        assert done.version is not None
        since = [one for one in ticket["history"] if one["version"] > done.version + 1]
        if kind in _TURNED:
            return any(one["kind"] in {"deleted", "restored"} for one in since)
        return any(FIELDS[kind] in one["changes"] for one in since)

    def _check_place(self, ticket: Ticket, held: Collection[str]) -> None:
        if self.chats[ticket["chat"]]["deleted_at"]:
            raise Refused(
                Reason(409, "chat_deleted") if ticket["deleted_at"] else Reason(404, "ticket_not_found"),
            )
        if ticket["id"] in held:
            raise Refused(Reason(409, "bulk_in_progress"))

    def _check_restorable(self, ticket: Ticket) -> None:
        if ticket["deleted_at"] and self.now >= ticket["deleted_at"] + THIRTY_DAYS:
            raise Refused(Reason(409, "restore_expired"))

    def _status(self, ticket: Ticket, wanted: str | dict[str, str]) -> Body:
        """By its id, or the first one of a category that may follow."""
        present: Body = ticket["status"]
        is_there = present["category"] == wanted["category"] if isinstance(wanted, dict) else present["id"] == wanted
        if is_there:
            return present
        workflow, allowed = self.workflow(ticket["channel"]), self.next_statuses(ticket)
        assert workflow is not None
        follow = [one for one in statuses_of(workflow) if one["id"] in allowed]
        name, value = ("category", wanted["category"]) if isinstance(wanted, dict) else ("id", wanted)
        found = next((one for one in follow if one[name] == value), None)
        if found is None:
            raise Refused(Reason(409, "invalid_status_transition", {"allowed": allowed}))
        return found

    def check_undo(self, bulk: Bulk) -> None:
        if bulk.phase == "removed":
            raise Refused(Reason(404, "not_found"))
        if not (bulk.is_over or bulk.is_committed):
            raise Refused(Reason(409, "bulk_in_progress"))
        is_late = bulk.committed_at is None or self.now >= bulk.committed_at + UNDO_FOR
        if is_late or bulk.undone is not None or not bulk.steps:
            raise Refused(Reason(409, "undo_expired"))

    def commit(self, bulk: Bulk) -> None:
        """Change every ticket of its steps, at the very versions that these were decided on."""
        bulk.committed_at = self.now
        for row in bulk.steps.values():
            ticket = self.tickets[row.ticket]
            assert ticket["version"] == row.version, ("it was changed since it was looked at", bulk.id, row, ticket)
            bulk.as_was[row.ticket] = deepcopy(ticket)
            if bulk.kind in FIELDS:
                assert self._change(ticket, bulk.who, bulk.request, {FIELDS[bulk.kind]: row.target})
                if bulk.undone is not None and bulk.kind == "status":
                    ticket["resolved_at"] = self._resolved_again_at(ticket, bulk.undone)
            elif bulk.kind == "delete":
                self._delete(ticket, bulk.who, bulk.request)
            else:
                self._bring_back(ticket, bulk.who, bulk.request)
            ticket["history"][-1]["bulk"] = bulk.id

    def _resolved_again_at(self, ticket: Ticket, undone: Bulk) -> Any:
        """A ticket that comes back into a status that counts as done has done so ever since."""
        return ticket["resolved_at"] and (undone.as_was[ticket["id"]]["resolved_at"] or ticket["resolved_at"])

    def _bring_back(self, ticket: Ticket, who: str, request: str) -> None:
        ticket["deleted_at"] = None
        self._next_version(ticket)
        self._tell(ticket, "restored", who, request, {})

    # --- what is found ---

    def meets(self, ticket: Ticket, query: dict[str, list[str]]) -> bool:
        return all({*wanted} & self._is(ticket, name, "") for name, wanted in query.items())

    def indexed(self, marks: Mapping[str, Bulk], seen: Collection[str]) -> list[Ticket]:
        """The tickets as lists show them, the newest first.

        One that still carries the mark of a bulk action is as it was before, unless the caller has `seen` to it.
        """
        shown = []
        for id_, ticket in self.tickets.items():
            by = marks.get(id_)
            is_behind = by is not None and by.is_committed and id_ not in seen
            shown.append(by.as_was.get(id_, ticket) if by is not None and is_behind else ticket)
        shown = [one for one in shown if one["deleted_at"] is None]
        return sorted(shown, key=lambda one: (one["created_at"], one["id"]), reverse=True)

    def found(self, query: dict[str, list[str]], marks: Mapping[str, Bulk], seen: Collection[str]) -> list[str]:
        return [one["id"] for one in self.indexed(marks, seen) if self.meets(one, query)]

    # --- the janitor ---

    def empty_chat(self, chat_id: str) -> None:
        chat = self.chats[chat_id]
        chat["is_emptied"] = True
        for ticket in self.tickets.values():
            if ticket["chat"] == chat_id and ticket["deleted_at"] is None:
                self._delete(ticket, "system", "janitor", "chat_deleted")
