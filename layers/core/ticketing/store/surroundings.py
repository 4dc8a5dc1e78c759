"""What a decision about a ticket rests on: its chat, its channel's workflow, the people it names.

Read consistently just before the decision and not checked again in its transaction: a check on items that many
share would make strangers' writes conflict.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.domain.directory import Chat, check_people, check_takes_new
from ticketing.domain.ids import is_member_id
from ticketing.domain.ticket import UNCHANGED, NewTicket, Patch, Ticket, needs_workflow
from ticketing.domain.workflow import Workflow, pick_issue
from ticketing.errors import ChatDeleted, ChatNotFound, WorkflowMissing
from ticketing.store import directory, items, keys, workflows
from ticketing.store.attributes import Item
from ticketing.store.table import Table


@dataclass(frozen=True, slots=True)
class Surroundings:
    chat: Chat
    workflow: Workflow


def of_new_ticket(table: Table, organisation_id: str, chat_id: str, new: NewTicket) -> Surroundings:
    """In two reads.

    Raises ChatNotFound, ChannelInactive, WorkflowMissing, InvalidIssue, AssigneeNotMember, ValidationFailed.
    """
    chat = directory.get_chat(table, organisation_id, chat_id)
    if chat is None:
        raise ChatNotFound
    if chat.deleted_at is not None:
        raise ChatDeleted
    workflow = _read(table, organisation_id, chat.channel_id, new.assignee, new.watchers, is_new=True)
    if workflow is None:
        raise WorkflowMissing(chat.channel_id)
    pick_issue(workflow, new.issue, new.sub_issue)  # before a number is taken for a ticket that cannot be
    return Surroundings(chat, workflow)


def of_patch(table: Table, organisation_id: str, ticket: Ticket, patch: Patch) -> Workflow | None:
    """The workflow, if the patch needs it, in at most one read. Raises what `of_new_ticket` raises of these."""
    assignee = None if patch.assignee is UNCHANGED else patch.assignee
    # Who has the ticket already may keep it, even if they have left; only a new assignee must be there.
    assignee = None if assignee == ticket.assignee else assignee
    watchers = () if patch.watchers is UNCHANGED else patch.watchers
    is_workflow_needed = needs_workflow(ticket, patch)
    if not is_workflow_needed and assignee is None and set(watchers) <= set(ticket.watchers):
        return None
    workflow = _read(table, organisation_id, ticket.channel_id, assignee, watchers, known=ticket.watchers)
    if workflow is None and is_workflow_needed:
        raise WorkflowMissing(ticket.channel_id)
    return workflow


def _read(
    table: Table,
    organisation_id: str,
    channel_id: str,
    assignee: str | None,
    watchers: Sequence[str],
    *,
    known: Sequence[str] = (),
    is_new: bool = False,
) -> Workflow | None:
    """The channel's workflow, after the people were found active; `known` watchers are not asked for.

    Raises AssigneeNotMember, ValidationFailed; for a new ticket ChannelInactive.
    """
    people = dict.fromkeys([*([assignee] if assignee else []), *(one for one in watchers if one not in known)])
    people_keys = {id_: directory.person_or_team_key(organisation_id, id_) for id_ in people}
    workflow_key = keys.workflow_key(organisation_id, channel_id)
    channel_key = keys.channel_key(organisation_id, channel_id)
    found = table.get_many([workflow_key, *([channel_key] if is_new else []), *people_keys.values()])
    if channel_key in found:
        check_takes_new(items.channel_from(found[channel_key]))
    active = [id_ for id_, key in people_keys.items() if is_active(id_, found.get(key))]
    check_people(assignee, (), active)
    check_people(None, watchers, {*active, *known})
    return workflows.live(found.get(workflow_key))


def is_active(id_: str, item: Item | None) -> bool:
    """Whether a member or team is there and may take tickets."""
    if item is None:
        return False
    return (items.member_from(item) if is_member_id(id_) else items.team_from(item)).is_active
