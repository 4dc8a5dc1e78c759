"""Teams, as Team Members tells us of them."""

from typing import Annotated

from pydantic import Field

from ticketing.domain.directory import Team
from tickets_api.schemas.fields import Body, MemberId, Name, Shape, TeamId, Version


class PutTeam(Body):
    """A team as it is now; it is active from then on. With `source_version`, one that arrives late changes nothing."""

    name: Name
    lead: MemberId
    members: Annotated[list[MemberId], Field(max_length=500)]
    source_version: Version | None = None

    def to_domain(self, team_id: TeamId) -> Team:
        members = tuple(dict.fromkeys(self.members))
        return Team(team_id, self.name, self.lead, members, source_version=self.source_version)


class TeamOut(Shape):
    id: str
    name: str
    lead: str
    members: list[str]
    active: bool
    source_version: int | None
    version: int


class TeamList(Shape):
    """A page of teams; `next_cursor` leads to the next one while `has_more`."""

    data: list[TeamOut]
    next_cursor: str | None
    has_more: bool
