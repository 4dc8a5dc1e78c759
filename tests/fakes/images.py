"""Items as botocore's own parser and moto give them: with bytes where an answer, and a stream record, hold base64."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from ticketing.store.attributes import Item, decode


def item_of(image: Mapping[str, Any]) -> Item:
    """The item. Ours hold bytes in no list or map."""
    return decode(
        {
            name: {kind: b64encode(value) if kind == "B" else value for kind, value in attribute.items()}
            for name, attribute in image.items()
        }
    )
