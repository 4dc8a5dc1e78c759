"""What the routes work with: made once for a warm function, given to tests as they like."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_bytes

from ticketing.config import Settings
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.rates import Limits
from ticketing.domain.signing import Signer
from ticketing.store import clients
from ticketing.store.bulk_protocol import SIZES, Sizes
from ticketing.store.cached_reads import CachedReads
from ticketing.store.objects import Objects
from ticketing.store.queues import FifoQueue, Queue
from ticketing.store.secrets import SigningSecrets
from ticketing.store.table import Table
from tickets_api.finding import Search
from tickets_api.key_uses import KeyUses
from tickets_api.limits import RateLimits
from tickets_api.wrong_keys import WrongKeys


def _now() -> datetime:
    return to_milliseconds(datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Services:
    """Store, secrets, clock and randomness; nothing here knows of a request."""

    settings: Settings
    table: Table
    reads: CachedReads
    signing: SigningSecrets
    objects: Objects
    bulks: FifoQueue
    """Bulk actions that are too large for their request wait here."""
    now: Callable[[], datetime] = field(default=_now)
    random_bytes: Callable[[int], bytes] = field(default=token_bytes)
    monotonic: Callable[[], float] = field(default=time.monotonic)
    """Seconds that only ever grow, for the budgets of requests."""
    key_uses: KeyUses = field(default_factory=KeyUses)
    rate_limits: RateLimits = field(default_factory=RateLimits)
    bulk_sizes: Sizes = SIZES
    wrong_keys: WrongKeys = field(default_factory=WrongKeys)
    search: Search | None = None
    """None: lists and words are answered from the table."""

    @classmethod
    def from_environment(cls) -> "Services":
        settings = Settings.from_environment()
        table = Table(clients.dynamodb(), settings.table_name)
        signing = SigningSecrets(lambda: clients.make("secretsmanager"), settings.signing_secret_id)
        objects = Objects(lambda: clients.make("s3"), settings.content_bucket)
        bulks = FifoQueue(clients.sqs, settings.bulk_queue_url)
        search = Search(settings.search_endpoint) if settings.search_endpoint else None
        return cls(settings, table, CachedReads(table), signing, objects, bulks, search=search)

    def limits(self) -> Limits:
        return Limits(self.settings.organisation_rate_limit, self.settings.organisation_burst_limit)

    def bulk_limits(self) -> Limits:
        """Of tickets, not of requests."""
        return Limits(self.settings.bulk_tickets_rate_limit, self.settings.bulk_tickets_burst_limit)

    def exports(self) -> Queue:
        """Exports wait here. Few requests ask for one, so no function keeps a connection."""
        return Queue(clients.sqs(), self.settings.export_queue_url)

    def files(self) -> Objects:
        """The bucket, for links to what it holds."""
        return Objects(clients.s3_for_files, self.settings.content_bucket)

    def signer(self) -> Signer:
        return Signer(self.signing.generations())
