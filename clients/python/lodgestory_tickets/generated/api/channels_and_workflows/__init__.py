"""What the API can do, by the tag `channels_and_workflows`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.channel_list import ChannelList
from ...models.channel_out import ChannelOut
from ...models.list_channels_active import (
    ListChannelsActive,
    check_list_channels_active,
)
from ...models.put_channel import PutChannel
from ...models.put_workflow import PutWorkflow
from ...models.workflow_out import WorkflowOut
from ...types import UNSET, Unset
from . import deactivate_channel as _deactivate_channel
from . import delete_workflow as _delete_workflow
from . import list_channels as _list_channels
from . import put_channel as _put_channel
from . import put_workflow as _put_workflow
from . import read_channel as _read_channel
from . import read_workflow as _read_workflow


class ChannelsAndWorkflows(Sends):
    def list_channels(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
        active: ListChannelsActive | Unset = UNSET,
    ) -> Answer[ChannelList]:
        """List channels by id"""
        return self._send(
            _list_channels.request(
                limit=limit,
                cursor=cursor,
                active=active,
            ),
            _list_channels.answer,
        )

    def read_channel(
        self,
        channel_id: str,
        *,
        if_none_match: str | Unset = UNSET,
    ) -> Answer[ChannelOut]:
        """Read a channel"""
        return self._send(
            _read_channel.request(
                channel_id=channel_id,
                if_none_match=if_none_match,
            ),
            _read_channel.answer,
        )

    def put_channel(
        self,
        channel_id: str,
        body: PutChannel,
        *,
        if_match: str | Unset = UNSET,
    ) -> Answer[ChannelOut]:
        """Make a channel known, or rename it"""
        return self._send(
            _put_channel.request(
                channel_id=channel_id,
                if_match=if_match,
                body=body,
            ),
            _put_channel.answer,
        )

    def deactivate_channel(
        self,
        channel_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[ChannelOut]:
        """Deactivate a channel that has no chats: its tickets and its name stay"""
        return self._send(
            _deactivate_channel.request(
                channel_id=channel_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
            ),
            _deactivate_channel.answer,
        )

    def read_workflow(
        self,
        channel_id: str,
        *,
        if_none_match: str | Unset = UNSET,
    ) -> Answer[WorkflowOut]:
        """Read a channel's ticket workflow"""
        return self._send(
            _read_workflow.request(
                channel_id=channel_id,
                if_none_match=if_none_match,
            ),
            _read_workflow.answer,
        )

    def put_workflow(
        self,
        channel_id: str,
        body: PutWorkflow,
        *,
        if_match: str | Unset = UNSET,
    ) -> Answer[WorkflowOut]:
        """Configure a channel's ticket workflow"""
        return self._send(
            _put_workflow.request(
                channel_id=channel_id,
                if_match=if_match,
                body=body,
            ),
            _put_workflow.answer,
        )

    def delete_workflow(
        self,
        channel_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[None]:
        """Delete a channel's ticket workflow: tickets keep their values, new ones cannot be made"""
        return self._send(
            _delete_workflow.request(
                channel_id=channel_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
            ),
            _delete_workflow.answer,
        )
