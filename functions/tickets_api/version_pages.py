"""Pages of what belongs to one ticket and is told by its versions: remarks, and history."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from starlette.responses import Response

from tickets_api.answers import answer
from tickets_api.schemas.threads import PageOf
from tickets_api.services import Services


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

    The cursor holds a version, and is bound to `purpose` and to the organisation. Raises InvalidCursor.
    """
    signer = services.signer()
    position = signer.open(purpose, organisation_id, paging.cursor) if paging.cursor else start
    found, has_more = read(position, paging.limit)
    next_cursor = signer.seal(purpose, organisation_id, found[-1].version) if has_more and found else None
    return answer({"data": show(found), "next_cursor": next_cursor, "has_more": next_cursor is not None})
