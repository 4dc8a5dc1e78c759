"""Pages of other hosts: none may call the API unless the deployment names its origin, and then without credentials."""

from dataclasses import replace

import pytest

from tests.integration.aws import Api
from tests.integration.world import CREATE, World
from ticketing.config import Settings
from ticketing.store import clients
from ticketing.store.cached_reads import CachedReads
from ticketing.store.secrets import SigningSecrets
from tickets_api import cors
from tickets_api.openapi_headers import ANSWERED, SENT

CRM, DESK = "https://crm.example", "https://desk.example:8443"
STRANGERS = (
    "https://evil.example",
    "https://crm.example.evil.example",
    "http://crm.example",
    "null",
    "*",
    "",
    CRM + "/",
)


@pytest.fixture
def open_world(world: World) -> World:
    """The same world under a deployment that names two origins."""
    from tickets_api.app import make_handler
    from tickets_api.services import Services

    settings = Settings({**world.aws.settings.variables, "CORS_ORIGINS": f"{CRM},{DESK}"})
    signing = SigningSecrets(lambda: clients.make("secretsmanager"), settings.signing_secret_id)
    table, objects, bulks = world.aws.table, world.aws.objects, world.aws.bulks
    services = Services(settings, table, CachedReads(table), signing, objects, bulks, now=world.aws.clock)
    return replace(world, api=Api(make_handler(services, world.log), world.keys.user))


def told(headers: dict[str, str]) -> set[str]:
    return {name for name in headers if name.startswith("access-control-")}


def preflight(origin: str, method: str = "POST") -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }


def test_without_origins_no_page_is_told_anything(world: World) -> None:
    for method, headers in (("GET", {"Origin": CRM}), ("OPTIONS", preflight(CRM))):
        answer = world.api(method, "/v1/tickets", headers=headers)
        assert answer.status in {200, 204}
        assert told(answer.headers) == set()
        assert "vary" not in answer.headers


@pytest.mark.parametrize("origin", [CRM, DESK])
def test_a_page_that_is_named_may_read_every_answer_even_a_refusal(open_world: World, origin: str) -> None:
    page = {"Origin": origin}
    answers = (
        open_world.api("POST", "/v1/tickets", CREATE, headers=page),
        open_world.api("GET", "/v1/tickets", headers=page),
        open_world.api("HEAD", "/v1/tickets", headers=page),
        open_world.api("POST", "/v1/tickets", {}, headers=page),
        open_world.as_(None)("GET", "/v1/tickets", headers=page),
        open_world.api("GET", "/v1/nothing", headers=page),
    )
    assert [answer.status for answer in answers] == [201, 200, 200, 422, 401, 404]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["access-control-expose-headers"] == ", ".join(cors.READ)
        assert answer.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", [CRM, DESK])
def test_a_page_that_is_named_may_ask_beforehand_without_a_key(open_world: World, origin: str) -> None:
    answer = open_world.as_(None)("OPTIONS", "/v1/tickets", headers=preflight(origin))
    assert (answer.status, answer.body) == (204, "")
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert answer.headers["access-control-allow-headers"] == ", ".join(cors.SENT)
    assert answer.headers["access-control-max-age"] == "7200"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", STRANGERS)
def test_a_page_that_is_not_named_is_told_nothing(open_world: World, origin: str) -> None:
    for method, headers in (("GET", {"Origin": origin}), ("OPTIONS", preflight(origin))):
        answer = open_world.api(method, "/v1/tickets", headers=headers)
        assert answer.status in {200, 204}
        assert told(answer.headers) == set()
        assert answer.headers["vary"] == "Origin"


def test_a_client_that_is_no_page_is_told_nothing_of_pages(open_world: World) -> None:
    assert told(open_world.api("GET", "/v1/tickets").headers) == set()
    assert told(open_world.api("OPTIONS", "/v1/tickets", headers={"Origin": CRM}).headers) == {
        "access-control-allow-origin",
        "access-control-expose-headers",
    }


def test_a_page_may_set_and_read_every_header_that_the_document_names() -> None:
    assert set(SENT) | {"Authorization", "Content-Type", "X-Request-Id"} == set(cors.SENT)
    # Which scheme to use is no news to whoever set the key.
    assert set(ANSWERED) - {"WWW-Authenticate"} <= set(cors.READ)
    assert {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= set(cors.READ)
