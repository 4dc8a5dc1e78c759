"""Members, as Team Members tells us of them."""

from typing import Annotated

from pydantic import Field

from ticketing.domain import preferences
from ticketing.domain.directory import Member, Role
from tickets_api.schemas.fields import Body, EmailAddress, MemberId, Name, Shape, Version

RoleWord = Annotated[Role, Field(strict=False)]


class PreferencesIn(Body):
    """What a member wants to be mailed about. What is left out stays as it was."""

    # Factories, because a default in the document would say that leaving a field out sets it.
    created: bool = Field(default_factory=bool, description="A ticket was created that is theirs, or that they watch")
    assigned: bool = Field(default_factory=bool, description="A ticket was given to them later")
    status_changed: bool = Field(
        default_factory=bool,
        description="The status changed of a ticket that is theirs, that they made, or that they watch",
    )
    digests: bool = Field(default_factory=bool, description="The one mail about a bulk action, and the weekly list")
    own_actions: bool = Field(default_factory=bool, description="Also what they did themselves")


class PutMember(Body):
    """A member as they are now. With `source_version`, one that arrives late changes nothing.

    Without `preferences`, those that they have stay.
    """

    name: Name
    email: EmailAddress
    role: RoleWord
    active: bool = True
    source_version: Version | None = None
    preferences: PreferencesIn | None = None

    def to_domain(self, member_id: MemberId, before: Member | None) -> Member:
        known = before.preferences if before is not None else preferences.DEFAULTS
        said = self.preferences.model_dump(exclude_unset=True) if self.preferences is not None else {}
        return Member(
            member_id,
            self.name,
            self.email,
            self.role,
            self.active,
            self.source_version,
            preferences=preferences.changed(known, said),
        )


class PreferencesOut(Shape):
    created: bool
    assigned: bool
    status_changed: bool
    digests: bool
    own_actions: bool


class MemberOut(Shape):
    id: str
    name: str
    email: str
    role: str
    active: bool
    preferences: PreferencesOut
    source_version: int | None
    version: int


class MemberList(Shape):
    """A page of members; `next_cursor` leads to the next one while `has_more`."""

    data: list[MemberOut]
    next_cursor: str | None
    has_more: bool
