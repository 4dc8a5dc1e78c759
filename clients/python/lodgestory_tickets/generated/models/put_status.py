from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.status_category import StatusCategory, check_status_category

T = TypeVar("T", bound="PutStatus")


@_attrs_define
class PutStatus:
    id: str
    """ 1 to 40 of `A-Z a-z 0-9 _ -`, chosen by you """
    name: str
    category: StatusCategory
    """ What a status means whatever it is called; filters, mails and bulk actions across channels rest on it. """

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        category: str = self.category

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "name": name,
                "category": category,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        category = check_status_category(d.pop("category"))

        put_status = cls(
            id=id,
            name=name,
            category=category,
        )

        return put_status
