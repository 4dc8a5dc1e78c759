"""Drift: what the index lacks, or has too much, though it had time to learn of it.

It is looked for daily, a stretch at a time. What an outage left in the retry queue is drift too, until it is written.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

import orjson
from opensearchpy import OpenSearch

from ticketing.domain.instants import to_text
from ticketing.search import indexes
from ticketing.search.client import trouble
from ticketing.search.comparing import Comparison, Difference
from ticketing.search.reading import Source

TICKETS_A_STRETCH: Final = 5_000
"""About two seconds, so that whoever has to end soon can end in between."""
HIDDEN_FOR: Final = timedelta(days=31)
"""A day longer than a deleted ticket can be restored, and than anybody may still write what they read of it."""
_GRACE_S: Final = 10.0
"""What the index may lag behind the table."""
_MOST_LOOKED_AT: Final = 2_000
"""Suspects of a stretch that are judged; where there are more, nobody needs to know how many."""
_A_SWEEP: Final = 500


@dataclass
class Drift:
    """What a stretch, or several, came to."""

    compared: int = 0
    differences: list[Difference] = field(default_factory=list[Difference])

    @property
    def by_kind(self) -> Mapping[str, int]:
        return Counter(one.kind.value for one in self.differences)


class DriftCheck:
    """One index beside the table."""

    def __init__(
        self, source: Source, client: OpenSearch, index: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._source = source
        self._client = client
        self._index = index
        self._sleep = sleep

    def stretch(self, organisation_id: str, before: str | None) -> tuple[Drift, str | None]:
        """Compare the next tickets of an organisation; where to go on from, None at the end.

        Raises Busy, SearchUnavailable.
        """
        comparison = Comparison(self._source, self._client, self._index)
        walk = comparison.suspects(organisation_id, before=before, at_most=TICKETS_A_STRETCH)
        suspects = list(islice(walk, _MOST_LOOKED_AT))
        for _ in walk:
            pass
        differences = comparison.judge(suspects)
        if differences:
            self._sleep(_GRACE_S)
            differences = comparison.persisting(differences)
        return Drift(comparison.walked.in_table, differences), comparison.reached


def sweep(client: OpenSearch, index: str, now: datetime, *, may_go_on: Callable[[], bool]) -> int:
    """Remove the documents of tickets that were deleted longer ago than anybody may remember; how many.

    One that was written again meanwhile stays. Raises SearchUnavailable.
    """
    removed, after = 0, list[str]()
    while may_go_on():
        hits = _hidden(client, index, to_text(now - HIDDEN_FOR), after)
        removed += _removed(client, index, hits)
        if len(hits) < _A_SWEEP:
            break
        after = hits[-1]["sort"]
    return removed


def _hidden(client: OpenSearch, index: str, before: str, after: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    body = {
        "size": _A_SWEEP,
        "query": {"bool": {"filter": [{"term": {"hidden": True}}, {"range": {"hidden_since": {"lt": before}}}]}},
        "sort": ["hidden_since", "id"],
        "seq_no_primary_term": True,
        "_source": False,
    } | ({"search_after": list(after)} if after else {})
    with trouble():
        answer: Any = client.search(body=body, index=indexes.written_as(index))
    hits: Sequence[Mapping[str, Any]] = answer["hits"]["hits"]
    return hits


def _removed(client: OpenSearch, index: str, hits: Sequence[Mapping[str, Any]]) -> int:
    if not hits:
        return 0
    lines = [
        {
            "delete": {
                "_id": one["_id"],
                "routing": one["_routing"],
                "if_seq_no": one["_seq_no"],
                "if_primary_term": one["_primary_term"],
            }
        }
        for one in hits
    ]
    with trouble():
        answer: Any = client.bulk(
            body=b"".join(orjson.dumps(line) + b"\n" for line in lines),
            index=indexes.written_as(index),
            params={"require_alias": "true", "filter_path": "items.*.status"},
        )
    return sum(one["delete"]["status"] == 200 for one in answer["items"])
