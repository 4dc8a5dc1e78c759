"""`Idempotency-Key`, `ETag`, `If-Match`, `If-None-Match` on tickets: a retry acts once, nobody overwrites unseen."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import BEN, CHANNEL, CHAT, ORGANISATION, a_team
from tests.integration.aws import Answer
from tests.integration.world import CREATE, World, add_key
from ticketing.domain.directory import Role
from ticketing.store import keys
from ticketing.store.table import Table


def keyed(key: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Idempotency-Key": key}}


def same(one: Answer, other: Answer) -> bool:
    compared = ("location", "etag", "content-type")
    return (one.status, one.body) == (other.status, other.body) and all(
        one.headers.get(name) == other.headers.get(name) for name in compared
    )


def elsewhere(act: Callable[[], object]) -> None:
    """Act as another function would, while this one waits: each has an event loop of its own."""

    def run() -> None:
        with asyncio.Runner() as runner:
            asyncio.set_event_loop(runner.get_loop())
            act()

    with ThreadPoolExecutor() as pool:
        pool.submit(run).result()


def around_the_next_write(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    *,
    before: Callable[[], object],
    after: Callable[[], object] = lambda: None,
) -> None:
    """Let others act after the next request has decided, and once more when its write was refused."""
    transact = world.aws.table.transact

    def slow(writes: Any, companions: Any = ()) -> None:
        monkeypatch.setattr(world.aws.table, "transact", transact)
        elsewhere(before)
        try:
            transact(writes, companions)
        finally:
            elsewhere(after)

    monkeypatch.setattr(world.aws.table, "transact", slow)


def changed(world: World, path: str, body: dict[str, Any]) -> None:
    assert world.api("PATCH", path, body).status == 200


def test_a_create_that_comes_again_answers_the_same_and_creates_once(world: World) -> None:
    first = world.api("POST", "/v1/tickets", CREATE, **keyed("night-1"))
    world.aws.clock.now += timedelta(hours=23)
    again = world.api("POST", "/v1/tickets", CREATE, **keyed("night-1"))
    assert first.status == 201
    assert same(first, again)
    assert len(world.api("GET", "/v1/tickets").body["data"]) == 1


def test_a_patch_that_comes_again_adds_its_remark_once_even_with_the_old_etag(world: World) -> None:
    ticket = world.a_ticket()
    path = f"/v1/tickets/{ticket['id']}"
    etag = world.api("GET", path).headers["etag"]
    headers = {"Idempotency-Key": "night-2", "If-Match": etag}
    body = {"status": "in_progress", "remark": "On it"}
    first = world.api("PATCH", path, body, headers=headers)
    world.api("PATCH", path, {"priority": "low"})
    again = world.api("PATCH", path, body, headers=headers)
    assert first.status == 200
    assert same(first, again)
    assert world.api("GET", path).body["remark_count"] == 1
    assert world.api("GET", path).body["version"] == 3


def test_the_answer_of_a_status_change_is_repeated_though_the_status_is_there_already(world: World) -> None:
    ticket = world.a_ticket()
    path = f"/v1/tickets/{ticket['id']}"
    first = world.api("PATCH", path, {"status": "closed"}, **keyed("night-3"))
    world.api("PATCH", path, {"priority": "low"})
    assert same(first, world.api("PATCH", path, {"status": "closed"}, **keyed("night-3")))


def test_a_key_that_comes_with_another_request_is_refused(world: World) -> None:
    ticket = world.api("POST", "/v1/tickets", CREATE, **keyed("night-4")).body
    for method, path, body in (
        ("POST", "/v1/tickets", CREATE | {"priority": "low"}),
        ("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "closed"}),
        ("POST", "/v1/tickets", CREATE | {"issue": "nonsense"}),
    ):
        refused = world.api(method, path, body, **keyed("night-4"))
        assert (refused.status, refused.body["code"]) == (422, "idempotency_mismatch")
    assert world.api("GET", f"/v1/tickets/{ticket['id']}").body == ticket


def test_a_refused_request_leaves_its_key_free(world: World) -> None:
    assert world.api("POST", "/v1/tickets", CREATE | {"issue": "nonsense"}, **keyed("night-5")).status == 422
    assert world.api("POST", "/v1/tickets", CREATE, **keyed("night-5")).status == 201


def test_for_24_hours_to_the_last_moment_a_key_is_known_and_soon_after_it_is_new(world: World) -> None:
    first = world.api("POST", "/v1/tickets", CREATE, **keyed("night-6"))
    world.aws.clock.now += timedelta(hours=24)
    assert same(first, world.api("POST", "/v1/tickets", CREATE, **keyed("night-6")))
    world.aws.clock.now += timedelta(seconds=1)
    assert world.api("POST", "/v1/tickets", CREATE, **keyed("night-6")).body["id"] != first.body["id"]


def test_callers_and_organisations_have_keys_of_their_own(world: World) -> None:
    body = {"chat_id": CHAT, "issue": "maintenance"}
    other_caller = add_key(world.aws, ORGANISATION, BEN, Role.USER)
    answers = [
        world.as_(key)("POST", "/v1/tickets", body, **keyed("night-7"))
        for key in (world.keys.user, other_caller, world.keys.other)
    ]
    assert len({answer.body["id"] for answer in answers}) == 3


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "ü"])
def test_a_key_that_is_none_is_refused_by_name(world: World, key: str) -> None:
    refused = world.api("POST", "/v1/tickets", CREATE, **keyed(key))
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_the_record_of_a_ticket_measures_under_1_kb(world: World) -> None:
    world.api("POST", "/v1/tickets", CREATE | {"remarks": "AC not cooling in room 204"}, **keyed("night-8"))
    from ticketing.store.idempotency import Request

    item: Any = world.aws.table.get(Request(ORGANISATION, "mem_ana", "night-8", "").key)
    size = sum(len(name) + len(str(value)) for name, value in item.items() if name != "body") + len(item["body"])
    print(f"the record of a created ticket measures {size} bytes")
    assert size < 1024


def test_every_change_has_another_etag_and_a_renamed_guest_too(world: World) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    tags = [world.api("GET", path).headers["etag"]]
    tags.append(world.api("PATCH", path, {"priority": "low"}).headers["etag"])
    assert world.api("GET", path).headers["etag"] == tags[-1]
    world.api("PUT", f"/v1/chats/{CHAT}", {"channel_id": CHANNEL, "guest": {"name": "Zoë Meier"}})
    tags.append(world.api("GET", path).headers["etag"])
    assert len(set(tags)) == 3


def test_what_the_caller_has_already_is_not_sent_again(world: World) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    etag = world.api("GET", path).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        unchanged = world.api("GET", path, headers={"If-None-Match": known})
        assert (unchanged.status, unchanged.body, unchanged.headers["etag"]) == (304, "", etag)
    world.api("PATCH", path, {"priority": "low"})
    assert world.api("GET", path, headers={"If-None-Match": etag}).status == 200


def test_a_stale_etag_changes_nothing_and_names_the_current_version(world: World) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    stale = world.api("GET", path).headers["etag"]
    current = world.api("PATCH", path, {"priority": "low"}).headers["etag"]
    for wrong in (stale, '"2-2-1"', '"nonsense"', f"W/{current}"):
        refused = world.api("PATCH", path, {"status": "closed"}, headers={"If-Match": wrong})
        assert (refused.status, refused.body["code"]) == (412, "version_conflict")
        assert refused.body["current_version"] == 2
    assert world.api("GET", path).body["status"]["id"] == "open"
    assert world.api("PATCH", path, {"status": "closed"}, headers={"If-Match": current}).status == 200


def test_if_match_ignores_a_renamed_guest_and_takes_any_with_a_star(world: World) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    etag = world.api("GET", path).headers["etag"]
    world.api("PUT", f"/v1/chats/{CHAT}", {"channel_id": CHANNEL, "guest": {"name": "Zoë Meier"}})
    assert world.api("PATCH", path, {"status": "closed"}, headers={"If-Match": etag}).status == 200
    assert world.api("PATCH", path, {"status": "open"}, headers={"If-Match": "*"}).status == 200


def test_a_create_after_its_effect_survives_a_chat_that_is_gone(world: World) -> None:
    first = world.api("POST", "/v1/tickets", CREATE, **keyed("night-9"))
    world.aws.table._client.delete_item(
        TableName="tickets",
        Key={name: {"S": value} for name, value in keys.chat_key(ORGANISATION, CHAT)._asdict().items()},
    )
    assert same(first, world.api("POST", "/v1/tickets", CREATE, **keyed("night-9")))


@pytest.mark.parametrize("was_applied", [True, False])
def test_a_write_whose_answer_is_lost_is_found_again_or_honestly_unknown(
    world: World, monkeypatch: pytest.MonkeyPatch, was_applied: bool
) -> None:
    from botocore.exceptions import ReadTimeoutError

    ticket = world.a_ticket()
    client = world.aws.table._client
    transact = client.transact_write_items

    def lose_the_answer(**arguments: Any) -> None:
        if was_applied:
            transact(**arguments)
        raise ReadTimeoutError(endpoint_url="https://dynamodb.example")

    with monkeypatch.context() as patch:
        patch.setattr(client, "transact_write_items", lose_the_answer)
        answer = world.api("PATCH", f"/v1/tickets/{ticket['id']}", {"status": "resolved"})
    now = world.api("GET", f"/v1/tickets/{ticket['id']}").body
    if was_applied:
        assert (answer.status, answer.body) == (200, now)
        assert now["version"] == 2
    else:
        assert (answer.status, answer.body["code"], now) == (503, "busy", ticket)
        assert "not known" in answer.body["detail"]


def test_who_was_slower_and_finds_nothing_left_to_change_sees_the_ticket_as_the_faster_one_left_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    faster = {"priority": "low", "status": "in_progress"}
    around_the_next_write(world, monkeypatch, before=lambda: changed(world, path, faster))
    slower = world.api("PATCH", path, {"priority": "low"})
    now = world.api("GET", path)
    assert (slower.status, slower.body, slower.headers["etag"]) == (200, now.body, now.headers["etag"])


def test_who_was_slower_waits_a_little_before_the_next_attempt(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(world.aws.table, "_sleep", pauses.append)
    path, member = f"/v1/tickets/{world.a_ticket()['id']}", f"/v1/members/{BEN}"
    around_the_next_write(world, monkeypatch, before=lambda: changed(world, path, {"priority": "low"}))
    changed(world, path, {"status": "in_progress"})
    assert len(pauses) == 1
    admin = world.as_(world.keys.admin)
    around_the_next_write(world, monkeypatch, before=lambda: admin("DELETE", member))
    assert admin("DELETE", member, **keyed("night-12")).status == 200
    assert len(pauses) == 2


def test_of_two_twins_the_slower_one_gets_the_answer_of_the_faster_though_strangers_come_between(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/tickets/{world.a_ticket()['id']}"
    answers: list[Answer] = []

    def twin() -> None:
        answers.append(world.api("PATCH", path, {"priority": "low"}, **keyed("night-10")))
        changed(world, path, {"assignee": None})

    stranger = {"status": "in_progress"}
    around_the_next_write(world, monkeypatch, before=lambda: changed(world, path, stranger), after=twin)
    slower = world.api("PATCH", path, {"priority": "low"}, **keyed("night-10"))
    assert same(slower, answers[0])


def test_of_two_twins_that_deactivate_a_team_the_slower_one_gets_the_answer_of_the_faster(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, path = world.as_(world.keys.admin), f"/v1/teams/{a_team().id}"
    team = admin("GET", path).body
    answers: list[Answer] = []

    def rename(name: str) -> None:
        body = {"name": name, "lead": team["lead"], "members": team["members"]}
        assert admin("PUT", path, body).status == 200

    def twin() -> None:
        answers.append(admin("DELETE", path, **keyed("night-11")))
        rename("Repairs at night")
        admin("DELETE", path)

    around_the_next_write(world, monkeypatch, before=lambda: rename("Repairs"), after=twin)
    slower = admin("DELETE", path, **keyed("night-11"))
    assert same(slower, answers[0])


def test_a_remark_goes_on_from_the_words_that_are_there_even_if_they_were_read_a_moment_early(world: World) -> None:
    ticket = world.a_ticket(remarks="AC not cooling")["id"]
    table, text = world.aws.table, keys.text_key(ticket)
    read = Table.get_many
    early = table.get(text)
    world.api("POST", f"/v1/tickets/{ticket}/remarks", {"text": "Compressor is broken"})

    def text_before_ticket(asked: Table, wanted: Any) -> Any:
        """The first look finds the text as it was before the last remark; the second is as it is."""
        found = read(asked, wanted)
        if text in found and early is not None:
            patch.setattr(Table, "get_many", read)
            found[text] = early
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "get_many", text_before_ticket)
        assert world.api("PATCH", f"/v1/tickets/{ticket}", {"remark": "Ordered a new one"}).status == 200
    stored = table.get(text)
    assert stored is not None
    assert stored["text"] == "AC not cooling\nCompressor is broken\nOrdered a new one"
