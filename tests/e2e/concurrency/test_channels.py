"""A channel that is deactivated while chats come and go: it never has a chat that lives, and its counts are right."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.e2e.concurrency.hotel import Hotel, made
from tests.e2e.concurrency.processes import Answer, Event, Processes, as_answer
from ticketing.store import keys
from ticketing.store.attributes import Item

ROUNDS = 18
SEED = 50
BUSY = (503, "busy")
HONEST = {
    "put": {(201, None), (200, None), (409, "channel_inactive"), BUSY},
    "delete": {(200, None), BUSY},
    "end": {(200, None), (409, "channel_in_use"), BUSY},
    "reopen": {(200, None), BUSY},
}


@dataclass(frozen=True)
class Request:
    """What one process does: `put` or `delete` a chat, `end` or `reopen` the channel."""

    what: str
    chat: str
    event: Event


@dataclass(frozen=True)
class Channel:
    """A channel of a round of its own."""

    hotel: Hotel
    id: str

    def put(self, number: int) -> Request:
        chat = f"{self.id}_{number}"
        return Request("put", chat, self.hotel.puts_chat(chat, self.id))

    def delete(self, number: int) -> Request:
        chat = f"{self.id}_{number}"
        return Request("delete", chat, self.hotel.asks("DELETE", f"/chats/{chat}"))

    def end(self) -> Request:
        return Request("end", "", self.hotel.asks("DELETE", f"/channels/{self.id}"))

    def reopen(self) -> Request:
        return Request("reopen", "", self.hotel.puts_channel(self.id))


@dataclass(frozen=True)
class Round:
    """What came of one round; `there` are the chats that were there before it, `late` was asked after it."""

    there: set[str]
    answers: list[tuple[Request, Answer]]
    is_active: bool
    living: set[str]
    counts: list[Item]
    late: Answer

    def succeeded(self, what: str) -> set[str]:
        """The chats that a request of a kind succeeded for."""
        return {request.chat for request, answer in self.answers if request.what == what and answer.status < 400}


def requests_of(channel: Channel, number: int) -> list[Request]:
    """Sixteen: chats come, chats come to a channel that is opened again, or its chats go while it is to go too."""
    match number % 3:
        case 0:
            return [channel.put(chat) for chat in range(8)] + [channel.end() for _ in range(8)]
        case 1:
            race = [channel.put(chat % 6) for chat in range(8)] + [channel.end() for _ in range(5)]
            return race + [channel.reopen() for _ in range(3)]
        case _:
            return [channel.delete(chat) for chat in range(6)] + [channel.end() for _ in range(10)]


@pytest.fixture(scope="module")
def rounds(hotel: Hotel, processes: Processes) -> list[Round]:
    dice = random.Random(SEED)  # noqa: S311 (dice of a test)
    return [raced(Channel(hotel, f"races_{number}"), processes, number, dice) for number in range(ROUNDS)]


def raced(channel: Channel, processes: Processes, number: int, dice: random.Random) -> Round:
    hotel, refused, requests = channel.hotel, processes.refused, requests_of(channel, number)
    made(processes[0].call(hotel.puts_channel(channel.id)))
    there = {request.chat for request in requests if request.what == "delete"}
    for answer in processes.share([hotel.puts_chat(chat, channel.id) for chat in there]):
        made(answer)
    answers = answered(channel, processes, requests, dice)
    living = {chat for chat in {one.chat for one in requests if one.chat} if is_there(hotel, processes, chat)}
    is_active = made(processes[0].call(hotel.asks("GET", f"/channels/{channel.id}")))["active"]
    counts = counts_of(channel)
    print(
        f"\n{len(answers)} processes, {processes.refused - refused} transactions refused, "
        f"{sorted(Counter((request.what, answer.status) for request, answer in answers).items())}: "
        f"{'active' if is_active else 'deactivated'}, {len(living)} chats",
        end="",
    )
    return Round(there, answers, is_active, living, counts, processes[0].call(channel.put(99).event))


def answered(
    channel: Channel, processes: Processes, requests: Sequence[Request], dice: random.Random
) -> list[tuple[Request, Answer]]:
    """All at once, some after a few reads, so that they meet in every order."""
    idle = channel.hotel.asks("GET", f"/channels/{channel.id}")
    plans = [[idle] * dice.randrange(8 if request.what == "end" else 4) + [request.event] for request in requests]
    given = processes.at_once(plans)
    return [(request, as_answer(answers[-1])) for request, answers in zip(requests, given, strict=True)]


def is_there(hotel: Hotel, processes: Processes, chat: str) -> bool:
    return processes[0].call(hotel.asks("GET", f"/chats/{chat}")).status == 200


def counts_of(channel: Channel) -> list[Item]:
    shards = range(keys.CHANNEL_SHARDS)
    wanted = [keys.channel_count_key(channel.hotel.id, channel.id, shard) for shard in shards]
    return list(channel.hotel.table.get_many(wanted).values())


def test_every_answer_is_a_success_or_an_honest_refusal_and_either_side_won_some(rounds: list[Round]) -> None:
    told = {(one.what, answer.status, answer.code) for round_ in rounds for one, answer in round_.answers}
    for what, status, code in told:
        assert (status, code) in HONEST[what]
    assert {("put", 409, "channel_inactive"), ("end", 409, "channel_in_use"), ("put", 201, None)} <= told, "no race"
    assert {round_.is_active for round_ in rounds} == {True, False}


def test_a_deactivated_channel_has_no_chat_and_gets_none(rounds: list[Round]) -> None:
    for round_ in rounds:
        assert round_.is_active or not round_.living
        wanted = (201, None) if round_.is_active else (409, "channel_inactive")
        assert (round_.late.status, round_.late.code) == wanted


def test_the_chats_that_live_are_those_that_were_made_and_not_deleted(rounds: list[Round]) -> None:
    for round_ in rounds:
        assert round_.living == (round_.there | round_.succeeded("put")) - round_.succeeded("delete")


def test_the_counts_say_how_many_chats_live_and_whether_any_may_come(rounds: list[Round]) -> None:
    for round_ in rounds:
        numbers = [count.get("chats", 0) for count in round_.counts]
        assert sum(numbers) == len(round_.living)
        assert min(numbers, default=0) >= 0
        closed = [count for count in round_.counts if "closed" in count]
        assert len(closed) == (0 if round_.is_active else keys.CHANNEL_SHARDS)
