"""Building an index anew beside the one that is searched, and putting it in its place.

    the new index stands in the table's item -> it is filled -> both sides are compared -> the alias -> the item again

| it stops …                      | what is left behind                                                                |
|---------------------------------|------------------------------------------------------------------------------------|
| before the index is in the item | an empty index that nobody knows; the next run makes another one                   |
| before the alias                | an index that is written with every change; the next run passes over what it holds |
| between the alias and the item  | the new index is searched, and both are written; the next run completes the item   |

Filling is comparing: what the walk finds missing, stale or too much is written as the table has it. In an empty index
that is everything. So nobody has to remember how far a run has come.
"""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Any, Final, Protocol

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConflictError, NotFoundError

from ticketing.errors import VersionConflict
from ticketing.search import indexes, noticing
from ticketing.search.client import SearchUnavailable, trouble
from ticketing.search.comparing import Comparison, Difference, Kind
from ticketing.search.indexing import Indexing
from ticketing.search.mapping import MAPPING_VERSION
from ticketing.search.reading import Source
from ticketing.search.writing import Refusal
from ticketing.store import keys, organisations, search_indexes
from ticketing.store.search_indexes import Indexes

SETTLING_S: Final = 5.0
"""How long the table's index of tickets may lag behind the table; commonly it is a part of a second."""
_AT_ONCE: Final = 990
"""Tickets that are written at once: so many reads of 99, and few requests."""
_ROUNDS: Final = 4
_PATIENCE: Final = 5
_FIRST_PAUSE_S: Final = 1.0


class NothingToGoBackTo(Exception):
    """There is no index that was searched before."""


class NotEqual(Exception):
    """The index does not come to hold what the table shows. `left` differs, `refused` was never taken."""

    def __init__(self, left: Sequence[Difference], refused: Sequence[Refusal]) -> None:
        self.left = left
        self.refused = refused
        super().__init__(f"{len(left)} differ, {len(refused)} were refused")


class Watcher(Protocol):
    """Who is told how it goes."""

    def begins(self, index: str, *, goes_on: bool) -> None: ...

    def walks(self, round_: int, looked_at: int) -> None: ...


@dataclass
class Round:
    """What one walk over all organisations found and did."""

    looked_at: int = 0
    suspected: int = 0
    written: int = 0
    left: list[Difference] = field(default_factory=list[Difference])
    refused: list[Refusal] = field(default_factory=list[Refusal])


class Rebuild:
    """One run. `sleep` and `now` are given, as everywhere."""

    def __init__(
        self,
        source: Source,
        client: OpenSearch,
        watcher: Watcher,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._source = source
        self._table = source.table
        self._client = client
        self._indexing = Indexing(source, client)
        self._watcher = watcher
        self._now = now
        self._sleep = sleep

    def build(self, *, despite_refused: bool = False) -> Sequence[Round]:
        """A new index in the place of the live one, which is kept. Goes on with one that an earlier run has begun.

        Raises NotEqual (then nothing is switched), Busy, SearchUnavailable, VersionConflict if another run is at it.
        """
        there = search_indexes.read(self._table)
        if self._is_switched(there):
            self._settle(there)
            return []
        return self._complete(self._begun(there), despite_refused=despite_refused)

    def go_back(self, *, despite_refused: bool = False) -> Sequence[Round]:
        """The index that was searched before, brought up to date, in the place of the live one, which is kept.

        Raises NothingToGoBackTo, and what `build` raises.
        """
        there = search_indexes.read(self._table)
        if self._is_switched(there):
            there = self._settle(there)
        if there.previous is None or indexes.mapping_version(self._client, there.previous) is None:
            raise NothingToGoBackTo
        if there.building is not None and there.building != there.previous:
            indexes.remove(self._client, there.building)
        indexes.make_ready(self._client, Indexes(building=there.previous))
        self._watcher.begins(there.previous, goes_on=False)
        if there.building != there.previous:
            there = search_indexes.change(self._table, there, replace(there, building=there.previous))
        return self._complete(there, despite_refused=despite_refused)

    def _is_switched(self, there: Indexes) -> bool:
        """Whether an earlier run was stopped between the alias and the item."""
        return there.building is not None and there.building == indexes.searched(self._client)

    def _begun(self, there: Indexes) -> Indexes:
        """The item with an index that is being built: one of this code, and not one that somebody was going back to."""
        if there.building is not None and there.building != there.previous:
            if indexes.mapping_version(self._client, there.building) == MAPPING_VERSION:
                self._watcher.begins(there.building, goes_on=True)
                return there
            indexes.remove(self._client, there.building)
        name = indexes.new_name(self._now())
        indexes.create(self._client, name)
        try:
            begun = search_indexes.change(self._table, there, replace(there, building=name))
        except VersionConflict:
            indexes.remove(self._client, name)
            raise
        self._watcher.begins(name, goes_on=False)
        return begun

    def _complete(self, there: Indexes, *, despite_refused: bool) -> Sequence[Round]:
        assert there.building is not None  # noqa: S101 (whoever calls has seen to it)
        self._sleep(SETTLING_S)
        rounds = self._made_equal(there.building, despite_refused=despite_refused)
        if search_indexes.read(self._table) != there:
            raise VersionConflict
        indexes.refresh(self._client, there.building)
        indexes.search_from_now_on(self._client, there.building)
        self._settle(there)
        for organisation in organisations.every(self._table):
            noticing.settle_all(self._table, self._client, there.building, organisation.id, self._now())
        return rounds

    def _settle(self, there: Indexes) -> Indexes:
        """What was live is kept to go back to; what was kept before it is removed."""
        after = search_indexes.change(self._table, there, Indexes(live=there.building, previous=there.live))
        if there.previous is not None and there.previous not in {after.live, after.previous}:
            indexes.remove(self._client, there.previous)
        return after

    def _made_equal(self, index: str, *, despite_refused: bool) -> Sequence[Round]:
        """Fill, then compare until nothing differs: at least once after the walk that has filled."""
        rounds = [self._walk(index, 1)]
        for number in range(2, _ROUNDS + 1):
            rounds.append(last := self._walk(index, number))
            if not last.left and (not last.refused or despite_refused):
                return rounds
        raise NotEqual(rounds[-1].left, rounds[-1].refused)

    def _walk(self, index: str, number: int) -> Round:
        round_, watch = Round(), partial(self._watcher.walks, number)
        comparison = Comparison(self._source, self._client, index, watch=watch)
        indexes.refresh(self._client, index)
        for organisation in organisations.every(self._table):
            for some in batched(comparison.suspects(organisation.id), _AT_ONCE, strict=False):
                self._mend(comparison, some, round_, is_judged=number > 1)
                watch(comparison.walked.in_table)
        round_.looked_at = comparison.walked.in_table
        return round_

    def _mend(self, comparison: Comparison, suspects: Sequence[Difference], round_: Round, *, is_judged: bool) -> None:
        """Write the tickets as they are now. Filling needs no judge: the next walk looks at all of it again."""
        round_.suspected += len(suspects)
        refused = self._write(comparison.index, [one.id for one in suspects], round_)
        known = {one.id for one in refused}
        round_.refused += refused
        doubtful = [one for one in suspects if one.id not in known and (is_judged or one.kind is Kind.EXTRA)]
        for one in comparison.judge(doubtful):
            if one.kind is Kind.EXTRA and self._table.get(keys.ticket_key(one.id)) is None:
                self._forget(comparison.index, one)
            elif is_judged:
                round_.left.append(one)

    def _write(self, index: str, ticket_ids: Sequence[str], round_: Round) -> Sequence[Refusal]:
        """Raises SearchUnavailable when the cluster, or the table, does not serve for a minute."""
        refused, left = list[Refusal](), ticket_ids
        for attempt in range(_PATIENCE):
            outcome = self._indexing.index(left, only=[index])
            round_.written += outcome.written
            refused += outcome.refused
            if outcome.lost_indexes:
                raise SearchUnavailable("the index is gone")
            if not outcome.later:
                return refused
            left = list(outcome.later)
            self._sleep(_FIRST_PAUSE_S * 2**attempt)
        raise SearchUnavailable("too busy")

    def _forget(self, index: str, one: Difference) -> None:
        """Remove the document of a ticket that the table does not have, unless somebody has written it since."""
        with trouble(), contextlib.suppress(NotFoundError, ConflictError):
            where: Any = {"index": indexes.written_as(index), "id": one.id}
            held: Any = self._client.get(**where, params={"routing": one.organisation_id, "_source": "false"})
            as_seen = {"if_seq_no": held["_seq_no"], "if_primary_term": held["_primary_term"]}
            self._client.delete(**where, params={"routing": one.organisation_id, **as_seen})
