"""Whether an index holds what the table shows: both are walked side by side, newest ticket first, and never held whole.

Both change meanwhile, and either learns of it a moment later. So what differs in the walk is only *suspected*; it is
judged by a second look, at the table first and then at the index, each as it is at that moment.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import batched
from typing import Any, Final

from opensearchpy import OpenSearch

from ticketing.domain.search_document import Indexed, version_of
from ticketing.search.client import trouble
from ticketing.search.indexes import written_as
from ticketing.search.reading import TICKETS_A_READ, Source, Unreadable
from ticketing.store import keys
from ticketing.store.attributes import Item

_ROWS: Final = 1000


class Kind(StrEnum):
    MISSING = "missing"
    """The table shows the ticket, the index does not."""
    STALE = "stale"
    """The index shows it as it was before its last change."""
    EXTRA = "extra"
    """The index shows it, the table does not: it was deleted, or never was."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A ticket that is not the same on both sides. `version` is what the index should have, once that was judged."""

    organisation_id: str
    id: str
    kind: Kind
    version: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket that one side shows. `place` orders both sides alike, `version` is that of the document."""

    place: str
    id: str
    version: int


@dataclass
class Walked:
    """How many tickets a walk has met on each side."""

    in_table: int = 0
    in_index: int = 0


class Comparison:
    """One index beside the table."""

    def __init__(
        self,
        source: Source,
        client: OpenSearch,
        index: str,
        *,
        watch: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`watch` is told again and again how many tickets of the table were met."""
        self.index = index
        self._watch = watch
        self.walked = Walked()
        self.reached: str | None = None
        self._source = source
        self._client = client

    def suspects(
        self, organisation_id: str, *, before: str | None = None, at_most: float = float("inf")
    ) -> Iterator[Difference]:
        """What differs at first sight among an organisation's tickets, or those that come behind the place `before`.

        After so many tickets it ends, and `reached` is the place to go on from; None at the end.
        Raises Busy, SearchUnavailable.
        """
        self.reached = None
        table, index = self._in_table(organisation_id, before), self._in_index(organisation_id, before)
        ours, theirs = next(table, None), next(index, None)
        left = at_most
        while ours is not None or theirs is not None:
            at = max(one.place for one in (ours, theirs) if one is not None)
            we_show = ours if ours is not None and ours.place == at else None
            they_show = theirs if theirs is not None and theirs.place == at else None
            if they_show is None and we_show is not None:
                yield Difference(organisation_id, we_show.id, Kind.MISSING)
            elif we_show is None and they_show is not None:
                yield Difference(organisation_id, they_show.id, Kind.EXTRA)
            elif we_show is not None and they_show is not None and they_show.version < we_show.version:
                yield Difference(organisation_id, we_show.id, Kind.STALE)
            left -= 1
            if left <= 0:
                self.reached = at
                return
            ours = next(table, None) if we_show is not None else ours
            theirs = next(index, None) if they_show is not None else theirs

    def judge(self, suspects: Sequence[Difference]) -> list[Difference]:
        """Those of them that differ indeed, as it is now. Raises Busy, SearchUnavailable."""
        return [one for some in batched(suspects, TICKETS_A_READ, strict=False) for one in self._judge(some)]

    def _judge(self, suspects: Sequence[Difference]) -> Iterator[Difference]:
        wanted = {one.id: one for one in suspects}
        documents = list(self._source.read(list(wanted)).documents)  # the table first: the index may only be newer
        expected = {one.id: one for one in documents if isinstance(one, Indexed) and not one.body["hidden"]}
        unreadable = {one.id for one in documents if isinstance(one, Unreadable)}
        held = self._held(wanted)
        for id_, suspect in wanted.items():
            kind = None if id_ in unreadable else _kind(expected.get(id_), held.get(id_))
            if kind is Kind.STALE and self._is_same(expected[id_]):
                continue  # the chat has changed in what no ticket shows and none is found by
            if kind is not None:
                version = expected[id_].version if id_ in expected else 0
                yield Difference(suspect.organisation_id, id_, kind, version)

    def persisting(self, judged: Sequence[Difference]) -> list[Difference]:
        """Those of the differences that a later look still finds: the index does not have even what it should have had.

        Raises Busy, SearchUnavailable.
        """
        return [one for some in batched(judged, TICKETS_A_READ, strict=False) for one in self._persisting(some)]

    def _persisting(self, judged: Sequence[Difference]) -> Iterator[Difference]:
        held = self._held({one.id: one for one in judged})
        for one in judged:
            if one.kind is Kind.EXTRA:
                yield from self._judge([one])
            elif held.get(one.id, 0) < one.version:
                yield from (again for again in self._judge([one]) if again.kind is not Kind.EXTRA)

    def _held(self, wanted: Mapping[str, Difference]) -> Mapping[str, int]:
        """The versions of the documents that the index shows, as it is now, refreshed or not."""
        body = {
            "docs": [{"_id": id_, "routing": one.organisation_id, "_source": ["hidden"]} for id_, one in wanted.items()]
        }
        with trouble():
            answer: Any = self._client.mget(body=body, index=written_as(self.index))
        found = [one for one in answer["docs"] if one.get("found")]
        return {one["_id"]: one["_version"] for one in found if not one["_source"]["hidden"]}

    def _is_same(self, expected: Indexed) -> bool:
        with trouble():
            answer: Any = self._client.mget(
                body={"docs": [{"_id": expected.id, "routing": expected.routing}]}, index=written_as(self.index)
            )
        (held,) = answer["docs"]
        return bool(held.get("found") and held["_source"] == dict(expected.body))

    def _in_table(self, organisation_id: str, before: str | None) -> Iterator[Shown]:
        """By the index of tickets that are not deleted; their chats are read, each page's, as they are now."""
        has_more = True
        while has_more:
            page = self._source.table.query_index(
                keys.BY_CREATED,
                hash_name=keys.ORGANISATION,
                hash_value=organisation_id,
                range_name=keys.LISTED_AT,
                before=before,
                limit=_ROWS,
            )
            chats = self._chats(organisation_id, page.items)
            for row in page.items:
                chat = chats.get(keys.chat_key(organisation_id, row["chat"]))
                if chat is not None and "deleted_at" not in chat:
                    self.walked.in_table += 1
                    version = version_of(row["version"], chat["version"], epoch=self._source.epoch)
                    yield Shown(row[keys.LISTED_AT], keys.ticket_id_of(row["pk"]), version)
            self._watch(self.walked.in_table)
            has_more = page.has_more
            before = page.items[-1][keys.LISTED_AT] if page.items else before

    def _chats(self, organisation_id: str, rows: Sequence[Item]) -> Mapping[keys.Key, Item]:
        return self._source.table.get_many(keys.chat_key(organisation_id, row["chat"]) for row in rows)

    def _in_index(self, organisation_id: str, before: str | None) -> Iterator[Shown]:
        after = list(keys.of_listed_at(before)) if before is not None else None
        while True:
            body: dict[str, Any] = {
                "size": _ROWS,
                "query": {
                    "bool": {"filter": [{"term": {"organisation": organisation_id}}, {"term": {"hidden": False}}]}
                },
                "sort": [{"created_at": "desc"}, {"id": "desc"}],
                "version": True,
                "_source": False,
                "track_total_hits": False,
            } | ({"search_after": after} if after is not None else {})
            with trouble():
                answer: Any = self._client.search(
                    body=body, index=written_as(self.index), params={"routing": organisation_id}
                )
            hits = answer["hits"]["hits"]
            for hit in hits:
                self.walked.in_index += 1
                created_at, id_ = hit["sort"]
                yield Shown(keys.listed_at_of(created_at, id_), id_, hit["_version"])
            if len(hits) < _ROWS:
                return
            after = hits[-1]["sort"]


def _kind(expected: Indexed | None, held: int | None) -> Kind | None:
    if expected is None:
        return Kind.EXTRA if held is not None else None
    if held is None:
        return Kind.MISSING
    return Kind.STALE if held < expected.version else None
