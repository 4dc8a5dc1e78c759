"""The ticket workflow of each channel."""

from dataclasses import replace

from ticketing.domain.workflow import Workflow
from ticketing.errors import VersionConflict
from ticketing.store import items, keys
from ticketing.store.directory import Stored
from ticketing.store.table import ConditionNotMet, Table, difference, put_new


def get(table: Table, organisation_id: str, channel_id: str) -> Workflow | None:
    item = table.get(keys.workflow_key(organisation_id, channel_id))
    return items.workflow_from(item) if item else None


def put(table: Table, organisation_id: str, workflow: Workflow) -> Stored[Workflow]:
    """Make or replace a channel's workflow; its version grows by one.

    Raises VersionConflict if somebody changed it at the same moment.
    """
    before = get(table, organisation_id, workflow.channel_id)
    after = replace(workflow, version=before.version + 1 if before else 1)
    key = keys.workflow_key(organisation_id, workflow.channel_id)
    item = items.workflow_item(organisation_id, after)
    if before is None:
        write = put_new(key, item)
    else:
        write = difference(
            key,
            items.workflow_item(organisation_id, before),
            item,
            condition="version = :expected",
            values={":expected": before.version},
        )
    try:
        table.write(write)
    except ConditionNotMet:
        raise VersionConflict from None
    return Stored(after, is_new=before is None)
