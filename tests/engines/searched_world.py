"""The API before a real OpenSearch, whose index learns what the table holds when a test says so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.engines.searched_documents import PATIENCE_S, Documents
from tests.fakes.counting import CallCounter
from tests.integration.aws import Answer, Api
from tests.integration.world import World, api_on
from ticketing.domain.search_document import Indexed, indexed
from ticketing.store import items, keys, long_remarks, tickets
from ticketing.store.attributes import decode
from tickets_api.finding import Search
from tickets_api.finding_by_index import Index


@dataclass
class Cluster:
    """The way to the cluster: it counts, and `happens` stands for its answer as long as a test wants."""

    client: Any
    requests: int = 0
    happens: Callable[[], Any] | None = None

    def msearch(self, **asked: Any) -> Any:
        self.requests += 1
        if self.happens is not None:
            return self.happens()
        return self.client.msearch(**asked | {"params": asked["params"] | {"request_timeout": PATIENCE_S}})


@dataclass
class SearchedWorld:
    world: World
    documents: Documents
    seconds: float = 0.0
    cluster: Cluster = field(init=False)
    api: Api = field(init=False)

    def __post_init__(self) -> None:
        self.cluster = Cluster(self.documents.client)
        search = Search("http://127.0.0.1:1")
        search.__dict__["index"] = Index(self.cluster, self.documents.name)
        aws = self.world.aws
        self.api = api_on(aws, aws.table, self.world.keys.user, search=search, monotonic=lambda: self.seconds)
        self.calls = CallCounter(aws.table._client)

    def index(self) -> None:
        """Let the index learn everything."""
        self.documents.write(self._documents())

    def get(self, key: str | None = None, **asked: Any) -> Answer:
        query = {name: [str(value)] for name, value in asked.items() if value is not None}
        return self.api.with_key(key or self.api.key)("GET", "/v1/tickets", query=query)

    def _documents(self) -> Iterator[Indexed]:
        table = self.world.aws.table
        for item in map(decode, self.world.aws.items().values()):
            if item["sk"] == keys.ticket_key("").sk:
                ticket = items.ticket_from(item)
                chat = table.get(keys.chat_key(ticket.organisation_id, ticket.chat_id))
                remarks, _ = tickets.remarks(table, ticket.id, after=0, limit=100)
                texts = [
                    long_remarks.whole(self.world.aws.objects, one).text if one.kept_as else one.text for one in remarks
                ]
                yield indexed(ticket, items.chat_from(chat) if chat else None, texts, epoch=1)
