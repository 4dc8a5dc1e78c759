"""Whole functions against moto, one thread: what a function does with an event, never whether it is atomic."""

import logging
from collections.abc import Iterator

import pytest

from tests.fakes.lagging_index import LaggingIndex
from tests.fakes.logs import Log
from tests.integration.aws import Api, Aws, simulated_aws
from tests.integration.notifying import Notifying
from tests.integration.refusals import CANARY, Untouched
from tests.integration.routes import furnish_ours
from tests.integration.world import World, furnish, stand_up
from ticketing.store import clients
from ticketing.store.cached_reads import CachedReads
from ticketing.store.secrets import SigningSecrets


@pytest.fixture
def aws() -> Iterator[Aws]:
    with simulated_aws() as simulated:
        yield simulated


@pytest.fixture
def world(aws: Aws) -> World:
    return stand_up(aws)


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


@pytest.fixture
def notifying(aws: Aws) -> Notifying:
    from notifier.app import App

    furnish(aws)
    return Notifying(aws, App(aws.settings, aws.clock))


@pytest.fixture
def lagging(world: World) -> tuple[Api, LaggingIndex]:
    """The API on a table whose indexes have not learnt anything yet."""
    from tickets_api.app import make_handler
    from tickets_api.services import Services

    index = LaggingIndex(world.aws.table)
    signing = SigningSecrets(lambda: clients.make("secretsmanager"), world.aws.settings.signing_secret_id)
    services = Services(
        world.aws.settings, index, CachedReads(index), signing, world.aws.objects, world.aws.bulks, now=world.aws.clock
    )
    return Api(make_handler(services, Log()), world.keys.user), index
