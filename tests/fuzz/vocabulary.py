"""What requests name: mostly what is there, else what was deleted, what is another's and what nobody has.

Every place that can name something is found in the document (`slots.py`), so a new route gets its words by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from tests.fuzz.stage import Stage
from tests.integration.hall import values_of
from tests.integration.routes import ROUTES, Route
from tests.integration.slots import Slot, slots

type Json = dict[str, Any]

_OFTEN: Final = {"path": 0.9, "body": 0.9, "query": 0.3, "header": 0.2}
"""How often a place gets one of these words; else schemathesis makes something up. What may be left out mostly is."""

_OURS_OF_TEN: Final = {"path": 7, "body": 9, "query": 7, "header": 7}
"""Of ten words, so many are of things that are there. A body has many places, and one wrong word spoils all of them."""

_NEW_ALONE: Final = frozenset({("POST /v1/tickets", "external_id")})
"""What names something that is not there yet: the words that we have are of things that are."""

_VERSIONED: Final = frozenset({"If-Match", "If-None-Match"})
_STALE: Final = '"1-999999"'


@dataclass(frozen=True)
class Words:
    """As schemathesis' settings have them: dictionaries, and which of them the places of an operation draw from."""

    dictionaries: Json
    operations: list[Json]

    @cached_property
    def known(self) -> frozenset[str]:
        """All words."""
        return frozenset(word for one in self.dictionaries.values() for word in one["values"])

    def ours(self, operation: str, key: str) -> str | None:
        """A word of what is there, for a place of an operation."""
        found = self.dictionaries.get(f"{operation} {key}")
        return found and str(found["values"][0])


def words(stage: Stage, document: Json) -> Words:
    dictionaries: Json = {}
    operations: dict[str, Json] = {}
    for operation, key, place, values in _places(stage, document):
        name = f"{operation} {key}"
        dictionaries[name] = {"values": values}
        operations.setdefault(operation, {})[key] = {"dictionary": name, "probability": _OFTEN[place]}
    bound = [{"include-name": name, "parameters": found} for name, found in operations.items()]
    return Words(dictionaries, bound)


def _places(stage: Stage, document: Json) -> Iterator[tuple[str, str, str, list[str]]]:
    """Operation, key of the place in the settings, place, words."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for slot in slots(document):
        key = _key(slot)
        if key is not None:
            kinds.setdefault((slot.route.name, key, slot.place), []).extend(_values(stage, slot))
    for (operation, key, place), values in kinds.items():
        yield operation, key, place, values
    for name, header in _versioned(document):
        tag = _tag(stage, ROUTES[name])
        if tag is not None:
            yield name, f"header.{header}", "header", [tag, tag, "*", _STALE]


def _versioned(document: Json) -> Iterator[tuple[str, str]]:
    """Operations with the headers by which they are asked for a version."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            named = {one.get("$ref", "").rpartition("/")[2] for one in operation.get("parameters", ())}
            for header in sorted(named & _VERSIONED):
                yield f"{method.upper()} {path}", header


def _key(slot: Slot) -> str | None:
    if (slot.route.name, slot.name) in _NEW_ALONE:
        return None
    if slot.place != "body":
        # A parameter that can be given several times is a list, which no single word is.
        is_list = slot.place == "query" and slot.route.name == "GET /v1/tickets" and slot.kind != "cursor"
        return None if is_list else f"{slot.place}.{slot.name}"
    is_many = isinstance((slot.route.body or {}).get(slot.name), list)
    return f"body.{slot.name}[*]" if is_many else f"body.{slot.name}"


def _values(stage: Stage, slot: Slot) -> list[str]:
    if slot.kind == "once":
        return [f"our-own-key-{number}" for number in range(20)]
    found = values_of(stage.hall, slot)
    if slot.route.path.endswith("/restore") and slot.kind == "ticket":
        found["ours"], found["ours, deleted"] = found["ours, deleted"], found["ours"]
    if slot.kind == "sub_issue" and slot.route.name.endswith("/search"):
        found = {whose: f"maintenance/{value}" for whose, value in found.items()}
    ours = found.pop("ours")
    others = list(found.values())
    few = 10 - _OURS_OF_TEN[slot.place]
    return [ours] * len(others) * (10 - few) + others * few


def _tag(stage: Stage, route: Route) -> str | None:
    """The version of what this route is about, if it shows one."""
    path = stage.hall.ours.path(route)
    while path.count("/") > 1:
        answer = stage.caller("GET", path)
        if answer.status == 200:
            return answer.headers.get("etag")
        path = path.rpartition("/")[0]
    return None
