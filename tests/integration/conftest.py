"""Whole functions against moto, one thread: what a function does with an event, never whether it is atomic."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fakes.lagging_index import LaggingIndex
from tests.fakes.logs import Log
from tests.integration.aws import Api, Aws, simulated_aws
from tests.integration.hearing import Hearing
from tests.integration.notifying import Notifying
from tests.integration.refusals import CANARY, Untouched
from tests.integration.routes import furnish_ours
from tests.integration.world import World, api_on, furnish, stand_up

if TYPE_CHECKING:
    from tests.integration.streaming import Streaming


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
    furnish(aws)
    notifying = Notifying.begin(aws)
    notifying.mail_guests(is_on=False)  # most of these tests are about staff; those about guests switch it on
    return notifying


@pytest.fixture
def streaming(notifying: Notifying) -> "Streaming":
    from tests.integration.streaming import Streaming  # it reads the template, which few of these tests need

    return Streaming(notifying)


@pytest.fixture
def hearing(notifying: Notifying, monkeypatch: pytest.MonkeyPatch) -> Hearing:
    from mail_events import app

    log = Log()
    monkeypatch.setattr(app, "_log", log)
    return Hearing(notifying, app.App(notifying.aws.table, notifying.aws.clock), log)


@pytest.fixture
def lagging(world: World) -> tuple[Api, LaggingIndex]:
    """The API on a table whose indexes have not learnt anything yet."""
    index = LaggingIndex(world.aws.table)
    return api_on(world.aws, index, world.keys.user), index
