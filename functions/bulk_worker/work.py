"""What the worker does with one bulk action."""

from collections.abc import Callable
from datetime import datetime

from ticketing.store.table import Table


def work(
    table: Table,
    bulk_id: str,
    *,
    now: Callable[[], datetime],
    remaining_s: Callable[[], float],
) -> bool:
    """Bring a bulk action to its end; False if time ran out and the message must come again at once."""
    raise NotImplementedError
