"""The way to the search cluster: bounded time, no repetition of its own, and one error for all that can go wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError
from botocore.session import Session
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection
from opensearchpy.exceptions import OpenSearchException

SEARCHING_S: Final = 2.0
"""A list is not worth a longer wait: the table answers then."""
WRITING_S: Final = 30.0
"""A batch of large documents may take so long; nobody waits for it."""


class SearchUnavailable(Exception):
    """The cluster did not answer, or not in time, or not with what was asked. `reason` names the kind, never a text."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def connect(endpoint: str, *, timeout_s: float) -> OpenSearch:
    """A client of a cluster. Calls to a domain of AWS are signed; to any other host they are not."""
    address = urlsplit(endpoint)
    return OpenSearch(
        hosts=[endpoint],
        http_auth=_signer(address.hostname or ""),
        connection_class=Urllib3HttpConnection,
        http_compress=address.scheme == "https",
        timeout=timeout_s,
        max_retries=0,
        retry_on_timeout=False,
    )


@contextmanager
def trouble() -> Iterator[None]:
    """Whatever the client raises, as SearchUnavailable: the engine's own words may hold what was searched for."""
    try:
        yield
    except (OpenSearchException, BotoCoreError) as error:  # the latter while a call is signed
        raise SearchUnavailable(type(error).__name__) from None


def _signer(host: str) -> Urllib3AWSV4SignerAuth | None:
    for suffix, service in ((".es.amazonaws.com", "es"), (".aoss.amazonaws.com", "aoss")):
        if host.endswith(suffix):
            session = Session()
            region = host.removesuffix(suffix).rpartition(".")[2]
            return Urllib3AWSV4SignerAuth(session.get_credentials(), region, service)
    return None
