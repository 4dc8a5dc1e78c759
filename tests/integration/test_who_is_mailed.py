"""Who gets a mail about what, and by which of their preferences they do not."""

from typing import Any

import pytest

from tests.builders import ANA, BEN, ORGANISATION, a_creation, a_member, a_workflow, an_occasion
from tests.integration.notifying import Notifying, a_move
from tests.integration.world import ADMIN, OWNER
from ticketing.domain.preferences import Preferences
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Change, NewTicket, Patch, Ticket, change
from ticketing.store import directory, tickets


def created(notifying: Notifying, **asked: Any) -> Change:
    """A ticket that Ana makes."""
    creation = a_creation(NewTicket("maintenance", "hvac", **asked))
    tickets.add(notifying.aws.table, ORGANISATION, creation)
    return creation


def patched(notifying: Notifying, ticket: Ticket, **patch: Any) -> Change:
    """What Marta, the owner, changes."""
    on = an_occasion(now=notifying.aws.clock.now, actor=Actor(OWNER))
    made = change(ticket, Patch(**patch), workflow=a_workflow(), on=on)
    assert made is not None
    tickets.save(notifying.aws.table, ticket, made)
    return made


def prefers(notifying: Notifying, member: str, **said: bool) -> None:
    wanted = a_member(member, preferences=Preferences(**said))
    directory.put_member(notifying.aws.table, ORGANISATION, member, lambda _: wanted)


def told(notifying: Notifying, made: Change) -> list[tuple[str, str]]:
    """Who is told of a change, and by how the subject begins."""
    before = len(notifying.subjects())
    notifying.deliver(made.event)
    said = notifying.subjects()[before:]
    return sorted((to[0].partition("@")[0], subject.partition("] ")[2].partition(":")[0]) for to, subject in said)


def test_a_new_ticket_is_told_to_assignee_and_watchers(notifying: Notifying) -> None:
    made = created(notifying, assignee=BEN, watchers=(ADMIN, BEN))
    assert told(notifying, made) == [("admin", "New ticket"), ("ben", "New ticket")]


def test_a_ticket_that_is_given_on_is_told_to_the_new_assignee_alone(notifying: Notifying) -> None:
    ticket = created(notifying, assignee=ADMIN, watchers=(ADMIN,)).ticket
    assert told(notifying, patched(notifying, ticket, assignee=BEN)) == [("ben", "Given to you")]
    assert (
        told(notifying, patched(notifying, tickets.get(notifying.aws.table, ORGANISATION, ticket.id), assignee=None))
        == []
    )


def test_a_status_is_told_to_assignee_creator_and_watchers(notifying: Notifying) -> None:
    ticket = created(notifying, assignee=BEN, watchers=(ADMIN,)).ticket
    assert told(notifying, patched(notifying, ticket, status="resolved")) == [
        ("admin", "Resolved"),
        ("ana", "Resolved"),
        ("ben", "Resolved"),
    ]


def test_who_gets_ticket_and_status_at_once_gets_one_mail(notifying: Notifying) -> None:
    ticket = created(notifying, assignee=ADMIN).ticket
    made = patched(notifying, ticket, assignee=BEN, status="in_progress")
    assert told(notifying, made) == [("ana", "In progress"), ("ben", "Given to you")]


@pytest.mark.parametrize(
    ("muted", "said"),
    [
        ({"assigned": False}, [("ana", "In progress"), ("ben", "In progress")]),
        ({"assigned": False, "status_changed": False}, [("ana", "In progress")]),
        ({"created": False, "digests": False}, [("ana", "In progress"), ("ben", "Given to you")]),
    ],
)
def test_what_somebody_has_switched_off_they_do_not_get(
    notifying: Notifying, muted: dict[str, bool], said: list[tuple[str, str]]
) -> None:
    prefers(notifying, BEN, **muted)
    ticket = created(notifying, assignee=ADMIN).ticket
    assert told(notifying, patched(notifying, ticket, assignee=BEN, status="in_progress")) == said


def test_nobody_is_told_of_what_they_did_themselves_unless_they_ask_for_it(notifying: Notifying) -> None:
    ticket = created(notifying, assignee=ANA).ticket
    assert told(notifying, a_move(notifying, ticket, "resolved")) == []
    prefers(notifying, ANA, own_actions=True)
    moved = tickets.get(notifying.aws.table, ORGANISATION, ticket.id)
    assert told(notifying, a_move(notifying, moved, "closed")) == [("ana", "Closed")]
