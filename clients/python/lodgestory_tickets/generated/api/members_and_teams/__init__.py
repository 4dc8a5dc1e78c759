"""What the API can do, by the tag `members_and_teams`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.list_members_active import ListMembersActive, check_list_members_active
from ...models.list_teams_active import ListTeamsActive, check_list_teams_active
from ...models.member_list import MemberList
from ...models.member_out import MemberOut
from ...models.put_member import PutMember
from ...models.put_team import PutTeam
from ...models.team_list import TeamList
from ...models.team_out import TeamOut
from ...types import UNSET, Unset
from . import deactivate_member as _deactivate_member
from . import deactivate_team as _deactivate_team
from . import list_members as _list_members
from . import list_teams as _list_teams
from . import put_member as _put_member
from . import put_team as _put_team
from . import read_member as _read_member
from . import read_team as _read_team


class MembersAndTeams(Sends):
    def list_members(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
        active: ListMembersActive | Unset = UNSET,
    ) -> Answer[MemberList]:
        """List members by id"""
        return self._send(
            _list_members.request(
                limit=limit,
                cursor=cursor,
                active=active,
            ),
            _list_members.answer,
        )

    def read_member(
        self,
        member_id: str,
        *,
        if_none_match: str | Unset = UNSET,
    ) -> Answer[MemberOut]:
        """Read a member"""
        return self._send(
            _read_member.request(
                member_id=member_id,
                if_none_match=if_none_match,
            ),
            _read_member.answer,
        )

    def put_member(
        self,
        member_id: str,
        body: PutMember,
        *,
        if_match: str | Unset = UNSET,
    ) -> Answer[MemberOut]:
        """Make a member known, or tell of a change"""
        return self._send(
            _put_member.request(
                member_id=member_id,
                if_match=if_match,
                body=body,
            ),
            _put_member.answer,
        )

    def deactivate_member(
        self,
        member_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[MemberOut]:
        """Deactivate a member: their tickets and their name stay"""
        return self._send(
            _deactivate_member.request(
                member_id=member_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
            ),
            _deactivate_member.answer,
        )

    def list_teams(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
        active: ListTeamsActive | Unset = UNSET,
    ) -> Answer[TeamList]:
        """List teams by id"""
        return self._send(
            _list_teams.request(
                limit=limit,
                cursor=cursor,
                active=active,
            ),
            _list_teams.answer,
        )

    def read_team(
        self,
        team_id: str,
        *,
        if_none_match: str | Unset = UNSET,
    ) -> Answer[TeamOut]:
        """Read a team"""
        return self._send(
            _read_team.request(
                team_id=team_id,
                if_none_match=if_none_match,
            ),
            _read_team.answer,
        )

    def put_team(
        self,
        team_id: str,
        body: PutTeam,
        *,
        if_match: str | Unset = UNSET,
    ) -> Answer[TeamOut]:
        """Make a team known, or tell of a change"""
        return self._send(
            _put_team.request(
                team_id=team_id,
                if_match=if_match,
                body=body,
            ),
            _put_team.answer,
        )

    def deactivate_team(
        self,
        team_id: str,
        *,
        idempotency_key: str | Unset = UNSET,
        if_match: str | Unset = UNSET,
    ) -> Answer[TeamOut]:
        """Deactivate a team: its tickets and its name stay"""
        return self._send(
            _deactivate_team.request(
                team_id=team_id,
                idempotency_key=idempotency_key,
                if_match=if_match,
            ),
            _deactivate_team.answer,
        )
