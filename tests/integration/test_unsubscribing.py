"""A watcher gets no more mail about a ticket, by one click, whatever program they read it with."""

from typing import Any

import pytest

from tests.builders import ANA, BEN
from tests.integration.aws import Api
from tests.integration.notifying import Notifying
from tests.integration.world import World
from ticketing.store import keys, tickets


@pytest.fixture
def notifying(world: World) -> Notifying:
    return Notifying.begin(world.aws)


@pytest.fixture
def anybody(world: World) -> Api:
    """Who has no key."""
    return world.as_(None)


ONE_CLICK = {"content-type": "application/x-www-form-urlencoded"}


def a_watched(world: World) -> str:
    ticket: str = world.a_ticket(assignee=None, watchers=[BEN, "mem_admin"])["id"]
    return ticket


def mail_of(world: World, notifying: Notifying, ticket: str, name: str = "ben") -> Any:
    events, _ = tickets.history(world.aws.table, ticket, before=keys.LAST_VERSION, limit=10)
    notifying.deliver(events[0])
    return [mail for mail in notifying.messages() if str(mail["To"]).startswith(f"{name}@")][-1]


def path_of(mail: Any) -> str:
    return str(mail["List-Unsubscribe"]).strip("<>").removeprefix("https://api.example/live")


def watchers(world: World, ticket: str) -> list[str]:
    return [one["id"] for one in world.api("GET", f"/v1/tickets/{ticket}").body["watchers"]]


def test_a_watchers_mail_has_the_link_and_says_that_one_click_does_it(world: World, notifying: Notifying) -> None:
    mail = mail_of(world, notifying, a_watched(world))
    assert str(mail["List-Unsubscribe"]).startswith("<https://api.example/live/v1/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_assignees_mail_has_none(world: World, notifying: Notifying) -> None:
    mail = mail_of(world, notifying, world.a_ticket(assignee=BEN)["id"])
    assert mail["List-Unsubscribe"] is None


def test_one_click_of_a_mail_program_removes_this_watcher_alone(
    world: World, notifying: Notifying, anybody: Api
) -> None:
    ticket = a_watched(world)
    path = path_of(mail_of(world, notifying, ticket))
    for _ in range(2):
        answer = anybody("POST", path, "List-Unsubscribe=One-Click", headers=ONE_CLICK)
        assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert watchers(world, ticket) == ["mem_admin"]
    (change,) = [one for one in history(world, ticket) if one["version"] == 2]
    assert change["actor"]["id"] == BEN
    assert len(history(world, ticket)) == 2


def history(world: World, ticket: str) -> list[Any]:
    found: list[Any] = world.api("GET", f"/v1/tickets/{ticket}/history").body["data"]
    return found


def test_opening_the_link_changes_nothing(world: World, notifying: Notifying, anybody: Api) -> None:
    ticket = a_watched(world)
    path = path_of(mail_of(world, notifying, ticket))
    before = world.aws.items()
    for method in ("GET", "HEAD", "OPTIONS"):
        assert anybody(method, path).status in (200, 204)
    assert "Stop mail about this ticket?" in anybody("GET", path).body
    assert world.aws.items() == before


def test_the_page_loads_nothing_runs_nothing_and_posts_to_itself_alone(
    world: World, notifying: Notifying, anybody: Api
) -> None:
    path = path_of(mail_of(world, notifying, a_watched(world)))
    policy = anybody("GET", path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "script" not in policy


def test_who_has_stopped_it_is_mailed_no_more(world: World, notifying: Notifying, anybody: Api) -> None:
    ticket = a_watched(world)
    anybody("POST", path_of(mail_of(world, notifying, ticket)))
    world.api("PATCH", f"/v1/tickets/{ticket}", {"status": "in_progress"})
    mail_of(world, notifying, ticket, "admin")
    assert sum(str(mail["To"]).startswith("ben@") for mail in notifying.messages()) == 1


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "A" + t[1:], lambda _: "x", lambda t: t + "%00"])
def test_a_changed_link_does_nothing(world: World, notifying: Notifying, anybody: Api, change: Any) -> None:
    path = path_of(mail_of(world, notifying, a_watched(world)))
    start, _, token = path.rpartition("/")
    before = world.aws.items()
    for method in ("GET", "POST"):
        answer = anybody(method, f"{start}/{change(token)}")
        assert (answer.status, answer.body["code"]) == (404, "unsubscribe_invalid")
    assert world.aws.items() == before


def test_a_cursor_is_no_such_link(world: World, anybody: Api) -> None:
    for _ in range(2):
        a_watched(world)
    cursor = world.api("GET", "/v1/tickets", query={"limit": ["1"]}).body["next_cursor"]
    assert anybody("POST", f"/v1/unsubscribe/{cursor}").status == 404


def test_a_ticket_that_is_gone_is_watched_by_nobody(world: World, notifying: Notifying, anybody: Api) -> None:
    ticket = a_watched(world)
    path = path_of(mail_of(world, notifying, ticket))
    world.api("DELETE", f"/v1/tickets/{ticket}")
    assert "No more mails" in anybody("POST", path).body


def test_somebody_who_is_faster_loses_nothing(
    world: World, notifying: Notifying, anybody: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = a_watched(world)
    path = path_of(mail_of(world, notifying, ticket))
    save, faster = tickets.save, [lambda: world.api("PUT", f"/v1/tickets/{ticket}/watchers/{ANA}")]

    def save_second(*asked: Any, **more: Any) -> None:
        if faster:
            faster.pop()()
        save(*asked, **more)

    monkeypatch.setattr(tickets, "save", save_second)
    assert anybody("POST", path).status == 200
    assert watchers(world, ticket) == ["mem_admin", ANA]
