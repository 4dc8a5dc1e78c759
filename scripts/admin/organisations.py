"""Organisations: they exist, and have a plan, by these commands only."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scripts.admin.problem import Problem
from scripts.admin.reading import whole_partition
from ticketing.domain import ids
from ticketing.domain.directory import Member, Organisation, Plan, Role
from ticketing.store import directory, items, keys
from ticketing.store.table import Table, TransactionRefused
from ticketing.store.writes import update


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    name: str
    plan: Plan
    owner_name: str
    owner_email: str


def get(table: Table, organisation_id: str) -> Organisation:
    """Raises Problem if there is none."""
    item = table.get(keys.organisation_entry_key(organisation_id))
    if item is None:
        raise Problem(f"There is no organisation {organisation_id}. `organisation list` shows all.")
    return items.organisation_from(item)


def everyone(table: Table) -> Sequence[Organisation]:
    """All organisations, by id."""
    partition = keys.organisation_entry_key("").pk
    return [items.organisation_from(item) for item in whole_partition(table, partition)]


def create(table: Table, new: NewOrganisation, now: datetime) -> tuple[Organisation, Member]:
    """An organisation with its first owner. The owner first: no organisation is ever without one."""
    organisation = Organisation(ids.organisation_id(_random_bytes()), new.name, new.plan, now)
    owner = Member(f"mem_{ids.letters(_random_bytes())}", new.owner_name, new.owner_email, Role.OWNER)
    directory.put_member(table, organisation.id, owner.id, lambda _: owner)
    directory.add_organisation(table, organisation)
    return organisation, owner


def set_plan(table: Table, organisation_id: str, plan: Plan) -> None:
    """Change the plan in both places that tell it; functions notice within 60 seconds. Raises Problem."""
    places = (keys.organisation_key(organisation_id), keys.organisation_entry_key(organisation_id))
    writes = [
        update(
            key,
            "SET #plan = :plan, version = if_not_exists(version, :one) + :one",
            condition="attribute_exists(pk)",
            names={"#plan": "plan"},
            values={":plan": plan.value, ":one": 1},
        )
        for key in places
    ]
    try:
        table.transact(writes)
    except TransactionRefused:
        raise Problem(f"There is no organisation {organisation_id}. `organisation list` shows all.") from None


def _random_bytes() -> bytes:
    return secrets.token_bytes(ids.RANDOM_BYTES)
