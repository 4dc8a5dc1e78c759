"""What an index is made of: every field by name, nothing guessed from what a document brings.

Texts come as terms (`ticketing.domain.search_terms`), one space apart, so the engine splits and compares, and changes
nothing. Bodies are kept as they came: highlights are cut from `shown`.

Documents lie in the order of their ids, which are random. In that of their writing, each one that a search for the
newest meets is newer than all before it, and takes its turn in the page: 60 ms of 100,000 tickets, and 8 ms so. Ordered
by creation, the oldest first would cost as much.
"""

from collections.abc import Mapping
from typing import Any, Final

from ticketing.domain.search_terms import LONGEST_TERM

ALIAS: Final = "tickets"
"""What is searched; which index that is changes in one step when one was built anew."""
MAPPING_VERSION: Final = 2
"""Raised with every change here: an index of another version must be built anew."""

_ID: Final = {"type": "keyword"}
_KEPT: Final = {"type": "keyword", "index": False, "doc_values": True}
_TERMS: Final = {"type": "text", "analyzer": "terms", "index_options": "positions"}

FIELDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "organisation": _ID,
    "id": _ID,
    "number": {"type": "long"},
    "version": {"type": "long"},
    "hidden": {"type": "boolean"},
    "hidden_since": _ID,
    "status": _ID,
    "status_name": _KEPT,
    "category": _ID,
    "priority": _ID,
    "assignee": _ID,
    "creator": _ID,
    "channel": _ID,
    # What facets count, in one value: the engine goes through the documents once, not four times.
    "counted": _KEPT,
    "chat": _ID,
    "issue": _ID,
    "sub_issue": _ID,
    "external_id": _ID,
    "created_at": _ID,
    "updated_at": _ID,
    "by_priority": _ID,
    "remarks": _TERMS,
    "guest_name": _TERMS,
    "issue_label": _TERMS,
    "sub_issue_label": _TERMS,
    # A phrase never goes on from one text to the next: the gap is longer than any that can be typed.
    "text": {**_TERMS, "position_increment_gap": 1_000},
    "phone_parts": _ID,
    "phone_local": _ID,
    "cut": {"type": "boolean"},
    "shown": {"type": "keyword", "index": False, "doc_values": False},
}


def index_body(*, shards: int = 1, replicas: int = 0) -> dict[str, Any]:
    """The settings and mappings of a new index."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "1s",
            "sort": {"field": ["id"], "order": ["asc"]},
            "analysis": {
                "analyzer": {"terms": {"type": "custom", "tokenizer": "terms"}},
                "tokenizer": {"terms": {"type": "whitespace", "max_token_length": LONGEST_TERM}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"version": MAPPING_VERSION},
            "_routing": {"required": True},
            "properties": dict(FIELDS),
        },
    }
