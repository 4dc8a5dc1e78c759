from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PreferencesIn")


@_attrs_define
class PreferencesIn:
    """What a member wants to be mailed about. What is left out stays as it was."""

    created: bool | Unset = UNSET
    """ A ticket was created that is theirs, or that they watch """
    assigned: bool | Unset = UNSET
    """ A ticket was given to them later """
    status_changed: bool | Unset = UNSET
    """ The status changed of a ticket that is theirs, that they made, or that they watch """
    digests: bool | Unset = UNSET
    """ The one mail about a bulk action, and the weekly list """
    own_actions: bool | Unset = UNSET
    """ Also what they did themselves """

    def to_dict(self) -> dict[str, Any]:
        created = self.created

        assigned = self.assigned

        status_changed = self.status_changed

        digests = self.digests

        own_actions = self.own_actions

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if created is not UNSET:
            field_dict["created"] = created
        if assigned is not UNSET:
            field_dict["assigned"] = assigned
        if status_changed is not UNSET:
            field_dict["status_changed"] = status_changed
        if digests is not UNSET:
            field_dict["digests"] = digests
        if own_actions is not UNSET:
            field_dict["own_actions"] = own_actions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        created = d.pop("created", UNSET)

        assigned = d.pop("assigned", UNSET)

        status_changed = d.pop("status_changed", UNSET)

        digests = d.pop("digests", UNSET)

        own_actions = d.pop("own_actions", UNSET)

        preferences_in = cls(
            created=created,
            assigned=assigned,
            status_changed=status_changed,
            digests=digests,
            own_actions=own_actions,
        )

        return preferences_in
