"""Whole functions against moto, one thread: what a function does with an event, never whether it is atomic."""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from tests.builders import NOW
from tests.fakes.events import api_event
from tests.fakes.tables import create_table
from ticketing.config import Settings
from ticketing.store import clients
from ticketing.store.table import Table

REGION = "eu-central-1"
SENDER = "tickets@lodgestory.example"


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Aws:
    """The services that a function meets."""

    settings: Settings
    table: Table
    clock: Clock
    queues: Any
    logs: list[str] = field(default_factory=list)

    def mails(self) -> list[Any]:
        """What SES has accepted."""
        return list(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)

    def waiting(self, url: str) -> list[Any]:
        """What a queue holds, delayed messages too."""
        return [orjson.loads(message.body) for message in self._queue(url)._messages]

    def take(self, url: str) -> list[Any]:
        """The same, and the queue is empty afterwards."""
        messages = self.waiting(url)
        self._queue(url)._messages.clear()
        return messages

    def _queue(self, url: str) -> Any:
        return sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[url.rpartition("/")[2]]


@pytest.fixture
def aws() -> Iterator[Aws]:
    with mock_aws():
        dynamodb = clients.dynamodb()
        create_table(dynamodb, "tickets")
        secret = clients.make("secretsmanager").create_secret(Name="signing", SecretString='{"current": "c2VjcmV0"}')
        clients.make("sesv2").create_email_identity(EmailIdentity=SENDER)
        queues = clients.sqs()
        settings = Settings(
            {
                "ENVIRONMENT": "local",
                "TABLE_NAME": "tickets",
                "CONSOLE_URL": "https://console.example/crm",
                "SIGNING_SECRET_ID": secret["ARN"],
                "MAIL_SENDER": SENDER,
                "MAIL_RETRY_QUEUE_URL": queues.create_queue(QueueName="retry")["QueueUrl"],
                "DEAD_LETTER_QUEUE_URL": queues.create_queue(QueueName="dead")["QueueUrl"],
            }
        )
        os.environ |= settings.variables
        yield Aws(settings, Table(dynamodb, "tickets", sleep=lambda _: None), Clock(), queues)


@dataclass
class Answer:
    """An API answer, its body read."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class Api:
    """A caller of the API function, by the events that the gateway makes."""

    handler: Any
    key: str | None

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        return self.send(api_event(method, path, body, key=self.key, **more))

    def send(self, event: dict[str, Any]) -> Answer:
        answer = self.handler(event, None)
        headers = {name: values[0] for name, values in (answer.get("multiValueHeaders") or {}).items()}
        headers |= answer.get("headers") or {}
        text = answer["body"]
        is_json = "json" in headers.get("content-type", "")
        return Answer(answer["statusCode"], headers, orjson.loads(text) if is_json else text)

    def with_key(self, key: str | None) -> "Api":
        return Api(self.handler, key)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Function logs go to the handlers that a test asks for, not to the screen."""
    before = logging.getLogger().level
    yield
    logging.getLogger().setLevel(before)
