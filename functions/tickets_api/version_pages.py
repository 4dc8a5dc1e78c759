"""Pages of what belongs to one ticket and is told by its versions: remarks, and history."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import orjson
from starlette.responses import Response

from tickets_api.answers import answer
from tickets_api.schemas.threads import PageOf
from tickets_api.services import Services

MAX_PAGE_BYTES = 2 * 1024 * 1024
"""A page ends before it, but for its first entry, which may be a remark of its own size.

An answer ends at 6 MB with its JSON in quotation marks once more, which doubles whatever had to be escaped.
"""


class HasVersion(Protocol):
    @property
    def version(self) -> int: ...


def page[T: HasVersion](
    services: Services,
    organisation_id: str,
    purpose: str,
    paging: PageOf,
    *,
    start: int,
    read: Callable[[int, int], tuple[Sequence[T], bool]],
    show: Callable[[Sequence[T]], list[dict[str, Any]]],
) -> Response:
    """What `read(position, limit)` finds beyond the cursor, or beyond `start`; it also says whether there is more.

    `show` gives one row for each thing found. A page of long texts is shorter than its limit. The cursor holds a
    version, and is bound to `purpose` and to the organisation. Raises InvalidCursor.
    """
    signer = services.signer()
    position = signer.open(purpose, organisation_id, paging.cursor) if paging.cursor else start
    found, has_more = read(position, paging.limit)
    rows = show(found)
    fitting = _fitting(rows)
    goes_on = bool(rows) and (has_more or fitting < len(rows))
    next_cursor = signer.seal(purpose, organisation_id, found[fitting - 1].version) if goes_on else None
    return answer({"data": rows[:fitting], "next_cursor": next_cursor, "has_more": goes_on})


def _fitting(rows: Sequence[dict[str, Any]]) -> int:
    """How many of the rows fit into an answer; the first one always does."""
    total = 0
    for count, row in enumerate(rows):
        total += len(orjson.dumps(row))
        if count and total > MAX_PAGE_BYTES:
            return count
    return len(rows)
