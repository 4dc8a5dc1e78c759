"""The entry of the weekly list: on a schedule, each organisation whose day and hour have come is mailed its list.

A run is safe to repeat and to stop anywhere: the ledger has who got theirs, and the next run goes on. One organisation
that fails does not keep the others from theirs; the run then ends as a failed one, so that the alarm sees it.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from notifier import weekly_reading
from notifier.delivery import Delivery
from notifier.mime import Stamp
from notifier.sender import Sender
from notifier.weekly_list import WeeklyLists
from ticketing import faults
from ticketing.config import Settings
from ticketing.domain.directory import Organisation
from ticketing.domain.instants import to_milliseconds
from ticketing.store import clients, organisations
from ticketing.store.table import Table

_RESERVE_MS = round(1000 * (weekly_reading.MAX_SECONDS + 120))
"""An organisation is begun only while so much time is left: its tickets are walked, then its owners and admins are
mailed, 400 of them at up to a quarter of a second each."""

_log = Logger()


class Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


class ListsFailed(RuntimeError):
    """Some lists did not go out. The log has which, and why."""


class NextRun:
    """Comes back to a mail that could not be sent: the schedule does, by itself."""

    def send(self, message: Mapping[str, Any], *, delay_s: float = 0) -> None: ...


class App:
    """What a warm function keeps."""

    def __init__(
        self, settings: Settings, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._table = Table(clients.dynamodb(), settings.table_name)
        sender = Sender.connect(Stamp(settings.mail_sender, reply_to=settings.mail_reply_to), settings.mail_events_to)
        self.delivery = Delivery(self._table, sender, NextRun(), _log, now)
        self._lists = WeeklyLists(self.delivery, settings.console_url, clock)

    def handle(self, context: Context) -> dict[str, int]:
        """Mail what is due until the time is up. Raises ListsFailed."""
        seen, failed = 0, 0
        for organisation in organisations.every(self._table):
            if context.get_remaining_time_in_millis() < _RESERVE_MS:
                _log.warning("out of time; the next run goes on", extra={"organisations": seen})
                break
            seen += 1
            failed += self._mail(organisation)
        if failed:
            raise ListsFailed
        return {"organisations": seen}

    def _mail(self, organisation: Organisation) -> int:
        try:
            return self._lists.mail(organisation)
        except Exception as error:  # noqa: BLE001 (it is still due: the next run tries again)
            _log.error("weekly list failed", extra={"organisation": organisation.id, **faults.describe(error)})
            return 1


def _now() -> datetime:
    return to_milliseconds(datetime.now(UTC))


_app = App(Settings.from_environment(), _now)


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 (Lambda's signature)
    """What Lambda calls."""
    return _app.handle(context)
