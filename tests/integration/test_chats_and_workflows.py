"""Chats and workflows as other modules tell us of them."""

from typing import Any

from tests.builders import CHANNEL
from tests.integration.world import World


def test_a_chat_is_made_once_and_an_older_one_changes_nothing(world: World) -> None:
    def body(name: str, version: int) -> dict[str, Any]:
        return {"channel_id": CHANNEL, "guest": {"name": name}, "source_version": version}

    assert world.api("PUT", "/v1/chats/chat_new", body("Ada", 5)).status == 201
    assert world.api("PUT", "/v1/chats/chat_new", body("Eve", 4)).body["guest"]["name"] == "Ada"
    newest = world.api("PUT", "/v1/chats/chat_new", body("Ada L.", 6))
    assert (newest.status, newest.body["version"], newest.body["guest"]["name"]) == (200, 2, "Ada L.")


def test_a_chat_needs_a_channel_that_exists(world: World) -> None:
    refused = world.api("PUT", "/v1/chats/chat_new", {"channel_id": "nowhere", "guest": {"name": "Ada"}})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "channel_id")


def test_a_put_without_source_version_does_not_forget_the_one_before(world: World) -> None:
    def put(name: str, version: int | None) -> Any:
        body = {"channel_id": CHANNEL, "guest": {"name": name}, "source_version": version}
        return world.api("PUT", "/v1/chats/chat_new", body).body["guest"]["name"]

    assert [put("five", 5), put("none", None), put("three", 3)] == ["five", "none", "none"]


def test_a_workflow_counts_its_versions_and_answers_with_its_defaults(world: World) -> None:
    path, body = "/v1/channels/bare/workflow", {"issues": [{"id": "a", "label": "A"}]}
    first = world.as_(world.keys.admin)("PUT", path, body)
    assert (first.status, first.body["version"], first.body["initial"]) == (201, 1, "open")
    assert [status["name"] for status in first.body["statuses"]] == ["Open", "In progress", "Resolved", "Closed"]
    assert world.as_(world.keys.admin)("PUT", path, body).body["version"] == 1, "what changes nothing is not written"
    other = {"issues": [{"id": "a", "label": "B"}]}
    assert world.as_(world.keys.admin)("PUT", path, other).body["version"] == 2


def test_a_workflow_for_a_channel_that_does_not_exist_is_refused(world: World) -> None:
    body = {"issues": [{"id": "a", "label": "A"}]}
    assert world.as_(world.keys.admin)("PUT", "/v1/channels/nowhere/workflow", body).status == 404


def test_the_largest_workflow_is_stored_and_one_label_more_is_refused(world: World) -> None:
    def workflow(labels: int) -> dict[str, Any]:
        issues = [{"id": f"{number:0>40}", "label": "🏨" * 60, "sub_issues": []} for number in range(50)]
        for number in range(labels - 50):
            issues[number % 50]["sub_issues"].append({"id": f"{number:0>40}", "label": "🏨" * 60})  # type: ignore[attr-defined]
        return {"issues": issues}

    put = world.as_(world.keys.admin)
    assert put("PUT", f"/v1/channels/{CHANNEL}/workflow", workflow(800)).status == 200
    refused = put("PUT", f"/v1/channels/{CHANNEL}/workflow", workflow(801))
    assert (refused.status, refused.body["errors"][0]["code"]) == (422, "too_many")
