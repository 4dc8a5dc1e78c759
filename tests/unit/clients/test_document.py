"""What the generators are given, and how what they made is compared."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.clients.__main__ import differences
from scripts.clients.document import prepared

REF = "#/components/schemas/"


def a_document(**schemas: Any) -> dict[str, Any]:
    """One operation, which sends `Sent` and answers with `Shown`."""
    operation = {
        "operationId": "put_thing",
        "parameters": [
            {"$ref": "#/components/parameters/Lodgestory-Seen"},
            {"$ref": "#/components/parameters/Idempotency-Key"},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 25}},
        ],
        "requestBody": {"content": {"application/json": {"schema": {"$ref": f"{REF}Sent"}}}},
        "responses": {
            "200": {"content": {"application/json": {"schema": {"$ref": f"{REF}Shown"}}}},
            "304": {"description": "Nothing has changed"},
            "422": {"content": {"application/problem+json": {"schema": {"$ref": f"{REF}Problem"}}}},
        },
    }
    colours = {"type": "string", "enum": ["red", "blue"], "description": "Its colour"}
    shapes = {
        "Sent": {"properties": {"colour": colours | {"default": "red"}}},
        "Shown": {"properties": {"colour": colours, "inner": {"$ref": f"{REF}Inner"}}},
        "Inner": {"properties": {"kind": {"const": "thing"}}},
        "Problem": {"properties": {}},
    }
    return {"paths": {"/v1/things/{thing_id}": {"put": operation}}, "components": {"schemas": shapes | schemas}}


def made(**schemas: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The operation, and the shapes by name."""
    document = prepared(a_document(**schemas))
    return document["paths"]["/v1/things/{thing_id}"]["put"], document["components"]["schemas"]


def test_errors_and_what_the_client_sends_itself_are_left_out() -> None:
    operation, _ = made()
    assert list(operation["responses"]) == ["200"]
    assert [one.get("$ref", one.get("name")) for one in operation["parameters"]] == [
        "#/components/parameters/Idempotency-Key",
        "limit",
    ]


def test_values_of_answers_are_open_and_those_that_are_sent_are_not() -> None:
    _, schemas = made()
    assert schemas["Sent"]["properties"]["colour"]["enum"] == ["red", "blue"]
    open_one = {"type": "string", "description": "Its colour `red`, `blue`; new values may come"}
    assert schemas["Shown"]["properties"]["colour"] == open_one
    assert schemas["Inner"]["properties"]["kind"] == {"description": "`thing`; new values may come"}


def test_a_shape_with_values_that_is_both_sent_and_answered_is_refused() -> None:
    shared = {"Sent": {"properties": {"inner": {"$ref": f"{REF}Inner"}}}}
    with pytest.raises(ValueError, match="Inner is both sent and answered"):
        made(**shared)


def test_defaults_are_told_and_not_sent() -> None:
    operation, schemas = made()
    limit = operation["parameters"][1]
    assert (limit["schema"], limit["description"]) == ({"type": "integer"}, "(`25` if left out)")
    colour = schemas["Sent"]["properties"]["colour"]
    assert "default" not in colour
    assert colour["description"] == "Its colour (`red` if left out)"


def test_the_contract_itself_is_left_alone() -> None:
    document = a_document()
    before = json.dumps(document)
    prepared(document)
    assert json.dumps(document) == before


def test_files_that_differ_or_are_on_one_side_only_are_named(tmp_path: Path) -> None:
    sides = {"made": {"same": "1", "other": "1", "new": "1"}, "committed": {"same": "1", "other": "2", "old": "1"}}
    for side, files in sides.items():
        for name, text in files.items():
            file = tmp_path / side / "deep" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    (tmp_path / "committed" / "deep" / "__pycache__").mkdir()
    (tmp_path / "committed" / "deep" / "__pycache__" / "same.pyc").write_text("", "utf-8")
    found = list(differences(tmp_path / "made", tmp_path / "committed"))
    assert found == ["deep/new", "deep/old", "deep/other"]
