"""Things that tests are about. A test states what matters to it; the rest is plausible."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ticketing.domain.directory import Channel, ChannelType, Chat, Guest, Member, Organisation, Plan, Role, Team
from ticketing.domain.events import Event, Source
from ticketing.domain.principal import SCOPES_OF_ROLE, Actor, Principal
from ticketing.domain.ticket import Change, NewTicket, Occasion, Ticket, create
from ticketing.domain.workflow import DEFAULT_STATUSES, Issue, Label, Status, StatusCategory, Workflow

NOW = datetime(2026, 3, 1, 22, 10, 5, 123000, tzinfo=UTC)
ORGANISATION = "org_lakeside"
CHAT = "chat_0001"
CHANNEL = "front_desk"
TICKET = "tkt_x3k5m2q7v4ntb6ya"
ANA = "mem_ana"
BEN = "mem_ben"


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


def an_organisation(**changes: Any) -> Organisation:
    return replace(Organisation(ORGANISATION, "Lakeside Hotels", Plan.PAID, NOW), **changes)


def a_member(id_: str = ANA, **changes: Any) -> Member:
    name = id_.removeprefix("mem_")
    return replace(Member(id_, name.capitalize(), f"{name}@lakeside.example", Role.USER), **changes)


def a_team(**changes: Any) -> Team:
    return replace(Team("team_maintenance", "Maintenance", BEN, (ANA,)), **changes)


def a_channel(**changes: Any) -> Channel:
    return replace(Channel(CHANNEL, "Front desk", ChannelType.WHATSAPP_OFFICIAL), **changes)


def a_chat(**changes: Any) -> Chat:
    guest = Guest("Zoë Müller", "+41445550123", "zoe@guest.example", is_email_verified=True)
    return replace(Chat(CHAT, CHANNEL, guest, None, None, 1, NOW, NOW), **changes)


HOSPITALITY_STATUSES = (
    Status("open", "Open", StatusCategory.OPEN),
    Status("in_progress", "In progress", StatusCategory.ACTIVE),
    Status("waiting_on_vendor", "Waiting on vendor", StatusCategory.WAITING),
    Status("resolved", "Resolved", StatusCategory.RESOLVED),
    Status("closed", "Closed", StatusCategory.CLOSED),
)


def a_workflow(**changes: Any) -> Workflow:
    """The hospitality workflow of the product page."""
    issues = (
        Issue("maintenance", "Maintenance", (Label("hvac", "HVAC"), Label("plumbing", "Plumbing"))),
        Issue("follow_up", "Follow-up", (Label("quote_sent", "Quote sent"),), is_follow_up=True),
    )
    transitions = {
        "open": ("in_progress", "waiting_on_vendor", "resolved", "closed"),
        "in_progress": ("open", "waiting_on_vendor", "resolved", "closed"),
        "waiting_on_vendor": ("in_progress", "resolved", "closed"),
        "resolved": ("open", "closed"),
        "closed": ("open",),
    }
    workflow = Workflow(CHANNEL, issues, HOSPITALITY_STATUSES, None, transitions)
    return replace(workflow, **changes)


def a_free_workflow() -> Workflow:
    """One that names no transitions."""
    return a_workflow(statuses=DEFAULT_STATUSES, transitions=None)


def an_occasion(**changes: Any) -> Occasion:
    return replace(Occasion(Actor(ANA), NOW, Source.API, "req_0000000000000000"), **changes)


def a_creation(new: NewTicket | None = None, **changes: Any) -> Change:
    """A ticket's creation; `changes` replace attributes of the ticket that was created."""
    wanted = new or NewTicket("maintenance", "hvac", assignee=BEN, remarks="AC not cooling in 204")
    made = create(
        wanted,
        ticket_id=TICKET,
        number=12,
        organisation_id=ORGANISATION,
        chat=a_chat(),
        workflow=a_workflow(),
        on=an_occasion(),
    )
    return replace(made, ticket=replace(made.ticket, **changes))


def a_ticket(status: str = "open", **changes: Any) -> Ticket:
    chosen = next(one for one in HOSPITALITY_STATUSES if one.id == status)
    return replace(a_creation().ticket, status=chosen, **changes)


def an_event(**changes: Any) -> Event:
    return replace(a_creation().event, **changes)


def a_principal(role: Role = Role.ADMIN, **changes: Any) -> Principal:
    scopes = SCOPES_OF_ROLE[role]
    return replace(Principal(ORGANISATION, Actor(ANA), role, scopes, Plan.PAID, "key"), **changes)
