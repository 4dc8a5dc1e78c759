"""What the API can do, by the tag `reports`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.export_out import ExportOut
from ...models.make_export import MakeExport
from ...models.read_resolution_by_type_0 import (
    ReadResolutionByType0,
    check_read_resolution_by_type_0,
)
from ...models.read_resolution_priority_item import (
    ReadResolutionPriorityItem,
    check_read_resolution_priority_item,
)
from ...models.read_tickets_csv_priority_item import (
    ReadTicketsCsvPriorityItem,
    check_read_tickets_csv_priority_item,
)
from ...models.read_tickets_csv_sort import (
    ReadTicketsCsvSort,
    check_read_tickets_csv_sort,
)
from ...models.read_tickets_csv_status_category_item import (
    ReadTicketsCsvStatusCategoryItem,
    check_read_tickets_csv_status_category_item,
)
from ...models.read_unresolved_priority_item import (
    ReadUnresolvedPriorityItem,
    check_read_unresolved_priority_item,
)
from ...models.resolution_report import ResolutionReport
from ...models.unresolved_report import UnresolvedReport
from ...types import UNSET, Unset
from . import make_export as _make_export
from . import read_export as _read_export
from . import read_resolution as _read_resolution
from . import read_tickets_csv as _read_tickets_csv
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

    def read_tickets_csv(
        self,
        *,
        status: list[str] | Unset = UNSET,
        status_category: list[ReadTicketsCsvStatusCategoryItem] | Unset = UNSET,
        priority: list[ReadTicketsCsvPriorityItem] | Unset = UNSET,
        assignee: list[str] | Unset = UNSET,
        creator: list[str] | Unset = UNSET,
        channel: list[str] | Unset = UNSET,
        issue: list[str] | Unset = UNSET,
        sub_issue: list[str] | Unset = UNSET,
        external_id: list[str] | Unset = UNSET,
        chat: list[str] | Unset = UNSET,
        created_from: None | str | Unset = UNSET,
        created_to: None | str | Unset = UNSET,
        tz: str | Unset = UNSET,
        q: None | str | Unset = UNSET,
        sort: ReadTicketsCsvSort | Unset = UNSET,
    ) -> Answer[str]:
        """Read up to 5,000 tickets as CSV: exactly the filtered list"""
        return self._send(
            _read_tickets_csv.request(
                status=status,
                status_category=status_category,
                priority=priority,
                assignee=assignee,
                creator=creator,
                channel=channel,
                issue=issue,
                sub_issue=sub_issue,
                external_id=external_id,
                chat=chat,
                created_from=created_from,
                created_to=created_to,
                tz=tz,
                q=q,
                sort=sort,
            ),
            _read_tickets_csv.answer,
        )

    def make_export(
        self,
        body: MakeExport,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Answer[ExportOut]:
        """Have a filtered list of any length written into a file"""
        return self._send(
            _make_export.request(
                idempotency_key=idempotency_key,
                body=body,
            ),
            _make_export.answer,
        )

    def read_export(
        self,
        export_id: str,
    ) -> Answer[ExportOut]:
        """Read how far an export is, and where its file is"""
        return self._send(
            _read_export.request(
                export_id=export_id,
            ),
            _read_export.answer,
        )
