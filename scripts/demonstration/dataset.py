"""The whole of the demonstration data, organisation by organisation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from scripts.demonstration.bulk_actions import handed_over
from scripts.demonstration.chats import conversations
from scripts.demonstration.organisations import BLUEPRINTS, Blueprint
from scripts.demonstration.tickets import History, histories
from scripts.demonstration.well_known import LAKESIDE
from ticketing.domain.bulk import Bulk
from ticketing.domain.directory import Channel, Chat, Member, Organisation, Plan, Role, Team
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.workflow import Workflow

ORGANISATION_AGE: Final = timedelta(days=120)
"""How long before `now` an organisation says that it was made; so `now` can be read from what was stored."""


@dataclass(frozen=True, slots=True)
class OrganisationData:
    """Everything of one organisation.

    `histories` are its tickets, the oldest first, by their changes, of which `bulks` have made some.
    """

    organisation: Organisation
    members: Sequence[Member]
    teams: Sequence[Team]
    channels: Sequence[Channel]
    workflows: Sequence[Workflow]
    chats: Sequence[Chat]
    histories: Sequence[History]
    bulks: Sequence[Bulk]


def organisation_of(blueprint: Blueprint, now: datetime) -> Organisation:
    return Organisation(blueprint.id, blueprint.name, Plan.PAID, to_milliseconds(now) - ORGANISATION_AGE)


def now_of(organisation: Organisation) -> datetime:
    """The `now` that an organisation's data was made for."""
    return organisation.created_at + ORGANISATION_AGE


def data_of(blueprint: Blueprint, now: datetime) -> OrganisationData:
    """One organisation's data; the same for the same `now`, and for another one only the times differ."""
    organisation = organisation_of(blueprint, now)
    talks = conversations(blueprint, to_milliseconds(now))
    tickets: Sequence[History] = list(histories(blueprint, talks, to_milliseconds(now)))
    bulks: list[Bulk] = []
    if blueprint.id == LAKESIDE:
        bulk, tickets = handed_over(tickets, to_milliseconds(now))
        bulks.append(bulk)
    return OrganisationData(
        organisation=organisation,
        members=blueprint.members,
        teams=blueprint.teams,
        channels=blueprint.channels,
        workflows=[replace(workflow, updated_at=organisation.created_at) for workflow in blueprint.workflows],
        chats=[talk.chat for talk in talks],
        histories=tickets,
        bulks=bulks,
    )


def demonstration(now: datetime) -> tuple[OrganisationData, ...]:
    """Both organisations."""
    return tuple(data_of(blueprint, now) for blueprint in BLUEPRINTS)


def key_holder(blueprint: Blueprint, role: Role) -> Member:
    """The member that a demonstration key of a role acts as: the first of that role."""
    return next(member for member in blueprint.members if member.role is role and member.is_active)
