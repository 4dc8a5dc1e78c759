"""What the API can do, by the tag `reports`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.read_resolution_by_type_0 import (
    ReadResolutionByType0,
    check_read_resolution_by_type_0,
)
from ...models.read_resolution_priority_item import (
    ReadResolutionPriorityItem,
    check_read_resolution_priority_item,
)
from ...models.read_unresolved_priority_item import (
    ReadUnresolvedPriorityItem,
    check_read_unresolved_priority_item,
)
from ...models.resolution_report import ResolutionReport
from ...models.unresolved_report import UnresolvedReport
from ...types import UNSET, Unset
from . import read_resolution as _read_resolution
from . import read_unresolved as _read_unresolved


class Reports(Sends):
    def read_unresolved(
        self,
        *,
        priority: list[ReadUnresolvedPriorityItem] | Unset = UNSET,
        assignee: list[str] | Unset = UNSET,
        creator: list[str] | Unset = UNSET,
        channel: list[str] | Unset = UNSET,
        issue: list[str] | Unset = UNSET,
        sub_issue: list[str] | Unset = UNSET,
        created_from: None | str | Unset = UNSET,
        created_to: None | str | Unset = UNSET,
        tz: str | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
    ) -> Answer[UnresolvedReport]:
        """Count unresolved tickets by age and assignee"""
        return self._send(
            _read_unresolved.request(
                priority=priority,
                assignee=assignee,
                creator=creator,
                channel=channel,
                issue=issue,
                sub_issue=sub_issue,
                created_from=created_from,
                created_to=created_to,
                tz=tz,
                cursor=cursor,
            ),
            _read_unresolved.answer,
        )

    def read_resolution(
        self,
        *,
        priority: list[ReadResolutionPriorityItem] | Unset = UNSET,
        assignee: list[str] | Unset = UNSET,
        creator: list[str] | Unset = UNSET,
        channel: list[str] | Unset = UNSET,
        issue: list[str] | Unset = UNSET,
        sub_issue: list[str] | Unset = UNSET,
        created_from: None | str | Unset = UNSET,
        created_to: None | str | Unset = UNSET,
        tz: str | Unset = UNSET,
        by: None | ReadResolutionByType0 | Unset = UNSET,
    ) -> Answer[ResolutionReport]:
        """Tell how long resolved tickets took, by channel, issue and assignee"""
        return self._send(
            _read_resolution.request(
                priority=priority,
                assignee=assignee,
                creator=creator,
                channel=channel,
                issue=issue,
                sub_issue=sub_issue,
                created_from=created_from,
                created_to=created_to,
                tz=tz,
                by=by,
            ),
            _read_resolution.answer,
        )
