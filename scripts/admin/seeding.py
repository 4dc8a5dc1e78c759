"""Storing the demonstration data, so that an interrupted run is completed by the next.

    organisation item (tells the `now`) -> directory, chats -> tickets -> entry in the list of organisations

All ids and times follow from the `now`, so writing again what was written changes nothing. The entry comes last: an
organisation that has it is whole, and is never touched again.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import batched

from scripts.admin.problem import Problem
from scripts.demonstration.dataset import OrganisationData, data_of, now_of, organisation_of
from scripts.demonstration.organisations import BLUEPRINTS, Blueprint
from scripts.demonstration.tickets import History
from ticketing.store import directory, items, keys
from ticketing.store.attributes import Item
from ticketing.store.bulk_items import bulk_item
from ticketing.store.importing import import_tickets
from ticketing.store.keys import Key
from ticketing.store.table import ConditionNotMet, Table
from ticketing.store.writes import put_new

_TICKETS_A_LINE = 170
"""Progress is told about every second of a slow engine."""

type Say = Callable[[str], None]


def check_allowed(environment: str, *, is_confirmed: bool) -> None:
    """Made-up guests have no place among real ones. Raises Problem."""
    if environment == "production":
        raise Problem("Demonstration data does not go into a production stack.")
    if environment != "local" and not is_confirmed:
        raise Problem(f"This is a {environment} stack. Repeat with --yes to put demonstration data there.")


def missing(table: Table) -> Sequence[Blueprint]:
    """The organisations that are not there, or not whole."""
    entries = {blueprint.id: keys.organisation_entry_key(blueprint.id) for blueprint in BLUEPRINTS}
    found = table.get_many(entries.values())
    return [blueprint for blueprint in BLUEPRINTS if entries[blueprint.id] not in found]


def store(table: Table, blueprint: Blueprint, now: datetime, say: Say) -> None:
    """Store one organisation, or complete it."""
    data = data_of(blueprint, _begin(table, blueprint, now, say))
    table.put_all(_directory_items(data))
    table.put_all(directory.new_chat_items(blueprint.id, data.chats))
    say(f"{blueprint.name}: {len(data.members)} members, {len(data.channels)} channels, {len(data.chats)} chats")
    _store_tickets(table, blueprint, data.histories, say)
    table.put_all((keys.bulk_key(one.id), bulk_item(one)) for one in data.bulks)
    try:
        table.write(put_new(keys.organisation_entry_key(blueprint.id), items.organisation_item(data.organisation)))
    except ConditionNotMet:
        return  # another run has completed it, with the very same data


def _begin(table: Table, blueprint: Blueprint, now: datetime, say: Say) -> datetime:
    """The `now` of the data: a run that was interrupted has left its own."""
    key = keys.organisation_key(blueprint.id)
    organisation = organisation_of(blueprint, now)
    try:
        table.write(put_new(key, items.organisation_item(organisation)))
    except ConditionNotMet:
        say(f"{blueprint.name}: an earlier run was interrupted; completing it")
        item = table.get(key)
        if item is not None:
            return now_of(items.organisation_from(item))
    return now_of(organisation)


def _store_tickets(table: Table, blueprint: Blueprint, histories: Sequence[History], say: Say) -> None:
    stored = 0
    for some in batched(histories, _TICKETS_A_LINE, strict=False):
        stored += import_tickets(table, blueprint.id, some)
        say(f"{blueprint.name}: {stored} of {len(histories)} tickets")


def _directory_items(data: OrganisationData) -> Iterator[tuple[Key, Item]]:
    id_ = data.organisation.id
    for member in data.members:
        yield keys.member_key(id_, member.id), items.member_item(id_, member)
    for team in data.teams:
        yield keys.team_key(id_, team.id), items.team_item(id_, team)
    for channel in data.channels:
        yield keys.channel_key(id_, channel.id), items.channel_item(id_, channel)
    for workflow in data.workflows:
        yield keys.workflow_key(id_, workflow.channel_id), items.workflow_item(id_, workflow)
