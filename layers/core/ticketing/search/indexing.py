"""From "this ticket changed" to its documents: read as it is now, written whole, by one request a batch."""

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import batched

from opensearchpy import OpenSearch

from ticketing.errors import Busy
from ticketing.search.reading import TICKETS_A_READ, Source, Unreadable
from ticketing.search.writing import Outcome, Refusal, Writer

_NO_INDEX = ""


class Indexing:
    """Whatever the table or the cluster does not serve now is left for later, and told so; nothing is raised for it."""

    def __init__(self, source: Source, client: OpenSearch, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._client = client
        self._clock = clock

    def index(
        self, ticket_ids: Iterable[str], *, only: Sequence[str] | None = None, within_s: float = float("inf")
    ) -> Outcome:
        """Write the documents of these tickets as they are now, to the indexes that are written or to `only` some.

        A ticket that does not exist is passed over. What is not begun `within_s` seconds is left for later.
        """
        began_at, writer = self._clock(), Writer(self._client)
        for some in batched(dict.fromkeys(ticket_ids), TICKETS_A_READ, strict=False):
            is_begun = writer.outcome.unavailable is None and self._clock() - began_at < within_s
            if not is_begun or not self._add(writer, some, only):
                writer.outcome.leave(some)
        return writer.finish()

    def _add(self, writer: Writer, ticket_ids: Sequence[str], only: Sequence[str] | None) -> bool:
        """Whether the table served them; those that it served before it did not are written all the same."""
        try:
            reading = self._source.read(ticket_ids)
            indexes = only if only is not None else reading.indexes.written
            for one in reading.documents if indexes else ():
                if isinstance(one, Unreadable):
                    writer.outcome.refused.append(Refusal(one.id, _NO_INDEX, one.error))
                else:
                    writer.add(one, indexes)
        except Busy:
            return False
        return True
