"""What an engine does on a bad day, at the n-th call that a client makes of it.

No emulator is ever out of reach, loses an answer, throttles, or meets another transaction; and no process ends in the
middle. `Faults` sits in one botocore client, below the client's own repetitions, and does it:

    faults = Faults(client)
    with faults.watching():
        act()
    for call in range(1, len(faults.calls) + 1):  # every call of the undisturbed run
        for fault in FAULTS:
            with faults.at(call, fault):
                act()
            if faults.has_struck: ...  # reads meet no transactions

A call is one request as the promises count it; the client sends it up to three times. A fault strikes the first of
these attempts (the client's repetition heals it), all of them, or everything from there on. The repetitions neither
wait nor run out. The engine's memory of `ClientRequestToken`, which moto lacks, is kept here.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from itertools import product
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.retries.quota import RetryQuota
from botocore.retries.standard import ExponentialBackoff

type Answer = tuple[Any, BaseException | None]
"""As botocore passes it on: the response with what was parsed of it, or what went wrong on the way."""

_SINGLE_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})


class Stop(BaseException):
    """The process ends here. Who catches it all the same can call no more, and nobody gets what it answers."""


class Kind(Enum):
    NOT_REACHED = "not reached"
    """The engine never hears of it."""
    LOST = "answer lost"
    """The engine does it, and the answer does not come back."""
    THROTTLED = "throttled"
    LOST_THEN_THROTTLED = "answer lost, then throttled"
    CONFLICT = "conflict"
    """Another transaction is at one of the items; what only reads never meets it."""
    STOPPED_BEFORE = "stopped before"
    STOPPED_AFTER = "stopped after"


class Reach(Enum):
    ATTEMPT = auto()
    CALL = auto()
    FROM_HERE = auto()
    """This call and all that follow."""


@dataclass(frozen=True)
class Fault:
    kind: Kind
    reach: Reach

    @property
    def is_healed(self) -> bool:
        """Whether whoever calls the product must not notice."""
        return self.reach is Reach.ATTEMPT or self == Fault(Kind.CONFLICT, Reach.CALL)

    def __str__(self) -> str:
        reach = {Reach.ATTEMPT: "once", Reach.CALL: "whatever is repeated", Reach.FROM_HERE: "from there on"}
        return f"{self.kind.value} {reach[self.reach]}"


FAULTS = (
    *(Fault(kind, reach) for kind, reach in product((Kind.NOT_REACHED, Kind.LOST, Kind.THROTTLED), Reach)),
    Fault(Kind.LOST_THEN_THROTTLED, Reach.CALL),
    # The client does not repeat what a conflict refused; the product does, by another call.
    Fault(Kind.CONFLICT, Reach.CALL),
    Fault(Kind.CONFLICT, Reach.FROM_HERE),
    Fault(Kind.STOPPED_BEFORE, Reach.CALL),
    Fault(Kind.STOPPED_AFTER, Reach.CALL),
)


class Faults:
    """Put it into a client once. `calls` names those of the last run, disturbed or not, in order.

    After a run that was stopped, `watching` is the new process.
    """

    def __init__(self, client: Any) -> None:
        self.calls: list[str] = []
        self.has_struck = False
        self.has_stopped = False
        self._planned: tuple[int, Fault] | None = None
        self._by_token: dict[str, tuple[Any, Answer]] = {}
        # botocore's events end above the repetitions, or cannot keep moto from acting: so it is done by force.
        self._send = client._endpoint._get_response
        client._endpoint._get_response = self._attempt

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Disturb nothing."""
        with self._running(None):
            yield

    @contextmanager
    def at(self, call: int, fault: Fault) -> Iterator[None]:
        """Disturb the `call`-th call made inside, the first is 1. What the fault lets out goes up, `Stop` too."""
        with self._running((call, fault)):
            yield

    @contextmanager
    def _running(self, planned: tuple[int, Fault] | None) -> Iterator[None]:
        self.calls, self.has_struck, self.has_stopped, self._planned = [], False, False, planned
        with (
            patch.object(ExponentialBackoff, "delay_amount", return_value=0),
            patch.object(RetryQuota, "acquire", return_value=True),
        ):
            try:
                yield
            finally:
                self._planned = None

    def _attempt(self, request: Any, model: Any, context: Any) -> Answer:
        if self.has_stopped:
            raise Stop
        is_first = context["retries"]["attempt"] == 1
        if is_first:
            self.calls.append(model.name)
        fault = self._due(model.name, is_first=is_first)
        if fault is None:
            return self._ask(request, model, context)
        self.has_struck = True
        return self._disturbed(fault.kind, request, model, context)

    def _due(self, operation: str, *, is_first: bool) -> Fault | None:
        if self._planned is None:
            return None
        call, fault = self._planned
        now = len(self.calls)
        if now != call and not (now > call and fault.reach is Reach.FROM_HERE):
            return None
        if fault.reach is Reach.ATTEMPT and not is_first:
            return None
        is_met = operation == "TransactWriteItems" or operation in _SINGLE_WRITES
        return fault if is_met or fault.kind is not Kind.CONFLICT else None

    def _disturbed(self, kind: Kind, request: Any, model: Any, context: Any) -> Answer:
        match kind:
            case Kind.NOT_REACHED:
                return None, EndpointConnectionError(endpoint_url=request.url)
            case Kind.LOST_THEN_THROTTLED if context["retries"]["attempt"] > 1:
                return _refusal(request, "ThrottlingException"), None
            case Kind.LOST | Kind.LOST_THEN_THROTTLED:
                self._ask(request, model, context)
                return None, ReadTimeoutError(endpoint_url=request.url)
            case Kind.THROTTLED:
                return _refusal(request, "ThrottlingException"), None
            case Kind.CONFLICT if model.name in _SINGLE_WRITES:
                return _refusal(request, "TransactionConflictException"), None
            case Kind.CONFLICT:
                others = len(json.loads(request.body)["TransactItems"]) - 1
                reasons = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * others]
                return _refusal(request, "TransactionCanceledException", CancellationReasons=reasons), None
            case Kind.STOPPED_BEFORE | Kind.STOPPED_AFTER:
                if kind is Kind.STOPPED_AFTER:
                    self._ask(request, model, context)
                self.has_stopped = True
                raise Stop

    def _ask(self, request: Any, model: Any, context: Any) -> Answer:
        """What the engine says. A transaction that it has done already it does not do again."""
        if model.name != "TransactWriteItems":
            answer: Answer = self._send(request, model, context)
            return answer
        asked = json.loads(request.body)
        token = asked["ClientRequestToken"]
        if token in self._by_token:
            before, answer = self._by_token[token]
            assert before == asked, "the engine refuses a token that comes with another transaction"
            return answer
        answer = self._send(request, model, context)
        if answer[0] is not None and "Error" not in answer[0][1]:
            self._by_token[token] = asked, answer
        return answer


def _refusal(request: Any, code: str, **more: Any) -> Any:
    response = AWSResponse(request.url, 400, HTTPHeaders(), None)
    metadata = {"HTTPStatusCode": 400, "HTTPHeaders": {}}
    return response, {"Error": {"Code": code, "Message": "A fault"}, "ResponseMetadata": metadata, **more}
