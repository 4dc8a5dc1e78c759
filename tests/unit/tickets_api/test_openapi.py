"""The contract as a document: valid, committed, and made from the code."""

import json
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


def test_no_framework_error_shape_is_left() -> None:
    assert "HTTPValidationError" not in json.dumps(DOCUMENT)


def test_every_operation_has_a_summary_and_says_how_it_fails() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], f"{method} {path}"
            if path != "/v1/health":
                assert "401" in operation["responses"], f"{method} {path}"
