from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.laptop import logs
from scripts.laptop.logs import LogFollower
from scripts.laptop.place import laptop_place


class FakeLogs:
    """Two log groups; one of them does not exist before its function's first call."""

    def __init__(self) -> None:
        self.events: dict[str, list[dict[str, Any]]] = {}

    def filter_log_events(self, *, logGroupName: str, startTime: int) -> dict[str, Any]:  # noqa: N803 (AWS names)
        if logGroupName not in self.events:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "FilterLogEvents")
        return {"events": [event for event in self.events[logGroupName] if event["timestamp"] >= startTime]}

    def add(self, function: str, message: str, at: int) -> None:
        event = {"logStreamName": "one", "timestamp": at, "message": message}
        self.events.setdefault(f"/aws/lambda/{function}", []).append(event)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeLogs:
    fake = FakeLogs()
    monkeypatch.setattr(logs, "client", lambda *_: fake)
    return fake


def follower() -> LogFollower:
    return LogFollower(laptop_place(4566), {"TicketsApi": "api", "Notifier": "notifier"}, since_ms=logs.now_ms())


def test_each_record_is_shown_once_in_the_order_of_time(fake: FakeLogs) -> None:
    following, now = follower(), logs.now_ms()
    fake.add("notifier", "second", now + 20)
    fake.add("api", "first", now + 10)
    assert [line.split()[-1] for line in following.new_lines()] == ["first", "second"]
    fake.add("api", "third", now + 30)
    assert [line.split()[-1] for line in following.new_lines()] == ["third"]


def test_equal_records_of_one_moment_are_all_shown(fake: FakeLogs) -> None:
    following, now = follower(), logs.now_ms()
    fake.add("api", "same", now + 10)
    assert len(following.new_lines()) == 1
    fake.add("api", "same", now + 10)
    fake.add("api", "same", now + 10)
    assert len(following.new_lines()) == 2


def test_what_was_logged_before_the_start_is_not_shown(fake: FakeLogs) -> None:
    fake.add("api", "old", logs.now_ms() - 60_000)
    assert follower().new_lines() == []
