"""What the deployed functions made of the races, once they have come to the end of the stream."""

from typing import Any

from tests.e2e.concurrency.hotel import Hotel, made
from tests.e2e.concurrency.processes import Processes
from tests.e2e.conftest import RunningStack
from tests.e2e.test_chain import all_mails, eventually

PATIENCE_S = 120


def feed(hotel: Hotel, processes: Processes, cursor: list[str], found: list[tuple[str, int]]) -> set[tuple[str, int]]:
    """All that the feed has told so far; it goes on where it ended the last time."""
    has_more = True
    while has_more:
        query = {"limit": ["100"], **({"cursor": cursor[-1:]} if cursor else {})}
        page: dict[str, Any] = made(processes[0].call(hotel.asks("GET", "/changes", query=query)))
        found += [(entry["ticket_id"], entry["version"]) for entry in page["data"]]
        cursor.append(page["next_cursor"])
        has_more = page["has_more"]
    return set(found)


def test_every_change_of_the_races_stands_in_the_feed(hotel: Hotel, processes: Processes) -> None:
    chat = "chat_followed"
    made(processes[0].call(hotel.puts_chat(chat)))
    for answer in processes.share([hotel.creates(chat)] * 32):
        made(answer)
    wanted = {(ticket.id, version) for ticket in hotel.tickets() for version in range(1, ticket.version + 1)}
    cursor: list[str] = []
    found: list[tuple[str, int]] = []
    told = eventually(lambda: feed(hotel, processes, cursor, found), lambda told: told >= wanted, PATIENCE_S)
    print(f"{len(wanted)} changes, {len(found)} entries of the feed")
    assert told == wanted


def test_the_next_ticket_is_mailed_about_once_all_mails_of_the_races_have_gone(
    stack: RunningStack, hotel: Hotel, processes: Processes
) -> None:
    person, chat = "mem_last", "chat_last"
    for event in (hotel.puts_member(person), hotel.puts_chat(chat), hotel.creates(chat, assignee=person)):
        made(processes[0].call(event))

    def mails() -> list[Any]:
        return [mail for mail in all_mails(stack.mailbox_url) if f"{person}@races.example" in str(mail["To"])]

    assert len(eventually(mails, lambda found: len(found) >= 1, PATIENCE_S)) == 1
    print(f"{len(all_mails(stack.mailbox_url))} mails in all")
