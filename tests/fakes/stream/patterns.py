"""Which records a mapping's filter lets through.

"Using event filtering with a DynamoDB event source" and "Filter rule syntax", AWS Lambda developer guide. Of that
syntax: exact values, `prefix`, `anything-but`, `exists` and `numeric`. A word that is not here is an error, not a miss.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MISSING = object()


def fits(pattern: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether every field of the pattern is met: "And (multiple fields)"."""
    return all(_field_fits(wanted, record.get(name, _MISSING)) for name, wanted in pattern.items())


def _field_fits(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, Mapping):
        return fits(wanted, found if isinstance(found, Mapping) else {})
    return any(_value_fits(one, found) for one in wanted)  # "Or": one of the list is enough


def _value_fits(wanted: Any, found: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return found is not _MISSING and bool(found == wanted)
    ((rule, value),) = wanted.items()
    if rule == "exists":
        return (found is not _MISSING) is value
    if found is _MISSING:
        return False
    match rule:
        case "prefix":
            return isinstance(found, str) and found.startswith(value)
        case "anything-but":
            return found not in (value if isinstance(value, list) else [value])
        case "numeric":
            return isinstance(found, int | float) and _compares(found, value)
    raise NotImplementedError(f"the filter rule {rule}")


def _compares(found: float, comparisons: Sequence[Any]) -> bool:
    pairs = zip(comparisons[::2], comparisons[1::2], strict=True)
    return all(_COMPARISONS[sign](found, limit) for sign, limit in pairs)
