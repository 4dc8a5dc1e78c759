"""What the API can do, by the tag `tickets`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.change_ticket import ChangeTicket
from ...models.create_ticket import CreateTicket
from ...models.deleted_ticket import DeletedTicket
from ...models.list_tickets_priority_item import (
    ListTicketsPriorityItem,
    check_list_tickets_priority_item,
)
from ...models.list_tickets_sort import ListTicketsSort, check_list_tickets_sort
from ...models.list_tickets_status_category_item import (
    ListTicketsStatusCategoryItem,
    check_list_tickets_status_category_item,
)
from ...models.search_tickets import SearchTickets
from ...models.ticket_list import TicketList
from ...models.ticket_out import TicketOut
from ...types import UNSET, Unset
from . import add_watcher as _add_watcher
from . import change_ticket as _change_ticket
from . import create_ticket as _create_ticket
from . import delete_ticket as _delete_ticket
from . import list_chat_tickets as _list_chat_tickets
from . import list_tickets as _list_tickets
from . import read_ticket as _read_ticket
from . import remove_watcher as _remove_watcher
from . import restore_ticket as _restore_ticket
from . import search_tickets as _search_tickets


class Tickets(Sends):
    def list_tickets(
        self,
        *,
        status: list[str] | Unset = UNSET,
        status_category: list[ListTicketsStatusCategoryItem] | Unset = UNSET,
        priority: list[ListTicketsPriorityItem] | Unset = UNSET,
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
        sort: ListTicketsSort | Unset = UNSET,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
        facets: bool | Unset = UNSET,
    ) -> Answer[TicketList]:
        """List tickets by filters, in any order"""
        return self._send(
            _list_tickets.request(
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
                limit=limit,
                cursor=cursor,
                facets=facets,
            ),
            _list_tickets.answer,
        )

    def create_ticket(
        self,
        body: CreateTicket,
        *,
        idempotency_key: str | Unset = UNSET,
    ) -> Answer[TicketOut]:
        """Create a ticket on a chat"""
        return self._send(
            _create_ticket.request(
                idempotency_key=idempotency_key,
                body=body,
            ),
            _create_ticket.answer,
        )

    def search_tickets(
        self,
        body: SearchTickets,
    ) -> Answer[TicketList]:
        """List tickets by filters in a body, which may outgrow a URL"""
        return self._send(
            _search_tickets.request(
                body=body,
            ),
            _search_tickets.answer,
        )

    def list_chat_tickets(
        self,
        chat_id: str,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
    ) -> Answer[TicketList]:
        """List a chat's tickets, the newest first"""
        return self._send(
            _list_chat_tickets.request(
                chat_id=chat_id,
                limit=limit,
                cursor=cursor,
            ),
            _list_chat_tickets.answer,
        )

    def read_ticket(
        self,
        ticket_id: str,
        *,
        if_none_match: str | Unset = UNSET,
    ) -> Answer[TicketOut]:
        """Read a ticket"""
        return self._send(
            _read_ticket.request(
                ticket_id=ticket_id,
                if_none_match=if_none_match,
            ),
            _read_ticket.answer,
        )

    def delete_ticket(
        self,
        ticket_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[DeletedTicket]:
        """Delete a ticket; for 30 days it can be restored"""
        return self._send(
            _delete_ticket.request(
                ticket_id=ticket_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
            ),
            _delete_ticket.answer,
        )

    def change_ticket(
        self,
        ticket_id: str,
        body: ChangeTicket,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[TicketOut]:
        """Change a ticket, several fields and a remark at once"""
        return self._send(
            _change_ticket.request(
                ticket_id=ticket_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
                body=body,
            ),
            _change_ticket.answer,
        )

    def restore_ticket(
        self,
        ticket_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[TicketOut]:
        """Bring a deleted ticket back as it was"""
        return self._send(
            _restore_ticket.request(
                ticket_id=ticket_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
            ),
            _restore_ticket.answer,
        )

    def add_watcher(
        self,
        ticket_id: str,
        member_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[TicketOut]:
        """Let a member watch a ticket"""
        return self._send(
            _add_watcher.request(
                ticket_id=ticket_id,
                member_id=member_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
            ),
            _add_watcher.answer,
        )

    def remove_watcher(
        self,
        ticket_id: str,
        member_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[TicketOut]:
        """Let a member watch no more"""
        return self._send(
            _remove_watcher.request(
                ticket_id=ticket_id,
                member_id=member_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
            ),
            _remove_watcher.answer,
        )
