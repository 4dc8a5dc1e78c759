"""What provokes each error that the document names: of many routes in one way, of a few in their own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from botocore.exceptions import EndpointConnectionError

from tests.builders import CHAT, ORGANISATION, an_organisation
from tests.integration import half_done
from tests.integration.aws import Answer, Api
from tests.integration.routes import CHANNEL, Ours, Route, furnish_ours
from tests.integration.world import CREATE, OWNER, World, add_key
from ticketing.domain.directory import Plan, Role
from ticketing.domain.query import Sort, TicketQuery, fingerprint
from ticketing.domain.signing import Signer
from ticketing.store import clients, directory, feed
from ticketing.store.secrets import SigningSecrets
from tickets_api.edge import MAX_BODY_BYTES
from tickets_api.routers import csv_report

UNPAID = "org_unpaid"


@dataclass(frozen=True)
class Stage:
    """One of each thing, and an owner, who may do everything with it."""

    world: World
    ours: Ours
    owner: Api

    def call(self, route: Route, body: Any = None, **more: Any) -> Answer:
        return self.ours.call(self.owner, route, body, **more)

    def at(self, route: Route, **ids: str) -> Answer:
        """The route with other ids."""
        return Ours(self.ours.ids | ids).call(self.owner, replace(route, ids={}))

    def ticket(self, **changes: Any) -> str:
        return f"/v1/tickets/{self.world.a_ticket(**changes)['id']}"


def furnish_stage(world: World) -> Stage:
    directory.add_organisation(world.aws.table, an_organisation(id=UNPAID, plan=Plan.UNPAID))
    return Stage(world, furnish_ours(world), world.as_(world.keys.owner))


# --- of many routes ----------------------------------------------------------------------------------------------


def without_a_key(stage: Stage, route: Route) -> Answer:
    return stage.ours.call(stage.world.as_(None), route)


def without_a_scope(stage: Stage, route: Route) -> Answer:
    key = add_key(stage.world.aws, ORGANISATION, OWNER, Role.OWNER, scopes=frozenset())
    return stage.ours.call(stage.world.as_(key), route)


def without_a_plan(stage: Stage, route: Route) -> Answer:
    aws = stage.world.aws
    key = add_key(aws, UNPAID, None, Role.OWNER)
    return stage.ours.call(stage.world.as_(key), route)


def with_ids_of_nothing(stage: Stage, route: Route) -> Answer:
    ids = {"chat_id": "nothing", "channel_id": "nothing", "member_id": "mem_nothing", "team_id": "team_nothing"}
    return stage.at(route, **ids, key_id="z" * 16, remark_id="rmk_99", bulk_id="blk_nothing", export_id="exp_nothing")


def with_the_id_of_no_ticket(stage: Stage, route: Route) -> Answer:
    return stage.at(route, ticket_id="tkt_aaaaaaaaaaaaaaaa")


def with_a_foreign_ticket(stage: Stage, route: Route) -> Answer:
    return stage.at(route, ticket_id=stage.world.a_foreign_ticket())


def with_an_unknown_field(stage: Stage, route: Route) -> Answer:
    if route.body is None:
        return stage.call(route, query={"colour": ["red"]})
    return stage.call(route, route.body | {"colour": "red"})


def with_a_body_of_more_than_4_mb(stage: Stage, route: Route) -> Answer:
    return stage.call(route, " " * (MAX_BODY_BYTES + 1))


def with_a_body_that_is_not_json(stage: Stage, route: Route) -> Answer:
    return stage.call(route, headers={"Content-Type": "text/plain"})


def with_a_changed_cursor(stage: Stage, route: Route) -> Answer:
    if route.is_list or route.is_in_parts:
        return stage.call(route, query={"cursor": ["changed"]})
    if route.path.endswith("/search"):
        return stage.call(route, route.body | {"cursor": "changed"})
    return stage.call(route, headers={"Lodgestory-Seen": "changed"})


def with_the_key_of_another_request(stage: Stage, route: Route) -> Answer:
    used = {"Idempotency-Key": "used"}
    stage.owner("POST", "/v1/tickets", CREATE, headers=used)
    return stage.call(route, headers=used)


def with_a_stale_version(stage: Stage, route: Route) -> Answer:
    stale = {"If-Match": '"1-999999"'}
    if route.path.endswith("/restore"):
        path = stage.ticket()
        stage.owner("DELETE", path)
        return stage.owner("POST", f"{path}/restore", headers=stale)
    return stage.call(route, headers=stale)


def with_the_table_out_of_reach(stage: Stage, route: Route) -> Answer:
    away = EndpointConnectionError(endpoint_url="https://dynamodb.example")
    with patch.object(stage.world.aws.table._client, "_make_api_call", side_effect=away):
        return stage.call(route)


def with_no_request_left(stage: Stage, route: Route) -> Answer:
    variables: Any = stage.world.aws.settings.variables
    variables |= {"ORGANISATION_RATE_LIMIT": "1", "ORGANISATION_BURST_LIMIT": "1"}
    for _ in range(100):  # what is held on lease is used up first
        if stage.owner("GET", "/v1/me").status == 429:
            break
    return stage.call(route)


GENERAL: dict[str, Callable[[Stage, Route], Answer]] = {
    "unauthenticated": without_a_key,
    "forbidden": without_a_scope,
    "plan_required": without_a_plan,
    "not_found": with_ids_of_nothing,
    "ticket_not_found": with_the_id_of_no_ticket,
    "wrong_organisation": with_a_foreign_ticket,
    "validation_failed": with_an_unknown_field,
    "payload_too_large": with_a_body_of_more_than_4_mb,
    "unsupported_media_type": with_a_body_that_is_not_json,
    "invalid_cursor": with_a_changed_cursor,
    "idempotency_mismatch": with_the_key_of_another_request,
    "version_conflict": with_a_stale_version,
    "rate_limited": with_no_request_left,
    "busy": with_the_table_out_of_reach,
}


# --- of a few ----------------------------------------------------------------------------------------------------

_CREATE, _PATCH, _RESTORE = "POST /v1/tickets", "PATCH /v1/tickets/{ticket_id}", "POST /v1/tickets/{ticket_id}/restore"
_PUT_CHAT, _DELETE_CHANNEL = "PUT /v1/chats/{chat_id}", "DELETE /v1/channels/{channel_id}"
_BULK, _UNDO = "POST /v1/tickets/bulk", "POST /v1/bulk/{bulk_id}/undo"
_PUT_MEMBER, _DELETE_MEMBER = "PUT /v1/members/{member_id}", "DELETE /v1/members/{member_id}"


def _create(stage: Stage, **changes: Any) -> Answer:
    return stage.owner("POST", "/v1/tickets", CREATE | changes)


def _change(stage: Stage, **changes: Any) -> Answer:
    return stage.owner("PATCH", stage.ticket(), changes)


def _after_its_chat(stage: Stage, method: str, path: str, body: Any = None) -> Answer:
    assert stage.owner("DELETE", f"/v1/chats/{CHAT}").status == 200
    return stage.owner(method, path, body)


def _restored_of_a_deleted_chat(stage: Stage) -> Answer:
    path = stage.ticket()
    stage.owner("DELETE", path)
    return _after_its_chat(stage, "POST", f"{path}/restore")


def _restored_too_late(stage: Stage) -> Answer:
    path = stage.ticket()
    stage.owner("DELETE", path)
    stage.world.aws.clock.now += timedelta(days=30)
    return stage.owner("POST", f"{path}/restore")


def _changed_without_a_workflow(stage: Stage) -> Answer:
    path = stage.ticket()
    stage.owner("DELETE", "/v1/channels/front_desk/workflow")
    return stage.owner("PATCH", path, {"issue": "maintenance"})


def _moved_where_nothing_leads(stage: Stage) -> Answer:
    path = stage.ticket()
    stage.owner("PATCH", path, {"status": "closed"})
    return stage.owner("PATCH", path, {"status": "in_progress"})


def _with_an_external_id_that_is_taken(stage: Stage) -> Answer:
    _create(stage, external_id="PMS-1")
    return _create(stage, external_id="PMS-1")


def _chat_on_a_deactivated_channel(stage: Stage) -> Answer:
    stage.owner("DELETE", "/v1/channels/empty_ours")
    return stage.owner("PUT", "/v1/chats/new", {"channel_id": "empty_ours", "guest": {"name": "Ada"}})


def _changes_after_a_month(stage: Stage) -> Answer:
    world = stage.world
    cursor = stage.owner("GET", "/v1/changes", query={"cursor": ["now"]}).body["next_cursor"]
    feed.append(world.aws.table, ORGANISATION, [feed.FeedEntry("tkt_x3k5m2q7v4ntb6ya", 1)], world.aws.clock())
    world.aws.clock.now += timedelta(days=31)
    return stage.owner("GET", "/v1/changes", query={"cursor": [cursor]})


def _best_matches_without_the_index(stage: Stage, method: str, path: str) -> Answer:
    """With the cursor of a list that a search index began."""
    aws = stage.world.aws
    signer = Signer(
        SigningSecrets(lambda: clients.make("secretsmanager"), aws.settings.signing_secret_id).generations()
    )
    query = TicketQuery(words="ac", sort=Sort.RELEVANCE)
    place = ["000066#2026-03-01T22:10:05.123Z", "tkt_x3k5m2q7v4ntb6ya", "relevance"]
    asked = {
        "q": "ac",
        "sort": "relevance",
        "cursor": signer.seal(f"tickets {fingerprint(query)}", ORGANISATION, place),
    }
    if method == "POST":
        return stage.owner(method, path, asked)
    return stage.owner(method, path, query={name: [value] for name, value in asked.items()})


def _a_file_of_too_many(stage: Stage) -> Answer:
    with patch.object(csv_report, "MAX_ROWS", 0):
        return stage.owner("GET", "/v1/reports/tickets.csv")


def _bulk(stage: Stage, **asked: Any) -> Answer:
    return stage.owner("POST", "/v1/tickets/bulk", asked)


def _undone(stage: Stage, *, minutes: int = 0) -> Answer:
    """A bulk action whose ticket was changed since, undone so late."""
    ticket = stage.world.a_ticket()["id"]
    bulk = _bulk(stage, action="priority", ids=[ticket], value="low").body["id"]
    stage.owner("PATCH", f"/v1/tickets/{ticket}", {"priority": "medium"})
    stage.world.aws.clock.now += timedelta(minutes=minutes)
    return stage.owner("POST", f"/v1/bulk/{bulk}/undo")


def _twin(stage: Stage, path: str = "/v1/tickets/bulk", ticket: str | None = None, **asked: Any) -> Answer:
    """A bulk action whose very request, sent before, is at its ticket."""
    ticket = ticket or stage.world.a_ticket()["id"]
    half_done.prepare(stage.world.aws, ticket, half_done.a_request("1", OWNER))
    body = {**asked, "ids": [ticket]} if asked else None
    return stage.owner("POST", path, body, headers={"Idempotency-Key": "1"})


def _undone_twin(stage: Stage) -> Answer:
    ticket = stage.world.a_ticket()["id"]
    bulk = _bulk(stage, action="assign", ids=[ticket], value=OWNER).body["id"]
    return _twin(stage, f"/v1/bulk/{bulk}/undo", ticket)


def _undone_too_early(stage: Stage) -> Answer:
    bulk = half_done.queue(stage.world.aws, stage.world.a_ticket()["id"])
    return stage.owner("POST", f"/v1/bulk/{bulk.id}/undo")


_NEW_CHAT = {"channel_id": "front_desk", "guest": {"name": "Ada"}}
_ADMIN = {"name": "Olga", "email": "olga@lakeside.example", "role": "admin"}

SPECIFIC: dict[tuple[str, str], Callable[[Stage], Answer]] = {
    ("issue_required", _CREATE): lambda stage: _create(stage, issue=""),
    ("invalid_issue", _CREATE): lambda stage: _create(stage, issue="billing"),
    ("invalid_issue", _PATCH): lambda stage: _change(stage, issue="billing"),
    ("assignee_not_member", _CREATE): lambda stage: _create(stage, assignee="mem_stranger"),
    ("assignee_not_member", _PATCH): lambda stage: _change(stage, assignee="mem_stranger"),
    ("chat_not_found", _CREATE): lambda stage: _create(stage, chat_id="nothing"),
    ("workflow_missing", _CREATE): lambda stage: _create(stage, chat_id="chat_bare"),
    ("workflow_missing", _PATCH): _changed_without_a_workflow,
    ("invalid_status_transition", _PATCH): _moved_where_nothing_leads,
    ("external_id_taken", _CREATE): _with_an_external_id_that_is_taken,
    ("chat_deleted", _CREATE): lambda stage: _after_its_chat(stage, "POST", "/v1/tickets", CREATE),
    ("chat_deleted", _RESTORE): _restored_of_a_deleted_chat,
    ("chat_deleted", _PUT_CHAT): lambda stage: _after_its_chat(stage, "PUT", f"/v1/chats/{CHAT}", _NEW_CHAT),
    ("restore_expired", _RESTORE): _restored_too_late,
    ("channel_inactive", _PUT_CHAT): _chat_on_a_deactivated_channel,
    ("channel_in_use", _DELETE_CHANNEL): lambda stage: stage.owner("DELETE", f"/v1/channels/{CHANNEL}"),
    ("last_owner", _PUT_MEMBER): lambda stage: stage.owner("PUT", f"/v1/members/{OWNER}", _ADMIN),
    ("last_owner", _DELETE_MEMBER): lambda stage: stage.owner("DELETE", f"/v1/members/{OWNER}"),
    ("assignee_not_member", _BULK): lambda stage: _bulk(stage, action="assign", ids=["tkt_none"], value="mem_stranger"),
    ("empty_selection", _BULK): lambda stage: _bulk(stage, action="delete", filter={"chat": ["nothing"]}),
    ("bulk_blocked", _BULK): lambda stage: _bulk(stage, action="delete", ids=["tkt_none"]),
    ("idempotency_in_flight", _BULK): lambda stage: _twin(stage, action="delete"),
    ("bulk_blocked", _UNDO): _undone,
    ("bulk_in_progress", _UNDO): _undone_too_early,
    ("idempotency_in_flight", _UNDO): _undone_twin,
    ("undo_expired", _UNDO): lambda stage: _undone(stage, minutes=10),
    ("too_many_rows", "GET /v1/reports/tickets.csv"): _a_file_of_too_many,
    ("cursor_expired", "GET /v1/changes"): _changes_after_a_month,
    ("cursor_expired", "GET /v1/tickets"): lambda stage: _best_matches_without_the_index(stage, "GET", "/v1/tickets"),
    ("cursor_expired", "POST /v1/tickets/search"): lambda stage: _best_matches_without_the_index(
        stage, "POST", "/v1/tickets/search"
    ),
}
