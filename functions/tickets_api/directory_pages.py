"""Pages of a list of the directory, by id. What one object takes, a key to repeat it by and an ETag, no list does."""

from collections.abc import Callable, Sequence

from starlette.responses import Response

from ticketing.store import listing
from ticketing.store.attributes import Item
from ticketing.store.versioned import Versioned
from tickets_api.answers import answer
from tickets_api.keeping import Noun
from tickets_api.schemas.paging import ListDirectory
from tickets_api.services import Services


def page[T: Versioned](
    services: Services,
    organisation_id: str,
    noun: Noun[T],
    query: ListDirectory,
    is_active: Callable[[T], bool],
) -> Response:
    """The objects after the cursor: the active ones, the others, or all. Raises InvalidCursor."""
    signer = services.signer()
    purpose = f"{noun.name} active={query.active}"
    after = str(signer.open(purpose, organisation_id, query.cursor)) if query.cursor else None

    def read(rows: Sequence[Item]) -> list[T | None]:
        found = [noun.kind.from_item(row) for row in rows]
        return [one if query.wants(is_active=is_active(one)) else None for one in found]

    first = noun.kind.key(organisation_id, "")
    found = listing.page(services.table, first, read, after=after, limit=query.limit)
    return answer(
        {
            "data": [noun.show(one) for one in found.values],
            "next_cursor": signer.seal(purpose, organisation_id, found.after) if found.after is not None else None,
            "has_more": found.after is not None,
        }
    )
