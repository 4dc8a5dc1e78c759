"""What a function meets in these tests: moto's services, a clock, and a caller of the API."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from tests.builders import NOW
from tests.fakes.events import api_event
from tests.fakes.quick_moto import quick_tables
from tests.fakes.tables import create_table
from ticketing.config import Settings
from ticketing.store import clients, keys
from ticketing.store.attributes import Item
from ticketing.store.objects import Objects
from ticketing.store.queues import FifoQueue
from ticketing.store.table import Table

REGION = "eu-central-1"
SENDER = "tickets@lodgestory.example"


def is_rate(pk: str) -> bool:
    """Whether it is the partition of an organisation's rate limits."""
    return pk.startswith(keys.rate_key("").pk)


def is_count(item: Item) -> bool:
    """Whether an item does nothing but count, and may lose or skip some: that of tickets, and rate limits."""
    return item["sk"] == keys.counter_key("").sk or is_rate(item["pk"])


@contextmanager
def simulated_aws(**variables: str) -> Iterator["Aws"]:
    """Services with nothing in them but a table; `variables` are settings that shall be others."""
    with mock_aws(), quick_tables():
        create_table(founder("dynamodb"), "tickets")
        secret = founder("secretsmanager").create_secret(Name="signing", SecretString='{"current": "c2VjcmV0"}')
        founder("sesv2").create_email_identity(EmailIdentity=SENDER)
        queues = founder("sqs")
        settings = Settings(
            {
                "ENVIRONMENT": "local",
                "TABLE_NAME": "tickets",
                "CONSOLE_URL": "https://console.example/crm",
                "API_URL": "https://api.example/live",
                "SIGNING_SECRET_ID": secret["ARN"],
                "DATA_EPOCH": "1",
                # Time stands still in most tests: whoever is about limits sets those that are meant.
                "ORGANISATION_RATE_LIMIT": "1000",
                "ORGANISATION_BURST_LIMIT": "1000000",
                "BULK_TICKETS_RATE_LIMIT": "1000",
                "BULK_TICKETS_BURST_LIMIT": "2000000",
                "MAIL_SENDER": SENDER,
                "MAIL_EVENTS_TO": "mail",
                "GUEST_MAILS_PER_ADDRESS": "5",
                "GUEST_MAILS_PER_ORGANISATION": "1000",
                "MAIL_RETRY_QUEUE_URL": queues.create_queue(QueueName="retry")["QueueUrl"],
                "BULK_QUEUE_URL": create_fifo_queue("bulk.fifo"),
                "EXPORT_QUEUE_URL": queues.create_queue(QueueName="exports")["QueueUrl"],
                "SEARCH_RETRY_QUEUE_URL": queues.create_queue(QueueName="search-retry")["QueueUrl"],
                "CONTENT_BUCKET": create_bucket("content"),
                "DEAD_LETTER_QUEUE_URL": queues.create_queue(QueueName="dead")["QueueUrl"],
            }
            | variables
        )
        os.environ |= settings.variables
        clock = Clock()
        table = Table(clients.dynamodb(), "tickets", sleep=lambda _: None, now=clock)
        objects = Objects(lambda: clients.make("s3"), settings.content_bucket)
        try:
            bulks = FifoQueue(clients.sqs, settings.bulk_queue_url)
            yield Aws(settings, table, objects, bulks, clock, clients.sqs())
        finally:
            for name in variables:
                del os.environ[name]


@cache
def founder(service: str) -> Any:
    """A client that makes what is there before a test begins. No test gets it: it could leave its own marks in it."""
    return clients.make(service)


def create_bucket(name: str) -> str:
    founder("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


def create_fifo_queue(name: str) -> str:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "false", "VisibilityTimeout": "360"}
    url: str = founder("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        """For what counts seconds: it stands still, too, however long a test takes."""
        return self.now.timestamp()


@dataclass
class Aws:
    """The services that a function meets."""

    settings: Settings
    table: Table
    objects: Objects
    bulks: FifoQueue
    clock: Clock
    queues: Any
    logs: list[str] = field(default_factory=list)

    def mails(self) -> list[Any]:
        """What SES has accepted."""
        return list(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)

    def object_names(self) -> list[str]:
        """What the bucket holds."""
        listed = clients.make("s3").list_objects_v2(Bucket=self.settings.content_bucket)
        return [one["Key"] for one in listed.get("Contents", [])]

    def waiting(self, url: str) -> list[Any]:
        """What a queue holds, delayed messages too."""
        return [orjson.loads(message.body) for message in self._queue(url)._messages]

    def take(self, url: str) -> list[Any]:
        """The same, and the queue is empty afterwards."""
        messages = self.waiting(url)
        self._queue(url)._messages.clear()
        return messages

    def items(self) -> dict[tuple[str, str], Any]:
        """All that the table holds, by key, but when keys were used and how often: for tests that say what was left as
        it was."""
        pages = self.table._client.get_paginator("scan").paginate(TableName="tickets")
        found = [item for page in pages for item in page["Items"] if not is_rate(item["pk"]["S"])]
        return {(item["pk"]["S"], item["sk"]["S"]): {**item, "last_used_at": {"NULL": True}} for item in found}

    def _queue(self, url: str) -> Any:
        return sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[url.rpartition("/")[2]]


@dataclass
class Answer:
    """An API answer, its body read."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def told(self) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body, but the count of requests, which no two answers share."""
        kept = {name: value for name, value in self.headers.items() if not name.startswith("ratelimit-")}
        return self.status, kept, self.body


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
        headers |= {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
        text = answer["body"]
        is_json = "json" in headers.get("content-type", "")
        return Answer(answer["statusCode"], headers, orjson.loads(text) if is_json and text else text)

    def with_key(self, key: str | None) -> "Api":
        return Api(self.handler, key)
