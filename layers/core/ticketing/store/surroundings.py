"""What a decision about a ticket rests on: its chat, its channel's workflow, the people it names.

Read consistently just before the decision and not checked again in its transaction: a check on items that many
share would make strangers' writes conflict.
"""

from dataclasses import dataclass

from ticketing.domain.directory import Chat, check_people
from ticketing.domain.ids import is_member_id
from ticketing.domain.ticket import NewTicket
from ticketing.domain.workflow import Workflow, pick_issue
from ticketing.errors import ChatNotFound, WorkflowMissing
from ticketing.store import directory, items, keys, workflows
from ticketing.store.attributes import Item
from ticketing.store.table import Table


@dataclass(frozen=True, slots=True)
class Surroundings:
    chat: Chat
    workflow: Workflow


def of_new_ticket(table: Table, organisation_id: str, chat_id: str, new: NewTicket) -> Surroundings:
    """In two reads. Raises ChatNotFound, WorkflowMissing, InvalidIssue, AssigneeNotMember, ValidationFailed."""
    chat = directory.get_chat(table, organisation_id, chat_id)
    if chat is None:
        raise ChatNotFound
    people = dict.fromkeys([*([new.assignee] if new.assignee else []), *new.watchers])
    people_keys = {id_: directory.person_or_team_key(organisation_id, id_) for id_ in people}
    workflow_key = keys.workflow_key(organisation_id, chat.channel_id)
    found = table.get_many([workflow_key, *people_keys.values()])
    if workflow_key not in found:
        raise WorkflowMissing(chat.channel_id)
    workflow = items.workflow_from(found[workflow_key])
    pick_issue(workflow, new.issue, new.sub_issue)  # before a number is taken for a ticket that cannot be
    active = [id_ for id_, key in people_keys.items() if key in found and _is_active(id_, found[key])]
    check_people(new.assignee, new.watchers, active)
    return Surroundings(chat, workflow)


def workflow_of(table: Table, organisation_id: str, channel_id: str) -> Workflow:
    """The workflow of a channel. Raises WorkflowMissing."""
    workflow = workflows.get(table, organisation_id, channel_id)
    if workflow is None:
        raise WorkflowMissing(channel_id)
    return workflow


def _is_active(id_: str, item: Item) -> bool:
    return items.member_from(item).is_active if is_member_id(id_) else True
