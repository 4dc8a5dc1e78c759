"""The search index of a stack: built anew, gone back from, and compared with the table.

It is reached with the caller's own credentials. Nothing of it is needed by a request: while it is built, the index that
is there is searched, and without one lists are answered from the table.
"""

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TextIO

from scripts.admin import organisations
from scripts.admin.problem import Problem
from scripts.admin.redrive import counted
from scripts.admin.stack import Stack
from scripts.admin.ticker import Ticker
from ticketing.errors import VersionConflict
from ticketing.search import indexes
from ticketing.search.client import WRITING_S, SearchUnavailable, connect, trouble
from ticketing.search.comparing import Difference
from ticketing.search.drift import DriftCheck
from ticketing.search.mapping import ALIAS
from ticketing.search.reading import Source
from ticketing.search.rebuilding import NotEqual, NothingToGoBackTo, Rebuild, Round
from ticketing.store import keys, search_indexes
from ticketing.store.objects import Objects

_NAMED: Final = 10
"""Tickets that are named of each kind, where many differ."""
_BAR: Final = 30

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Searched:
    """A stack that has search."""

    source: Source
    client: Any

    @classmethod
    def of(cls, stack: Stack) -> "Searched":
        """Raises Problem if the stack has none."""
        endpoint = stack.outputs.get("SearchEndpoint")
        if not endpoint:
            raise Problem(f"The stack {stack.name} has no search: deploy it with SearchDomain or SearchEndpoint first.")
        objects = Objects(lambda: stack.connection.client("s3"), stack.output("ContentBucketName"))
        source = Source(stack.table, objects, int(stack.parameter("DataEpoch")))
        return cls(source, connect(endpoint, timeout_s=WRITING_S))


class Progress:
    """A bar where somebody watches, and lines now and then where nobody does."""

    def __init__(self, total: int, say: Say, screen: TextIO = sys.stdout) -> None:
        self._total = max(total, 1)
        self._say = say
        self._screen = screen
        self._ticker = Ticker(say)
        self._is_begun = False

    def begins(self, index: str, *, goes_on: bool) -> None:
        self._say(f"{'Going on with' if goes_on else 'Building'} {index} …")

    def walks(self, round_: int, looked_at: int) -> None:
        doing = "filled" if round_ == 1 else "compared"
        line = f"{doing} {looked_at:,} of about {max(self._total, looked_at):,} tickets"
        if not self._screen.isatty():
            self._ticker.tick(f"  {line}")
            return
        share = min(looked_at / max(self._total, looked_at, 1), 1.0)
        bar = "#" * round(share * _BAR)
        width = shutil.get_terminal_size().columns - 1
        self._screen.write(f"\r{f'[{bar:<{_BAR}}] {share:4.0%} {line}'[:width]:<{width}}")
        self._screen.flush()
        self._is_begun = True

    def end(self) -> None:
        """Leave the bar as it is, and write below it."""
        if self._is_begun:
            self._screen.write("\n")
            self._is_begun = False


def rebuild(
    searched: Searched, now: Callable[[], datetime], say: Say, *, goes_back: bool, despite_refused: bool
) -> None:
    """Build the index anew, or go back to the one before, and say how it went. Raises Problem."""
    progress = Progress(_tickets_ever(searched.source), say)
    run = Rebuild(searched.source, searched.client, progress, now=now)
    try:
        with _explained():
            rounds = (run.go_back if goes_back else run.build)(despite_refused=despite_refused)
    except NothingToGoBackTo:
        raise Problem("There is no index to go back to: none was searched before this one.") from None
    except VersionConflict:
        raise Problem(
            "Another run has changed the indexes meanwhile. Nothing was switched; look who else is at it."
        ) from None
    except NotEqual as unequal:
        raise Problem("\n".join(_why_not(unequal))) from None
    finally:
        progress.end()
    there = search_indexes.read(searched.source.table)
    say(f"{_told(rounds)}. {there.live} is searched now.")
    if there.previous is not None:
        say(f"{there.previous} is kept: `reindex --rollback` goes back to it.")


def check(searched: Searched, say: Say) -> int:
    """Compare the index with the table, organisation by organisation; how many tickets differ. Raises Problem."""
    table = searched.source.table
    live = search_indexes.read(table).live
    if live is None:
        raise Problem("There is no search index yet: `make reindex` builds it.")
    with _explained():
        for one in indexes.make_ready(searched.client, search_indexes.read(table)):
            say(f"{one.index}: {one.what}")
        drift = DriftCheck(searched.source, searched.client, live)
        return sum(_check_one(drift, one.id, say) for one in organisations.everyone(table))


def tickets_shown(searched: Searched) -> int:
    """How many tickets a search without words would find. Raises Problem."""
    with _explained(), trouble():
        wanted = {"query": {"term": {"hidden": False}}}
        return int(searched.client.count(index=ALIAS, body=wanted)["count"])


def _check_one(drift: DriftCheck, organisation_id: str, say: Say) -> int:
    compared, found, before = 0, list[Difference](), None
    ticker = Ticker(say)
    while True:
        stretch, before = drift.stretch(organisation_id, before)
        compared += stretch.compared
        found += stretch.differences
        if before is None:
            break
        ticker.tick(f"  {organisation_id}: {compared:,} compared …")
    by_kind = Counter(one.kind.value for one in found)
    told = ", ".join(f"{count:,} {kind}" for kind, count in sorted(by_kind.items())) or "equal"
    say(f"{organisation_id}  {counted(compared, 'ticket', 'tickets')}  {told}")
    for line in _named(found):
        say(f"  {line}")
    return len(found)


def _named(differences: Sequence[Difference]) -> Iterator[str]:
    for kind in sorted({one.kind for one in differences}):
        some = [one.id for one in differences if one.kind is kind]
        more = f" and {len(some) - _NAMED:,} more" if len(some) > _NAMED else ""
        yield f"{kind.value}: {', '.join(some[:_NAMED])}{more}"


def _why_not(unequal: NotEqual) -> Iterator[str]:
    yield "The new index does not hold what the table shows, so nothing was switched. The next run goes on with it."
    yield from _named(unequal.left)
    for one in unequal.refused[:_NAMED]:
        yield f"refused: {one.id} ({one.error})"
    if unequal.refused:
        yield f"{len(unequal.refused):,} refused in all: with --despite-refused they are left out."


def _told(rounds: Sequence[Round]) -> str:
    if not rounds:
        return "The switch is completed"
    written = sum(one.written for one in rounds)
    last = rounds[-1]
    return (
        f"{counted(written, 'document', 'documents')} written; {last.looked_at:,} tickets compared, "
        f"{last.suspected:,} of them changed meanwhile, {len(last.left):,} differ"
    )


def _tickets_ever(source: Source) -> int:
    """How many tickets were ever created: a little more than there are, and read in a moment."""
    every = [keys.counter_key(one.id) for one in organisations.everyone(source.table)]
    return sum(int(item["number"]) for item in source.table.get_many(every).values())


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SearchUnavailable as unavailable:
        raise Problem(
            f"The search cluster does not serve now ({unavailable.reason}). Run it again: it goes on where it ended."
        ) from None
