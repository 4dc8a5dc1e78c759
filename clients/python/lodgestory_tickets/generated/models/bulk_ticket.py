from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.blocker_out import BlockerOut


T = TypeVar("T", bound="BulkTicket")


@_attrs_define
class BulkTicket:
    """What became of a ticket.

    `version` is the one that the bulk action made, null for a ticket that it did not change. While it is `queued` or
    `running` its tickets are `pending`; of one that was blocked or failed they are `not_changed`, and those that may
    not be changed are `blocked`, each by its `blocker`.

    """

    ticket_id: str
    result: str
    """ `pending`, `changed`, `unchanged`, `left_out`, `blocked`, `not_changed`; new values may come """
    version: int | None
    blocker: BlockerOut | None

    def to_dict(self) -> dict[str, Any]:
        from ..models.blocker_out import BlockerOut  # noqa: PLC0415

        ticket_id = self.ticket_id

        result = self.result

        version: int | None
        version = self.version

        blocker: dict[str, Any] | None
        if isinstance(self.blocker, BlockerOut):
            blocker = self.blocker.to_dict()
        else:
            blocker = self.blocker

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ticket_id": ticket_id,
                "result": result,
                "version": version,
                "blocker": blocker,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.blocker_out import BlockerOut  # noqa: PLC0415

        d = dict(src_dict)
        ticket_id = d.pop("ticket_id")

        result = d.pop("result")

        def _parse_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        version = _parse_version(d.pop("version"))

        def _parse_blocker(data: object) -> BlockerOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                blocker_type_0 = BlockerOut.from_dict(data)

                return blocker_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BlockerOut | None, data)

        blocker = _parse_blocker(d.pop("blocker"))

        bulk_ticket = cls(
            ticket_id=ticket_id,
            result=result,
            version=version,
            blocker=blocker,
        )

        return bulk_ticket
