"""The OpenAPI document against the API itself: its examples are sent, and every error that it names is provoked."""

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from tests.integration.aws import Answer
from tests.integration.provocations import GENERAL, SPECIFIC, Stage, furnish_stage, with_the_table_out_of_reach
from tests.integration.routes import ROUTES, Ours, furnish_what_examples_name
from tests.integration.test_documented_headers import STORY, Teller
from tests.integration.world import World

PROBLEM = "application/problem+json"


class Contract:
    """The document, asked what it promises of an answer."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def operations(self) -> dict[str, dict[str, Any]]:
        """By `GET /v1/me`."""
        paths = self.document["paths"].items()
        return {f"{method.upper()} {path}": one for path, methods in paths for method, one in methods.items()}

    def check(self, name: str, answer: Answer) -> None:
        """An answer has a documented status, the documented headers, and a body of the documented shape."""
        promised = self.operations()[name]["responses"].get(str(answer.status))
        assert promised is not None, f"{name} answered {answer.status}, which is not documented: {answer.body}"
        assert {header.lower() for header in promised["headers"]} <= set(map(str.lower, answer.headers)), name
        if "content" not in promised:
            assert not answer.body, name
            return
        content = promised["content"][answer.headers["content-type"].partition(";")[0]]
        self.check_body(content["schema"], answer.body, f"{name} {answer.status}")

    def check_body(self, schema: dict[str, Any], body: Any, where: str) -> None:
        whole = {**schema, "components": self.document["components"]}
        wrong = [f"{error.json_path}: {error.message}" for error in OAS31Validator(whole).iter_errors(body)]
        assert wrong == [], where

    def errors(self, name: str) -> dict[str, dict[str, Any]]:
        """The examples of an operation's errors, by code."""
        responses = self.operations()[name]["responses"].values()
        examples = [one.get("content", {}).get(PROBLEM, {}).get("examples", {}) for one in responses]
        return {code: example["value"] for one in examples for code, example in one.items()}


@pytest.fixture
def contract(world: World) -> Contract:
    return Contract(world.api("GET", "/openapi.json").body)


@pytest.fixture
def stage(world: World) -> Stage:
    return furnish_stage(world)


def test_every_answer_has_the_shape_that_is_documented(world: World, contract: Contract) -> None:
    teller = Teller(world)
    for request in STORY:
        contract.check(request[0], teller.send(request))


def test_every_example_of_a_body_is_taken_as_it_stands(contract: Contract, stage: Stage) -> None:
    furnish_what_examples_name(stage.world)
    ours = Ours(stage.ours.ids | {"chat_id": "chat_lakeside_0001"})
    sent = 0
    for name, operation in contract.operations().items():
        if "requestBody" not in operation:
            continue
        content = operation["requestBody"]["content"]["application/json"]
        for example in content["examples"].values():
            contract.check_body(content["schema"], example["value"], name)
            answer = ours.call(stage.owner, ROUTES[name], example["value"])
            assert answer.status < 300, (name, answer.body)
            contract.check(name, answer)
            sent += 1
    assert sent == sum(route.body is not None for route in ROUTES.values())


def test_an_example_of_a_body_names_every_field_that_there_is(contract: Contract) -> None:
    schemas = contract.document["components"]["schemas"]
    for name, operation in contract.operations().items():
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]["application/json"]
            fields = set(schemas[content["schema"]["$ref"].rpartition("/")[2]]["properties"])
            # A cursor is given, and a bulk action takes either ids or a filter.
            assert fields - {"cursor", "ids"} == set(content["examples"]["every_field"]["value"]), name


def test_a_number_without_a_fraction_is_whole_however_it_is_written(contract: Contract, stage: Stage) -> None:
    """JSON has one kind of number, and JSON Schema takes 8.0 for an integer; some languages write no other form."""
    numbers: list[tuple[str, str, float]] = [
        ("PUT /v1/chats/{chat_id}", "source_version", 8.0),
        ("PUT /v1/channels/{channel_id}", "source_version", 8.0),
        ("PUT /v1/members/{member_id}", "source_version", 8.0),
        ("PUT /v1/teams/{team_id}", "source_version", 8.0),
        ("PATCH /v1/organisation", "retention_days", 365.0),
        ("POST /v1/tickets/search", "limit", 25.0),
    ]
    for name, field, value in numbers:
        route = ROUTES[name]
        answer = stage.call(route, route.body | {field: value})
        assert answer.status in {200, 201}, (name, answer.body)
        assert type(answer.body.get(field, 0)) is int
        contract.check(name, answer)
        assert stage.call(route, route.body | {field: value + 0.5}).status == 422, name
    weekly = {"weekly_list": {"day": "monday", "hour": 8.0, "zone": "Europe/Zurich"}}
    assert stage.owner("PATCH", "/v1/organisation", weekly).body["weekly_list"]["hour"] == 8


def told(body: dict[str, Any]) -> dict[str, Any]:
    """What an example and a real error share: all but ids and the values of what is listed."""
    varying = {"request_id", "configure_url", "allowed", "current_version", "blockers"}
    if body["code"] == "forbidden":
        varying.add("detail")  # it names the scope or role
    kinds = {name: type(body[name]) for name in varying & set(body)}
    errors = [(error["field"], error["code"]) for error in body["errors"]]
    return {**body, **kinds, "errors": errors}


@pytest.mark.parametrize("code", GENERAL)
def test_an_error_of_many_routes_looks_as_documented_on_each(code: str, contract: Contract, stage: Stage) -> None:
    names = [name for name in contract.operations() if code in contract.errors(name)]
    assert names, "documented nowhere"
    for name in names:
        answer = GENERAL[code](stage, ROUTES[name])
        assert told(answer.body) == told(contract.errors(name)[code]), name
        contract.check(name, answer)
    print(f"{code}: as documented on {len(names)} routes")


def test_whatever_a_route_says_when_the_table_is_out_of_reach_is_documented(contract: Contract, stage: Stage) -> None:
    for name in contract.operations():
        contract.check(name, with_the_table_out_of_reach(stage, ROUTES[name]))


def test_a_header_that_was_changed_is_refused_as_documented(contract: Contract, stage: Stage) -> None:
    signed = {"$ref": "#/components/parameters/Lodgestory-Seen"}
    takers = [name for name, operation in contract.operations().items() if signed in operation.get("parameters", [])]
    assert takers
    for name in takers:
        answer = stage.call(ROUTES[name], headers={"Lodgestory-Seen": "changed"})
        assert (answer.status, answer.body["code"]) == (400, "invalid_cursor"), name
        contract.check(name, answer)


@pytest.mark.parametrize(("code", "name"), SPECIFIC)
def test_an_error_of_few_routes_looks_as_documented(code: str, name: str, contract: Contract, stage: Stage) -> None:
    answer = SPECIFIC[code, name](stage)
    assert told(answer.body) == told(contract.errors(name)[code])
    contract.check(name, answer)


def test_every_error_that_is_documented_is_provoked_here(contract: Contract) -> None:
    documented = {(code, name) for name in contract.operations() for code in contract.errors(name)}
    assert {(code, name) for code, name in documented if code not in GENERAL} == set(SPECIFIC)
    print(f"{len(documented)} pairs of a route and an error that it is documented to answer")
