"""The indexes in the cluster: made, looked at, searched in the place of one another, removed.

What is searched is an alias, and so is what is written: a write to a name that no index has would make the cluster
guess an index of its own, one to an alias that is not there is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError

from ticketing.search.client import trouble
from ticketing.search.mapping import ALIAS, FIELDS, MAPPING_VERSION, index_body
from ticketing.store.search_indexes import Indexes


@dataclass(frozen=True, slots=True)
class Ailment:
    """What is not as it should be with the index that is searched, in words for who can mend it."""

    index: str
    what: str


def new_name(now: datetime) -> str:
    return f"{ALIAS}-{now:%Y%m%d-%H%M%S}"


def written_as(index: str) -> str:
    """The alias by which an index is written, and nothing else is."""
    return f"written-{index}"


def create(client: OpenSearch, index: str) -> None:
    """Make an empty index, which nobody searches yet. Raises SearchUnavailable."""
    with trouble():
        # A second node is there to take over: then it has all of it.
        nodes = int(client.cluster.health()["number_of_data_nodes"])
        body = index_body(replicas=1 if nodes > 1 else 0) | {"aliases": {written_as(index): {}}}
        client.indices.create(index=index, body=body)


def mapping_version(client: OpenSearch, index: str) -> int | None:
    """The version of the mapping that an index was made with, None if there is no such index."""
    with trouble():
        try:
            found: Any = client.indices.get_mapping(index=index)
        except NotFoundError:
            return None
    return int(found[index]["mappings"].get("_meta", {}).get("version", 0))


def searched(client: OpenSearch) -> str | None:
    """The index that the alias names, None if there is none."""
    with trouble():
        try:
            found: Any = client.indices.get_alias(name=ALIAS)
        except NotFoundError:
            return None
    return str(min(found))


def search_from_now_on(client: OpenSearch, index: str) -> None:
    """Let the alias name this index and no other, in one step: no search meets none or two."""
    before = searched(client)
    actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": ALIAS}}]
    if before is not None and before != index:
        actions.append({"remove": {"index": before, "alias": ALIAS}})
    with trouble():
        client.indices.update_aliases(body={"actions": actions})


def refresh(client: OpenSearch, index: str) -> None:
    """Let searches see all that was written."""
    with trouble():
        client.indices.refresh(index=index)


def remove(client: OpenSearch, index: str) -> None:
    """Remove an index with all that it holds, whether it is there or not."""
    with trouble():
        client.indices.delete(index=index, params={"ignore_unavailable": "true"})


def make_ready(client: OpenSearch, indexes: Indexes) -> Sequence[Ailment]:
    """Look at the indexes that are written, once before the first write, and take what the code has learnt since.

    An index of an older mapping is given the fields that were added, so that it takes the documents of this code. It
    stays of its version all the same: what was written before lacks them.
    """
    ailments = [one for index in indexes.written for one in _look_at(client, index)]
    if indexes.live is not None and searched(client) != indexes.live:
        ailments.append(Ailment(indexes.live, "it is not the one that is searched"))
    return ailments


def _look_at(client: OpenSearch, index: str) -> list[Ailment]:
    version = mapping_version(client, index)
    if version is None:
        return [Ailment(index, "the cluster does not have it")]
    if version >= MAPPING_VERSION:
        return []
    ailments = [Ailment(index, f"its mapping is of version {version}, not {MAPPING_VERSION}")]
    with trouble():
        try:
            client.indices.put_mapping(index=index, body={"properties": dict(FIELDS)})
        except RequestError:
            ailments.append(Ailment(index, "it cannot take the fields of this version"))
    return ailments
