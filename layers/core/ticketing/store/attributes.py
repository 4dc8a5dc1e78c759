"""Items as Python values and as DynamoDB's typed attribute values.

Our items hold strings, whole numbers, booleans, bytes, None, lists and maps. boto3's serializer would do it too, in
Decimals and at ten times the price, and boto3 is not shipped.
"""

from collections.abc import Mapping
from typing import Any

type Item = dict[str, Any]
"""An item or map: attribute names to str, int, bool, bytes, None, list or dict."""


def encode(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as a DynamoDB request carries it."""
    return {name: encode_value(value) for name, value in item.items()}


def decode(attributes: Mapping[str, Any]) -> Item:
    """An item from a DynamoDB answer or a stream record."""
    return {name: _decode_value(value) for name, value in attributes.items()}


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


def _decode_value(attribute: Mapping[str, Any]) -> Any:
    (kind, value), *_ = attribute.items()
    match kind:
        case "S" | "BOOL" | "B":
            return value
        case "N":
            return int(value)
        case "NULL":
            return None
        case "L":
            return [_decode_value(element) for element in value]
        case "M":
            return decode(value)
        case _:
            message = f"an item of ours never holds an attribute of type {kind}"
            raise TypeError(message)
