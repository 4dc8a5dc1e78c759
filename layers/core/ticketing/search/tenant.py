"""An index as one organisation sees it: whatever the API asks the cluster goes through here.

So a search cannot be without the organisation, and none shows what is hidden unless it says so. Searches that are
asked together are answered one after the other by the same copy of the documents: none sees an older state than the one
before.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ticketing.search import queries
from ticketing.search.client import SEARCHING_S, SearchUnavailable, trouble
from ticketing.search.mapping import ALIAS


class Client(Protocol):
    """What is needed of opensearchpy's client."""

    def msearch(self, *, body: Any, index: Any = None, params: Any = None) -> Any: ...


@dataclass(frozen=True, slots=True)
class Search:
    """`query` is one of `ticketing.search.queries`; tickets are counted exactly, whatever their `size` is."""

    query: Mapping[str, Any]
    size: int
    sort: Sequence[Mapping[str, Any]] = ()
    after: Sequence[Any] | None = None
    counts: Mapping[str, Any] | None = None
    with_shown: bool = False
    with_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A document; `is_cut`: it does not show all of its ticket's remarks. `shown` are they, as far as it does."""

    id: str
    version: int
    is_cut: bool
    sort: Sequence[Any]
    shown: str


@dataclass(frozen=True, slots=True)
class Answer:
    found: Sequence[Found]
    total: int
    counts: Mapping[str, Any]


def versions_of(ticket_ids: Sequence[str]) -> Search:
    """Which versions of tickets searches show, deleted or not."""
    return Search(queries.any_of("id", ticket_ids), len(ticket_ids), with_hidden=True)


_UNREADABLE: Final = (KeyError, TypeError, ValueError, AttributeError)
"""What another program than OpenSearch may answer, as a proxy does."""
_FIELDS: Final = ["id", "version", "cut"]


class Tenant:
    """One organisation's documents, for one request, whose searches together may take so many `seconds` by the `clock`.

    `index` is another one than what is live only in tests.
    """

    def __init__(
        self,
        client: Client,
        organisation_id: str,
        *,
        index: str = ALIAS,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = SEARCHING_S,
    ) -> None:
        self._client = client
        self._clock = clock
        self._ends_at = clock() + seconds
        self._organisation_id = organisation_id
        self._index = index
        self._header = {
            "routing": organisation_id,
            "preference": organisation_id,
            "allow_partial_search_results": False,
        }

    def ask(self, *searches: Search) -> list[Answer]:
        """Their answers, by one request. Raises SearchUnavailable."""
        left = self._ends_at - self._clock()
        if left <= 0:
            raise SearchUnavailable("out_of_time")
        lines = [line for one in searches for line in (self._header, self._body(one, left))]
        parameters = {"max_concurrent_searches": 1, "request_timeout": left}
        with trouble():
            # In the path: a domain's policy knows paths alone, and this one says which may be searched.
            answered = self._client.msearch(body=lines, index=self._index, params=parameters)
        try:
            return [_answer(one) for one in answered["responses"]]
        except _UNREADABLE as error:
            raise SearchUnavailable(type(error).__name__) from None

    def _body(self, search: Search, left: float) -> dict[str, Any]:
        # The filters stand beside the query, not around it: it alone says how well something matches.
        own: list[Mapping[str, Any]] = [{"term": {"organisation": self._organisation_id}}]
        if not search.with_hidden:
            own.append({"term": {"hidden": False}})
        body = {
            "query": {"bool": {"filter": own, "must": [search.query]}},
            "size": search.size,
            "sort": list(search.sort),
            "track_total_hits": True,
            "timeout": f"{max(1, left * 1000):.0f}ms",
            "_source": ["shown"] if search.with_shown else False,
            "docvalue_fields": _FIELDS,
        }
        more = {"search_after": search.after, "aggs": search.counts}
        return body | {name: value for name, value in more.items() if value}


def _answer(answered: Mapping[str, Any]) -> Answer:
    if "error" in answered:
        raise SearchUnavailable(str(answered["error"].get("type")))
    if answered["timed_out"]:
        raise SearchUnavailable("timed_out")
    hits = answered["hits"]
    return Answer([_found(one) for one in hits["hits"]], hits["total"]["value"], answered.get("aggregations", {}))


def _found(hit: Mapping[str, Any]) -> Found:
    fields = hit["fields"]
    (version,), (is_cut,) = fields["version"], fields.get("cut", [False])
    shown = hit.get("_source", {}).get("shown", "")
    return Found(fields["id"][0], version, is_cut, hit.get("sort", ()), shown)
