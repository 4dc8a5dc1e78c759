"""Follows the functions' logs. The emulator prints only some of them itself, so CloudWatch Logs is asked."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scripts.laptop.aws import client
from scripts.laptop.log_format import lines_of
from scripts.laptop.place import Place

type _Identity = tuple[str, int, str, int]  # log stream, time, message, which of those alike

_LOOK_BACK_MS = 15_000  # a function's records may be stored this long after they were made
_REMEMBERED = 5_000


class LogFollower:
    """Gives each record once, in the order of its time within one look."""

    def __init__(self, place: Place, functions: Mapping[str, str], since_ms: int | None = None) -> None:
        self._client = client(place, "logs")
        self._groups = {name: f"/aws/lambda/{physical}" for name, physical in functions.items()}
        self._since_ms = since_ms if since_ms is not None else now_ms()
        self._seen: dict[_Identity, None] = {}  # ordered, so that the oldest can be forgotten

    def new_lines(self) -> list[str]:
        """What has come since the last call; nothing while the emulator cannot be asked."""
        found: list[tuple[int, str, str]] = []
        for function, group in self._groups.items():
            try:
                found += [(event["timestamp"], function, event["message"]) for event in self._new_events(group)]
            except (ClientError, BotoCoreError):
                continue  # no log group before the first call; no answer while stopping
        self._forget()
        return [
            line
            for at, function, text in sorted(found, key=lambda entry: entry[0])
            for line in lines_of(function, at, text)
        ]

    def _new_events(self, group: str) -> Iterator[dict[str, Any]]:
        start = max(self._since_ms, now_ms() - _LOOK_BACK_MS)
        alike: Counter[_Identity] = Counter()
        for event in self._client.filter_log_events(logGroupName=group, startTime=start)["events"]:
            # The emulator gives its events no id; alike ones keep their order, so counting tells them apart.
            content = (event["logStreamName"], event["timestamp"], event["message"], 0)
            alike[content] += 1
            identity = (*content[:3], alike[content])
            if identity not in self._seen:
                self._seen[identity] = None
                yield event

    def _forget(self) -> None:
        for identity in list(self._seen)[:-_REMEMBERED]:
            del self._seen[identity]


def now_ms() -> int:
    return int(time.time() * 1000)
