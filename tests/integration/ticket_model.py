"""What an organisation's tickets are after a row of requests: plain dicts, written from the product page.

Nothing of the product is called here, or the model would share its mistakes. Each method is one request at the time
`now`: it changes the dicts and returns what must be answered, or raises `Refused` with every reason there is.
"""

from datetime import timedelta
from typing import Any

from tests.integration.directory_model import INVALID, Body, Directory, Expected, Reason, Refused, statuses_of, text

type Ticket = dict[str, Any]
type Seen = int | str | None
"""Of `If-Match`: no version at all, any (`*`), or one that must be the present one."""

DONE = {"resolved", "closed"}
RANK = {"low": 1, "medium": 2, "high": 3}
THIRTY_DAYS = timedelta(days=30)


class Organisation(Directory):
    """`other` is the one organisation beside this one."""

    def __init__(self, members: Body, teams: Body, channels: Body, chats: Body, workflows: Body) -> None:
        super().__init__(members, teams, channels, chats, workflows)
        self.other: Organisation | None = None
        self.tickets: dict[str, Ticket] = {}
        self.purged: list[str] = []

    # --- what is seen of a ticket ---

    def sought(self, ticket_id: str) -> Ticket:
        ticket = self.tickets.get(ticket_id)
        if ticket and self.is_visible(ticket):
            return ticket
        foreign = self.other.tickets.get(ticket_id) if self.other else None
        if foreign and self.other and self.other.is_visible(foreign):
            raise Refused(Reason(403, "wrong_organisation"))
        raise Refused(Reason(404, "ticket_not_found"))

    def is_visible(self, ticket: Ticket) -> bool:
        return ticket["deleted_at"] is None and self.chats[ticket["chat"]]["deleted_at"] is None

    def is_restorable(self, ticket: Ticket) -> bool:
        is_in_time = ticket["deleted_at"] is not None and self.now < ticket["deleted_at"] + THIRTY_DAYS
        return is_in_time and self.chats[ticket["chat"]]["deleted_at"] is None

    def row(self, ticket: Ticket) -> Body:
        """A ticket as a list shows it."""
        as_it_is = ("id", "number", "issue", "sub_issue", "priority", "status", "external_id", "version")
        return {
            **{name: ticket[name] for name in as_it_is},
            "chat": {"id": ticket["chat"], "guest_name": self.chats[ticket["chat"]]["guest"]["name"]},
            "channel": {"id": ticket["channel"], **self.channels[ticket["channel"]]},
            "assignee": self.ref(ticket["assignee"]) if ticket["assignee"] else None,
            "creator": self.ref(ticket["creator"]),
            "remark_preview": preview(ticket["remarks"][-1]["text"]) if ticket["remarks"] else "",
            "remark_count": len(ticket["remarks"]),
            "media_count": 0,
            "source": "api",
            "created_at": text(ticket["created_at"]),
            "updated_at": text(ticket["updated_at"]),
            "resolved_at": ticket["resolved_at"] and text(ticket["resolved_at"]),
            **({"deleted_at": text(ticket["deleted_at"])} if ticket["deleted_at"] else {}),
        }

    def list_row(self, ticket: Ticket) -> Body:
        """The same in a list that looks for no words."""
        return self.row(ticket) | {"highlight": None}

    def whole(self, ticket: Ticket, status: int = 200, *, is_change: bool) -> Expected:
        body = self.row(ticket) | {"watchers": [self.ref(one) for one in ticket["watchers"]]}
        etag = f'"1-{ticket["version"]}-{self.chats[ticket["chat"]]["version"]}"'
        return Expected(status, body, is_change, etag)

    def read(self, ticket_id: str) -> Expected:
        return self.whole(self.sought(ticket_id), is_change=False)

    def next_statuses(self, ticket: Ticket) -> list[str]:
        workflow = self.workflow(ticket["channel"])
        return _allowed(workflow, ticket["status"]["id"]) if workflow else []

    # --- changes of a ticket ---

    def create(self, who: str, request: str, body: Body, given: Body) -> Expected:
        """`given` is the answer, for the id and the number, which nobody can foretell."""
        self._check_form(body, "remarks")
        chat = self.chats.get(body["chat_id"])
        if chat is None:
            raise Refused(Reason(422, "chat_not_found"))
        if chat["deleted_at"]:
            raise Refused(Reason(409, "chat_deleted"))
        workflow = self.workflow(chat["channel_id"])
        reasons = self.wrong_people(body.get("assignee"), body.get("watchers", []))
        labels = _labels(workflow, body["issue"], body.get("sub_issue")) if workflow else None
        if workflow is None:
            reasons.append(Reason(409, "workflow_missing"))
        elif labels is None:
            reasons.append(Reason(422, "invalid_issue"))
        external_id = body.get("external_id")
        if external_id and any(one["external_id"] == external_id for one in self.tickets.values()):
            reasons.append(Reason(409, "external_id_taken"))
        if reasons or workflow is None or labels is None:
            raise Refused(*reasons)
        statuses = statuses_of(workflow)
        status = next((one for one in statuses if one["id"] == workflow.get("initial")), statuses[0])
        assert all(given["number"] > one["number"] for one in self.tickets.values()), "a number was given twice"
        ticket = {
            "id": given["id"],
            "number": given["number"],
            "chat": body["chat_id"],
            "channel": chat["channel_id"],
            "external_id": external_id,
            "creator": who,
            "created_at": self.now,
            "deleted_at": None,
            "version": 1,
            "remarks": [],
            "history": [],
        }
        values = {
            "issue": labels[0],
            "sub_issue": labels[1],
            "priority": body.get("priority", "medium"),
            "status": status,
            "assignee": body.get("assignee"),
            "watchers": list(dict.fromkeys(body.get("watchers", []))),
        }
        self.tickets[ticket["id"]] = ticket | values | {"updated_at": self.now, "resolved_at": None}
        ticket = self.tickets[ticket["id"]]
        self._settle_resolved(ticket)
        if body.get("remarks"):
            ticket["remarks"].append(self._remark(ticket, who, body["remarks"]))
        first = {name: (None, value) for name, value in values.items() if value}
        first |= {"remark": (None, 1)} if ticket["remarks"] else {}
        self._tell(ticket, "created", who, request, first)
        return self.whole(ticket, 201, is_change=True)

    def patch(self, who: str, request: str, ticket_id: str, seen: Seen, body: Body) -> Expected:
        self._check_form(body, "remark")
        ticket = self.sought(ticket_id)
        _check_seen(ticket, seen)
        reasons: list[Reason] = []
        new: Body = {name: body[name] for name in ("priority", "assignee") if name in body}
        new |= self._moved(ticket, body, reasons) | self._filed(ticket, body, reasons)
        if "watchers" in body:
            new["watchers"] = list(dict.fromkeys(body["watchers"]))
        reasons += self.wrong_people(
            None if new.get("assignee") == ticket["assignee"] else new.get("assignee"),
            [one for one in new.get("watchers", []) if one not in ticket["watchers"]],
        )
        if reasons:
            raise Refused(*reasons)
        is_change = self._change(ticket, who, request, new, body.get("remark"))
        return self.whole(ticket, is_change=is_change)

    def _moved(self, ticket: Ticket, body: Body, reasons: list[Reason]) -> Body:
        if body.get("status") in {None, ticket["status"]["id"]}:
            return {}
        workflow, allowed = self.workflow(ticket["channel"]), self.next_statuses(ticket)
        if workflow is None:
            reasons.append(Reason(409, "workflow_missing"))
        elif body["status"] not in allowed:
            reasons.append(Reason(409, "invalid_status_transition", {"allowed": allowed}))
        else:
            return {"status": next(one for one in statuses_of(workflow) if one["id"] == body["status"])}
        return {}

    def _filed(self, ticket: Ticket, body: Body, reasons: list[Reason]) -> Body:
        """Issue and sub-issue: another issue clears the sub-issue; what is as it was needs no workflow."""
        wanted = (body.get("issue", ticket["issue"]["id"]), body.get("sub_issue"))
        present = (ticket["issue"]["id"], ticket["sub_issue"] and ticket["sub_issue"]["id"])
        if not body.keys() & {"issue", "sub_issue"} or wanted == present:
            return {}
        if "issue" not in body and body["sub_issue"] is None:
            return {"sub_issue": None}
        workflow = self.workflow(ticket["channel"])
        labels = _labels(workflow, *wanted) if workflow else None
        if labels is None:
            reasons.append(Reason(422, "invalid_issue") if workflow else Reason(409, "workflow_missing"))
            return {}
        return {"issue": labels[0], "sub_issue": labels[1]}

    def add_remark(self, who: str, request: str, ticket_id: str, seen: Seen, body: Body) -> Expected:
        self._check_form(body, "text")
        ticket = self.sought(ticket_id)
        _check_seen(ticket, seen)
        self._change(ticket, who, request, {}, body["text"])
        return Expected(201, self.remark(ticket["remarks"][-1]), is_change=True)

    def watch(self, who: str, request: str, ticket_id: str, seen: Seen, member: str) -> Expected:
        ticket = self.sought(ticket_id)
        _check_seen(ticket, seen)
        new = {} if member in ticket["watchers"] else {"watchers": [*ticket["watchers"], member]}
        if new and (len(ticket["watchers"]) >= 20 or not self.is_active_member(member)):
            raise Refused(INVALID)
        return self.whole(ticket, is_change=self._change(ticket, who, request, new))

    def unwatch(self, who: str, request: str, ticket_id: str, seen: Seen, member: str) -> Expected:
        ticket = self.sought(ticket_id)
        _check_seen(ticket, seen)
        left = [one for one in ticket["watchers"] if one != member]
        return self.whole(ticket, is_change=self._change(ticket, who, request, {"watchers": left}))

    def delete(self, who: str, request: str, ticket_id: str, seen: Seen) -> Expected:
        ticket = self.sought(ticket_id)
        _check_seen(ticket, seen)
        self._delete(ticket, who, request)
        return self.whole(ticket, is_change=True)

    def restore(self, who: str, request: str, ticket_id: str, seen: Seen) -> Expected:
        ticket = self.tickets.get(ticket_id) or self.sought(ticket_id)
        reasons = []
        if self.chats[ticket["chat"]]["deleted_at"]:
            reasons.append(Reason(409, "chat_deleted"))
        if ticket["deleted_at"] and self.now >= ticket["deleted_at"] + THIRTY_DAYS:
            reasons.append(Reason(409, "restore_expired"))
        if seen not in {None, "*", ticket["version"]}:
            reasons.append(Reason(412, "version_conflict", {"current_version": ticket["version"]}))
        if reasons:
            raise Refused(*reasons)
        if ticket["deleted_at"] is None:
            return self.whole(ticket, is_change=False)
        ticket["deleted_at"] = None
        self._next_version(ticket)
        self._tell(ticket, "restored", who, request, {})
        return self.whole(ticket, is_change=True)

    def _change(self, ticket: Ticket, who: str, request: str, new: Body, remark: str | None = None) -> bool:
        changes = {name: (ticket[name], value) for name, value in new.items() if ticket[name] != value}
        if not changes and remark is None:
            return False
        ticket |= new
        self._next_version(ticket)
        self._settle_resolved(ticket)
        if remark is not None:
            ticket["remarks"].append(self._remark(ticket, who, remark))
            changes["remark"] = (None, ticket["version"])
        self._tell(ticket, "changed", who, request, changes)
        return True

    def _delete(self, ticket: Ticket, who: str, request: str, cause: str | None = None) -> None:
        ticket["deleted_at"] = self.now
        self._next_version(ticket)
        self._tell(ticket, "deleted", who, request, {}, cause)

    def _next_version(self, ticket: Ticket) -> None:
        ticket["version"] += 1
        ticket["updated_at"] = max(self.now, ticket["updated_at"])

    def _settle_resolved(self, ticket: Ticket) -> None:
        is_done = ticket["status"]["category"] in DONE
        ticket["resolved_at"] = (ticket["resolved_at"] or self.now) if is_done else None

    def _remark(self, ticket: Ticket, who: str, said: str) -> Body:
        return {"version": ticket["version"], "text": said, "author": who, "at": self.now}

    def _tell(self, ticket: Ticket, kind: str, who: str, request: str, changes: Body, cause: str | None = None) -> None:
        told = {name: (before or None, after or None) for name, (before, after) in changes.items()}
        ticket["history"].append(
            {
                "version": ticket["version"],
                "kind": kind,
                "at": text(self.now),
                "actor": who,
                "request_id": request,
                "cause": cause,
                "guest_ack_due": kind == "created",  # no guest of theirs has a verified address
                "changes": told,
            }
        )

    # --- threads and lists ---

    def remark(self, remark: Body) -> Body:
        return {
            "id": f"rmk_{remark['version']}",
            "version": remark["version"],
            "text": remark["text"],
            "text_url": None,
            "author": self.ref(remark["author"]),
            "created_at": text(remark["at"]),
        }

    def listed(self, who: str, asked: dict[str, list[str]], sort: str) -> list[Body]:
        """Every ticket that meets all filters, by any of a filter's values, in its order."""
        if who.startswith("key:") and any({"me", "my_teams"} & {*wanted} for wanted in asked.values()):
            raise Refused(INVALID)
        found = [one for one in self.tickets.values() if self.is_visible(one)]
        found = [one for one in found if all({*wanted} & self._is(one, name, who) for name, wanted in asked.items())]
        places = {
            "created_at": lambda one: (one["created_at"], one["id"]),
            "updated_at": lambda one: (one["updated_at"], one["id"]),
            "priority": lambda one: (RANK[one["priority"]], one["created_at"], one["id"]),
        }
        found.sort(key=places[sort.removeprefix("-")], reverse=sort.startswith("-"))
        return [self.list_row(one) for one in found]

    def _is(self, ticket: Ticket, name: str, who: str) -> set[str]:
        """The values of a filter that find this ticket."""
        category, assignee = ticket["status"]["category"], ticket["assignee"]
        team = self.teams.get(assignee, {"lead": None, "members": []})
        match name:
            case "status":
                return {ticket["status"]["id"]}
            case "status_category":
                return {category, *(() if category in DONE else ("unresolved",))}
            case "assignee":
                mine = {"me"} if assignee == who else set()
                ours = {"my_teams"} if who in {team["lead"], *team["members"]} else set()
                return {assignee or "unassigned"} | mine | ours
            case "creator":
                return {ticket["creator"], *(("me",) if ticket["creator"] == who else ())}
            case "issue":
                return {ticket["issue"]["id"]}
            case "sub_issue":
                return {f"{ticket['issue']['id']}/{ticket['sub_issue']['id']}"} if ticket["sub_issue"] else set()
            case _:
                return {ticket[name]}

    def _check_form(self, body: Body, remark: str) -> None:
        if len(body.get("watchers", [])) > 20 or not (body.get(remark) or "said").strip():
            raise Refused(INVALID)

    # --- the janitor ---

    def empty_dead_chats(self) -> int:
        dead = [id_ for id_, chat in self.chats.items() if chat["deleted_at"] and not chat.get("is_emptied")]
        for chat_id in dead:
            self.chats[chat_id]["is_emptied"] = True
            for ticket in self.tickets.values():
                if ticket["chat"] == chat_id and ticket["deleted_at"] is None:
                    self._delete(ticket, "system", "janitor", "chat_deleted")
        return len(dead)

    def purge(self) -> int:
        """What was deleted more than 30 days and an hour ago is gone for good, its external id free again."""
        until = self.now - THIRTY_DAYS - timedelta(hours=1)
        gone = [id_ for id_, one in self.tickets.items() if one["deleted_at"] and one["deleted_at"] <= until]
        for ticket_id in gone:
            del self.tickets[ticket_id]
        self.purged += gone
        return len(gone)


def preview(said: str) -> str:
    """The beginning on one line, at most 120 bytes of UTF-8, whole characters."""
    line = " ".join(said.split())
    while len(line.encode()) > 120:
        line = line[:-1]
    return line


def _check_seen(ticket: Ticket, seen: Seen) -> None:
    if seen not in {None, "*", ticket["version"]}:
        raise Refused(Reason(412, "version_conflict", {"current_version": ticket["version"]}))


def _allowed(workflow: Body, status: str) -> list[str]:
    """Ids of the statuses that may follow; from one that the workflow has no more, all of them."""
    known = [one["id"] for one in statuses_of(workflow)]
    named = workflow.get("transitions")
    if status not in known:
        return known
    return [one for one in known if one != status and (named is None or one in named.get(status, []))]


def _labels(workflow: Body, issue: str, sub_issue: str | None) -> tuple[Body, Body | None] | None:
    """Issue and sub-issue with their labels, if the workflow has them."""
    for one in workflow["issues"]:
        subs = {sub["id"]: sub for sub in one.get("sub_issues", [])}
        if one["id"] == issue and (sub_issue is None or sub_issue in subs):
            return {"id": issue, "label": one["label"]}, subs.get(sub_issue)
    return None
