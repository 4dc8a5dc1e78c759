"""The ticket workflow of a channel."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from ticketing.domain import workflow as rules
from ticketing.domain.directory import after_put, deactivated
from ticketing.domain.policy import Action
from ticketing.domain.principal import Principal
from ticketing.domain.ticket import label_value, status_value
from ticketing.domain.workflow import Workflow
from ticketing.errors import (
    Busy,
    Forbidden,
    IdempotencyMismatch,
    NotFound,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    VersionConflict,
)
from ticketing.store import directory, workflows
from tickets_api.dependencies import InServices, may
from tickets_api.documenting import documented, shape
from tickets_api.keeping import InKeeping, Noun
from tickets_api.schemas.fields import CallerId
from tickets_api.schemas.workflows import PutWorkflow, WorkflowOut

router = APIRouter(prefix="/v1/channels/{channel_id}/workflow", tags=["Channels and workflows"])

Reader = Annotated[Principal, Depends(may(Action.WORKFLOW_READ))]
Writer = Annotated[Principal, Depends(may(Action.WORKFLOW_WRITE))]


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
        "initial": rules.initial_status(workflow).id,
        "transitions": None
        if transitions is None
        else {source: list(targets) for source, targets in transitions.items()},
        "source_version": workflow.source_version,
        "version": workflow.version,
    }


WORKFLOWS = Noun("workflows", workflows.WORKFLOWS, workflows.put, _shown, lambda workflow: workflow.is_active)


@router.get(
    "",
    summary="Read a channel's ticket workflow",
    responses={200: shape(WorkflowOut), **documented(Forbidden, NotFound, ValidationFailed, Busy)},
)
async def read_workflow(channel_id: CallerId, _caller: Reader, keeping: InKeeping) -> Response:
    return keeping.read(WORKFLOWS, channel_id)


@router.put(
    "",
    summary="Configure a channel's ticket workflow",
    responses={
        200: shape(WorkflowOut),
        201: shape(WorkflowOut),
        **documented(
            Forbidden, NotFound, VersionConflict, PayloadTooLarge, UnsupportedMediaType, ValidationFailed, Busy
        ),
    },
)
async def put_workflow(
    channel_id: CallerId, body: PutWorkflow, caller: Writer, services: InServices, keeping: InKeeping
) -> Response:
    workflow = body.to_domain(channel_id)
    rules.check(workflow)
    if directory.get_channel(services.table, caller.organisation_id, channel_id) is None:
        raise NotFound
    return keeping.put(WORKFLOWS, channel_id, lambda before: after_put(before, workflow))


@router.delete(
    "",
    summary="Delete a channel's ticket workflow: tickets keep their values, new ones cannot be made",
    status_code=204,
    response_class=Response,
    responses=documented(Forbidden, NotFound, VersionConflict, IdempotencyMismatch, ValidationFailed, Busy),
)
async def delete_workflow(channel_id: CallerId, _caller: Writer, keeping: InKeeping) -> Response:
    return keeping.change(WORKFLOWS, channel_id, deactivated, show=lambda _: Response(status_code=204))
