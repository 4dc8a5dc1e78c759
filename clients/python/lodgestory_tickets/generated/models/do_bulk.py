from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.do_bulk_action import DoBulkAction, check_do_bulk_action
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.do_bulk_expected_versions import DoBulkExpectedVersions
    from ..models.ticket_filters import TicketFilters
    from ..models.to_category_in import ToCategoryIn


T = TypeVar("T", bound="DoBulk")


@_attrs_define
class DoBulk:
    """One change for many tickets: all of them are changed, or none is.

    The tickets are named by `ids`, or found by `filter`, which is the body of `POST /v1/tickets/search` without paging.

    | action | `value` |
    |---|---|
    | `assign` | the id of a member or team, or null for nobody |
    | `status` | the id of a status, or `{"category": "resolved"}` |
    | `priority` | `low`, `medium` or `high` |
    | `delete`, `restore` | none; what is deleted is in no list, so it is restored by `ids` |

    """

    action: DoBulkAction
    ids: list[str] | Unset = UNSET
    """ Ids of tickets, none of them twice """
    filter_: None | TicketFilters | Unset = UNSET
    value: None | str | ToCategoryIn | Unset = UNSET
    expected_versions: DoBulkExpectedVersions | Unset = UNSET
    """ By ticket id: one that has another version by now blocks the action """
    dry_run: bool | Unset = UNSET
    """ Say what would change, and change nothing (`false` if left out) """

    def to_dict(self) -> dict[str, Any]:
        from ..models.ticket_filters import TicketFilters  # noqa: PLC0415
        from ..models.to_category_in import ToCategoryIn  # noqa: PLC0415

        action: str = self.action

        ids: list[str] | Unset = UNSET
        if not isinstance(self.ids, Unset):
            ids = self.ids

        filter_: dict[str, Any] | None | Unset
        if isinstance(self.filter_, Unset):
            filter_ = UNSET
        elif isinstance(self.filter_, TicketFilters):
            filter_ = self.filter_.to_dict()
        else:
            filter_ = self.filter_

        value: dict[str, Any] | None | str | Unset
        if isinstance(self.value, Unset):
            value = UNSET
        elif isinstance(self.value, ToCategoryIn):
            value = self.value.to_dict()
        else:
            value = self.value

        expected_versions: dict[str, Any] | Unset = UNSET
        if not isinstance(self.expected_versions, Unset):
            expected_versions = self.expected_versions.to_dict()

        dry_run = self.dry_run

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "action": action,
            }
        )
        if ids is not UNSET:
            field_dict["ids"] = ids
        if filter_ is not UNSET:
            field_dict["filter"] = filter_
        if value is not UNSET:
            field_dict["value"] = value
        if expected_versions is not UNSET:
            field_dict["expected_versions"] = expected_versions
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.do_bulk_expected_versions import DoBulkExpectedVersions  # noqa: PLC0415
        from ..models.ticket_filters import TicketFilters  # noqa: PLC0415
        from ..models.to_category_in import ToCategoryIn  # noqa: PLC0415

        d = dict(src_dict)
        action = check_do_bulk_action(d.pop("action"))

        ids = cast(list[str], d.pop("ids", UNSET))

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

        def _parse_value(data: object) -> None | str | ToCategoryIn | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                value_type_0_type_1 = ToCategoryIn.from_dict(data)

                return value_type_0_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | str | ToCategoryIn | Unset, data)

        value = _parse_value(d.pop("value", UNSET))

        _expected_versions = d.pop("expected_versions", UNSET)
        expected_versions: DoBulkExpectedVersions | Unset
        if isinstance(_expected_versions, Unset):
            expected_versions = UNSET
        else:
            expected_versions = DoBulkExpectedVersions.from_dict(_expected_versions)

        dry_run = d.pop("dry_run", UNSET)

        do_bulk = cls(
            action=action,
            ids=ids,
            filter_=filter_,
            value=value,
            expected_versions=expected_versions,
            dry_run=dry_run,
        )

        return do_bulk
