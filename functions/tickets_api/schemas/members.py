"""Members, as Team Members tells us of them."""

from typing import Annotated

from pydantic import Field

from ticketing.domain.directory import Member, Role
from tickets_api.schemas.fields import Body, EmailAddress, MemberId, Name, Shape, Version

RoleWord = Annotated[Role, Field(strict=False)]


class PutMember(Body):
    """A member as they are now. With `source_version`, one that arrives late changes nothing."""

    name: Name
    email: EmailAddress
    role: RoleWord
    active: bool = True
    source_version: Version | None = None

    def to_domain(self, member_id: MemberId) -> Member:
        return Member(member_id, self.name, self.email, self.role, self.active, self.source_version)


class MemberOut(Shape):
    id: str
    name: str
    email: str
    role: str
    active: bool
    source_version: int | None
    version: int


class MemberList(Shape):
    """A page of members; `next_cursor` leads to the next one while `has_more`."""

    data: list[MemberOut]
    next_cursor: str | None
    has_more: bool
