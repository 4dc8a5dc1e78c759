"""A FIFO queue and Lambda's reading of it, as AWS documents them, in the time of a `Timeline`.

| rule                                                                                     | AWS, page                |
|------------------------------------------------------------------------------------------|--------------------------|
| while a message of a group is out, no other one of that group is given out               | SQS: FIFO delivery logic |
| a message that failed comes again before those behind it in its group                    | Lambda: SQS, FIFO queues |
| different groups are worked off at the same time, up to `MaximumConcurrency`             | Lambda: SQS scaling      |
| what the function reports, or all of it if it raises, comes again when its time is up    | Lambda: SQS errors       |
| `ChangeMessageVisibility` sets that time anew                                            | SQS: visibility timeout  |
| what was received `maxReceiveCount` times and would come again goes to the dead letters  | SQS: dead-letter queues  |

Where the pages are silent it assumes the worse: of the groups that wait, the one that has waited longest is next, and a
group that failed has waited since its message was sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from tests.fakes.timeline import Timeline
from tests.unit.template.template import RESOURCES

type Function = Callable[[dict[str, Any], Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class QueueSettings:
    visibility_s: float
    max_receives: int
    concurrency: int
    timeout_s: float

    @classmethod
    def of(cls, queue: str, function: str) -> "QueueSettings":
        """Those of `template.yaml`, by logical ids; the function takes one message a call."""
        queued, called = RESOURCES[queue]["Properties"], RESOURCES[function]["Properties"]
        mapping = called["Events"]["Queue"]["Properties"]
        assert queued["FifoQueue"]
        assert mapping["BatchSize"] == 1
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        return cls(
            visibility_s=queued["VisibilityTimeout"],
            max_receives=queued["RedrivePolicy"]["maxReceiveCount"],
            concurrency=mapping["ScalingConfig"]["MaximumConcurrency"],
            timeout_s=called["Timeout"],
        )


@dataclass
class _Message:
    number: int
    group: str
    body: str
    receives: int = 0
    is_running: bool = False
    visible_at_s: float = 0.0

    @property
    def record(self) -> dict[str, Any]:
        attributes = {"ApproximateReceiveCount": str(self.receives), "MessageGroupId": self.group}
        handle = str(self.number)
        return {"messageId": f"msg-{handle}", "receiptHandle": handle, "body": self.body, "attributes": attributes}


@dataclass
class _Context:
    timeline: Timeline
    ends_at_s: float

    def get_remaining_time_in_millis(self) -> int:
        return int(max(0.0, self.ends_at_s - self.timeline.now_s) * 1000)


@dataclass
class FifoQueueOfLambda:
    """As the client of SQS, too, of which `change_message_visibility` is the only method asked."""

    timeline: Timeline
    settings: QueueSettings
    function: Function
    dead_letters: list[str] = field(default_factory=list)
    most_at_once: int = 0
    _waiting: list[_Message] = field(default_factory=list)
    _sent: int = 0

    def send(self, message: Mapping[str, Any], group: str) -> None:
        self._waiting.append(_Message(self._sent, group, orjson.dumps(dict(message)).decode()))
        self._sent += 1
        self.timeline.start(self._hand_out)

    def change_message_visibility(self, **asked: Any) -> None:
        (message,) = (one for one in self._waiting if str(one.number) == asked["ReceiptHandle"])
        message.visible_at_s = self.timeline.now_s + asked["VisibilityTimeout"]

    def _hand_out(self) -> None:
        for message in self._next_ones():
            if self._running >= self.settings.concurrency:
                return
            if message.receives >= self.settings.max_receives:
                self._waiting.remove(message)
                self.dead_letters.append(message.body)
                self.timeline.start(self._hand_out)
                continue
            message.is_running = True
            message.receives += 1
            message.visible_at_s = self.timeline.now_s + self.settings.visibility_s
            self.most_at_once = max(self.most_at_once, self._running)
            self.timeline.start(partial(self._call, message))

    @property
    def _running(self) -> int:
        return len([one for one in self._waiting if one.is_running])

    def _next_ones(self) -> list[_Message]:
        """The first message of each group, unless it is out: worked on, or not to be seen yet."""
        first: dict[str, _Message] = {}
        for message in self._waiting:
            first.setdefault(message.group, message)
        return [one for one in first.values() if not one.is_running and one.visible_at_s <= self.timeline.now_s]

    def _call(self, message: _Message) -> None:
        context = _Context(self.timeline, self.timeline.now_s + self.settings.timeout_s)
        try:
            failed = self.function({"Records": [message.record]}, context)["batchItemFailures"]
        except Exception:  # noqa: BLE001 (Lambda takes it for the failure of all messages)
            failed = [message.record]
        message.is_running = False
        if not failed:
            self._waiting.remove(message)
        else:
            self.timeline.start(self._hand_out, after_s=message.visible_at_s - self.timeline.now_s)
        self._hand_out()
