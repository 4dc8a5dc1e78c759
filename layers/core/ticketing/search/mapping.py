"""What an index is made of: every field by name, nothing guessed from what a document brings.

Texts come as terms (`ticketing.domain.search_terms`), one space apart, so the engine splits and compares, and changes
nothing. Bodies are kept as they came: highlights are cut from `shown`.
"""

from collections.abc import Mapping
from typing import Any, Final

from ticketing.domain.search_terms import LONGEST_TERM

ALIAS: Final = "tickets"
"""What is searched; which index that is changes in one step when one was built anew."""
MAPPING_VERSION: Final = 1
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
