from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.role import Role, check_role
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.preferences_in import PreferencesIn


T = TypeVar("T", bound="PutMember")


@_attrs_define
class PutMember:
    """A member as they are now. With `source_version`, one that arrives late changes nothing.

    Without `preferences`, those that they have stay.

    """

    name: str
    email: str
    role: Role
    """ What a member or key may do at most; the order of the words is the order of power. """
    active: bool | Unset = UNSET
    """ (`true` if left out) """
    source_version: int | None | Unset = UNSET
    preferences: None | PreferencesIn | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.preferences_in import PreferencesIn  # noqa: PLC0415

        name = self.name

        email = self.email

        role: str = self.role

        active = self.active

        source_version: int | None | Unset
        if isinstance(self.source_version, Unset):
            source_version = UNSET
        else:
            source_version = self.source_version

        preferences: dict[str, Any] | None | Unset
        if isinstance(self.preferences, Unset):
            preferences = UNSET
        elif isinstance(self.preferences, PreferencesIn):
            preferences = self.preferences.to_dict()
        else:
            preferences = self.preferences

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "email": email,
                "role": role,
            }
        )
        if active is not UNSET:
            field_dict["active"] = active
        if source_version is not UNSET:
            field_dict["source_version"] = source_version
        if preferences is not UNSET:
            field_dict["preferences"] = preferences

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.preferences_in import PreferencesIn  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        email = d.pop("email")

        role = check_role(d.pop("role"))

        active = d.pop("active", UNSET)

        def _parse_source_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        source_version = _parse_source_version(d.pop("source_version", UNSET))

        def _parse_preferences(data: object) -> None | PreferencesIn | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                preferences_type_0 = PreferencesIn.from_dict(data)

                return preferences_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PreferencesIn | Unset, data)

        preferences = _parse_preferences(d.pop("preferences", UNSET))

        put_member = cls(
            name=name,
            email=email,
            role=role,
            active=active,
            source_version=source_version,
            preferences=preferences,
        )

        return put_member
