"""Wherever the notifier stops on its way to a mail, the stream and the queue bring it back: nobody is forgotten, and
nobody is mailed twice but in the one window that is named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.builders import BEN
from tests.integration.notifying import Notifying, Stop
from tests.integration.streaming import Streaming, many_tickets
from ticketing.domain.events import Event
from ticketing.domain.mail import MailState
from ticketing.store import items, keys
from ticketing.store.mail_ledger import AMBIGUOUS_WAIT, LEASE

type Step = Callable[[str, dict[str, Any]], bool]

FAULTS: dict[str, BaseException] = {
    "exception": ZeroDivisionError(),
    "time-out": ReadTimeoutError(endpoint_url="https://aws.example"),
    "process killed": Stop(),
}


def claims(operation: str, request: dict[str, Any]) -> bool:
    return _state(request) == MailState.CLAIMED


def sends(operation: str, request: dict[str, Any]) -> bool:
    return operation == "SendEmail"


def confirms(operation: str, request: dict[str, Any]) -> bool:
    return _state(request) == MailState.SENT


def _state(request: dict[str, Any]) -> str | None:
    """The state that a write gives to a mail, if it is one."""
    first = next(iter(request.get("TransactItems", [{}])[0].values()), request)
    values = first.get("Item", first.get("ExpressionAttributeValues", {}))
    state: str | None = values.get("state", values.get(":state", {})).get("S")
    return state


STOPS: dict[str, tuple[Step, bool]] = {
    "before the claim": (claims, False),
    "after the claim": (claims, True),
    "before the mail is sent": (sends, False),
    "after SES has accepted it": (sends, True),
    "before the confirmation": (confirms, False),
    "after the confirmation": (confirms, True),
}
"""The call, and whether it is done when the fault strikes."""

TWICE = {
    *product(["after SES has accepted it"], FAULTS),
    # A time-out is no doubt yet: the confirmation is repeated.
    *product(["before the confirmation"], ["exception", "process killed"]),
}
"""The window: accepted by SES, and not written down."""


@contextmanager
def struck(notifying: Notifying, stop: str, fault: str, times: int) -> Iterator[list[str]]:
    """Strike the first so many calls of this step; the list tells which were."""
    step, is_done = STOPS[stop]
    strikes: list[str] = []
    delivery = notifying.app.notifier.delivery

    def calling(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(operation: str, request: dict[str, Any]) -> Any:
            if len(strikes) == times or not step(operation, request):
                return real(operation, request)
            strikes.append(operation)
            if is_done:
                real(operation, request)
            raise FAULTS[fault]

        return call

    with pytest.MonkeyPatch.context() as patch:
        for client in (delivery.table._client, delivery.sender._client):
            patch.setattr(client, "_make_api_call", calling(client._make_api_call))
        patch.setattr(delivery.table, "_sleep", lambda _: None)
        yield strikes


def play(streaming: Streaming, event: Event, stop: str, fault: str, times: int) -> tuple[int, str]:
    """How many mails Ben got in the end, and the state of the ledger."""
    before = len(streaming.mailed())
    with struck(streaming.notifying, stop, fault, times) as strikes:
        mapping = streaming.read([event])
        streaming.run_retries_as_time_passes()
        streaming.read([event])
        streaming.run_retries_as_time_passes()
    assert len(strikes) == times, (stop, fault)
    assert mapping.given_up == []
    return len(streaming.mailed()) - before, streaming.notifying.state(event, BEN)[0]


def test_after_one_stop_nobody_is_forgotten_and_the_only_duplicates_are_those_of_the_window(
    streaming: Streaming,
) -> None:
    cells = list(product(STOPS, FAULTS))
    events = many_tickets(streaming.notifying, len(cells))
    mails: dict[tuple[str, str], int] = {}
    for (stop, fault), event in zip(cells, events, strict=True):
        mails[stop, fault], state = play(streaming, _now(streaming, event), stop, fault, times=1)
        assert state == MailState.SENT, (stop, fault)
    print("\nmails that the recipient got:")
    for stop in STOPS:
        print(f"  {stop:<26}", *(f"{fault}: {mails[stop, fault]}" for fault in FAULTS), sep="  ")
    wait, lease = AMBIGUOUS_WAIT.total_seconds(), LEASE.total_seconds()
    apart = f"{wait:.0f} to {wait + lease:.0f} s later or when the queue comes to it"
    print(f"the window: from SES's yes to the confirmation; the second mail comes {apart}, a third never")
    print(f"lost: {list(mails.values()).count(0)} of {len(cells)}")
    assert mails == {cell: 2 if cell in TWICE else 1 for cell in cells}


def test_after_two_stops_nobody_got_more_than_two_and_who_got_none_is_told_apart(streaming: Streaming) -> None:
    cells = list(product(STOPS, FAULTS))
    events = many_tickets(streaming.notifying, len(cells))
    outcomes: dict[tuple[str, str], tuple[int, str]] = {}
    for cell, event in zip(cells, events, strict=True):
        stop, fault = cell
        times = 1 if stop == "after the confirmation" and fault != "time-out" else 2  # nothing comes after it
        outcomes[cell] = play(streaming, _now(streaming, event), stop, fault, times)
    none = [cell for cell, (mails, _) in outcomes.items() if mails == 0]
    most = max(mails for mails, _ in outcomes.values())
    print(f"\n{len(cells)} courses of two stops; at most {most} mails; settled as unknown without one: {none}")
    assert most <= 2
    assert all(outcomes[cell][1] == MailState.UNKNOWN for cell in none)
    assert {stop for stop, _ in none} <= {"after the claim", "before the mail is sent"}


def _now(streaming: Streaming, event: Event) -> Event:
    """The same event, as if it had just happened: time passes from one course to the next."""
    new = replace(event, at=streaming.notifying.aws.clock.now)
    streaming.notifying.aws.table.put_all([(keys.event_key(new.ticket_id, new.version), items.event_item(new))])
    return new
