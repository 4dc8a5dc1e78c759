"""The contract as a document: valid, committed, and made from the code."""

import json
import re
from pathlib import Path
from typing import Any

from openapi_spec_validator import validate

from scripts import openapi

DOCUMENT: dict[str, Any] = json.loads(openapi.text())


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_the_committed_document_is_the_one_that_the_code_makes() -> None:
    assert Path(openapi.FILE).read_text("utf-8") == openapi.text(), "run `make openapi` and review the difference"


def test_every_route_but_health_needs_a_key() -> None:
    assert DOCUMENT["security"] == [{"ApiKey": []}]
    open_routes = [
        path
        for path, methods in DOCUMENT["paths"].items()
        if any(one.get("security") == [] for one in methods.values())
    ]
    assert open_routes == ["/v1/health"]


def test_a_whole_number_has_whole_limits() -> None:
    """`9007199254740991.0` is a limit that a generator of clients may read as one of fractions, or not at all."""
    limits = re.findall(r'"(?:minimum|maximum)": ([^,}\s]+)', json.dumps(DOCUMENT))
    assert len(limits) >= 20
    assert [limit for limit in limits if "." in limit] == []


def test_no_framework_error_shape_is_left() -> None:
    assert "HTTPValidationError" not in json.dumps(DOCUMENT)


def test_every_operation_has_a_summary_and_says_how_it_fails() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], f"{method} {path}"
            if path != "/v1/health":
                assert "401" in operation["responses"], f"{method} {path}"


def sent(operation: dict[str, Any]) -> set[str]:
    """The headers that an operation takes."""
    references = [one["$ref"] for one in operation.get("parameters", []) if "$ref" in one]
    return {reference.removeprefix("#/components/parameters/") for reference in references}


def test_whatever_changes_something_takes_an_idempotency_key() -> None:
    without = {
        f"{method.upper()} {path}"
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
        if method in {"post", "patch", "delete"} and "Idempotency-Key" not in sent(operation)
    }
    assert without == {"POST /v1/tickets/search"}, "it reads"


def test_whatever_can_change_is_read_with_an_etag_and_changed_by_it() -> None:
    changed = {"put", "patch", "delete"}
    mutable = {
        path: methods for path, methods in DOCUMENT["paths"].items() if "get" in methods and changed & set(methods)
    }
    assert mutable
    for path, methods in mutable.items():
        read = methods["get"]
        assert "ETag" in read["responses"]["200"]["headers"], path
        assert "ETag" in read["responses"]["304"]["headers"], path
        assert "If-None-Match" in sent(read), path
        for method in changed & set(methods):
            assert "If-Match" in sent(methods[method]), f"{method} {path}"


def test_every_answer_names_its_request_and_a_busy_one_says_when_to_come_again() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                assert "X-Request-Id" in response["headers"], f"{method} {path} {status}"
                assert ("Retry-After" in response["headers"]) == (status in {"429", "503"}), f"{method} {path} {status}"


def test_every_reference_leads_somewhere() -> None:
    references = set(re.findall(r'"\$ref": "#/components/([^"]+)"', json.dumps(DOCUMENT)))
    there = {f"{kind}/{name}" for kind, named in DOCUMENT["components"].items() for name in named}
    assert references <= there
    assert "schemas/TicketOut" in references
