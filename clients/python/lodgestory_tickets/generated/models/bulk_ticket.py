from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="BulkTicket")


@_attrs_define
class BulkTicket:
    """What a bulk action did to a ticket; `version` is the one that it made, null for a ticket left as it was."""

    ticket_id: str
    result: str
    """ `changed`, `unchanged`; new values may come """
    version: int | None

    def to_dict(self) -> dict[str, Any]:
        ticket_id = self.ticket_id

        result = self.result

        version: int | None
        version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ticket_id": ticket_id,
                "result": result,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        ticket_id = d.pop("ticket_id")

        result = d.pop("result")

        def _parse_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        version = _parse_version(d.pop("version"))

        bulk_ticket = cls(
            ticket_id=ticket_id,
            result=result,
            version=version,
        )

        return bulk_ticket
