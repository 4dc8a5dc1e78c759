"""Channels, as Home tells us of them."""

from typing import Annotated

from pydantic import Field

from ticketing.domain.directory import Channel, ChannelType
from tickets_api.schemas.fields import Body, CallerId, Name, Shape, Version


class PutChannel(Body):
    """A channel as it is now; it is active from then on. With `source_version`, a late one changes nothing."""

    name: Name
    type: Annotated[ChannelType, Field(strict=False)]
    source_version: Version | None = None

    def to_domain(self, channel_id: CallerId) -> Channel:
        return Channel(channel_id, self.name, self.type, source_version=self.source_version)


class ChannelOut(Shape):
    id: str
    name: str
    type: str
    active: bool
    source_version: int | None
    version: int


class ChannelList(Shape):
    """A page of channels; `next_cursor` leads to the next one while `has_more`."""

    data: list[ChannelOut]
    next_cursor: str | None
    has_more: bool
