"""Long rows of requests against a plain model: whatever came before, every answer is the model's.

`LODGESTORY_SEED` draws other rows, `LODGESTORY_STEPS` more of them; both are printed:

    LODGESTORY_SEED=7 LODGESTORY_STEPS=50000 .venv/bin/pytest -s tests/integration/test_ticket_machine.py
"""

import os
import sys
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.builders import ANA, BEN
from tests.integration import ticket_moves as moves
from tests.integration.aws import Aws
from tests.integration.test_janitor import Context
from tests.integration.ticket_audience import Audience
from tests.integration.ticket_model import Organisation
from tests.integration.ticket_play import Count, Judge, Request
from tests.integration.ticket_stage import Stage
from tests.integration.world import ADMIN

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
STEPS = int(os.environ.get("LODGESTORY_STEPS", "7200"))
STEPS_IN_A_ROW = 100
_KEY = "Idempotency-Key"


class TicketMachine(RuleBasedStateMachine):
    def __init__(self, stage: Stage, count: Count) -> None:
        super().__init__()
        self.play = Audience(stage, count)
        self.ours = self.play.ours

    # --- what happens to tickets ---

    @initialize()
    def begin(self) -> None:
        for number, new in enumerate(moves.FIRST_TICKETS):
            self.create("user", new, ("visible", number), once=False)

    @rule(caller=moves.callers, new=moves.new_tickets, chat=moves.tickets, once=moves.once)
    def create_any(self, caller: str, new: dict[str, Any], chat: Any, once: bool) -> None:
        self.create(caller, new, chat, once=once)

    def create(self, caller: str, new: dict[str, Any], chat: Any, *, once: bool) -> None:
        body = {**filed(new), "chat_id": self.play.picked_chat(caller, chat)}
        judge: Judge = lambda house, who, request, given: house.create(who, request, body, given)  # noqa: E731
        self.play.send(Request(caller, "POST", "/v1/tickets", judge, body), once=once)

    @rule(caller=moves.callers, ticket=moves.tickets, body=moves.patches, once=moves.once, seen=moves.seen)
    def patch(self, caller: str, ticket: Any, body: dict[str, Any], once: bool, seen: str | None) -> None:
        id_ = self.play.picked(ticket)
        if body.get("status") == moves.NEXT:
            body = body | {"status": self.play.next_status(id_, len(body))}
        self.play.change(caller, id_, "PATCH", "", Organisation.patch, filed(body), once=once, seen=seen)

    @rule(ticket=moves.tickets)
    def escalate(self, ticket: Any) -> None:
        known = self.ours.tickets.get(self.play.picked(ticket), {"priority": "low"})
        body = {"priority": {"low": "medium", "medium": "high", "high": "low"}[known["priority"]]}
        self.play.change("admin", self.play.picked(ticket), "PATCH", "", Organisation.patch, body)

    @rule(caller=moves.managers, ticket=moves.tickets, which=st.integers(0, 4))
    def assign(self, caller: str, ticket: Any, which: int) -> None:
        """Somebody else, who is there."""
        id_ = self.play.picked(ticket)
        others = [one for one in (ADMIN, *moves.CREW[3:7]) if one != self.ours.tickets.get(id_, {}).get("assignee")]
        body = {"assignee": others[which % len(others)]}
        self.play.change(caller, id_, "PATCH", "", Organisation.patch, body)

    @rule(caller=moves.managers, ticket=moves.tickets, text=moves.texts)
    def comment(self, caller: str, ticket: Any, text: str) -> None:
        self.play.change(caller, ticket, "POST", "/remarks", Organisation.add_remark, {"text": text})

    @rule(caller=moves.managers, chat=moves.tickets, assignee=st.sampled_from([ADMIN, "team_night", None]))
    def create_plainly(self, caller: str, chat: Any, assignee: str | None) -> None:
        self.create(caller, {"issue": ("follow_up", None), "assignee": assignee}, chat, once=False)

    @rule(caller=moves.callers, ticket=moves.tickets, body=moves.single_patches, once=moves.once)
    def patch_one_field(self, caller: str, ticket: Any, body: dict[str, Any], once: bool) -> None:
        self.play.change(caller, ticket, "PATCH", "", Organisation.patch, body, once=once)

    @rule(caller=moves.callers, ticket=moves.tickets, move=st.integers(0, 3), seen=moves.seen)
    def move(self, caller: str, ticket: Any, move: int, seen: str | None) -> None:
        """A status that may follow, as a person picks it."""
        id_ = self.play.picked(ticket)
        body = {"status": self.play.next_status(id_, move)}
        self.play.change(caller, id_, "PATCH", "", Organisation.patch, body, seen=seen)

    @rule(caller=moves.callers, ticket=moves.tickets, text=moves.texts, once=moves.once, seen=moves.seen)
    def remark(self, caller: str, ticket: Any, text: str, once: bool, seen: str | None) -> None:
        self.play.change(
            caller, ticket, "POST", "/remarks", Organisation.add_remark, {"text": text}, once=once, seen=seen
        )

    @rule(
        caller=moves.callers,
        ticket=moves.tickets,
        member=moves.members,
        again=moves.seldom,
        once=moves.once,
        seen=moves.seen,
    )
    def watch(self, caller: str, ticket: Any, member: str, again: bool, once: bool, seen: str | None) -> None:
        """Seldom somebody who watches it already."""
        id_ = self.play.picked(ticket)
        watchers = self.ours.tickets[id_]["watchers"] if id_ in self.ours.tickets else []
        if member in watchers and not again:
            member = next(one for one in moves.CREW if one not in watchers)

        self.play.change(caller, id_, "PUT", f"/watchers/{member}", Organisation.watch, member, once=once, seen=seen)

    @rule(caller=moves.callers, ticket=moves.tickets, which=st.integers(0, 5), once=moves.once)
    def unwatch(self, caller: str, ticket: Any, which: int, once: bool) -> None:
        id_ = self.play.picked(ticket, is_watched=True)
        watchers = self.ours.tickets[id_]["watchers"] if id_ in self.ours.tickets else []
        member = watchers[which % len(watchers)] if watchers else BEN

        self.play.change(caller, id_, "DELETE", f"/watchers/{member}", Organisation.unwatch, member, once=once)

    @precondition(lambda self: self.play.seen_tickets > 2)
    @rule(caller=moves.callers, ticket=moves.tickets, once=moves.once, seen=moves.seen)
    def delete(self, caller: str, ticket: Any, once: bool, seen: str | None) -> None:
        self.play.change(caller, ticket, "DELETE", "", Organisation.delete, once=once, seen=seen)

    @precondition(lambda self: self.play.is_something_deleted)
    @rule(
        caller=moves.callers,
        which=st.integers(0, 9),
        in_vain=moves.seldom,
        once=moves.once,
        seen=moves.seen,
        late=moves.seldom,
    )
    def restore(self, caller: str, which: int, in_vain: bool, once: bool, seen: str | None, late: bool) -> None:
        id_ = self.play.picked_deleted(which, is_restorable=not in_vain)
        if late:
            self.play.wait(timedelta(days=30))

        self.play.change(caller, id_, "POST", "/restore", Organisation.restore, once=once, seen=seen)

    @precondition(lambda self: self.play.kept)
    @rule(
        which=st.integers(0, 20),
        is_late=moves.often([False, False, True]),
        is_other=moves.seldom,
        ticket=moves.tickets,
    )
    def retry(self, which: int, is_late: bool, is_other: bool, ticket: Any) -> None:
        """An earlier request with its key: the same bytes for 24 hours, then a new effect; never another request."""
        if is_late:
            self.play.wait(timedelta(hours=24, seconds=1))
        kept = [*self.play.kept.values()][-1 - which % len(self.play.kept)].request
        if not is_other:
            self.play.send(kept)
            return
        body = {"priority": "low"}
        self.play.change(kept.caller, ticket, "PATCH", "", Organisation.patch, body, headers={_KEY: kept.headers[_KEY]})

    # --- what happens around them ---

    @rule(caller=moves.callers, chat=moves.tickets, name=moves.guests, source=moves.sources, channel=moves.channels)
    def put_chat(self, caller: str, chat: Any, name: str, source: int | None, channel: str) -> None:
        id_ = self.play.picked_chat(caller, chat)
        known = self.play.house(caller).chats.get(id_)
        body: dict[str, Any] = {"channel_id": known["channel_id"] if known and source != 1 else channel}
        body |= {"guest": {"name": name}} | ({"source_version": source} if source is not None else {})
        self.play.send(Request(caller, "PUT", f"/v1/chats/{id_}", lambda house, *_: house.put_chat(id_, body), body))

    @rule(caller=moves.callers, channel=moves.channels, chat=moves.tickets, ends=moves.seldom, once=moves.once)
    def begin_or_end_chat(self, caller: str, channel: str, chat: Any, ends: bool, once: bool) -> None:
        """A chat does not end with the last tickets that are seen, or there would be nothing left to talk about."""
        gone = self.play.picked_chat(caller, chat)
        if not ends or not self.play.leaves_tickets(gone):
            id_, body = f"chat_{len(self.play.house(caller).chats)}", {"channel_id": channel, "guest": {"name": "Kim"}}
            self.play.send(
                Request(caller, "PUT", f"/v1/chats/{id_}", lambda house, *_: house.put_chat(id_, body), body)
            )
            return
        judge: Judge = lambda house, who, *_: house.delete_chat(who, gone)  # noqa: E731
        self.play.send(Request(caller, "DELETE", f"/v1/chats/{gone}", judge), once=once)

    @rule(caller=moves.managers, channel=moves.channels, workflow=moves.workflows)
    def put_workflow(self, caller: str, channel: str, workflow: dict[str, Any] | None) -> None:
        judge: Judge = lambda house, who, *_: house.put_workflow(who, channel, workflow)  # noqa: E731
        method = "PUT" if workflow else "DELETE"
        self.play.send(Request(caller, method, f"/v1/channels/{channel}/workflow", judge, workflow))

    @rule(caller=moves.managers, member=moves.changing_members, name=moves.guests)
    def change_member(self, caller: str, member: str, name: str) -> None:
        """Who is there leaves; who has left comes back, renamed."""
        if not self.ours.members[ANA]["active"]:
            member = ANA  # whose key is out of work meanwhile
        kept = self.ours.members[member]
        new = {"active": not kept["active"], "name": kept["name"] if kept["active"] else name}
        body = {one: (kept | new)[one] for one in ("name", "email", "role", "active")}
        judge: Judge = lambda house, who, *_: house.put_person(who, house.members, member, new)  # noqa: E731
        path = f"/v1/members/{member}"
        leaves = kept["active"]
        self.play.send(Request(caller, "DELETE" if leaves else "PUT", path, judge, None if leaves else body))

    @rule(caller=moves.managers, team=st.sampled_from(moves.TEAMS), people=moves.people)
    def put_team(self, caller: str, team: str, people: list[str]) -> None:
        body = {"name": self.ours.teams[team]["name"], "lead": people[0], "members": people[1:]}
        judge: Judge = lambda house, who, *_: house.put_person(who, house.teams, team, body)  # noqa: E731
        self.play.send(Request(caller, "PUT", f"/v1/teams/{team}", judge, body))

    @precondition(lambda self: self.play.is_something_deleted)
    @rule(after=st.sampled_from([timedelta(minutes=5)] * 2 + [timedelta(days=31)]))
    def janitor(self, after: timedelta) -> None:
        self.play.wait(after)
        self.play.count.steps += 1
        done = self.play.stage.janitor.handle(Context())
        dead = sum(house.empty_dead_chats() for house in self.play.houses)
        purged = sum(house.purge() for house in self.play.houses)
        assert done == {"dead chats": dead, "purge": purged, "bulk actions": 0, "guest mail": 0, "objects": 0}
        self.play.count.changes += bool(dead or purged)

    # --- what is read ---

    @rule(caller=moves.callers, ticket=moves.tickets, what=st.sampled_from(["", "known", "remarks", "history"]))
    def read(self, caller: str, ticket: Any, what: str) -> None:
        if what in {"remarks", "history"}:
            self.play.check_thread(caller, self.play.picked(ticket), what, limit=3)
        else:
            self.play.check_ticket(caller, self.play.picked(ticket), is_known=bool(what))

    @rule(
        caller=moves.callers, asked=moves.filters, sort=moves.sorts, how=moves.ways_to_list, number=st.integers(0, 11)
    )
    def list_tickets(self, caller: str, asked: dict[str, list[str]], sort: str, how: str, number: int) -> None:
        """By filters; a chat's, for its panel; or what this client has written, by an index that is behind."""
        match how:
            case "panel":
                self.play.check_chat_tickets(caller, self.play.picked_chat(caller, ("visible", number)))
            case "behind":
                self.play.stage.index.catch_up(*[*self.ours.tickets][:number])
                self.play.check_own_writes(asked, sort)
            case _:
                self.play.check_list(caller, asked, sort, limit=(3, 25, 100)[number % 3])

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:
            self.play.check_everything()


def filed(drawn: dict[str, Any]) -> dict[str, Any]:
    """A body; issue and sub-issue are drawn as a pair."""
    issue, sub_issue = drawn.get("issue", (None, None))
    return drawn | ({"issue": issue} if issue else {}) | ({"sub_issue": sub_issue} if sub_issue else {})


@pytest.mark.parametrize("half", [1, 2])
def test_every_answer_is_the_models(aws: Aws, half: int) -> None:
    count = Count()
    stage = Stage(aws)
    machine: Any = seed(2 * SEED + half)(lambda: TicketMachine(stage, count))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=-(-STEPS // 2 // STEPS_IN_A_ROW),
            stateful_step_count=STEPS_IN_A_ROW,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(
        f"state machine, half {half}: {count.steps} steps, {count.changes} changed something "
        f"({count.share} %), seed {SEED}"
    )
    assert count.steps >= 2500
    assert count.share >= 60, "a play in which little happens shows little"
