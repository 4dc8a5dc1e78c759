"""Whole lists."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from .sending import Answer

P = ParamSpec("P")
Row = TypeVar("Row")
Row_co = TypeVar("Row_co", covariant=True)

MOST_ROWS = 100
"""Of a page: fewer requests."""


class Page(Protocol[Row_co]):
    """What every list answers with."""

    @property
    def data(self) -> Sequence[Row_co]: ...
    @property
    def has_more(self) -> bool: ...
    @property
    def next_cursor(self) -> str | None: ...


def every(operation: Callable[P, Answer[Page[Row]]], *ids: P.args, **filters: P.kwargs) -> Iterator[Row]:
    """All rows of a list, page by page as they are needed: `every(lodgestory.list_tickets, status=["open"])`.

    A page may be short, or empty, and the list still goes on. Raises LodgestoryError.
    """
    asked: dict[str, Any] = {"limit": MOST_ROWS, **filters}
    read = cast(Callable[..., Answer[Page[Row]]], operation)
    while True:
        page = read(*ids, **asked).data
        yield from page.data
        if not page.has_more:
            return
        asked["cursor"] = page.next_cursor
