"""Sixteen processes of the built API function, started once for all races, and an organisation to race in."""

from collections.abc import Iterator

import pytest

from tests.e2e.concurrency.hotel import Hotel, founded, furnish, made
from tests.e2e.concurrency.processes import Processes, started
from tests.e2e.conftest import RunningStack

PROCESSES = 16
MANY_REQUESTS = {"ORGANISATION_RATE_LIMIT": "10000", "ORGANISATION_BURST_LIMIT": "100000"}
"""What races for tickets is not about the limit of requests, which it would meet."""


@pytest.fixture(scope="session")
def hotel(stack: RunningStack) -> Hotel:
    return founded(stack, "Race Hotels")


@pytest.fixture(scope="session")
def processes(stack: RunningStack, hotel: Hotel) -> Iterator[Processes]:
    """Warm: each has read the caller's key and organisation."""
    with started(stack, "TicketsApi", PROCESSES, **MANY_REQUESTS) as running:
        furnish(hotel, running[0])
        for answer in running.race([hotel.asks("GET", "/me")] * PROCESSES):
            made(answer)
        yield running
