"""The headers in the OpenAPI document, derived from what each route asks for in its signature: none is forgotten."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, get_args

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from ticketing.errors import InvalidCursor
from tickets_api import openapi_examples, seen
from tickets_api.bulk_actions import InBulks
from tickets_api.changing import InChanging
from tickets_api.documenting import PROBLEM, REFERENCE, Responses, documented
from tickets_api.etags import InPreconditions
from tickets_api.keeping import InKeeping
from tickets_api.once import InOnce
from tickets_api.schemas.fields import Shape
from tickets_api.seen import InSeen

type Json = dict[str, Any]

_NOT_MODIFIED: Final = "304"
_ACCEPTED: Final = "202"
_REFUSED: Final = str(InvalidCursor.status)

SENT: Final = {
    "Idempotency-Key": "Chosen by you, 1 to 255 visible ASCII characters. A request that comes again with it within 24 "
    "hours acts once and gets the same answer",
    "If-Match": "An `ETag` that you were given: the change is refused with 412 if somebody was faster",
    "If-None-Match": "An `ETag` that you were given: the answer is 304, without a body, if nothing has changed",
    seen.HEADER: "What the last answer gave: your own changes stand in every list, at once. After changes at the same "
    f"time, what each of them gave, at most {seen.MAX_TOKENS}, with commas between",
}
"""The headers that a request may have, by name."""

ANSWERED: Final = {
    "X-Request-Id": "Names this request in logs and history; yours, if you sent one of 1 to 64 of `A-Z a-z 0-9 . _ -`",
    "ETag": "The version that this answer shows, for `If-Match` and `If-None-Match`",
    "Location": "Where the new thing is, relative to the request",
    seen.HEADER: "Send it with every following request, so that lists show this change at once",
    "RateLimit-Limit": "Requests that your organisation may make at one instant",
    "RateLimit-Remaining": "How many of them are left now",
    "RateLimit-Reset": "Seconds until all of them are, if you make none meanwhile",
    "Retry-After": "Seconds after which it may be sent again",
    "WWW-Authenticate": "`Bearer`",
}
"""The headers that an answer may have, by name."""

_OF_STATUS: Final = {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}
_OF_KEY: Final = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
"""On every answer to a caller who is known."""
_UNCOUNTED: Final = frozenset({"401", "503"})
"""To nobody who is known, or perhaps not: the key could not be read."""

_NUMBERS: Final = frozenset({"Retry-After", *_OF_KEY})


class _Operation:
    """One method of one path: what its route depends on, and what the document says of it."""

    def __init__(self, route: APIRoute, method: str, described: Json) -> None:
        self.path = route.path_format
        self.method = method
        self.described = described
        self._calls = frozenset(_calls(route.dependant))

    def uses(self, dependency: Any) -> bool:
        """Whether its signature leads to a dependency, given as the annotation that routes use: `InOnce`."""
        return get_args(dependency)[1].dependency in self._calls

    @property
    def is_read(self) -> bool:
        return self.method == "GET"

    @property
    def reads_one(self) -> bool:
        return self.is_read and self.uses(InPreconditions)

    def sent(self) -> Iterator[str]:
        # A PUT of the directory says all that it says each time, and needs no key to be repeated by.
        if self.uses(InOnce) and not self.is_read and not (self.method == "PUT" and self.uses(InKeeping)):
            yield "Idempotency-Key"
        # A POST to a path without an id makes something new: there is no version to match.
        if self.uses(InPreconditions) and not self.is_read and not (self.method == "POST" and "{" not in self.path):
            yield "If-Match"
        if self.reads_one:
            yield "If-None-Match"
        if self.uses(InSeen):
            yield seen.HEADER

    def answered(self, status: str, tagged: Collection[str]) -> Iterator[str]:
        """The headers of an answer; `tagged` are the shapes of what has an ETag."""
        yield "X-Request-Id"
        is_change = status.startswith("2") and not self.is_read
        if status == _NOT_MODIFIED or (self.uses(InPreconditions) and self.shape(status) in tagged):
            yield "ETag"
        if is_change and (self.uses(InChanging) or self.uses(InBulks)):
            yield seen.HEADER
            if self.method == "POST" and status == "201":
                yield "Location"
        if is_change and status == _ACCEPTED:
            yield "Location"
        if self.described.get("security") != [] and status not in _UNCOUNTED:
            yield from _OF_KEY
        yield from _OF_STATUS.get(status, ())

    def shape(self, status: str) -> str | None:
        """The name of the model of an answer."""
        content = self.described["responses"][status].get("content", {}).get("application/json", {})
        name: str | None = content.get("schema", {}).get("$ref")
        return name and name.removeprefix(REFERENCE)


def add(made: Json, routes: Iterable[APIRoute], shapes: Mapping[str, type[Shape]]) -> None:
    """Write the headers of these routes into a document. `shapes` are the models of answers by name."""
    made["components"]["parameters"] = {
        name: {"name": name, "in": "header", "description": text, "schema": {"type": "string"}}
        for name, text in SENT.items()
    }
    made["components"]["headers"] = {
        name: {"description": text, "schema": {"type": "integer" if name in _NUMBERS else "string"}}
        for name, text in ANSWERED.items()
    }
    operations = [
        _Operation(route, method, made["paths"][route.path_format][method.lower()])
        for route in routes
        if route.include_in_schema
        for method in route.methods or ()
    ]
    # A change that shows what can be read with an ETag has that ETag too.
    read = tuple(shapes[name] for one in operations if one.reads_one and (name := one.shape("200")))
    tagged = {name for name, shape in shapes.items() if issubclass(shape, read)}
    for operation in operations:
        _write(operation, tagged)


def _write(operation: _Operation, tagged: Collection[str]) -> None:
    described, responses = operation.described, operation.described["responses"]
    sent = [{"$ref": f"#/components/parameters/{name}"} for name in operation.sent()]
    if sent:
        described["parameters"] = described.get("parameters", []) + sent
    if operation.uses(InSeen) and _REFUSED not in responses:  # a list says so of its cursor already
        responses |= _refused(operation)
    if operation.reads_one:
        responses[_NOT_MODIFIED] = {"description": "Nothing has changed since the version that `If-None-Match` names"}
    for status, response in responses.items():
        names = operation.answered(status, tagged)
        responses[status] = {**response, "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}}


def _calls(dependant: Dependant) -> Iterator[Any]:
    """Everything that a route depends on, directly or through something else."""
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)


def _refused(operation: _Operation) -> Responses:
    """The answer to a `Lodgestory-Seen` that was changed."""
    error = InvalidCursor(seen.REFUSAL)
    response = documented(InvalidCursor)[error.status]
    example = {"value": openapi_examples.of(error, operation.method, operation.path)}
    response["content"][PROBLEM]["examples"][error.code] = example
    return {_REFUSED: response}
