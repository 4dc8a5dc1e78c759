"""Chats, channels, members and teams, as their owners tell us of them."""

from typing import Annotated

from pydantic import Field

from ticketing.domain.directory import ChannelType, Guest, Role
from tickets_api.schemas.fields import Body, CallerId, EmailAddress, MemberId, Name, Phone, Shape, Url, Version


class PutGuest(Body):
    name: Name
    phone: Phone | None = None
    email: EmailAddress | None = None
    email_verified: bool = False

    def to_domain(self) -> Guest:
        return Guest(self.name, self.phone, self.email, self.email_verified)


class PutChat(Body):
    """A chat as it is now. With `source_version`, one that arrives late changes nothing."""

    channel_id: CallerId
    guest: PutGuest
    url: Url | None = None
    source_version: Version | None = None


class PutChannel(Body):
    name: Name
    type: Annotated[ChannelType, Field(strict=False)]


class PutMember(Body):
    name: Name
    email: EmailAddress
    role: Annotated[Role, Field(strict=False)]
    active: bool = True


class PutTeam(Body):
    name: Name
    lead: MemberId
    members: Annotated[list[MemberId], Field(max_length=500)]


class GuestOut(Shape):
    name: str
    phone: str | None
    email: str | None
    email_verified: bool


class ChatOut(Shape):
    id: str
    channel_id: str
    guest: GuestOut
    url: str | None
    source_version: int | None
    version: int
    created_at: str
    updated_at: str


class ChannelOut(Shape):
    id: str
    name: str
    type: str


class MemberOut(Shape):
    id: str
    name: str
    email: str
    role: str
    active: bool


class TeamOut(Shape):
    id: str
    name: str
    lead: str
    members: list[str]
