"""Counts of tickets as partners see them: by the ids that filters take, with the names that people know."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ticketing import names
from ticketing.domain.facets import Facets, ranked
from ticketing.domain.query import UNASSIGNED
from ticketing.store.cached_reads import CachedReads
from ticketing.store.facets import Counted


def shown(reads: CachedReads, organisation_id: str, counted: Counted) -> dict[str, Any]:
    """The counts, and the total that they add up to."""
    found, relation = counted.facets, "eq" if counted.is_exact else "gte"
    return {
        "total": found.total,
        "total_relation": relation,
        "facets": {**_lists(reads, organisation_id, found), "relation": relation, "scanned": counted.scanned},
    }


def _lists(reads: CachedReads, organisation_id: str, found: Facets) -> dict[str, list[dict[str, Any]]]:
    return {
        "status": _list(found.statuses, found.status_names.__getitem__),
        "status_category": _list(found.categories, str.capitalize),
        "priority": _list(found.priorities, str.capitalize),
        "assignee": _list(found.assignees, assignee_names(reads, organisation_id, found.assignees).__getitem__),
        "channel": _list(found.channels, channel_names(reads, organisation_id, found.channels).__getitem__),
    }


def _list(counts: Counter[str], name_of: Callable[[str], str]) -> list[dict[str, Any]]:
    return [{"id": id_, "name": name_of(id_), "count": count} for id_, count in ranked(counts)]


def assignee_names(reads: CachedReads, organisation_id: str, ids: Iterable[str]) -> Mapping[str, str]:
    """Of members, teams, and nobody, who is called so."""
    known = names.of_people_and_teams(reads, organisation_id, (id_ for id_ in ids if id_ != UNASSIGNED))
    return {UNASSIGNED: UNASSIGNED.capitalize()} | {id_: one["name"] for id_, one in known.items()}


def channel_names(reads: CachedReads, organisation_id: str, ids: Iterable[str]) -> Mapping[str, str]:
    return {id_: str(one["name"]) for id_, one in names.of_channels(reads, organisation_id, ids).items()}
