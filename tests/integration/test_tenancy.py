"""Organisations know nothing of each other: every place where a request can name something, with what is another's.

The places are found in the OpenAPI document (`slots.py`), so that a new one without a case fails here. Each is asked
with what is ours (which shows that the place is read at all), what is theirs, what was deleted, and what nobody has.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.aws import Answer
from tests.integration.hall import SECRET, Hall, send, values_of
from tests.integration.routes import ROUTES, Ours
from tests.integration.slots import FILTER, NAMES, SAY_NOTHING_OF_OTHERS, Slot, UnknownSlot, slots
from tests.integration.world import World


@pytest.fixture
def hall(world: World) -> Hall:
    return Hall(world)


@pytest.fixture
def document(world: World) -> dict[str, Any]:
    # A copy: the app keeps the one that it has made.
    return copy.deepcopy(world.api("GET", "/openapi.json").body)


def told(answer: Answer, value: str) -> str:
    """All that an answer tells, but what was asked."""
    return str(answer.told).replace(value, "@")


def test_what_is_anothers_is_to_us_like_what_nobody_has(hall: Hall, document: dict[str, Any]) -> None:
    found = [slot for slot in slots(document) if slot.kind != "once"]
    cases, wrong = 0, list[str]()
    for slot in found:
        hall.begin()
        values = values_of(hall, slot)
        answers = {}
        for whose, value in values.items():
            answers[whose], faults = asked(hall, slot, value)
            wrong += [f"{slot}: {whose} {fault}" for fault in faults]
        wrong += [f"{slot}: {fault}" for fault in compared(slot, values, answers)]
        cases += len(values)
    print(f"{len(found)} slots of {len({slot.route.name for slot in found})} routes, {cases} cases")
    assert wrong == []
    assert cases >= 250


def asked(hall: Hall, slot: Slot, value: str) -> tuple[Answer, list[str]]:
    """Our request, and what it did that it must not do, whoever has this value."""
    answer = hall.ask(slot, value)
    after = hall.items()
    faults = {
        "is a fault": answer.status >= 500,
        "leaks": SECRET in str(answer),
        "changes what is theirs": hall.of_others(after) != hall.of_others(hall.before),
        "is refused and changes something": answer.status >= 400 and after != hall.before,
    }
    return answer, [name for name, is_so in faults.items() if is_so]


def compared(slot: Slot, values: dict[str, str], answers: dict[str, Answer]) -> Iterator[str]:
    """Where what is theirs is answered otherwise than what nobody has, or what is ours is not."""
    said = {whose: told(answer, values[whose]) for whose, answer in answers.items()}
    if said["ours"] == said["nobody's"]:
        yield "is not read"
    if (slot.place, slot.kind) == ("path", "ticket"):
        # A path may tell that a live ticket is another's, and nothing else.
        refused = answers["theirs"]
        if (refused.status, refused.body["code"]) != (403, "wrong_organisation"):
            yield f"theirs is {refused}"
        del said["theirs"]
    for whose, words in said.items():
        if whose.startswith("theirs") and words != said["nobody's"]:
            yield f"{whose} is {answers[whose]}, nobody's {answers["nobody's"]}"


def test_an_idempotency_key_of_another_organisation_is_one_that_nobody_has_used(
    hall: Hall, document: dict[str, Any]
) -> None:
    found = [slot for slot in slots(document) if slot.kind == "once"]
    for slot in found:
        hall.begin()
        first = send(hall.us, slot.route, hall.ours, slot, "theirs")
        assert first.status in {200, 201, 202, 204}, slot
        after = hall.items()
        again = send(hall.us, slot.route, hall.ours, slot, "theirs")
        assert (again.status, hall.items()) == (first.status, after), slot

        hall.begin()
        hall.draw(500)
        drawn = ("ticket_id", "key_id", "bulk_id", "export_id")
        shared = Ours({**hall.ours.ids, **{name: hall.theirs.ids[name] for name in drawn}})
        assert send(hall.them, slot.route, shared, slot, "theirs").status in {200, 201, 202, 204}, slot
        hall.draw(0)
        others = hall.of_others(hall.items())
        ours = send(hall.us, slot.route, hall.ours, slot, "theirs")
        assert told(ours, "theirs") == told(first, "theirs"), slot
        assert hall.of_others(hall.items()) == others, slot
    print(f"{len(found)} routes with Idempotency-Key")
    assert len(found) >= 15


@pytest.mark.parametrize("where", ["query", "body", "header"])
def test_a_new_slot_of_which_nobody_says_what_it_can_name_fails_the_build(document: dict[str, Any], where: str) -> None:
    slots(document)
    if where == "body":
        document["components"]["schemas"]["CreateTicket"]["properties"]["folio_id"] = {"type": "string"}
    else:
        operation = document["paths"]["/v1/tickets"]["get"]
        operation["parameters"].append({"in": where, "name": "folio_id", "schema": {"type": "string"}})
    with pytest.raises(UnknownSlot, match="folio_id"):
        slots(document)


def test_a_new_route_without_a_request_fails_the_build(document: dict[str, Any]) -> None:
    parameter = {"in": "path", "name": "ticket_id", "schema": {"type": "string"}}
    document["paths"]["/v1/tickets/{ticket_id}/folio"] = {"get": {"parameters": [parameter], "responses": {}}}
    with pytest.raises(KeyError, match="folio"):
        slots(document)


def test_every_name_that_is_classified_is_one_of_the_document(document: dict[str, Any]) -> None:
    assert {slot.name.removeprefix(FILTER) for slot in slots(document)} == set(NAMES)
    assert not SAY_NOTHING_OF_OTHERS & set(NAMES)
    assert {slot.route.name for slot in slots(document)} <= set(ROUTES)
