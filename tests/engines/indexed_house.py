"""A house whose table is in memory, and whose tickets a real OpenSearch searches, which may learn of them late."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.builders import NOW, ORGANISATION
from tests.engines.searched_documents import Documents
from tests.fakes.lagging_index import LaggingIndex
from tests.unit.store.searched_house import SearchedHouse
from ticketing.domain.hits import Hits, look_at_all
from ticketing.domain.instants import from_text
from ticketing.domain.query import Position, Sort, TicketQuery, matches, position
from ticketing.domain.search_document import Indexed, indexed
from ticketing.domain.ticket import Ticket
from ticketing.domain.words import parse
from ticketing.search.finder import Listed, Wanted, find
from ticketing.store import finder, keys, late_notes
from ticketing.store.attributes import Item
from ticketing.store.keys import Key
from ticketing.store.late_notes import LateNote
from ticketing.store.table import MAX_BATCH_READS
from ticketing.store.walks import Budget


@dataclass
class CountingClient:
    """Counts the requests to the cluster; `after` happens once, after the next of them."""

    client: Any
    requests: int = 0
    after: Callable[[], object] | None = None

    def msearch(self, **asked: Any) -> Any:
        self.requests += 1
        answer = self.client.msearch(**asked)
        happens, self.after = self.after, None
        if happens is not None:
            happens()
        return answer


class CountingTable(LaggingIndex):
    """Counts a read of many keys as the engine does: 100 a call."""

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(keys)
        self.calls += max(0, (len(wanted) - 1) // MAX_BATCH_READS)
        return super().get_many(wanted)


class IndexedHouse(SearchedHouse):
    """Each house asks as an organisation of its own, so that many may share an index."""

    def __init__(self, documents: Documents, *, now: datetime = NOW) -> None:
        super().__init__()
        self.lagging = CountingTable(self.table)
        self.table.now = self.lagging.now = lambda: now
        self.documents = documents
        self.client = CountingClient(documents.client)
        self.waiting: list[Indexed] = []
        self.shown: dict[str, int] = {}
        self.is_frozen = False
        """Whether the index of the table stands still too."""

    def write(self, ticket: Ticket, *remarks: str) -> Ticket:
        """The index of the table knows it at once; the one of OpenSearch has it `waiting`."""
        written = super().write(ticket, *remarks)
        if not self.is_frozen:
            self.lagging.catch_up(ticket.id)
        chat = self.chats[written.chat_id]
        self.waiting.append(indexed(written, chat, self.remarks.get(ticket.id, ()), epoch=1))
        return written

    def index(self, *, late: int = 0) -> None:
        """Let OpenSearch have all that waits but so many."""
        count = max(0, len(self.waiting) - late)
        self.documents.write(self.waiting[:count])
        for one in self.waiting[:count]:
            self.shown[one.id] = max(one.body["version"], self.shown.get(one.id, 0))
        self.waiting = self.waiting[count:]

    def put_off(self, *documents: Indexed) -> None:
        """What OpenSearch could not be given now: it is noted, and waits no more."""
        for one in documents:
            self.waiting.remove(one)
            since = from_text(one.body["updated_at"])
            self.table.note(LateNote(ORGANISATION, one.id, one.body["version"], since))
            self.lagging.catch_up(one.id)

    @property
    def late_since(self) -> datetime | None:
        """When the first change was made that OpenSearch lacks; of what it never heard of, a deletion is none."""
        shown, since = self.shown, list[datetime]()
        for one in self.tickets.values():
            missing = [(one.version, one.updated_at)]
            if (item := self.table.get(keys.late_note_key(one.id))) is not None:
                note = late_notes.of_row(item)
                missing.append((note.version, note.since))
            if one.deleted_at is None or one.id in shown:
                since += [at for version, at in missing if version > shown.get(one.id, 0)]
        return min(since, default=None)

    def listed(self, query: TicketQuery, *, limit: int = 25, after: Position | None = None, **more: Any) -> Listed:
        self.client.requests = self.lagging.calls = 0
        tenant = self.documents.tenant(ORGANISATION, self.client)
        return find(
            tenant,
            self.lagging,
            ORGANISATION,
            Wanted(query, after, limit, **more),
            budget=Budget(lambda: 0.0),
            objects=self.bucket,
        )

    def lists(self, query: TicketQuery, **more: Any) -> Iterator[Listed]:
        after: Position | None = None
        for _ in range(1_000):
            listed = self.listed(query, after=after, **more)
            yield listed
            after = listed.page.after
            if after is None:
                return
        raise AssertionError("the list never ends")

    def found(self, query: TicketQuery, **more: Any) -> list[str]:
        return [one.id for listed in self.lists(query, **more) for one in listed.page.tickets]

    def meant(self, query: TicketQuery) -> list[str]:
        wanted = [one for one in self.tickets.values() if matches(query, one, self.texts(one), typos=True)]
        ordered = sorted(wanted, key=lambda one: self.place(query, one), reverse=query.sort.is_descending)
        return [one.id for one in ordered]

    def place(self, query: TicketQuery, ticket: Ticket) -> Position:
        points = 0
        if query.sort is Sort.RELEVANCE and query.words is not None:
            points = look_at_all(Hits(parse(query.words), typos=True, is_rated=True), ticket, self.texts(ticket)).points
        return position(query.sort, ticket, points)

    def by_table(self, query: TicketQuery, after: Position | None, limit: int) -> tuple[Sequence[str], Position | None]:
        """A page of the other finder."""
        page = finder.find(
            self.lagging,
            ORGANISATION,
            query,
            after=after,
            limit=limit,
            budget=Budget(lambda: 0.0),
            objects=self.bucket,
        )
        return [one.id for one in page.tickets], page.after
