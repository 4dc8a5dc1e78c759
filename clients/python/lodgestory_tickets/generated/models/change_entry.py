from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.ticket_out import TicketOut


T = TypeVar("T", bound="ChangeEntry")


@_attrs_define
class ChangeEntry:
    """A ticket that changed, or is shown otherwise with its chat; `ticket` is as it is now, null if it is gone.

    Take it unless you hold a higher version.

    """

    ticket_id: str
    version: int
    deleted: bool
    ticket: None | TicketOut

    def to_dict(self) -> dict[str, Any]:
        from ..models.ticket_out import TicketOut  # noqa: PLC0415

        ticket_id = self.ticket_id

        version = self.version

        deleted = self.deleted

        ticket: dict[str, Any] | None
        if isinstance(self.ticket, TicketOut):
            ticket = self.ticket.to_dict()
        else:
            ticket = self.ticket

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ticket_id": ticket_id,
                "version": version,
                "deleted": deleted,
                "ticket": ticket,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ticket_out import TicketOut  # noqa: PLC0415

        d = dict(src_dict)
        ticket_id = d.pop("ticket_id")

        version = d.pop("version")

        deleted = d.pop("deleted")

        def _parse_ticket(data: object) -> None | TicketOut:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                ticket_type_0 = TicketOut.from_dict(data)

                return ticket_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TicketOut, data)

        ticket = _parse_ticket(d.pop("ticket"))

        change_entry = cls(
            ticket_id=ticket_id,
            version=version,
            deleted=deleted,
            ticket=ticket,
        )

        return change_entry
