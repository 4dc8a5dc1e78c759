"""What `make run` promises about stopping: the data stays, the second start takes seconds, a kill loses no more."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts.laptop.console import Console
from scripts.laptop.place import Place
from scripts.laptop.ports import free_ports
from scripts.laptop.stack import Stack, running_stack

HOTEL = "Lakeside Hotels"
PATIENCE_S = 60
SECOND_START_S = 20


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A stack that was started for the first time, and stopped at once."""
    with tempfile.TemporaryDirectory(prefix="lodgestory-e2e-") as root:
        first = Place(root=Path(root), port=free_ports(1)[0])
        with running_stack(first, Console()):
            pass
        yield first


def client(stack: Stack) -> httpx.Client:
    key = stack.organisations[HOTEL]["keys"]["user"]
    return httpx.Client(base_url=stack.api_url, headers={"Authorization": f"Bearer {key}"}, timeout=60)


def create(stack: Stack) -> dict[str, Any]:
    body = {"chat_id": "chat_lakeside_0001", "issue": "maintenance", "assignee": "mem_lakeside_technician"}
    with client(stack) as http:
        created = http.post("/v1/tickets", json=body)
    assert created.status_code == 201, created.text
    ticket: dict[str, Any] = created.json()
    return ticket


def status_of(stack: Stack, ticket: dict[str, Any]) -> int:
    with client(stack) as http:
        return http.get(f"/v1/tickets/{ticket['id']}").status_code


def is_mailed(stack: Stack, ticket: dict[str, Any]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if f"[#{ticket['number']}]" in httpx.get(stack.place.mailbox_url).text:
            return True
        time.sleep(0.3)
    return False


def test_data_and_keys_outlive_a_stop_and_mails_still_go_also_on_another_port(place: Place) -> None:
    with running_stack(place, Console()) as stack:
        ticket = create(stack)
    moved = replace(place, port=free_ports(1)[0])
    began = time.monotonic()
    with running_stack(moved, Console()) as stack:
        assert time.monotonic() - began < SECOND_START_S
        assert status_of(stack, ticket) == 200
        assert is_mailed(stack, create(stack))


def test_a_killed_emulator_loses_what_came_after_the_last_clean_stop_and_starts_again(place: Place) -> None:
    with running_stack(place, Console()) as stack:
        kept = create(stack)
    with running_stack(place, Console()) as stack:
        lost = create(stack)
        kill(stack)
    with running_stack(place, Console()) as stack:
        assert status_of(stack, kept) == 200
        assert status_of(stack, lost) == 404
        assert is_mailed(stack, create(stack))


def test_a_state_that_is_not_whole_is_replaced_by_a_new_one(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    for file in place.state.glob("cloudformation*"):
        file.unlink()
    with running_stack(place, Console()) as stack:
        assert "Starting from an empty state" in capsys.readouterr().out
        assert is_mailed(stack, create(stack))


def kill(stack: Stack) -> None:
    assert stack.emulator.pid is not None
    os.kill(stack.emulator.pid, signal.SIGKILL)
    while not stack.emulator.has_ended():
        time.sleep(0.05)
