from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.limits import Limits
    from ..models.my_key import MyKey
    from ..models.my_member import MyMember
    from ..models.my_organisation import MyOrganisation


T = TypeVar("T", bound="Me")


@_attrs_define
class Me:
    """`role` and `scopes` are what is left to the key: never more than its member has."""

    type_: str
    """ `member`, `key`; new values may come """
    organisation: MyOrganisation
    member: MyMember | None
    key: MyKey
    role: str
    scopes: list[str]
    limits: Limits

    def to_dict(self) -> dict[str, Any]:
        from ..models.my_member import MyMember  # noqa: PLC0415

        type_ = self.type_

        organisation = self.organisation.to_dict()

        member: dict[str, Any] | None
        if isinstance(self.member, MyMember):
            member = self.member.to_dict()
        else:
            member = self.member

        key = self.key.to_dict()

        role = self.role

        scopes = self.scopes

        limits = self.limits.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "organisation": organisation,
                "member": member,
                "key": key,
                "role": role,
                "scopes": scopes,
                "limits": limits,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.limits import Limits  # noqa: PLC0415
        from ..models.my_key import MyKey  # noqa: PLC0415
        from ..models.my_member import MyMember  # noqa: PLC0415
        from ..models.my_organisation import MyOrganisation  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        organisation = MyOrganisation.from_dict(d.pop("organisation"))

        def _parse_member(data: object) -> MyMember | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                member_type_0 = MyMember.from_dict(data)

                return member_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MyMember | None, data)

        member = _parse_member(d.pop("member"))

        key = MyKey.from_dict(d.pop("key"))

        role = d.pop("role")

        scopes = cast(list[str], d.pop("scopes"))

        limits = Limits.from_dict(d.pop("limits"))

        me = cls(
            type_=type_,
            organisation=organisation,
            member=member,
            key=key,
            role=role,
            scopes=scopes,
            limits=limits,
        )

        return me
