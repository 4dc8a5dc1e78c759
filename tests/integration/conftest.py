"""Whole functions against moto, one thread: what a function does with an event, never whether it is atomic."""

import logging
import os
from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.fakes.logs import Log
from tests.fakes.quick_moto import quick_tables
from tests.fakes.tables import create_table
from tests.integration.aws import SENDER, Api, Aws, Clock, create_bucket, founder
from tests.integration.refusals import CANARY, Untouched
from tests.integration.routes import furnish_ours
from tests.integration.world import World, furnish
from ticketing.config import Settings
from ticketing.store import clients
from ticketing.store.cached_reads import CachedReads
from ticketing.store.objects import Objects
from ticketing.store.secrets import SigningSecrets
from ticketing.store.table import Table


@pytest.fixture
def aws() -> Iterator[Aws]:
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
                "SIGNING_SECRET_ID": secret["ARN"],
                "DATA_EPOCH": "1",
                # Time stands still in most tests: whoever is about limits sets those that are meant.
                "ORGANISATION_RATE_LIMIT": "1000",
                "ORGANISATION_BURST_LIMIT": "1000000",
                "MAIL_SENDER": SENDER,
                "MAIL_RETRY_QUEUE_URL": queues.create_queue(QueueName="retry")["QueueUrl"],
                "CONTENT_BUCKET": create_bucket("content"),
                "DEAD_LETTER_QUEUE_URL": queues.create_queue(QueueName="dead")["QueueUrl"],
            }
        )
        os.environ |= settings.variables
        table = Table(clients.dynamodb(), "tickets", sleep=lambda _: None)
        objects = Objects(lambda: clients.make("s3"), settings.content_bucket)
        yield Aws(settings, table, objects, Clock(), clients.sqs())


@pytest.fixture
def world(aws: Aws) -> World:
    from tickets_api.app import make_handler
    from tickets_api.services import Services

    signing = SigningSecrets(lambda: clients.make("secretsmanager"), aws.settings.signing_secret_id)
    log = Log()
    reads = CachedReads(aws.table)
    services = Services(aws.settings, aws.table, reads, signing, aws.objects, now=aws.clock)
    found = furnish(aws)
    return World(aws, found, Api(make_handler(services, log), found.user), log)


@pytest.fixture
def untouched(world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Untouched]:
    """A world that bad requests must leave as it was, with no word of theirs in any log, and without a fault."""
    target = Untouched(world, furnish_ours(world))
    before = world.aws.items()
    yield target
    assert world.aws.items() == before
    printed = capfd.readouterr()
    assert CANARY not in world.log.text() + caplog.text + printed.out + printed.err
    assert [facts for level, _, facts in world.log.lines if level != "info" or facts["status"] >= 500] == []


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Function logs go to the handlers that a test asks for, not to the screen."""
    before = logging.getLogger().level
    yield
    logging.getLogger().setLevel(before)
