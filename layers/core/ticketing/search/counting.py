"""The counts of a whole list by the index, in the form in which the table's finder counts."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from ticketing.domain.facets import Facets
from ticketing.domain.instants import from_text

SURE: Final = "sure"
"""What is certainly meant: with words, a document that was cut is found whatever they are."""
_MAX_VALUES: Final = 10_000
"""Of one facet; the cluster makes 65,535 in one answer (`search.max_buckets`)."""
_LATEST: Final = {
    "top_hits": {
        "size": 1,
        "sort": [{"updated_at": "desc"}, {"status_name": "desc"}],
        "_source": False,
        "docvalue_fields": ["updated_at", "status_name"],
    }
}


def counts(*, with_words: bool, with_facets: bool) -> dict[str, Any]:
    """What to ask for along with a list."""
    sure: dict[str, Any] = {"filter": {"term": {"cut": False}} if with_words else {"match_all": {}}}
    if with_facets:
        by_field: dict[str, dict[str, Any]] = {name: _values(name) for name in _FIELDS}
        by_field["status"]["aggs"] = {"latest": _LATEST}
        sure["aggs"] = by_field
    return {SURE: sure}


def total(counted: Mapping[str, Any]) -> int:
    """How many are certainly meant."""
    return int(counted[SURE]["doc_count"])


def facets(counted: Mapping[str, Any]) -> tuple[Facets, bool]:
    """Their counts, and whether those are of all values."""
    sure, found = counted[SURE], Facets()
    found.total = total(counted)
    targets: dict[str, Counter[str]] = {
        "status": found.statuses,
        "category": found.categories,
        "priority": found.priorities,
        "assignee": found.assignees,
        "channel": found.channels,
    }
    for name, target in targets.items():
        target.update({one["key"]: one["doc_count"] for one in sure[name]["buckets"]})
    for one in sure["status"]["buckets"]:
        (latest,) = one["latest"]["hits"]["hits"]
        fields = latest["fields"]
        found.status_names.take(one["key"], fields["status_name"][0], from_text(fields["updated_at"][0]))
    return found, not any(sure[name]["sum_other_doc_count"] for name in targets)


_FIELDS: Final = ("status", "category", "priority", "assignee", "channel")


def _values(field: str) -> dict[str, Any]:
    return {"terms": {"field": field, "size": _MAX_VALUES}}
