"""What the janitor comes back to: one table of tasks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ticketing.store import dead_chats, purging
from ticketing.store.keys import Due, Key
from ticketing.store.table import Table


@dataclass(frozen=True, slots=True)
class Task:
    """`run` brings one due thing to its end and says whether anything was to do."""

    name: str
    kind: Due
    run: Callable[[Table, Key, datetime], bool]


TASKS = (
    Task("dead chats", Due.DEAD_CHAT, dead_chats.empty),
    Task("purge", Due.PURGE, purging.purge),
)
