"""Channels and their ticket workflows."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing.domain import workflow as workflow_rules
from ticketing.domain.directory import Channel
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.ticket import label_value, status_value
from ticketing.domain.workflow import Workflow
from ticketing.errors import (
    Busy,
    Forbidden,
    NotFound,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    VersionConflict,
)
from ticketing.store import directory, keys, workflows
from tickets_api.answers import put_answer
from tickets_api.dependencies import InServices, may
from tickets_api.problems import documented
from tickets_api.schemas.directory import ChannelOut, PutChannel
from tickets_api.schemas.fields import CallerId
from tickets_api.schemas.workflows import PutWorkflow, WorkflowOut

router = APIRouter(prefix="/v1/channels", tags=["Channels and workflows"])

ChannelWriter = Annotated[Principal, Depends(may(Action.CHANNEL_WRITE))]
WorkflowWriter = Annotated[Principal, Depends(may(Action.WORKFLOW_WRITE))]


@router.put(
    "/{channel_id}",
    summary="Make a channel known, or rename it",
    responses={
        200: {"model": ChannelOut},
        201: {"model": ChannelOut},
        **documented(Forbidden, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy),
    },
)
async def put_channel(channel_id: CallerId, body: PutChannel, caller: ChannelWriter, services: InServices) -> Response:
    channel = Channel(channel_id, body.name, body.type)
    stored = directory.put_channel(services.table, caller.organisation_id, channel)
    services.reads.forget(keys.channel_key(caller.organisation_id, channel_id))
    return put_answer({"id": channel.id, "name": channel.name, "type": channel.type.value}, is_new=stored.is_new)


@router.put(
    "/{channel_id}/workflow",
    summary="Configure a channel's ticket workflow",
    responses={
        200: {"model": WorkflowOut},
        201: {"model": WorkflowOut},
        **documented(
            Forbidden, NotFound, VersionConflict, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy
        ),
    },
)
async def put_workflow(
    channel_id: CallerId, body: PutWorkflow, caller: WorkflowWriter, services: InServices
) -> Response:
    workflow = body.to_domain(channel_id)
    workflow_rules.check(workflow)
    if directory.get_channel(services.table, caller.organisation_id, channel_id) is None:
        raise NotFound
    stored = workflows.put(services.table, caller.organisation_id, workflow)
    return put_answer(_shown(stored.value), is_new=stored.is_new)


def _shown(workflow: Workflow) -> dict[str, Any]:
    transitions = workflow.transitions
    return {
        "issues": [
            {
                "id": issue.id,
                "label": issue.label,
                "follow_up": issue.is_follow_up,
                "sub_issues": [label_value(sub) for sub in issue.sub_issues],
            }
            for issue in workflow.issues
        ],
        "statuses": [status_value(status) for status in workflow.statuses],
        "initial": workflow_rules.initial_status(workflow).id,
        "transitions": None
        if transitions is None
        else {source: list(targets) for source, targets in transitions.items()},
        "version": workflow.version,
    }
