"""Chats that are deleted while tickets are created on them and restored to them: no ticket outlives its chat."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from scripts.laptop.aws import client
from tests.e2e.concurrency.hotel import PEOPLE, Hotel, made
from tests.e2e.concurrency.processes import Answer, Event, Processes, as_answer, started
from tests.e2e.conftest import RunningStack
from tests.fakes.images import item_of
from ticketing.domain.events import EventKind
from ticketing.store import items, keys, tickets
from ticketing.store.attributes import Item, decode
from ticketing.store.keys import Key

ROUNDS = 12
CHATS_A_ROUND = 2
SEED = 30
RUNS = 10
"""Of the janitor at most; two or three are needed, since two at once get into each other's way."""


@dataclass
class Chat:
    """A chat with a ticket that lives and one that was deleted before, and what was answered about it in its race."""

    id: str
    living: str
    deleted: str
    answers: dict[str, list[list[Answer]]] = field(default_factory=dict[str, list[list[Answer]]])

    def first(self, *roles: str) -> list[Answer]:
        """What each process of these roles was answered first."""
        return [answers[0] for role in roles for answers in self.answers[role]]

    @property
    def created(self) -> list[str]:
        return [answer.body["id"] for answer in self.first("create") if answer.status == 201]


@dataclass(frozen=True)
class Race:
    """The requests of a round: eight processes a chat, each in a role."""

    hotel: Hotel
    dice: random.Random

    def plans(self, chat: Chat) -> Iterator[tuple[str, list[Event]]]:
        hotel, living = self.hotel, f"/tickets/{chat.living}"
        # What a caller may do as soon as they know that the chat is gone.
        then = [
            hotel.asks("GET", living),
            hotel.asks("GET", f"/chats/{chat.id}/tickets"),
            hotel.asks("GET", "/tickets", query={"limit": ["100"]}),
            hotel.asks("GET", "/tickets", query={"chat": [chat.id]}),
            hotel.creates(chat.id),
            hotel.puts_chat(chat.id),
        ]
        for _ in range(2):
            yield "delete", [hotel.asks("DELETE", f"/chats/{chat.id}"), *then]
        for _ in range(3):
            yield "create", [hotel.creates(chat.id, remarks="AC")]
        yield "restore", [hotel.asks("POST", f"/tickets/{chat.deleted}/restore")]
        yield "change", [hotel.asks("PATCH", living, {"priority": "low"})]
        yield "rename", [hotel.puts_chat(chat.id, guest="Zoë Meier")]

    def run(self, processes: Processes, chats: list[Chat]) -> None:
        plans = [(chat, role, plan) for chat in chats for role, plan in self.plans(chat)]
        # A deletion asks less of the table than a creation: it comes later, so that it meets every stage of the others.
        waits = [self.dice.randrange(12 if role == "delete" else 3) for _, role, _ in plans]
        idle = self.hotel.asks("GET", f"/members/{PEOPLE[0]}")
        given = processes.at_once([[idle] * wait + plan for wait, (_, _, plan) in zip(waits, plans, strict=True)])
        for wait, (chat, role, _), answers in zip(waits, plans, given, strict=True):
            chat.answers.setdefault(role, []).append([as_answer(answer) for answer in answers[wait:]])


@pytest.fixture(scope="module")
def chats(hotel: Hotel, processes: Processes) -> list[Chat]:
    """All chats after their races."""
    race = Race(hotel, random.Random(SEED))  # noqa: S311 (dice of a test)
    refused, done = processes.refused, list[Chat]()
    for number in range(ROUNDS):
        names = [f"chat_race_{number}_{letter}" for letter in "ab"[:CHATS_A_ROUND]]
        chats = [prepared(hotel, processes, name) for name in names]
        race.run(processes, chats)
        done += chats
    told = Counter((role, one.status) for chat in done for role in chat.answers for one in chat.first(role))
    print(
        f"\n{len(processes)} processes, {len(done)} chats, seed {SEED}: {processes.refused - refused} transactions "
        f"refused, answers {sorted(told.items())}"
    )
    return done


def prepared(hotel: Hotel, processes: Processes, name: str) -> Chat:
    made(processes[0].call(hotel.puts_chat(name)))
    living, deleted = (made(answer)["id"] for answer in processes.share([hotel.creates(name)] * 2))
    made(processes[0].call(hotel.asks("DELETE", f"/tickets/{deleted}")))
    return Chat(name, living, deleted)


def test_every_answer_in_the_race_is_a_success_or_says_that_the_chat_or_the_ticket_is_gone(chats: list[Chat]) -> None:
    gone = {
        "delete": {(200, None), (404, "not_found")},
        "create": {(201, None), (409, "chat_deleted")},
        "restore": {(200, None), (409, "chat_deleted")},
        "change": {(200, None), (404, "ticket_not_found")},
        "rename": {(200, None), (409, "chat_deleted")},
    }
    told = {role: {(one.status, one.code) for chat in chats for one in chat.first(role)} for role in gone}
    for role, answers in told.items():
        assert answers <= gone[role] | {(503, "busy")}, role
    assert told["create"] >= gone["create"], "no race: creations came all before the deletions, or all after them"
    for chat in chats:
        assert [one.status for one in chat.first("delete")].count(200) == 1


def test_as_soon_as_a_deletion_is_answered_nothing_of_the_chat_is_to_be_seen_and_nothing_new_can_come(
    chats: list[Chat],
) -> None:
    for chat in chats:
        for deletion, read, of_chat, listed, filtered, create, put in chat.answers["delete"]:
            if deletion.status == 503:
                continue
            assert (read.status, read.code) == (404, "ticket_not_found")
            assert (of_chat.status, of_chat.code) == (404, "not_found")
            assert chat.id not in {row["chat"]["id"] for row in made(listed)["data"]}
            assert made(filtered)["data"] == []
            assert (create.status, create.code) == (409, "chat_deleted")
            assert (put.status, put.code) == (409, "chat_deleted")


def test_a_ticket_that_was_created_or_restored_in_time_went_with_its_chat(
    hotel: Hotel, processes: Processes, chats: list[Chat]
) -> None:
    wanted = [hotel.asks("GET", f"/tickets/{id_}") for chat in chats for id_ in (*chat.created, chat.deleted)]
    answers = processes.share(wanted)
    print(f"{len(answers)} tickets, created or restored in the race")
    assert {(answer.status, answer.code) for answer in answers} == {(404, "ticket_not_found")}


def test_every_ticket_has_its_link_and_every_link_its_ticket(hotel: Hotel, chats: list[Chat]) -> None:
    by_chat: dict[str, set[str]] = {chat.id: set() for chat in chats}
    for ticket in hotel.tickets():
        if ticket.chat_id in by_chat:
            by_chat[ticket.chat_id].add(ticket.id)
    assert {chat.id: hotel.links(chat.id) for chat in chats} == by_chat
    for chat in chats:
        assert {chat.living, chat.deleted, *chat.created} <= by_chat[chat.id]


def test_nothing_was_put_on_a_chat_after_the_moment_of_its_death(
    stack: RunningStack, hotel: Hotel, chats: list[Chat]
) -> None:
    """The emulator's stream is one shard, so it tells the order of all writes; AWS tells that of one item only."""
    alive = {keys.chat_alive_key(hotel.id, chat.id): chat.id for chat in chats}
    partitions = {keys.chat_partition(hotel.id, chat.id): chat.id for chat in chats}
    chat_of = {ticket.id: ticket.chat_id for ticket in hotel.tickets()}
    dead, put = set[str](), list[str]()
    for is_new, key, item in written(stack):
        chat = ""
        if key in alive and "deleted_at" in item:
            dead.add(alive[key])
        elif is_new and key.pk in partitions and key.sk.startswith(keys.chat_link_sort_key("")):
            chat = partitions[key.pk]
        elif keys.is_event(key.sk) and (event := items.event_from(item)).kind is EventKind.RESTORED:
            chat = chat_of.get(event.ticket_id, "")
        assert chat not in dead, key
        put += [chat] if chat in partitions.values() else []
    print(f"{len(put)} tickets put on {len(dead)} chats before their death")
    assert dead == set(partitions.values())
    assert len(put) > 2 * len(chats), "only those that were there before the race"


def written(stack: RunningStack) -> Iterator[tuple[bool, Key, Item]]:
    """Every write to the table in its order: whether it made the item, its key, and the item as it was afterwards."""
    streams = client(stack.place, "dynamodbstreams")
    (stream,) = streams.list_streams(TableName=stack.table_name)["Streams"]
    (shard,) = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    place = {"StreamArn": stream["StreamArn"], "ShardId": shard["ShardId"]}
    iterator = streams.get_shard_iterator(**place, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    while iterator and (page := streams.get_records(ShardIterator=iterator))["Records"]:
        for record in page["Records"]:
            change = record["dynamodb"]
            yield record["eventName"] == "INSERT", Key(**decode(change["Keys"])), item_of(change.get("NewImage", {}))
        iterator = page.get("NextShardIterator")


def test_two_janitors_at_once_leave_no_ticket_alive_on_a_dead_chat(
    stack: RunningStack, hotel: Hotel, chats: list[Chat]
) -> None:
    with started(stack, "Janitor", 2) as janitors:
        for run in range(1, RUNS + 1):
            done = [one for (one,) in janitors.at_once([[{}], [{}]])]
            print(f"run {run}: {done}")
            if not any(count for one in done for count in one.values()):
                break
    found = hotel.table.get_many(keys.chat_key(hotel.id, chat.id) for chat in chats)
    assert all(items.chat_from(item).is_emptied for item in found.values())
    assert len(found) == len(chats)
    dead = {chat.id for chat in chats}
    on_dead = [ticket for ticket in hotel.tickets() if ticket.chat_id in dead]
    print(f"{len(on_dead)} tickets of {len(dead)} dead chats")
    for ticket in on_dead:
        assert ticket.deleted_at is not None, ticket.id
        history, _ = tickets.history(hotel.table, ticket.id, before=keys.LAST_VERSION, limit=100)
        assert [event.version for event in history] == list(range(ticket.version, 0, -1))
        assert history[0].kind == "deleted"
        assert [event.cause for event in history].count("chat_deleted") <= 1
