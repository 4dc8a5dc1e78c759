"""What the API can do, by the tag `remarks_and_history`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.history import History
from ...models.notifications import Notifications
from ...models.post_remark import PostRemark
from ...models.remark_list import RemarkList
from ...models.remark_out import RemarkOut
from ...types import UNSET, Unset
from . import add_remark as _add_remark
from . import list_remarks as _list_remarks
from . import read_history as _read_history
from . import read_notifications as _read_notifications
from . import read_remark as _read_remark


class RemarksAndHistory(Sends):
    def list_remarks(
        self,
        ticket_id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
    ) -> Answer[RemarkList]:
        """Read the thread, the oldest remark first"""
        return self._send(
            _list_remarks.request(
                ticket_id=ticket_id,
                limit=limit,
                cursor=cursor,
            ),
            _list_remarks.answer,
        )

    def add_remark(
        self,
        ticket_id: str,
        body: PostRemark,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[RemarkOut]:
        """Add a remark"""
        return self._send(
            _add_remark.request(
                ticket_id=ticket_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
                body=body,
            ),
            _add_remark.answer,
        )

    def read_remark(
        self,
        ticket_id: str,
        remark_id: str,
    ) -> Answer[RemarkOut]:
        """Read one remark, however long"""
        return self._send(
            _read_remark.request(
                ticket_id=ticket_id,
                remark_id=remark_id,
            ),
            _read_remark.answer,
        )

    def read_history(
        self,
        ticket_id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
    ) -> Answer[History]:
        """Read what happened to a ticket, the newest first"""
        return self._send(
            _read_history.request(
                ticket_id=ticket_id,
                limit=limit,
                cursor=cursor,
            ),
            _read_history.answer,
        )

    def read_notifications(
        self,
        ticket_id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
    ) -> Answer[Notifications]:
        """Read who was mailed about a ticket, the newest change first"""
        return self._send(
            _read_notifications.request(
                ticket_id=ticket_id,
                limit=limit,
                cursor=cursor,
            ),
            _read_notifications.answer,
        )
