"""The entry of what SES tells of mails: one event of EventBridge a call.

Events come in any order, more than once, or not at all. One that is not about a mail of ours, or not as we sent it,
changes nothing; one that the table did not take is called again by Lambda, twice, and then lies in the dead-letter
queue. Addresses are never logged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger

from ticketing import faults
from ticketing.config import Settings
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.mail_events import Ignored, told_by
from ticketing.store import clients, mail_ledger, mail_tags
from ticketing.store.table import Table

_log = Logger()


class NotNoted(Exception):
    """It must come again. Says nothing more: Lambda logs what it is raised with."""


@dataclass(frozen=True, slots=True)
class App:
    """What a warm function keeps."""

    table: Table
    now: Callable[[], datetime]

    @classmethod
    def from_environment(cls) -> "App":
        settings = Settings.from_environment()
        return cls(Table(clients.dynamodb(), settings.table_name), _now)

    def handle(self, event: object) -> str:
        """What the event did. Raises NotNoted."""
        facts: dict[str, Any] = {}
        try:
            told = told_by(event, self.now())
            facts = {"what": told.what.value, "message_id": told.message_id}
            key = mail_tags.key_of(told.tag)
            facts |= {"about": key.pk, "mail": key.sk}
            outcome = mail_ledger.heard(self.table, key, told).value
        except Ignored as ignored:
            _log.warning("mail event", extra={**facts, "outcome": "ignored", "why": ignored.why})
            return "ignored"
        except Exception as error:  # noqa: BLE001 (whatever it was: Lambda calls again, and must not log its text)
            _log.error("mail event failed", extra={**facts, **faults.describe(error)})
            raise NotNoted from None
        _log.info("mail event", extra={**facts, "outcome": outcome})
        return outcome


def _now() -> datetime:
    return to_milliseconds(datetime.now(UTC))


_app = App.from_environment()


def handler(event: Mapping[str, Any], context: Any) -> str:  # noqa: ARG001 (Lambda's signature)
    """What Lambda calls."""
    return _app.handle(event)
