"""What breaks a partner when one JSON schema follows another: in what they send, and in what they are answered.

What is sent may not be narrowed: everything that was taken before is taken still, and means the same. What is answered
may not lose anything: each field that was there is there, of no type that it could not have. A new field, and a new
value of an enumeration in an answer, are additions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

type Json = dict[str, Any]

_REFERENCE: Final = "#/components/schemas/"
_TEXTS: Final = frozenset({"title", "description", "examples", "example", "deprecated"})
_FLOORS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_CEILINGS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_FORMS: Final = ("pattern", "format", "multipleOf", "uniqueItems")
_PARTS: Final = ("type", "enum", "const", "anyOf", "oneOf", "properties", "required", "items", "additionalProperties")
_KNOWN: Final = frozenset({*_TEXTS, *_FLOORS, *_CEILINGS, *_FORMS, *_PARTS, "$ref", "default"})


class Way(Enum):
    SENT = "sent"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Comparison:
    """Two documents' schemas, gone through side by side."""

    base: Mapping[str, Json]
    """Its `components.schemas`, and those of the new one."""
    new: Mapping[str, Json]

    def breaks(self, base: Json, new: Json, way: Way, where: str, seen: tuple[Any, ...] = ()) -> Iterator[str]:
        """What breaks when `new` takes the place of `base`, a sentence each."""
        if way is Way.SENT and (old := base.get("default")) != (now := new.get("default")):
            yield f"{where}: left out, it meant {old!r}, and now {now!r}"
        before, after = _alternatives(base, self.base), _alternatives(new, self.new)
        # Sent: each that was taken must be taken. Answered: each that is given must have been possible.
        for one in before if way is Way.SENT else after:
            yield from self._one_of(one, after if way is Way.SENT else before, way, where, seen)

    def _one_of(self, one: Json, others: list[Json], way: Way, where: str, seen: tuple[Any, ...]) -> Iterator[str]:
        """What breaks in the best of the others, for one alternative."""
        found: list[list[str]] = []
        for other in others:
            old, now = (one, other) if way is Way.SENT else (other, one)
            if _type_stays(old, now, way):
                found.append(list(self._of_a_type(old, now, way, where, seen)))
        if found:
            yield from min(found, key=len)
        else:
            word = "no longer taken" if way is Way.SENT else "newly answered"
            yield f"{where}: {_kind(one)} is {word}"

    def _of_a_type(self, base: Json, new: Json, way: Way, where: str, seen: tuple[Any, ...]) -> Iterator[str]:
        # By the very objects, which a name may lead to in several ways.
        pair = (id(base.get("properties", base)), id(new.get("properties", new)))
        if pair in seen:
            return  # a shape within itself
        seen = (*seen, pair)
        yield from _unknown(base, new, where)
        if way is Way.SENT:
            yield from _narrowed(base, new, where)
        yield from self._fields(base, new, way, where, seen)
        if "items" in base or "items" in new:
            yield from self.breaks(base.get("items", {}), new.get("items", {}), way, f"{where}[]", seen)

    def _fields(self, base: Json, new: Json, way: Way, where: str, seen: tuple[Any, ...]) -> Iterator[str]:
        before, after = base.get("properties", {}), new.get("properties", {})
        required, now_required = set(base.get("required", ())), set(new.get("required", ()))
        for name in before.keys() - after.keys():
            yield f"{where}.{name}: the field was removed"
        if way is Way.SENT:
            for name in sorted(now_required - required):
                yield f"{where}.{name}: it must be sent now"
        else:
            for name in sorted((required - now_required) & after.keys()):
                yield f"{where}.{name}: it may be missing now"
        for name in before.keys() & after.keys():
            yield from self.breaks(before[name], after[name], way, f"{where}.{name}", seen)
        more, now_more = base.get("additionalProperties", True), new.get("additionalProperties", True)
        if way is Way.SENT and more is not False and now_more is False:
            yield f"{where}: other fields are refused now"
        elif more is not False and dict in {type(more), type(now_more)}:
            yield from self.breaks(_schema(more), _schema(now_more), way, f"{where}.*", seen)


def _schema(more: Any) -> Json:
    """`additionalProperties` as a schema: `true` is anything."""
    return more if isinstance(more, dict) else {}


def _alternatives(schema: Json, schemas: Mapping[str, Json]) -> list[Json]:
    """All that a schema lets through, one type each."""
    if "$ref" in schema:
        return _alternatives(schemas[schema["$ref"].removeprefix(_REFERENCE)], schemas)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return [one for choice in schema[word] for one in _alternatives(choice, schemas)]
    if isinstance(schema.get("type"), list):
        return [{**schema, "type": name} for name in schema["type"]]
    return [schema]


def _type_stays(base: Json, new: Json, way: Way) -> bool:
    inner, outer = (base, new) if way is Way.SENT else (new, base)
    types = (inner.get("type"), outer.get("type"))
    return types[1] is None or types[0] == types[1] or types == ("integer", "number")


def _kind(schema: Json) -> str:
    return str(schema.get("type", "any value"))


def _values(schema: Json) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _narrowed(base: Json, new: Json, where: str) -> Iterator[str]:
    """What was taken before, and is not any more."""
    before, after = _values(base), _values(new)
    if after is not None:
        if before is None:
            yield f"{where}: only {after} are taken now"
        for value in before or ():
            if value not in after:
                yield f"{where}: the value {value!r} was removed"
    for word in _tighter(base, new):
        yield f"{where}: {word} was {base.get(word, 'free')}, and is {new[word]}"


def _tighter(base: Json, new: Json) -> Iterator[str]:
    """The limits and forms that were not there before, or took more."""
    for word in new.keys() & {*_FLOORS, *_CEILINGS, *_FORMS}:
        if word in base and (
            new[word] == base[word]
            or (word in _FLOORS and new[word] < base[word])
            or (word in _CEILINGS and new[word] > base[word])
        ):
            continue
        yield word


def _unknown(base: Json, new: Json, where: str) -> Iterator[str]:
    """What we do not understand may not change."""
    for word in sorted((base.keys() | new.keys()) - _KNOWN):
        if base.get(word) != new.get(word):
            yield f"{where}: {word} changed, which this check cannot judge"
