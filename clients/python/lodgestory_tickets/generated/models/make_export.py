from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.make_export_format import MakeExportFormat, check_make_export_format
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.ticket_filters import TicketFilters


T = TypeVar("T", bound="MakeExport")


@_attrs_define
class MakeExport:
    """Every ticket that `filter` finds, as a file. It stands in the order of creation, so no other `sort` is taken.

    | format | |
    |---|---|
    | `csv` | one ticket a line, as `GET /v1/reports/tickets.csv` writes it |
    | `jsonl` | one ticket a line, as `GET /v1/tickets/{id}` shows it, with all of its `remarks` and its `history` |

    """

    format_: MakeExportFormat
    filter_: None | TicketFilters | Unset = UNSET
    tz: str | Unset = UNSET
    """ The IANA zone of the times in a CSV file (`UTC` if left out) """

    def to_dict(self) -> dict[str, Any]:
        from ..models.ticket_filters import TicketFilters  # noqa: PLC0415

        format_: str = self.format_

        filter_: dict[str, Any] | None | Unset
        if isinstance(self.filter_, Unset):
            filter_ = UNSET
        elif isinstance(self.filter_, TicketFilters):
            filter_ = self.filter_.to_dict()
        else:
            filter_ = self.filter_

        tz = self.tz

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "format": format_,
            }
        )
        if filter_ is not UNSET:
            field_dict["filter"] = filter_
        if tz is not UNSET:
            field_dict["tz"] = tz

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ticket_filters import TicketFilters  # noqa: PLC0415

        d = dict(src_dict)
        format_ = check_make_export_format(d.pop("format"))

        def _parse_filter_(data: object) -> None | TicketFilters | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                filter_type_0 = TicketFilters.from_dict(data)

                return filter_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TicketFilters | Unset, data)

        filter_ = _parse_filter_(d.pop("filter", UNSET))

        tz = d.pop("tz", UNSET)

        make_export = cls(
            format_=format_,
            filter_=filter_,
            tz=tz,
        )

        return make_export
