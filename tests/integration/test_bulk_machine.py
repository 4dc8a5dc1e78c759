"""Long rows of bulk actions, some of them interrupted, against a plain model: nobody ever sees one half done.

`LODGESTORY_SEED` draws other rows, `LODGESTORY_BULK_STEPS` more of them; both are printed:

    LODGESTORY_SEED=7 LODGESTORY_BULK_STEPS=20000 .venv/bin/pytest -s tests/integration/test_bulk_machine.py
"""

import os
import sys
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.builders import ANA, BEN, CHANNEL
from tests.fakes.faults import Fault, Kind, Reach
from tests.integration.aws import Aws
from tests.integration.bulk_model import Bulk, Row
from tests.integration.bulk_play import Asked, Play, Strike
from tests.integration.bulk_stage import SIZES, Stage
from tests.integration.bulk_view import Count
from tests.integration.ticket_model import Organisation
from tests.integration.world import ADMIN, GONE

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
STEPS = int(os.environ.get("LODGESTORY_BULK_STEPS", "400"))
STEPS_IN_A_ROW = 40
MOST_TICKETS = 8
UNKNOWN = "tkt_nobodysticket00"

often = st.sampled_from
callers = often(["user", "admin"])
ways = often([*SIZES])
longer_ways = often([*SIZES, *[*SIZES][1:]])
places = st.integers(0, MOST_TICKETS)
numbers = st.integers(0, 30)
assignees = often([ANA, BEN, ADMIN, "team_maintenance", None])
priorities = often(["low", "medium", "high"])
statuses = often(["open", "in_progress", "waiting", "resolved", "closed", "fixed"])
categories = often([{"category": name} for name in ("open", "active", "waiting", "resolved", "closed")])
actions = st.one_of(
    st.tuples(st.just("assign"), assignees | often([GONE, ANA, None])),
    st.tuples(st.just("status"), statuses | categories),
    st.tuples(st.just("priority"), priorities),
    st.tuples(often(["delete", "restore", "restore"]), st.none()),
)
subsets = st.lists(places, min_size=1, max_size=MOST_TICKETS, unique=True)
filters = st.fixed_dictionaries(
    {},
    optional={
        "assignee": often([[ANA], [BEN, ADMIN], ["unassigned"]]),
        "priority": often([["low"], ["medium", "high"]]),
        "status_category": often([["unresolved"], ["open", "waiting"]]),
        "channel": often([[CHANNEL], ["bare"]]),
    },
)
_patches = st.one_of(
    st.fixed_dictionaries({"assignee": assignees}),
    st.fixed_dictionaries({"priority": priorities}),
    st.fixed_dictionaries({"status": statuses}),
)
changes = st.one_of(
    st.tuples(st.just("PATCH"), st.just(""), st.just(Organisation.patch), _patches),
    often(
        [
            ("POST", "/remarks", Organisation.add_remark, {"text": "Called the vendor"}),
            ("DELETE", "", Organisation.delete, None),
            ("POST", "/restore", Organisation.restore, None),
        ]
    ),
)
expectations = often(["none"] * 4 + ["right", "wrong"])
_KINDS = (Kind.STOPPED_BEFORE, Kind.STOPPED_AFTER)
_FAULTS = (
    *(Fault(kind, Reach.CALL) for kind in (*_KINDS, Kind.LOST, Kind.NOT_REACHED)),
    *(Fault(kind, Reach.FROM_HERE) for kind in (Kind.LOST, Kind.NOT_REACHED, Kind.THROTTLED)),
)
_faults = often([*_FAULTS[:2] * 3, *_FAULTS[2:]])
strikes = st.builds(Strike, often([1, 1, 2, 2, 3, 3, 4, 5, 6]), _faults)
"""Of requests: the fewest have more than four store calls from their first transaction on."""
early_strikes = st.builds(Strike, st.integers(2, 12), _faults, st.just(value=False))
seldom_struck = st.none() | strikes
_PAUSES = [timedelta(seconds=15), timedelta(seconds=61), timedelta(minutes=2, seconds=1), timedelta(minutes=6)]
pauses = often([*_PAUSES * 4, timedelta(minutes=10), timedelta(days=1), timedelta(days=31)])
"""Leases end after 15 s, or 60 s and at most two minutes; the janitor looks after a minute, and again after five."""


class BulkMachine(RuleBasedStateMachine):
    def __init__(self, stage: Stage, count: Count) -> None:
        super().__init__()
        self.play = Play(stage, count)
        self.model = self.play.model
        self.sent: list[Asked] = []

    # --- single tickets ---

    @initialize()
    def begin(self) -> None:
        for number in range(6):
            self.create(number, ("high", BEN))

    def picked(self, place: int, *, is_deleted: bool = False) -> str:
        """One that is seen, or deleted; the last place is that of any, or of none."""
        every = [*self.model.tickets, UNKNOWN]
        if is_deleted:
            fit = [id_ for id_, one in self.model.tickets.items() if one["deleted_at"]]
        else:
            fit = [id_ for id_, one in self.model.tickets.items() if self.model.is_visible(one)]
        known = fit if fit and place < MOST_TICKETS else every
        return known[place % len(known)]

    def create(self, number: int, given: tuple[str, str | None]) -> None:
        live = [id_ for id_, chat in self.model.chats.items() if not chat["deleted_at"]]
        body = {"chat_id": live[number % len(live)], "issue": "follow_up", "priority": given[0], "assignee": given[1]}
        self.play.create("user", body)

    @precondition(lambda self: len(self.model.tickets) < MOST_TICKETS)
    @rule(number=numbers, given=st.tuples(priorities, assignees))
    def create_any(self, number: int, given: tuple[str, str | None]) -> None:
        self.create(number, given)

    @rule(caller=callers, place=places, change=changes)
    def change(self, caller: str, place: int, change: tuple[str, str, Any, Any]) -> None:
        method, below, judge, body = change
        id_ = self.picked(place, is_deleted=below == "/restore")
        self.play.change(caller, id_, method, below, judge, *([body] if body else []))

    # --- bulk actions ---

    @rule(
        caller=callers,
        way=ways,
        action=actions,
        subset=subsets,
        expected=expectations,
        strike=seldom_struck,
        is_kept=st.booleans(),
    )
    def bulk(
        self,
        caller: str,
        way: str,
        action: tuple[str, Any],
        subset: list[int],
        expected: str,
        strike: Strike | None,
        is_kept: bool,
    ) -> None:
        """On tickets that are named, whatever they are."""
        kind, value = action
        every = [*self.model.tickets, UNKNOWN]
        ids = list(dict.fromkeys(every[place % len(every)] for place in subset))
        self.bulk_on(caller, way, Bulk(kind, [], "", self.model.now, value), ids, expected, strike, is_kept=is_kept)

    @rule(
        caller=callers,
        way=longer_ways,
        action=actions,
        most=often([2, 4, 8, 8]),
        strike=often([None]) | strikes,
        is_kept=st.booleans(),
    )
    def bulk_that_fits(
        self, caller: str, way: str, action: tuple[str, Any], most: int, strike: Strike | None, is_kept: bool
    ) -> None:
        """On tickets that are changed by it, unless it is interrupted."""
        for kind, value in (action, ("restore", None), ("priority", "low"), ("priority", "high")):
            draft = Bulk(kind, [], "", self.model.now, value)
            fit = [id_ for id_ in self.model.tickets if self.model.judged(draft, Row(id_), ()).result == "step"]
            if fit:
                self.bulk_on(caller, way, draft, fit[-most:], "right", strike, is_kept=is_kept)
                return

    also_fits = bulk_that_fits
    """Twice as often as other rules."""

    def bulk_on(
        self, caller: str, way: str, draft: Bulk, ids: list[str], expected: str, strike: Strike | None, *, is_kept: bool
    ) -> None:
        versions = self.versions(ids, expected)
        body = {"action": draft.kind, "ids": ids, "expected_versions": versions}
        self.send(
            caller,
            way,
            "/v1/tickets/bulk",
            self.with_value(body, draft),
            draft,
            lambda: [Row(id_, expected=versions.get(id_)) for id_ in ids],
            strike,
            is_kept=is_kept,
        )

    @rule(
        caller=callers,
        way=ways,
        action=actions.filter(lambda one: one[0] != "restore"),
        query=filters,
        expected=expectations,
        strike=seldom_struck,
        knows=st.booleans(),
        is_kept=st.booleans(),
    )
    def bulk_by_filter(
        self,
        caller: str,
        way: str,
        action: tuple[str, Any],
        query: dict[str, list[str]],
        expected: str,
        strike: Strike | None,
        knows: bool,
        is_kept: bool,
    ) -> None:
        """On tickets that a filter finds; a caller that `knows` of the last bulk action finds what it did."""
        kind, value = action
        draft = Bulk(kind, [], "", self.model.now, value, query)
        seen = self.last_told() if knows else None
        versions = self.versions([*self.model.tickets], expected)
        body = {"action": kind, "filter": query, "expected_versions": versions}

        def select() -> list[Row]:
            found = self.model.found(query, self.play.marked, self.play.ids_of(seen))
            return [Row(id_, expected=versions.get(id_)) for id_ in found]

        self.send(
            caller,
            way,
            "/v1/tickets/bulk",
            self.with_value(body, draft),
            draft,
            select,
            strike,
            is_kept=is_kept,
            seen=seen,
        )

    @precondition(lambda self: self.play.bulks)
    @rule(caller=callers, way=ways, which=often([0, 0, 0, 1, 1, 2, 3]), strike=seldom_struck, is_kept=st.booleans())
    def undo(self, caller: str, way: str, which: int, strike: Strike | None, is_kept: bool) -> None:
        done = [bulk for bulk in self.play.bulks if bulk.is_committed and bulk.undone is None] or self.play.bulks
        undone = [*done, *self.play.bulks[-1:]][-1 - which % len(done)]
        kind = {"delete": "restore", "restore": "delete"}.get(undone.kind, undone.kind)
        self.send(
            caller,
            way,
            f"/v1/bulk/{undone.id}/undo",
            None,
            Bulk(kind, [], "", self.model.now, undone=undone),
            lambda: [Row(id_) for id_ in undone.steps],
            strike,
            is_kept=is_kept,
        )

    also_undoes = undo

    @precondition(lambda self: self.sent)
    @rule(which=often([0, 0, 0, 1, 2]), strike=often([None]) | seldom_struck)
    def send_again(self, which: int, strike: Strike | None) -> None:
        """A request with its key: it has been done, or it is done now."""
        self.play.send(self.sent[-1 - which % len(self.sent)], strike)

    def send(
        self,
        caller: str,
        way: str,
        path: str,
        body: Any,
        draft: Bulk,
        select: Any,
        strike: Strike | None,
        *,
        is_kept: bool,
        seen: Bulk | None = None,
    ) -> None:
        key = f"key-{len(self.sent)}" if is_kept else None
        asked = Asked(caller, way, path, body, draft, select, key, seen)
        if key:
            self.sent.append(asked)
        self.play.send(asked, strike)

    def versions(self, ids: list[str], expected: str) -> dict[str, int]:
        if expected == "none":
            return {}
        known = {id_: self.model.tickets[id_]["version"] for id_ in ids if id_ in self.model.tickets}
        return {id_: version + (expected == "wrong") for id_, version in [*known.items()][:3]}

    def with_value(self, body: dict[str, Any], draft: Bulk) -> dict[str, Any]:
        return body if draft.kind in {"delete", "restore"} else body | {"value": draft.value}

    def last_told(self) -> Bulk | None:
        told = [bulk for bulk in self.play.bulks if bulk.id in self.play.tokens]
        return told[-1] if told else None

    # --- who comes later ---

    @precondition(lambda self: self.play.messages)
    @rule(
        which=often([0, 0, 0, 1, 2]),
        strike=st.none() | early_strikes,
        looks=often([1, 1, 2, 1_000]),
        again=often([False, False, True]),
    )
    def work(self, which: int, strike: Strike | None, looks: int, again: bool) -> None:
        """Most often it is cut short: a worker that looks once has planned, and marked nothing."""
        self.play.work(-1 - which, strike, looks if strike is None else 1_000, comes_again=again)

    also_works = work

    @rule(strike=st.none() | strikes | early_strikes, works=st.booleans())
    def janitor(self, strike: Strike | None, works: bool) -> None:
        self.play.janitor(strike, works=works)

    @rule(caller=callers, place=places, strike=seldom_struck)
    def read(self, caller: str, place: int, strike: Strike | None) -> None:
        self.play.read(caller, self.picked(place), strike)

    @rule(caller=callers, query=filters, knows=st.booleans(), which=numbers)
    def look_around(self, caller: str, query: dict[str, list[str]], knows: bool, which: int) -> None:
        self.play.list_tickets(caller, query, self.last_told() if knows else None)
        if self.play.bulks:
            self.play.check_bulk(self.play.bulks[which % len(self.play.bulks)])

    @rule(time=pauses)
    def time_passes(self, time: timedelta) -> None:
        self.play.wait(time)

    @rule(number=numbers, is_rare=often([False, True]))
    def delete_chat(self, number: int, is_rare: bool) -> None:
        """There are always three."""
        if is_rare:
            live = [id_ for id_, chat in self.model.chats.items() if not chat["deleted_at"]]
            gone = live[number % len(live)]
            self.play.delete_chat(gone)
            self.play.put_chat(f"chat_{len(self.model.chats)}", self.model.chats[gone]["channel_id"])

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:
            self.play.come_to_rest()


def test_all_of_it_or_nothing_whatever_is_interrupted(aws: Aws) -> None:
    count = Count()
    stage = Stage(aws)
    machine: Any = seed(SEED)(lambda: BulkMachine(stage, count))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=-(-STEPS // STEPS_IN_A_ROW),
            stateful_step_count=STEPS_IN_A_ROW,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )
    print(f"bulk machine: {count}; seed {SEED}")
    if STEPS >= 400:
        assert count.bulks >= STEPS // 8
        assert count.struck >= STEPS // 40
        assert {name.split(",")[0] for name in count.unfinished} == {*SIZES} - {"at once"}
