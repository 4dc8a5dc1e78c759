"""What the document says in words, and the schemas beside the words do not: told to schemathesis as schemas.

Else it would take any text for a valid name and find each refusal a fault. The schemas of the document itself may not
get narrower within v1 (docs/decisions/0012-v1-only-grows.md), though the API has never taken more than this.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

type Json = dict[str, Any]

# Negated classes: in a JSON pattern there is no other way to say "one of them at least is no space".
_SPACES = r"\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CONTROLS = r"\u0000-\u001f\u007f\u0085\u2028\u2029"
_ONE_LINE = {"pattern": f"^[^{_CONTROLS}]*[^{_CONTROLS}{_SPACES}][^{_CONTROLS}]*$"}
_SAYS_SOMETHING = {"pattern": rf"^[^\u0000]*[^\u0000\u001c-\u001f{_SPACES}][^\u0000]*$"}
_DAY_OR_INSTANT = {"anyOf": [{"format": "date"}, {"format": "date-time"}]}
_ZONE = {"enum": ["UTC", "Europe/Zurich", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "Etc/GMT+12"]}

SAID: Final[Mapping[str, Json]] = {
    "Idempotency-Key": {"pattern": "^[!-~]{1,255}$"},
    "name": _ONE_LINE,
    "label": _ONE_LINE,
    "text": _SAYS_SOMETHING,
    "remark": _SAYS_SOMETHING,
    "remarks": _SAYS_SOMETHING,
    "created_from": _DAY_OR_INSTANT,
    "created_to": _DAY_OR_INSTANT,
    "tz": _ZONE,
    "zone": _ZONE,
    "transitions": {"propertyNames": {"pattern": "^[A-Za-z0-9_-]{1,40}$"}},
}
"""By the name of a parameter, or of a field of a body: what its value must be besides."""


def told(document: Json) -> Json:
    """The document with these schemas in what is sent. Raises KeyError for a name that nothing has."""
    narrowed = copy.deepcopy(document)
    schemas = narrowed["components"]["schemas"]
    schemas["DoBulk"] = {"anyOf": list(_bulk_actions(schemas["DoBulk"]["properties"]))}
    found = set[str]()
    for name, schema in [*_parameters(narrowed), *_fields(narrowed)]:
        if name in SAID:
            found.add(name)
            for value in _values(schema):
                value.setdefault("allOf", []).append(SAID[name])
    for name in SAID.keys() - found:
        raise KeyError(name)
    return narrowed


def _bulk_actions(fields: Json) -> Iterator[Json]:
    """What is named by ids or found by a filter, and for each action its value."""
    category = {"$ref": "#/components/schemas/ToCategoryIn"}
    values: Json = {
        "assign": {"anyOf": [{"type": "string", "pattern": "^(mem|team)_[A-Za-z0-9_-]{1,35}$"}, {"type": "null"}]},
        "status": {"anyOf": [{"type": "string", "minLength": 1, "maxLength": 40}, category]},
        "priority": {"enum": ["low", "medium", "high"]},
        "delete": None,
        "restore": None,
    }
    ids = fields["ids"] | {"minItems": 1, "maxItems": 40, "uniqueItems": True}
    tickets = {"$ref": "#/components/schemas/TicketFilters"}
    for action, value in values.items():
        for selector, schema in {"ids": ids, "filter": tickets}.items():
            if (action, selector) == ("restore", "filter"):
                continue
            wanted = {"action": {"const": action}, selector: schema} | ({"value": value} if value is not None else {})
            yield {
                "type": "object",
                "additionalProperties": False,
                "required": list(wanted),
                "properties": wanted | {"dry_run": fields["dry_run"]},
            }


def _parameters(document: Json) -> Iterator[tuple[str, Json]]:
    shared = list(document["components"]["parameters"].values())
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    for parameter in [*shared, *(one for operation in operations for one in operation.get("parameters", ()))]:
        if "$ref" not in parameter:
            yield parameter["name"], parameter["schema"]


def _fields(document: Json) -> Iterator[tuple[str, Json]]:
    """The fields of every shape that a body has, or a part of one."""
    schemas = document["components"]["schemas"]
    bodies = [
        one["requestBody"] for methods in document["paths"].values() for one in methods.values() if "requestBody" in one
    ]
    waiting, seen = list(_references(bodies)), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            for shape in (schemas[name], *schemas[name].get("anyOf", ())):
                yield from shape.get("properties", {}).items()
            waiting += _references(schemas[name])


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from _references(one)


def _values(schema: Json) -> Iterator[Json]:
    """The alternatives of a schema, but null."""
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _values(one)
    elif schema.get("type") != "null":
        yield schema
