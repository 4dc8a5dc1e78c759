"""Documents written straight into an index of a real OpenSearch, as the indexer would write them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from opensearchpy import OpenSearch
from opensearchpy.helpers import bulk

from ticketing.domain.search_document import Indexed
from ticketing.search.client import connect
from ticketing.search.mapping import index_body
from ticketing.search.tenant import Client, Tenant

PATIENCE_S = 30.0
"""A node that has just started compiles what it is asked for the first time."""


class Documents:
    """An index of its own, which shows what is written at once."""

    def __init__(self, client: OpenSearch, name: str) -> None:
        self.client = client
        self.name = name
        self.empty()

    def tenant(self, organisation_id: str, client: Client | None = None) -> Tenant:
        """With patience: a node that has just started is slow."""
        asked = client if client is not None else self.client
        return Tenant(asked, organisation_id, index=self.name, clock=lambda: 0.0, seconds=PATIENCE_S)

    def empty(self) -> None:
        """Begin anew."""
        self.client.indices.delete(index=self.name, ignore_unavailable=True)
        self.client.indices.create(index=self.name, body=index_body())

    def write(self, documents: Iterable[Indexed]) -> None:
        actions = [
            {
                "_op_type": "index",
                "_index": self.name,
                "_id": one.id,
                "routing": one.routing,
                "version": one.version,
                "version_type": "external",
                "_source": one.body,
            }
            for one in documents
        ]
        # A late one changes nothing, and is no error.
        bulk(self.client, actions, refresh=True, chunk_size=1_000, ignore_status=(409,))


@contextmanager
def documents(url: str) -> Iterator[Documents]:
    client = connect(url, timeout_s=PATIENCE_S)
    name = f"tickets-{uuid4().hex}"
    try:
        yield Documents(client, name)
    finally:
        client.indices.delete(index=name)
        client.close()
