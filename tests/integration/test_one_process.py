"""A warm process serves organisations in turn, and keeps nothing of one that another could see.

Both have chats, channels, members and teams of the very same ids, with other names.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.aws import Api
from tests.integration.hall import SECRET, Hall, send
from tests.integration.routes import CLOSED, ROUTES, Ours
from tests.integration.world import World

READS = [route for route in CLOSED if route.method == "GET" or route.name == "POST /v1/tickets/search"]
OF_US = "Zoë Müller"
"""The guest of our chat, whose id is that of a chat of theirs."""


@pytest.fixture
def hall(world: World) -> Hall:
    found = Hall(world)
    found.begin()
    return found


def twins(own: Ours, ours: Ours) -> Ours:
    """The same ids as ours, but for those that the system draws."""
    return Ours(
        {**ours.ids, **{name: own.ids[name] for name in ("ticket_id", "key_id", "remark_id", "bulk_id", "export_id")}}
    )


type Told = tuple[int, dict[str, str], Any]


def read_all(hall: Hall, caller: Api, own: Ours) -> dict[str, Told]:
    return {route.name: send(caller, route, own).told for route in READS}


def test_a_process_that_has_served_another_answers_like_a_new_one(hall: Hall) -> None:
    theirs = twins(hall.theirs, hall.ours)
    alone = read_all(hall, hall.us, hall.ours), read_all(hall, hall.them, theirs)
    for order in ("us first", "them first", "in turn"):
        hall.begin()
        if order == "in turn":
            pairs = {
                route.name: (send(hall.us, route, hall.ours).told, send(hall.them, route, theirs).told)
                for route in READS
            }
            found = {name: us for name, (us, _) in pairs.items()}, {name: them for name, (_, them) in pairs.items()}
        elif order == "us first":
            found = read_all(hall, hall.us, hall.ours), read_all(hall, hall.them, theirs)
        else:
            them = read_all(hall, hall.them, theirs)
            found = read_all(hall, hall.us, hall.ours), them
        assert found == alone, order
    assert {answer[0] for answers in alone for answer in answers.values()} == {200}
    assert SECRET not in str(alone[0])
    assert SECRET in str(alone[1])
    assert OF_US in str(alone[0])
    assert OF_US not in str(alone[1])


CHANGES: tuple[tuple[str, Callable[[Hall], None]], ...] = (
    ("a member renamed", lambda hall: put(hall, "PUT /v1/members/{member_id}")),
    ("a team renamed", lambda hall: put(hall, "PUT /v1/teams/{team_id}")),
    ("a channel renamed", lambda hall: put(hall, "PUT /v1/channels/{channel_id}")),
    ("a guest renamed", lambda hall: put(hall, "PUT /v1/chats/{chat_id}")),
    ("another workflow", lambda hall: put(hall, "PUT /v1/channels/{channel_id}/workflow")),
    ("a chat deleted", lambda hall: put(hall, "DELETE /v1/chats/{chat_id}")),
    ("a member who leaves", lambda hall: put(hall, "DELETE /v1/members/{member_id}")),
    ("no workflow", lambda hall: put(hall, "DELETE /v1/channels/{channel_id}/workflow")),
)


def put(hall: Hall, name: str) -> None:
    assert send(hall.them, ROUTES[name], twins(hall.theirs, hall.ours)).status in {200, 201, 204}


@pytest.mark.parametrize(("what", "change"), CHANGES, ids=[what for what, _ in CHANGES])
def test_what_another_changes_under_the_same_id_changes_nothing_of_ours(
    hall: Hall, what: str, change: Callable[[Hall], None]
) -> None:
    before = read_all(hall, hall.us, hall.ours)
    theirs = read_all(hall, hall.them, twins(hall.theirs, hall.ours))
    change(hall)
    assert read_all(hall, hall.us, hall.ours) == before, what
    after = read_all(hall, hall.them, twins(hall.theirs, hall.ours))
    assert after != theirs, "they see it"


def test_a_refused_caller_in_between_changes_nothing_for_the_next(hall: Hall) -> None:
    before = read_all(hall, hall.us, hall.ours)
    nobody = hall.us.with_key(None)
    for route in READS:
        assert send(nobody, route, hall.ours).status == 401
        assert send(hall.us, route, hall.ours).told == before[route.name]
        assert send(hall.them.with_key(None), route, hall.ours).status == 401
