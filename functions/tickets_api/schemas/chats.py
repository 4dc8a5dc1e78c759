"""Chats, as Home tells us of them."""

from ticketing.domain.directory import Guest
from tickets_api.schemas.fields import Body, CallerId, EmailAddress, Name, Phone, Shape, Url, Version


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


class DeletedChat(Shape):
    """A chat that was deleted; its id never lives again."""

    id: str
    version: int
    deleted_at: str
