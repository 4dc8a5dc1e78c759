"""The counts of a whole list by the index, in the form in which the table's finder counts.

A status goes by the name that the ticket changed last carries. The engine finds that out at the price of a second
search of everything, so it is asked only for statuses that go by several names.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from ticketing.domain.facets import Facets
from ticketing.domain.instants import from_text
from ticketing.domain.search_document import of_counted
from ticketing.domain.ticket import Ticket
from ticketing.search import queries
from ticketing.search.queries import Said
from ticketing.search.tenant import Answer

_SURE: Final = "sure"
"""What is certainly meant: with words, a document that was cut is found whatever they are."""
_MAX_COUNTED: Final = 50_000
_MAX_ASSIGNEES: Final = 10_000
"""Of different values; the cluster makes 65,535 in one answer (`search.max_buckets`)."""
_LATEST: Final = {
    "top_hits": {
        "size": 1,
        "sort": [{"updated_at": "desc"}, {"status_name": "desc"}],
        "_source": False,
        "docvalue_fields": ["updated_at", "status_name"],
    }
}
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class NotCounted(Exception):
    """The index holds documents that do not say what they are counted by: it was made by an older release."""


def counts(*, with_words: bool, with_facets: bool) -> dict[str, Any]:
    """What to ask for along with a list."""
    by_value = {"counted": _values("counted", _MAX_COUNTED), "assignee": _values("assignee", _MAX_ASSIGNEES)}
    facets = by_value if with_facets else {}
    if not with_words:
        return facets
    return {_SURE: {"filter": _is_sure(), **({"aggs": facets} if facets else {})}}


def total(answer: Answer) -> int:
    """How many are certainly meant."""
    return int(answer.counts[_SURE]["doc_count"]) if _SURE in answer.counts else answer.total


@dataclass
class Found:
    """Counts, and by status the names that tickets of it carry. `is_whole`: they are of all values."""

    facets: Facets
    is_whole: bool
    names: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def several(self, others: Collection[Ticket]) -> Sequence[str]:
        """The statuses of which it takes another search to know the name, when `others` are counted as well."""
        names = {id_: set(known) for id_, known in self.names.items()}
        for one in others:
            if one.status.id in names:
                names[one.status.id].add(one.status.name)
        return sorted(id_ for id_, known in names.items() if len(known) > 1)


def found(answer: Answer) -> Found:
    """The counts of what is certainly meant. Raises NotCounted."""
    counted = answer.counts.get(_SURE, answer.counts)
    facets = Facets()
    facets.total = total(answer)
    told = Found(facets, is_whole=not any(counted[name]["sum_other_doc_count"] for name in ("counted", "assignee")))
    for bucket in counted["counted"]["buckets"]:
        _take(told, bucket["key"], bucket["doc_count"])
    if sum(facets.statuses.values()) + counted["counted"]["sum_other_doc_count"] != facets.total:
        raise NotCounted
    facets.assignees.update(_by_key(counted["assignee"]))
    return told


def _take(told: Found, value: str, count: int) -> None:
    status, category, priority, channel, name = of_counted(value)
    told.facets.statuses[status] += count
    told.facets.categories[category] += count
    told.facets.priorities[priority] += count
    told.facets.channels[channel] += count
    told.facets.status_names.take(status, name, _LONG_AGO)
    told.names.setdefault(status, set()).add(name)


def _by_key(values: Mapping[str, Any]) -> Counter[str]:
    return Counter({one["key"]: one["doc_count"] for one in values["buckets"]})


def of_statuses(query: Said, statuses: Sequence[str], *, with_words: bool) -> tuple[Said, dict[str, Any]]:
    """What to search, and count, for the latest names of some statuses among what is certainly meant."""
    only = [queries.any_of("status", statuses), *([_is_sure()] if with_words else [])]
    by_status = {**_values("status", len(statuses)), "aggs": {"latest": _LATEST}}
    return {"bool": {"must": [query], "filter": only}}, {"status": by_status}


def take_names(told: Found, answer: Answer) -> None:
    """The names that such a search has found."""
    for one in answer.counts["status"]["buckets"]:
        (latest,) = one["latest"]["hits"]["hits"]
        fields = latest["fields"]
        told.facets.status_names.take(one["key"], fields["status_name"][0], from_text(fields["updated_at"][0]))


def _is_sure() -> Said:
    return {"term": {"cut": False}}


def _values(field_: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field_, "size": size}}
