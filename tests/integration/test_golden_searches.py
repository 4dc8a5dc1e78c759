"""What a hotel's staff types finds what it should, over HTTP: the table of tests/integration/golden_searches.py.

Every third goes this way; all of them go to the finder itself in tests/unit/store/test_finding_words.py.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW, ORGANISATION, a_chat, a_ticket, an_event, an_occasion
from tests.integration.golden_searches import DELETED, FOREIGN, GHOST, SEARCHES, TICKETS, Written
from tests.integration.world import OTHER, World
from ticketing.domain.directory import Guest
from ticketing.domain.events import Event
from ticketing.domain.ticket import Change, Patch, Ticket, change
from ticketing.domain.workflow import Label
from ticketing.store import directory, long_remarks, tickets


def write(world: World, written: Written, organisation_id: str = ORGANISATION, **changes: Any) -> str:
    """A ticket as the API stores it, with its chat and its whole thread."""
    table = world.aws.table
    chat = a_chat(id=f"chat_{written.number}", guest=Guest(written.guest, written.phone))
    directory.put_chat(table, organisation_id, chat.id, lambda _: chat)
    ticket = replace(
        a_ticket(),
        id=f"tkt_{written.number:016d}",
        organisation_id=organisation_id,
        number=written.number,
        chat_id=chat.id,
        issue=Label("one", written.issue),
        sub_issue=Label("two", written.sub_issue),
        remark_preview="",
        remark_count=0,
        created_at=NOW + timedelta(minutes=written.number),
        **changes,
    )
    tickets.add(table, organisation_id, Change(ticket, replace(_event(ticket), organisation_id=organisation_id)))
    for text in written.remarks:
        add_remark(world, ticket.id, text, organisation_id)
    return ticket.id


def _event(ticket: Ticket) -> Event:
    return replace(an_event(), ticket_id=ticket.id)


def add_remark(world: World, ticket_id: str, text: str, organisation_id: str = ORGANISATION) -> None:
    def decide(ticket: Ticket) -> Change | None:
        decided = change(ticket, Patch(remark=text), workflow=None, on=an_occasion())
        return long_remarks.kept(world.aws.table, world.aws.objects, decided) if decided is not None else None

    tickets.change(world.aws.table, organisation_id, ticket_id, decide, adds_remark=True)


@pytest.fixture
def hotel(world: World) -> World:
    for written in TICKETS:
        write(world, written)
    write(world, FOREIGN, OTHER)
    gone = write(world, DELETED)
    assert world.api("DELETE", f"/v1/tickets/{gone}").status == 200
    write(world, GHOST)
    assert world.as_(world.keys.owner)("DELETE", f"/v1/chats/chat_{GHOST.number}").status < 300
    world.hold_a_lease()
    return world


def test_every_search_finds_what_the_staff_expects(hotel: World) -> None:
    wrong = []
    asked = SEARCHES[::3]
    for at, (q, expected) in enumerate(asked):
        listed = hotel.api("GET", "/v1/tickets", query={"q": [q], "limit": ["100"]})
        assert listed.status == 200, (q, listed.body)
        found = sorted(row["number"] for row in listed.body["data"])
        assert all(row["highlight"] for row in listed.body["data"]), q
        if found != expected:
            wrong.append((q, expected, found))
        if at % 10 == 0:  # as a body it means the same
            assert hotel.api("POST", "/v1/tickets/search", {"q": q, "limit": 100}).body == listed.body
    print(f"\n{len(asked)} searches over {len(TICKETS) + 3} tickets")
    assert not wrong
    assert len(SEARCHES) >= 60
