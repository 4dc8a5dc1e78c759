"""Whole functions against moto, one thread: what a function does with an event, never whether it is atomic."""

import logging
from collections.abc import Iterator

import pytest

from tests.integration.aws import Aws, simulated_aws
from tests.integration.refusals import CANARY, Untouched
from tests.integration.routes import furnish_ours
from tests.integration.world import World, stand_up


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
