"""The ticket workflow of each channel.

A deleted one is marked, not removed: one that is made later goes on with the versions, so that no ETag comes twice.
"""

from typing import Final

from ticketing.domain.workflow import Workflow
from ticketing.store import items, keys, versioned
from ticketing.store.attributes import Item
from ticketing.store.table import Table
from ticketing.store.versioned import Answered, Decide, Kind, Stored, unrecorded

WORKFLOWS: Final = Kind(keys.workflow_key, items.workflow_item, items.workflow_from)


def get(table: Table, organisation_id: str, channel_id: str) -> Workflow | None:
    """The channel's workflow; None if there is none, or none any more."""
    return live(table.get(keys.workflow_key(organisation_id, channel_id)))


def live(item: Item | None) -> Workflow | None:
    """The workflow of an item, None if it was deleted."""
    workflow = items.workflow_from(item) if item is not None else None
    return workflow if workflow is not None and workflow.is_active else None


def put(
    table: Table,
    organisation_id: str,
    channel_id: str,
    decide: Decide[Workflow],
    answered: Answered[Workflow] = unrecorded,
) -> Stored[Workflow]:
    """Store what `decide` makes of a channel's workflow; it is given a deleted one, too.

    Raises what `versioned.change` raises.
    """
    return versioned.change(table, organisation_id, WORKFLOWS, channel_id, decide, answered=answered)
