from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="PreferencesOut")


@_attrs_define
class PreferencesOut:
    created: bool
    assigned: bool
    status_changed: bool
    digests: bool
    own_actions: bool

    def to_dict(self) -> dict[str, Any]:
        created = self.created

        assigned = self.assigned

        status_changed = self.status_changed

        digests = self.digests

        own_actions = self.own_actions

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "created": created,
                "assigned": assigned,
                "status_changed": status_changed,
                "digests": digests,
                "own_actions": own_actions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        created = d.pop("created")

        assigned = d.pop("assigned")

        status_changed = d.pop("status_changed")

        digests = d.pop("digests")

        own_actions = d.pop("own_actions")

        preferences_out = cls(
            created=created,
            assigned=assigned,
            status_changed=status_changed,
            digests=digests,
            own_actions=own_actions,
        )

        return preferences_out
