"""What the function says of itself, and the events that it is called with."""

import pytest

from tests.fakes.events import api_event
from tests.integration.aws import Aws
from tests.integration.world import CREATE, World


def test_health_needs_no_key_and_names_the_build(world: World) -> None:
    assert world.as_(None)("GET", "/v1/health").body == {"status": "ok", "build": "development"}


def test_the_docs_page_works_without_any_other_host(world: World) -> None:
    nobody = world.as_(None)
    page = nobody("GET", "/docs").body
    assert "//" not in page.replace("xmlns='http://www.w3.org/2000/svg'", "")
    for name, kind in (
        ("swagger-ui-bundle.js", "text/javascript"),
        ("swagger-ui.css", "text/css"),
        ("start.js", "text/javascript"),
    ):
        assert f"docs/{name}" in page
        asset = nobody("GET", f"/docs/{name}")
        assert (asset.status, asset.headers["content-type"]) == (200, f"{kind}; charset=utf-8")
    assert nobody("GET", "/docs/nothing.js").status == 404


def test_the_document_speaks_of_every_route_and_names_no_host(world: World) -> None:
    document = world.as_(None)("GET", "/openapi.json").body
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "."}]
    assert {"/v1/tickets", "/v1/tickets/{ticket_id}", "/v1/changes", "/v1/health"} <= set(document["paths"])


def test_a_route_that_asks_no_leave_does_not_start(aws: Aws) -> None:
    from fastapi import APIRouter

    from tickets_api.app import RouteWithoutPolicy, check_policy

    router = APIRouter()

    @router.get("/v1/secrets")
    async def secrets() -> None: ...

    with pytest.raises(RouteWithoutPolicy):
        check_policy(router)


def test_every_event_file_of_the_api_is_answered_without_a_fault(world: World) -> None:
    from tests.fakes.events import FOLDER, from_file

    names = sorted(file.stem for file in FOLDER.glob("api_*.json"))
    assert len(names) >= 10
    for name in names:
        answer = world.api.send(from_file(name, LODGESTORY_KEY=world.keys.owner))
        assert answer.status < 500, name
        assert answer.status != 401, name


def test_an_event_of_the_gateway_in_base64_is_read_too(world: World) -> None:
    import base64
    import json

    event = api_event("POST", "/v1/tickets", CREATE, key=world.keys.user)
    event |= {"body": base64.b64encode(json.dumps(CREATE).encode()).decode(), "isBase64Encoded": True}
    assert world.api.send(event).status == 201
