"""What breaks a partner, and what does not: pairs of documents, each with the one sentence that it is told by."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import __main__ as contract
from scripts.contract.operations import breaks

BASE: dict[str, Any] = {
    "security": [{"ApiKey": []}],
    "paths": {
        "/v1/things": {
            "post": {
                "operationId": "make_thing",
                "parameters": [
                    {"$ref": "#/components/parameters/Seen"},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100, "default": 25}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/PutThing"}}},
                },
                "responses": {
                    "201": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                    },
                    "404": {
                        "content": {"application/problem+json": {"schema": {}, "examples": {"not_found": {}}}},
                    },
                },
            }
        },
        "/v1/health": {"get": {"security": [], "responses": {"200": {}}}},
    },
    "components": {
        "parameters": {"Seen": {"name": "Seen", "in": "header", "schema": {"type": "string"}}},
        "schemas": {
            "PutThing": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "name": {"type": "string", "minLength": 1, "maxLength": 40, "pattern": "^[a-z]+$"},
                    "colour": {"anyOf": [{"type": "string", "enum": ["red", "blue"]}, {"type": "null"}]},
                    "parts": {"type": "array", "maxItems": 20, "items": {"$ref": "#/components/schemas/PutThing"}},
                    "moves": {"type": "object", "additionalProperties": {"type": "integer"}},
                },
            },
            "Thing": {
                "type": "object",
                "required": ["id", "size"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string"},
                    "size": {"type": "number"},
                    "kind": {"enum": ["a", "b"], "type": "string"},
                    "inside": {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]},
                },
            },
        },
    },
}

type Change = Callable[[dict[str, Any]], object]

WHERE = "POST /v1/things"


def operation(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/v1/things"]["post"]
    return found


def shape(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def sent(name: str, **words: Any) -> Change:
    """A field that is sent, with these words of its schema changed; None removes one."""

    def change(document: dict[str, Any]) -> None:
        field = shape(document, "PutThing")["properties"].setdefault(name, {})
        field |= words
        for word in [word for word, value in words.items() if value is None]:
            del field[word]

    return change


def answered(name: str, schema: dict[str, Any]) -> Change:
    return lambda document: shape(document, "Thing")["properties"].update({name: schema})


BREAKING: dict[str, Change] = {
    "POST /v1/things: it was removed": lambda d: d["paths"].pop("/v1/things"),
    "GET /v1/health: it was removed": lambda d: d["paths"]["/v1/health"].pop("get"),
    "GET /v1/health: it needs a key now": lambda d: d["paths"]["/v1/health"]["get"].pop("security"),
    f"{WHERE}: the operation make_thing was renamed, and with it a method of generated clients": lambda d: operation(
        d
    ).update(operationId="create_thing"),
    f"{WHERE}: the query parameter limit was removed": lambda d: operation(d)["parameters"].pop(),
    f"{WHERE}: the header parameter Seen must be sent now": lambda d: d["components"]["parameters"]["Seen"].update(
        required=True
    ),
    f"{WHERE}: the query parameter tz must be sent now": lambda d: operation(d)["parameters"].append(
        {"name": "tz", "in": "query", "required": True, "schema": {"type": "string"}}
    ),
    f"{WHERE}: the query parameter limit: maximum was 100, and is 50": lambda d: operation(d)["parameters"][1][
        "schema"
    ].update(maximum=50),
    f"{WHERE}: the query parameter limit: left out, it meant 25, and now 10": lambda d: operation(d)["parameters"][1][
        "schema"
    ].update(default=10),
    f"{WHERE}: it takes no body any more": lambda d: operation(d).pop("requestBody"),
    "GET /v1/health: a body must be sent now": lambda d: d["paths"]["/v1/health"]["get"].update(
        requestBody={"required": True}
    ),
    f"{WHERE}: body: the content type application/json was removed": lambda d: operation(d)["requestBody"].update(
        content={"text/csv": {}}
    ),
    f"{WHERE}: body.colour: the field was removed": lambda d: shape(d, "PutThing")["properties"].pop("colour"),
    f"{WHERE}: body.colour: it must be sent now": lambda d: shape(d, "PutThing")["required"].append("colour"),
    f"{WHERE}: body.colour: the value 'blue' was removed": sent(
        "colour", anyOf=[{"type": "string", "enum": ["red"]}, {"type": "null"}]
    ),
    f"{WHERE}: body.colour: null is no longer taken": sent("colour", anyOf=None, type="string", enum=["red", "blue"]),
    f"{WHERE}: body.name: only ['x'] are taken now": sent("name", enum=["x"]),
    f"{WHERE}: body.name: string is no longer taken": sent("name", type="integer"),
    f"{WHERE}: body.name: maxLength was 40, and is 39": sent("name", maxLength=39),
    f"{WHERE}: body.name: minLength was 1, and is 2": sent("name", minLength=2),
    f"{WHERE}: body.name: pattern was ^[a-z]+$, and is ^[a-y]+$": sent("name", pattern="^[a-y]+$"),
    f"{WHERE}: body.name: format was free, and is email": sent("name", format="email"),
    f"{WHERE}: body.name: not changed, which this check cannot judge": sent("name", **{"not": {"const": "x"}}),
    f"{WHERE}: body.parts: minItems was free, and is 1": sent("parts", minItems=1),
    f"{WHERE}: body.parts[]: object is no longer taken": sent("parts", items={"type": "string"}),
    f"{WHERE}: body.moves.*: integer is no longer taken": sent("moves", additionalProperties={"type": "string"}),
    f"{WHERE}: body.moves: other fields are refused now": sent("moves", additionalProperties=False),
    f"{WHERE}: the status 404 was removed": lambda d: operation(d)["responses"].pop("404"),
    f"{WHERE} 404: the error code not_found was removed": lambda d: operation(d)["responses"]["404"]["content"][
        "application/problem+json"
    ].update(examples={"gone": {}}),
    f"{WHERE} 201: the header ETag was removed": lambda d: operation(d)["responses"]["201"].pop("headers"),
    f"{WHERE} 201: body: the content type application/json was removed": lambda d: operation(d)["responses"]["201"].pop(
        "content"
    ),
    f"{WHERE} 201: body.kind: the field was removed": lambda d: shape(d, "Thing")["properties"].pop("kind"),
    f"{WHERE} 201: body.size: it may be missing now": lambda d: shape(d, "Thing").update(required=["id"]),
    f"{WHERE} 201: body.size: null is newly answered": answered("size", {"type": ["number", "null"]}),
    f"{WHERE} 201: body.id: integer is newly answered": answered("id", {"type": "integer"}),
    f"{WHERE} 201: body.inside: string is newly answered": answered(
        "inside", {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "string"}]}
    ),
}

ADDITIONS: dict[str, Change] = {
    "nothing at all": lambda _: None,
    "a path": lambda d: d["paths"].update({"/v1/more": {"get": {"responses": {"200": {}}}}}),
    "a method": lambda d: d["paths"]["/v1/things"].update(get={"responses": {"200": {}}}),
    "a parameter that may be left out": lambda d: operation(d)["parameters"].append({"name": "tz", "in": "query"}),
    "a field that may be left out": sent("weight", type="integer"),
    "a field that need not be sent any more": lambda d: shape(d, "PutThing").update(required=[]),
    "a wider limit": sent("name", maxLength=80, minLength=0),
    "no limit any more": sent("name", maxLength=None, pattern=None),
    "null": sent("name", type=["string", "null"]),
    "a value that is taken": sent(
        "colour", anyOf=[{"enum": ["red", "blue", "green"], "type": "string"}, {"type": "null"}]
    ),
    "numbers where integers were": sent("moves", additionalProperties={"type": "number"}),
    "other fields": lambda d: shape(d, "PutThing").update(additionalProperties=True),
    "a body that may be left out": lambda d: operation(d)["requestBody"].update(required=False),
    "a text about a field": sent("name", description="Its name", examples=["lamp"]),
    "a status": lambda d: operation(d)["responses"].update({"429": {}}),
    "an error code": lambda d: operation(d)["responses"]["404"]["content"]["application/problem+json"][
        "examples"
    ].update(gone={}),
    "a header": lambda d: operation(d)["responses"]["201"]["headers"].update(Location={}),
    "a field that is answered": answered("weight", {"type": "integer"}),
    "a value that is answered": answered("kind", {"enum": ["a", "b", "c"], "type": "string"}),
    "integers where numbers were": answered("size", {"type": "integer"}),
    "an answer that is never null now": answered("inside", {"$ref": "#/components/schemas/Thing"}),
    "a shape by another name": lambda d: (
        d["components"]["schemas"].update(Object=shape(d, "Thing")),
        operation(d)["responses"]["201"]["content"]["application/json"].update(
            schema={"$ref": "#/components/schemas/Object"}
        ),
    ),
    "no key": lambda d: d.update(security=[]),
}


def changed(change: Change) -> dict[str, Any]:
    document = copy.deepcopy(BASE)
    change(document)
    return document


@pytest.mark.parametrize("sentence", BREAKING)
def test_what_breaks_a_partner_is_named(sentence: str) -> None:
    assert sentence in breaks(BASE, changed(BREAKING[sentence]))


@pytest.mark.parametrize("what", ADDITIONS)
def test_an_addition_passes(what: str) -> None:
    assert breaks(BASE, changed(ADDITIONS[what])) == []


def test_every_break_is_named_not_the_first_alone() -> None:
    document = changed(lambda d: (operation(d)["responses"].pop("404"), shape(d, "Thing")["properties"].pop("kind")))
    assert len(breaks(BASE, document)) == 2


def test_the_api_has_everything_that_was_promised() -> None:
    assert contract.problems() == []


def test_a_base_that_no_decision_record_names_is_refused(tmp_path: Path) -> None:
    base = tmp_path / "openapi.base.json"
    base.write_text(json.dumps(BASE), "utf-8")
    (found,) = contract.problems(base, base, tmp_path)
    assert found.startswith("openapi.base.json: no decision record names its SHA-256")
