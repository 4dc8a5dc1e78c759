"""The gateway in front of the API, and the errors that it makes itself."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.unit.template.template import (
    PARAMETERS,
    properties,
)
from ticketing import errors
from tickets_api import guarding


def test_the_api_sends_every_method_of_every_path_to_its_function() -> None:
    events = [event["Properties"] for event in properties("TicketsApi")["Events"].values()]
    assert {event["Path"] for event in events} == {"/{proxy+}"}
    assert {event["Method"] for event in events} == {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    assert {event["RestApiId"]["Ref"] for event in events} == {"Api"}


def test_the_api_is_regional_throttled_and_logs_neither_paths_nor_headers() -> None:
    api = properties("Api")
    assert api["StageName"] == "live"
    assert api["EndpointConfiguration"] == {"Type": "REGIONAL"}
    assert "AccessLogSetting" not in api, "paths carry unsubscribe tokens"
    [settings] = api["MethodSettings"]
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("OFF", False)
    assert settings["ThrottlingRateLimit"] == {"Ref": "ApiRateLimit"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ApiBurstLimit"}


def test_the_function_ends_before_the_gateway_gives_up() -> None:
    assert properties("TicketsApi")["Timeout"] < 29


@pytest.mark.parametrize("kind", properties("Api")["GatewayResponses"])
def test_errors_made_by_the_gateway_look_like_those_of_the_api(kind: str) -> None:
    response = properties("Api")["GatewayResponses"][kind]
    problem = json.loads(response["ResponseTemplates"]["application/json"])
    assert problem.keys() == {"type", "title", "status", "detail", "code", "errors", "request_id"}
    assert problem["type"] == f"urn:lodgestory:error:{problem['code']}"
    assert str(problem["status"]) == response["StatusCode"]
    headers = response["ResponseParameters"]["Headers"]
    assert headers["Content-Type"] == "'application/problem+json'"
    assert ("Retry-After" in headers) == (problem["status"] in {429, 503})


@pytest.mark.parametrize("kind", properties("Api")["GatewayResponses"])
def test_errors_made_by_the_gateway_are_guarded_and_may_be_read_by_pages_if_any_page_may_call(kind: str) -> None:
    headers = properties("Api")["GatewayResponses"][kind]["ResponseParameters"]["Headers"]
    expected = {name: f"'{value}'" for name, value in guarding.HEADERS.items() if "'" not in value}
    assert {name: headers[name] for name in expected} == expected
    with_origins = {"Fn::If": ["HasCorsOrigins", "'*'", {"Ref": "AWS::NoValue"}]}
    assert headers["Access-Control-Allow-Origin"] == with_origins
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize(
    ("value", "is_allowed"),
    [
        ("", True),
        ("https://crm.example", True),
        ("https://crm.example,https://desk.example:8443,http://localhost:5173", True),
        ("*", False),
        ("https://*.example", False),
        ("null", False),
        ("http://crm.example", False),
        ("https://crm.example/", False),
        ("https://CRM.example", False),
        ("https://crm.example, https://desk.example", False),
        ("https://crm.example,", False),
    ],
)
def test_pages_that_may_call_are_named_by_exact_origins(value: str, is_allowed: bool) -> None:
    assert bool(re.fullmatch(PARAMETERS["CorsOrigins"]["AllowedPattern"], value)) is is_allowed


def _declared_errors(base: type[errors.TicketingError]) -> Iterator[type[errors.TicketingError]]:
    for error in base.__subclasses__():
        yield error
        yield from _declared_errors(error)


@pytest.mark.parametrize("kind", properties("Api")["GatewayResponses"])
def test_an_error_code_means_the_same_from_the_gateway_as_from_the_function(kind: str) -> None:
    problem = json.loads(properties("Api")["GatewayResponses"][kind]["ResponseTemplates"]["application/json"])
    known = {error.code: (error.status, error.title) for error in _declared_errors(errors.TicketingError)}
    only_the_gateway = {"bad_request"}
    assert problem["code"] in known.keys() | only_the_gateway
    said = (problem["status"], problem["title"])
    assert known.get(problem["code"], said) == said


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", "404"),
        ("RESOURCE_NOT_FOUND", "404"),
        ("THROTTLED", "429"),
        ("QUOTA_EXCEEDED", "429"),
        ("REQUEST_TOO_LARGE", "413"),
        ("INTEGRATION_TIMEOUT", "503"),
        ("INTEGRATION_FAILURE", "503"),
        ("DEFAULT_4XX", "400"),
        ("DEFAULT_5XX", "500"),
    ],
)
def test_the_gateway_says_what_happened(kind: str, status: str) -> None:
    assert properties("Api")["GatewayResponses"][kind]["StatusCode"] == status
