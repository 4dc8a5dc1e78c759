"""Items as Python values and as DynamoDB's typed attribute values.

Our items hold strings, whole numbers, booleans, bytes, None, lists and maps. boto3's serializer would do it too, in
Decimals and at ten times the price, and boto3 is not shipped.
"""

from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

type Item = dict[str, Any]
"""An item or map: attribute names to str, int, bool, bytes, None, list or dict."""


def encode(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as botocore takes it for a request, where bytes are bytes."""
    return {name: encode_value(value) for name, value in item.items()}


def decode(attributes: Mapping[str, Any]) -> Item:
    """An item from a DynamoDB answer (`parsing`) or a stream record, where bytes are text in base64.

    Raises TypeError for a type that our items do not hold.
    """
    try:
        return _map(attributes)
    except KeyError as kind:
        message = f"an item of ours never holds an attribute of type {kind}"
        raise TypeError(message) from None


def encode_value(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case bytes():
            return {"B": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case list() | tuple():
            return {"L": [encode_value(element) for element in value]}
        case dict():
            return {"M": encode(value)}
        case _:
            message = f"an item cannot hold a {type(value).__name__}"
            raise TypeError(message)


def _map(attributes: Mapping[str, Any]) -> Item:
    return {name: _READ[kind](value) for name, attribute in attributes.items() for kind, value in attribute.items()}


def _list(attributes: Iterable[Mapping[str, Any]]) -> list[Any]:
    return [_READ[kind](value) for attribute in attributes for kind, value in attribute.items()]


def _same(value: Any) -> Any:
    return value


_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "S": _same,
    "N": int,
    "BOOL": _same,
    "B": b64decode,
    "NULL": lambda _: None,
    "L": _list,
    "M": _map,
}
"""By type. A table is faster than a chain of cases, and lists of tickets spend their time here."""
