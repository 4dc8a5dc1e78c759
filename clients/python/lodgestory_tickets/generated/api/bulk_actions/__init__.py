"""What the API can do, by the tag `bulk_actions`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.bulk_out import BulkOut
from ...models.bulk_tickets import BulkTickets
from ...models.do_bulk import DoBulk
from ...models.dry_run import DryRun
from ...types import UNSET, Unset
from . import do_bulk as _do_bulk
from . import list_bulk_tickets as _list_bulk_tickets
from . import read_bulk as _read_bulk
from . import undo_bulk as _undo_bulk


class BulkActions(Sends):
    def do_bulk(
        self,
        body: DoBulk,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Answer[BulkOut | BulkOut | DryRun]:
        """Change many tickets at once: all of them, or none"""
        return self._send(
            _do_bulk.request(
                idempotency_key=idempotency_key,
                body=body,
            ),
            _do_bulk.answer,
        )

    def read_bulk(
        self,
        bulk_id: str,
    ) -> Answer[BulkOut]:
        """Read what became of a bulk action, or how far it is"""
        return self._send(
            _read_bulk.request(
                bulk_id=bulk_id,
            ),
            _read_bulk.answer,
        )

    def list_bulk_tickets(
        self,
        bulk_id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
    ) -> Answer[BulkTickets]:
        """List what a bulk action did to each ticket, or what keeps it from doing it"""
        return self._send(
            _list_bulk_tickets.request(
                bulk_id=bulk_id,
                limit=limit,
                cursor=cursor,
            ),
            _list_bulk_tickets.answer,
        )

    def undo_bulk(
        self,
        bulk_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Answer[BulkOut]:
        """Undo a bulk action within ten minutes: for all of its tickets, or for none"""
        return self._send(
            _undo_bulk.request(
                bulk_id=bulk_id,
                idempotency_key=idempotency_key,
            ),
            _undo_bulk.answer,
        )
