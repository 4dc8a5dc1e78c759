"""Whatever goes wrong at whichever store call of a change: all of it or nothing, and a repetition acts once.

Each operation is done undisturbed once; that says how many calls it makes, what it answers and what it leaves behind.
Then every fault strikes every one of these calls, always from the same table, and a new process gets the same request
again, with its Idempotency-Key. One thread: what two callers do to each other is not shown here.
"""

import logging
from collections.abc import Iterator

import pytest

from tests.builders import BEN, CHANNEL, CHAT
from tests.fakes.faults import FAULTS, Fault
from tests.integration.stage import KEYED, UNKEYED, Operation, Outcome, Stage
from tests.integration.world import CREATE, World
from ticketing.store.table import OutcomeUnknown

NEW = CREATE | {"external_id": "PMS-2", "remarks": "AC not cooling", "watchers": ["mem_owner", "mem_ana"]}
MANY = {"status": "in_progress", "priority": "low", "assignee": None, "watchers": [BEN], "remark": "On it"}
BY_FILTER = {"action": "status", "filter": {"chat": [CHAT]}, "value": {"category": "resolved"}}
RENAMED = {"channel_id": CHANNEL, "guest": {"name": "Zoë Meier"}}
SEEN = KEYED | {"If-Match": "{etag}"}

WITH_KEY = [
    Operation("create", "POST", "/v1/tickets", NEW),
    Operation("create in a new process", "POST", "/v1/tickets", NEW, is_cold=True),
    Operation("patch", "PATCH", "/v1/tickets/{live}", MANY, SEEN),
    Operation("remark", "POST", "/v1/tickets/{live}/remarks", {"text": "On it"}, SEEN),
    Operation("watch", "PUT", f"/v1/tickets/{{live}}/watchers/{BEN}", None, SEEN),
    Operation("unwatch", "DELETE", "/v1/tickets/{live}/watchers/mem_owner", None, SEEN),
    Operation("delete", "DELETE", "/v1/tickets/{live}", None, SEEN),
    Operation("restore", "POST", "/v1/tickets/{deleted}/restore"),
    Operation(
        "bulk assign", "POST", "/v1/tickets/bulk", {"action": "assign", "ids": ["{live}", "{other}"], "value": None}
    ),
    Operation("bulk by filter", "POST", "/v1/tickets/bulk", BY_FILTER),
    Operation("bulk delete", "POST", "/v1/tickets/bulk", {"action": "delete", "ids": ["{live}", "{other}"]}),
    Operation("bulk restore", "POST", "/v1/tickets/bulk", {"action": "restore", "ids": ["{deleted}"]}),
    Operation("undo", "POST", "/v1/bulk/{bulk}/undo"),
    Operation("delete a chat", "DELETE", f"/v1/chats/{CHAT}"),
]
WITHOUT_KEY = [
    Operation("create", "POST", "/v1/tickets", NEW, UNKEYED),
    Operation("patch", "PATCH", "/v1/tickets/{live}", MANY, UNKEYED),
    Operation(
        "bulk assign",
        "POST",
        "/v1/tickets/bulk",
        {"action": "assign", "ids": ["{live}", "{other}"], "value": None},
        UNKEYED,
    ),
    Operation("rename a guest", "PUT", f"/v1/chats/{CHAT}", RENAMED, UNKEYED),
]


@pytest.fixture
def stage(world: World, caplog: pytest.LogCaptureFixture) -> Stage:
    caplog.set_level(logging.CRITICAL, "mangum")  # it has much to say about a process that ends
    return Stage(world)


@pytest.mark.parametrize("operation", WITH_KEY, ids=lambda operation: operation.name)
def test_a_disturbed_change_is_whole_and_its_repetition_acts_once(stage: Stage, operation: Operation) -> None:
    before, done, calls = undisturbed(stage, operation)
    wrong: list[str] = []
    for where, fault, disturbed in disturbances(stage, operation, calls):
        found = [*what_is_wrong(stage, before, done, disturbed, fault)]
        if disturbed.table != before:  # else the repetition would be the undisturbed run
            found += what_is_wrong_with_the_repetition(stage, operation, done, disturbed)
        wrong += [f"{where}: {problem}" for problem in found]
    assert not wrong, "\n".join([operation.name, *wrong])


@pytest.mark.parametrize("operation", WITHOUT_KEY, ids=lambda operation: operation.name)
def test_without_a_key_a_disturbed_change_is_whole_and_never_denied(stage: Stage, operation: Operation) -> None:
    before, done, calls = undisturbed(stage, operation)
    wrong = [
        f"{where}: {problem}"
        for where, fault, disturbed in disturbances(stage, operation, calls)
        for problem in what_is_wrong(stage, before, done, disturbed, fault)
    ]
    assert not wrong, "\n".join([operation.name, *wrong])


def undisturbed(stage: Stage, operation: Operation) -> tuple[list[str], Outcome, list[str]]:
    """The table before, what comes of the operation, and the calls that it makes."""
    stage.restore(operation)
    before = stage.table()
    with stage.faults.watching():
        done = stage.do(operation)
    assert done.is_success, done.answer
    assert done.table != before
    return before, done, list(stage.faults.calls)


def disturbances(stage: Stage, operation: Operation, calls: list[str]) -> Iterator[tuple[str, Fault, Outcome]]:
    """Every fault at every call, by name, and what comes of it."""
    cases = 0
    for number, name in enumerate(calls, start=1):
        for fault in FAULTS:
            stage.restore(operation)
            with stage.faults.at(number, fault):
                outcome = stage.do(operation)
            if stage.faults.has_struck:
                cases += 1
                yield f"call {number} of {len(calls)}, {name}, {fault}", fault, outcome
    print(f"{operation.name}: {cases} faults at {len(calls)} store calls: {', '.join(calls)}")
    assert cases > len(calls) * len(FAULTS) * 3 // 4


def what_is_wrong(stage: Stage, before: list[str], done: Outcome, disturbed: Outcome, fault: Fault) -> Iterator[str]:
    answer = disturbed.answer
    assert done.answer is not None
    if disturbed.table not in (before, done.table):
        yield f"half done: {sorted(set(disturbed.table) ^ set(before))}"
    if fault.is_healed and not disturbed.is_success:
        yield f"not healed by asking the engine again: {answer}"
    if answer is None:
        return
    if disturbed.is_success:
        if disturbed.table != done.table:
            yield "said to be done, and is not"
        if stage.told(answer) != stage.told(done.answer):
            yield f"another answer: {answer}"
        return
    if (answer.status, answer.body["code"]) != (503, "busy"):
        yield f"neither done nor busy: {answer}"
    elif disturbed.table != before and answer.body["detail"] != OutcomeUnknown.detail:
        yield f"done, and denied: {answer.body['detail']}"


def what_is_wrong_with_the_repetition(
    stage: Stage, operation: Operation, done: Outcome, disturbed: Outcome
) -> Iterator[str]:
    stage.restart()
    with stage.faults.watching():
        again = stage.do(operation)
    assert done.answer is not None
    assert again.answer is not None
    if again.table != done.table:
        yield f"repeated: it acted again: {sorted(set(again.table) ^ set(done.table))}"
    if stage.told(again.answer) != stage.told(done.answer):
        yield f"repeated: another answer: {again.answer}"
    if disturbed.is_success and disturbed.answer is not None and again.answer.body != disturbed.answer.body:
        yield f"repeated: not the answer that was seen: {again.answer.body}"
