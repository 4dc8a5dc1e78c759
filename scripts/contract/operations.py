"""What breaks a partner when one OpenAPI document follows another: paths, methods, parameters, answers, headers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.contract.schemas import Comparison, Json, Way

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def breaks(base: Json, new: Json) -> list[str]:
    """All that the new document takes away, a sentence each; nothing if it only adds."""
    comparison = Comparison(_component(base, "schemas"), _component(new, "schemas"))
    found: list[str] = []
    for path, methods in base["paths"].items():
        for method in _METHODS:
            if method not in methods:
                continue
            where = f"{method.upper()} {path}"
            operation = new["paths"].get(path, {}).get(method)
            if operation is None:
                found.append(f"{where}: it was removed")
            else:
                sides = _Side(base, methods[method]), _Side(new, operation)
                found += _of_an_operation(*sides, comparison, where)
    return sorted(found)


@dataclass(frozen=True)
class _Side:
    """An operation in its document."""

    document: Json
    operation: Json

    def parameters(self) -> dict[str, Json]:
        """By place and name."""
        named = [self.resolved(one) for one in self.operation.get("parameters", ())]
        return {f"{one['in']} parameter {one['name']}": one for one in named}

    def body(self) -> Json | None:
        return self.operation.get("requestBody")

    def responses(self) -> dict[str, Json]:
        return {status: self.resolved(one) for status, one in self.operation.get("responses", {}).items()}

    def name(self) -> str | None:
        named: str | None = self.operation.get("operationId")
        return named

    def is_open(self) -> bool:
        return not self.operation.get("security", self.document.get("security"))

    def resolved(self, node: Json) -> Json:
        """What a reference to a parameter or an answer leads to."""
        if "$ref" not in node:
            return node
        kind, name = node["$ref"].removeprefix("#/components/").split("/")
        found: Json = self.document["components"][kind][name]
        return found


def _of_an_operation(base: _Side, new: _Side, comparison: Comparison, where: str) -> Iterator[str]:
    if base.name() != new.name():
        yield f"{where}: the operation {base.name()} was renamed, and with it a method of generated clients"
    if base.is_open() and not new.is_open():
        yield f"{where}: it needs a key now"
    yield from _of_parameters(base.parameters(), new.parameters(), comparison, where)
    yield from _of_bodies(base.body(), new.body(), comparison, where)
    after = new.responses()
    for status, response in base.responses().items():
        if status not in after:
            yield f"{where}: the status {status} was removed"
        else:
            yield from _of_answers(response, after[status], comparison, f"{where} {status}")


def _of_parameters(base: dict[str, Json], new: dict[str, Json], comparison: Comparison, where: str) -> Iterator[str]:
    for name, parameter in new.items():
        if parameter.get("required") and not base.get(name, {}).get("required"):
            yield f"{where}: the {name} must be sent now"
    for name, parameter in base.items():
        if name not in new:
            yield f"{where}: the {name} was removed"
        else:
            schemas = parameter.get("schema", {}), new[name].get("schema", {})
            yield from comparison.breaks(*schemas, Way.SENT, f"{where}: the {name}")


def _of_bodies(base: Json | None, new: Json | None, comparison: Comparison, where: str) -> Iterator[str]:
    if new and new.get("required") and not (base and base.get("required")):
        yield f"{where}: a body must be sent now"
    if base and not new:
        yield f"{where}: it takes no body any more"
    if base and new:
        yield from _of_contents(base, new, comparison, Way.SENT, f"{where}: body")


def _of_answers(base: Json, new: Json, comparison: Comparison, where: str) -> Iterator[str]:
    for name in base.get("headers", {}).keys() - new.get("headers", {}).keys():
        yield f"{where}: the header {name} was removed"
    for code in _codes(base) - _codes(new):
        yield f"{where}: the error code {code} was removed"
    yield from _of_contents(base, new, comparison, Way.ANSWERED, f"{where}: body")


def _of_contents(base: Json, new: Json, comparison: Comparison, way: Way, where: str) -> Iterator[str]:
    after = new.get("content", {})
    for media_type, content in base.get("content", {}).items():
        if media_type not in after:
            yield f"{where}: the content type {media_type} was removed"
        else:
            yield from comparison.breaks(content.get("schema", {}), after[media_type].get("schema", {}), way, where)


def _codes(response: Json) -> set[str]:
    """The codes of an answer's errors, which are the names of its examples."""
    return set(response.get("content", {}).get("application/problem+json", {}).get("examples", {}))


def _component(document: Json, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = document.get("components", {}).get(kind, {})
    return found
