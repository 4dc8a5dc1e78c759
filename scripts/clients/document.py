"""What the generators are given: docs/openapi.json, said as a client needs it.

The contract stays as it is; only this copy is changed.

- Errors, and 304, are left out: both clients raise them, so a method returns what it is named for and nothing else.
- `Lodgestory-Seen` is left out: both clients send it themselves.
- A field of an answer that names one of several values is text, and its description names those of today. New ones
  are no breach of the contract, so a type, or worse a parser, that knows no others would be wrong.
- The default of what may be left out stands in its description alone: what is left out is not sent.
"""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

type Json = dict[str, Any]

_SCHEMAS = "#/components/schemas/"
_KEPT_BY_THE_CLIENT = "#/components/parameters/Lodgestory-Seen"


def prepared(document: Json) -> Json:
    """The generators' copy. Raises ValueError where a shape is both sent and answered, and names several values."""
    made = copy.deepcopy(document)
    operations = list(_operations(made))
    for _, _, operation in operations:
        operation["parameters"] = [
            one for one in operation.get("parameters", []) if one.get("$ref") != _KEPT_BY_THE_CLIENT
        ]
        operation["responses"] = {
            status: answer for status, answer in operation["responses"].items() if status.startswith("2")
        }
    _open_values(made, operations)
    _tell_defaults(made, operations)
    return made


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _tell_defaults(document: Json, operations: list[tuple[str, str, Json]]) -> None:
    for _, _, operation in operations:
        for parameter in operation["parameters"]:
            _tell_default(parameter, parameter.get("schema", {}))
    for schema in document["components"]["schemas"].values():
        for field in schema.get("properties", {}).values():
            _tell_default(field, field)


def _tell_default(described: Json, schema: Json) -> None:
    if "default" in schema:
        default = json.dumps(schema.pop("default")).strip('"')
        described["description"] = f"{described.get('description', '')} (`{default}` if left out)".strip()


def _open_values(document: Json, operations: list[tuple[str, str, Json]]) -> None:
    schemas: Json = document["components"]["schemas"]
    answered = _reached(schemas, [operation["responses"] for _, _, operation in operations])
    sent = _reached(schemas, [[one["parameters"], one.get("requestBody")] for _, _, one in operations])
    for name in sorted(answered):
        before = copy.deepcopy(schemas[name])
        _open(schemas[name])
        if name in sent and schemas[name] != before:
            raise ValueError(f"{name} is both sent and answered, and names values: give the answer its own shape")


def _open(schema: Any) -> None:
    if isinstance(schema, list):
        for one in schema:
            _open(one)
    if isinstance(schema, dict):
        values = schema.pop("enum", None) or ([schema.pop("const")] if "const" in schema else [])
        if values:
            known = ", ".join(f"`{value}`" for value in values)
            schema["description"] = f"{schema.get('description', '')} {known}; new values may come".strip()
        for one in list(schema.values()):
            _open(one)


def _reached(schemas: Json, nodes: Any) -> set[str]:
    """The names of all schemas that are referred to from there."""
    reached: set[str] = set()
    found = _references(nodes)
    while found:
        reached |= found
        found = {name for one in found for name in _references(schemas[one])} - reached
    return reached


def _references(node: Any) -> set[str]:
    return set(re.findall(re.escape(_SCHEMAS) + r"(\w+)", json.dumps(node)))
