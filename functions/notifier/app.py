"""The entry of the notifier: the table's stream, and the queue of mails that could not be sent at once.

Records are handled in order. One that is no event is skipped by name; one that cannot be read is set aside in the
dead-letter queue; one that fails for any other reason goes to the retry queue, which gives up after five receives
and sets it aside too. So no record blocks the stream, and none is lost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from aws_lambda_powertools import Logger

from notifier.delivery import AFTER_A_FAULT, Delivery
from notifier.digests import Digests
from notifier.guests import Guests
from notifier.mime import Stamp
from notifier.notify import Notifier
from notifier.sender import Sender
from ticketing import faults
from ticketing.config import Settings
from ticketing.domain import unsubscribing
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.signing import Signer
from ticketing.store import clients, items, keys, stream
from ticketing.store.mail_caps import Caps
from ticketing.store.queues import Queue
from ticketing.store.secrets import SigningSecrets
from ticketing.store.stream import UnreadableRecord
from ticketing.store.table import Table

_log = Logger()


class App:
    """What a warm function keeps."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        queues = clients.sqs()
        self.table = Table(clients.dynamodb(), settings.table_name)
        self.dead_letters = Queue(queues, settings.dead_letter_queue_url)
        sender = Sender.connect(Stamp(settings.mail_sender, reply_to=settings.mail_reply_to), settings.mail_events_to)
        retries = Queue(queues, settings.mail_retry_queue_url)
        caps = Caps(settings.guest_mails_per_address, settings.guest_mails_per_organisation)
        delivery = Delivery(self.table, sender, retries, _log, now, caps)
        signing = SigningSecrets(lambda: clients.make("secretsmanager"), settings.signing_secret_id)
        self.notifier = Notifier(
            delivery,
            settings.console_url,
            lambda wanted: unsubscribing.url(settings.api_url, Signer(signing.generations()), wanted),
        )
        self.digests = Digests(delivery, settings.console_url)
        self.guests = Guests(delivery)

    def handle(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Handle a batch of either source and report what must come again."""
        records: list[Mapping[str, Any]] = event["Records"]
        is_stream = bool(records) and "dynamodb" in records[0]
        failed = self._first_failing(records) if is_stream else self._all_failing(records)
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    def _first_failing(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """Stream records, in order: everything from the one that is reported on is delivered again.

        If the first of several fails it is raised, not reported: Lambda halves a batch that raises, and so tries and
        gives up the bad record alone. Of one whose first record is reported it halves nothing, as far as is documented,
        and the records behind would be given up with it.
        """
        for position, record in enumerate(records):
            described = stream.describe(record)
            try:
                self._from_stream(record)
            except Exception as error:
                _log.error("record failed", extra={"pk": described.pk, "sk": described.sk, **faults.describe(error)})
                if position == 0 and len(records) > 1:
                    raise
                return [described.sequence_number]  # not even the retry queue took it; the stream keeps it
        return []

    def _all_failing(self, records: Iterable[Mapping[str, Any]]) -> list[str]:
        """Queue messages: each stands for itself."""
        failed: list[str] = []
        for record in records:
            try:
                self._from_queue(record)
            except Exception as error:  # noqa: BLE001 (the queue counts the receives and sets it aside)
                _log.error("retry failed", extra={"message_id": record["messageId"], **faults.describe(error)})
                failed.append(record["messageId"])
        return failed

    def _from_stream(self, record: Mapping[str, Any]) -> None:
        try:
            event, bulk_id = stream.event_from(record), stream.finished_bulk_from(record)
        except UnreadableRecord as unreadable:
            _log.error("record set aside", extra=unreadable.record_keys)
            self.dead_letters.send({"reason": "unreadable", "function": "notifier", **unreadable.record_keys})
            return
        try:
            if event is not None:
                self.notifier.notify(event)
            elif bulk_id is not None:
                self.digests.tell(bulk_id)
        except Exception as error:  # noqa: BLE001 (one event's fault must not hold up those behind it)
            described = stream.describe(record)
            _log.error("event failed", extra={"pk": described.pk, "sk": described.sk, **faults.describe(error)})
            if event is not None:
                self.notifier.later(event, AFTER_A_FAULT)
            elif bulk_id is not None:
                self.digests.later(bulk_id, AFTER_A_FAULT)

    def _from_queue(self, record: Mapping[str, Any]) -> None:
        match orjson.loads(record["body"]):
            case {"bulk_id": str(bulk_id), "chat_id": str(chat_id), "ticket_ids": [*ticket_ids]}:
                self.guests.tell(bulk_id, chat_id, ticket_ids)
            case {"bulk_id": str(bulk_id), "recipient_id": only}:
                self.digests.tell(bulk_id, only)
            case {"ticket_id": str(ticket_id), "version": int(version), "recipient_id": only}:
                item = self.table.get(keys.event_key(ticket_id, version))
                if item is not None:
                    self.notifier.notify(items.event_from(item), only=only)
            case _:
                message = "a message of no kind that we send"
                raise ValueError(message)


def _now() -> datetime:
    return to_milliseconds(datetime.now(UTC))


_app = App(Settings.from_environment(), _now)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 (Lambda's signature)
    """What Lambda calls."""
    return _app.handle(event)
