"""The way to the search cluster: bounded time, no repetition of its own, and one error for all that can go wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
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


class _Signer:
    """Signs calls with what credentials there are when the first one is made.

    So a client can be made without any: then each call fails as if the cluster were away.
    """

    def __init__(self, region: str, service: str) -> None:
        self._region = region
        self._service = service
        self._signed_by: Urllib3AWSV4SignerAuth | None = None

    def __call__(self, method: str, url: str, body: Any) -> Any:
        """The headers of a call. Raises SearchUnavailable, BotoCoreError."""
        if self._signed_by is None:
            credentials = Session().get_credentials()
            if credentials is None:
                raise SearchUnavailable("no_credentials")
            self._signed_by = Urllib3AWSV4SignerAuth(credentials, self._region, self._service)
        return self._signed_by(method, url, body)


def _signer(host: str) -> _Signer | None:
    for suffix, service in ((".es.amazonaws.com", "es"), (".aoss.amazonaws.com", "aoss")):
        if host.endswith(suffix):
            return _Signer(host.removesuffix(suffix).rpartition(".")[2], service)
    return None
