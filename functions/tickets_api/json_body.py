"""Bodies as JSON, before anything acts on them: in UTF-8, and no field twice.

Python's reader guesses UTF-16 and UTF-32, takes `NaN`, and lets the last of two equal fields win. Where two readers
of one request disagree, a check by the first says nothing about what the second does (RFC 8259, 4 and 8.1).
"""

import json
from collections.abc import Sequence
from typing import Any

from ticketing.errors import ValidationFailed

_LONGEST_NAME = 100


def check(body: bytes) -> None:
    """Return if this is one JSON value in UTF-8, a mark at its start allowed. Raises ValidationFailed."""
    try:
        json.loads(body.decode("utf-8-sig"), object_pairs_hook=_fields, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ValidationFailed.of("body", "The body is not valid JSON in UTF-8", "invalid_json") from None


def _fields(pairs: Sequence[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            # A name may hold half a character, which no answer can say.
            shown = name[:_LONGEST_NAME].encode(errors="replace").decode()
            raise ValidationFailed.of(shown, "Give this field once", "repeated")
        seen.add(name)


def _no_number(text: str) -> None:
    raise ValueError(text)
