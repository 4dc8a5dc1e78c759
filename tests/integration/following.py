"""Who writes the feed and who follows it, each of whom may end anywhere and begin again."""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.fakes.faults import Stop
from tests.fakes.stream import EventSourceMapping, MappingSettings, Stream, shuffled
from tests.integration.aws import REGION, Answer, Aws
from tests.integration.feeding import records_of
from ticketing.errors import Busy
from ticketing.store import keys

GUIDE = Path(__file__).parents[2] / "docs" / "partners.md"
SETTINGS = MappingSettings.of("SearchIndexer")

type Copy = dict[str, dict[str, Any]]


class TooOld(Exception):
    """The cursor has expired."""


def follow_of_the_guide() -> Callable[[Any], Callable[[Copy, str | None], str]]:
    """The guide's own function, given whatever asks the API."""
    (source,) = re.findall(r"^(def follow\(.*?)^\S", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    program = compile(source, str(GUIDE), "exec")

    def bound(lodgestory: Any) -> Callable[[Copy, str | None], str]:
        names: dict[str, Any] = {"lodgestory": lodgestory}
        exec(program, names)  # noqa: S102 (what the guide says is run on purpose)
        function: Callable[[Copy, str | None], str] = names["follow"]
        return function

    return bound


_follow = follow_of_the_guide()


@dataclass(frozen=True)
class _Heard:
    """An answer in the form in which the guide's HTTP client has it."""

    answer: Answer

    def raise_for_status(self) -> "_Heard":
        if self.answer.status == 410:
            raise TooOld
        assert self.answer.status == 200, self.answer.body
        return self

    def json(self) -> Any:
        return self.answer.body


@dataclass
class Follower:
    """A copy of the tickets by id, and a cursor; both are kept somewhere, together, when a page loop came to its end.

    `asks` is the API; `meanwhile` is what others do between two pages, of the list and of the feed.
    """

    asks: Callable[[str, dict[str, list[str]]], Answer]
    dice: Random
    meanwhile: Callable[[], None]
    copy: Copy = field(default_factory=dict)
    cursor: str | None = None
    may_end: bool = True
    may_be_too_old: bool = False
    """Whether a month has passed since it followed."""
    counts: dict[str, int] = field(default_factory=lambda: {"pages": 0, "ends": 0, "begun anew": 0})
    _kept: tuple[Copy, str | None] = field(default_factory=lambda: ({}, None))

    def begin(self) -> None:
        """As the guide says: a cursor, then the list, whose pages others write between."""
        self.copy, self.cursor = {}, self._page("now", 1).body["next_cursor"]
        asked = {"sort": ["created_at"], "limit": [str(self.dice.randint(1, 9))]}
        while True:
            page = self.asks("/v1/tickets", asked)
            assert page.status == 200, page.body
            self.copy |= {row["id"]: row for row in page.body["data"]}
            if not page.body["has_more"]:
                break
            asked |= {"cursor": [page.body["next_cursor"]]}
            self.meanwhile()
        self.may_be_too_old = False
        self._keep()

    def poll(self) -> None:
        """Follow to the end; if the process ends on the way, go on from what was kept, with or without what it did."""
        try:
            self.cursor = _follow(self._heard)(self.copy, self.cursor)
        except Stop:
            self.counts["ends"] += 1
            copy, self.cursor = deepcopy(self._kept)
            if self.dice.random() < 0.5:
                self.copy = copy
        except TooOld:
            assert self.may_be_too_old
            self.counts["begun anew"] += 1
            self.begin()
        else:
            self.may_be_too_old = False
            self._keep()

    def _keep(self) -> None:
        self._kept = deepcopy((self.copy, self.cursor))

    def _heard(self, method: str, path: str, params: Mapping[str, Any]) -> _Heard:
        assert (method, path) == ("GET", "/v1/changes")
        while self.may_end and self.dice.random() < 0.3:
            self.meanwhile()
        self._perhaps_end()
        heard = _Heard(self._page(params["cursor"], self.dice.choice([1, 3, 7, 100, 100])))
        self._perhaps_end()
        return heard

    def _page(self, cursor: str | None, limit: int) -> Answer:
        self.counts["pages"] += 1
        return self.asks("/v1/changes", {"limit": [str(limit)]} | ({"cursor": [cursor]} if cursor else {}))

    def _perhaps_end(self) -> None:
        if self.may_end and self.dice.random() < 0.05:
            raise Stop


@dataclass
class Indexer:
    """The function behind its stream. What the stream holds is delivered in parts, in any order between items."""

    aws: Aws
    dice: Random
    waiting: list[Mapping[str, Any]] = field(default_factory=list)
    delivered: list[Mapping[str, Any]] = field(default_factory=list)
    seen: int = 0
    deaths_left: int = 0
    is_rivalled: bool = False
    counts: dict[str, int] = field(
        default_factory=lambda: {"records": 0, "invocations": 0, "deaths": 0, "rivals": 0, "again": 0}
    )

    def begin(self) -> None:
        """A stream that begins here."""
        self.waiting, self.delivered, self.seen = [], [], 0

    def deliver(self, share: float, deaths: int = 0) -> None:
        """A share of what waits, its order and number shuffled; some of what was delivered long ago comes again."""
        self._look()
        self.deaths_left = deaths
        mixed = shuffled(self.waiting, self.dice)
        cut = round(len(mixed) * share)
        now, self.waiting = mixed[:cut], mixed[cut:]
        again = [one for one in self.delivered if self.dice.random() < 0.1] if deaths else []
        self.counts["again"] += len(again)
        self._read([*shuffled(now, self.dice, twice=0.2 if deaths else 0.0), *again])
        self.delivered += now

    def _look(self) -> None:
        new = records_of(REGION, "tickets", self.seen)
        self.seen += len(new)
        self.waiting += [one for one in new if SETTINGS.wants(one)]

    def _read(self, records: list[Mapping[str, Any]]) -> None:
        if not records:
            return
        stream = Stream(self.aws.clock, shards=self.dice.randint(1, 3))
        stream.put(*records)
        mapping = EventSourceMapping(
            SETTINGS,
            lambda event: self._app().handle(event),
            self.aws.clock,
            failures=(Exception, Stop),
            random=self.dice,
            lost_checkpoints=0.2 if self.deaths_left else 0.0,
        )
        mapping.read(stream)
        assert mapping.given_up == []
        self.counts["records"] += len(records)
        self.counts["invocations"] += len(mapping.invocations)

    def _app(self) -> Any:
        """A process of its own for each batch; at any call it may end, or find the table too busy."""
        from search_indexer.app import App

        app = App(self.aws.settings, self.aws.clock)
        app._table._sleep = lambda _: None
        for name in ("get", "get_many", "query", "transact"):
            setattr(app._table, name, self._mortal(getattr(app._table, name)))
        return app

    def _mortal(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            self._perhaps_end()
            answer = call(*arguments, **named)
            self._perhaps_end()
            if keys.feed_head_key("").sk in str(arguments):
                self._perhaps_be_rivalled()
            return answer

        return called

    def _perhaps_end(self) -> None:
        if self.deaths_left and self.dice.random() < 0.1:
            self.deaths_left -= 1
            self.counts["deaths"] += 1
            raise Stop if self.dice.random() < 0.5 else Busy

    def _perhaps_be_rivalled(self) -> None:
        """Another process appends, just when this one has read where the feed ends."""
        if not self.deaths_left or not self.waiting or self.is_rivalled or self.dice.random() < 0.5:
            return
        self.is_rivalled = True
        try:
            self._app().handle({"Records": self.waiting[:3]})
        except (Stop, Busy):
            return
        finally:
            self.is_rivalled = False
        self.delivered += self.waiting[:3]
        del self.waiting[:3]
        self.counts["rivals"] += 1
