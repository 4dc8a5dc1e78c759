"""What the janitor comes back to: one table of tasks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from ticketing.domain.bulk import Bulk
from ticketing.store import bulk_guests, dead_chats, long_remarks, overdue_bulks, purging
from ticketing.store.keys import Due, Key
from ticketing.store.objects import Objects
from ticketing.store.queues import FifoQueue, Queue
from ticketing.store.table import Table


@dataclass(frozen=True, slots=True)
class Stores:
    """Where things are that become due."""

    table: Table
    objects: Objects
    bulks: FifoQueue
    """Where the message of a large bulk action is sent again that was lost."""
    mails: Queue
    """Where a mail waits for its time."""

    def send(self, bulk: Bulk) -> None:
        """The queue forgets an id after five minutes (SQS, MessageDeduplicationId), and the janitor comes as seldom."""
        self.bulks.send({"bulk_id": bulk.id}, group=bulk.organisation_id, deduplication_id=f"{bulk.id}-{uuid4().hex}")


@dataclass(frozen=True, slots=True)
class Task:
    """`run` brings one due thing to its end and says whether anything was to do."""

    name: str
    kind: Due
    run: Callable[[Stores, Key, datetime], bool]


TASKS = (
    Task("dead chats", Due.DEAD_CHAT, lambda stores, key, now: dead_chats.empty(stores.table, key, now)),
    Task("purge", Due.PURGE, lambda stores, key, now: purging.purge(stores.table, stores.objects, key, now)),
    Task(
        "bulk actions", Due.BULK, lambda stores, key, now: overdue_bulks.come_back(stores.table, key, now, stores.send)
    ),
    Task(
        "guest mail",
        Due.GUEST_MAIL,
        lambda stores, key, now: bulk_guests.hand_out(stores.table, key, now, stores.mails.send_all),
    ),
    Task("objects", Due.OBJECT, lambda stores, key, now: long_remarks.settle(stores.table, stores.objects, key, now)),
)
