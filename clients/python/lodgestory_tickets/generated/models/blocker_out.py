from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="BlockerOut")


@_attrs_define
class BlockerOut:
    """Why a ticket may not be changed so: the code and words that a change of it alone would be refused with."""

    ticket_id: str
    code: str
    detail: str
    allowed: list[str] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        ticket_id = self.ticket_id

        code = self.code

        detail = self.detail

        allowed: list[str] | None | Unset
        if isinstance(self.allowed, Unset):
            allowed = UNSET
        elif isinstance(self.allowed, list):
            allowed = self.allowed

        else:
            allowed = self.allowed

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ticket_id": ticket_id,
                "code": code,
                "detail": detail,
            }
        )
        if allowed is not UNSET:
            field_dict["allowed"] = allowed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        ticket_id = d.pop("ticket_id")

        code = d.pop("code")

        detail = d.pop("detail")

        def _parse_allowed(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                allowed_type_0 = cast(list[str], data)

                return allowed_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        allowed = _parse_allowed(d.pop("allowed", UNSET))

        blocker_out = cls(
            ticket_id=ticket_id,
            code=code,
            detail=detail,
            allowed=allowed,
        )

        return blocker_out
