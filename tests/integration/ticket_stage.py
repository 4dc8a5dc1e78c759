"""Where the state machine of tickets plays: the API on a table that is brought back for each row of requests."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.builders import ANA, BEN, CHANNEL, CHAT, NOW, ORGANISATION, a_member, a_team
from tests.fakes.lagging_index import LaggingIndex
from tests.fakes.logs import Log
from tests.fakes.quick_moto import Snapshot
from tests.integration import ticket_moves as moves
from tests.integration.aws import REGION, Api, Aws
from tests.integration.ticket_model import Organisation
from tests.integration.world import ADMIN, GONE, OWNER, add_key, furnish
from ticketing.domain.directory import Role
from ticketing.store import clients, directory
from ticketing.store.cached_reads import CachedReads
from ticketing.store.secrets import SigningSecrets
from ticketing.store.table import Table

CHANNELS = {name: {"name": "Front desk", "type": "whatsapp_official"} for name in (CHANNEL, "bare")}


class Stage:
    """Two organisations in the table and in two models, alike at the beginning of each row of requests."""

    def __init__(self, aws: Aws) -> None:
        from janitor.app import App

        self.aws = aws
        keys = furnish(aws)
        for member in moves.CREW:
            directory.put_member(aws.table, ORGANISATION, member, _as_is(a_member(member)))
        night = a_team(id="team_night", name="Night", lead=moves.CREW[0], members=(OWNER, moves.CREW[1]))
        directory.put_team(aws.table, ORGANISATION, night.id, _as_is(night))
        self.keys = {
            "owner": keys.owner,
            "admin": keys.admin,
            "user": keys.user,
            "key": add_key(aws, ORGANISATION, None, Role.ADMIN, name="import"),
            "stranger": keys.other,
        }
        self.signing = SigningSecrets(lambda: clients.make("secretsmanager"), aws.settings.signing_secret_id)
        self.janitor = App(aws.settings, aws.clock)
        self._configure(keys.admin, keys.other)
        self._snapshot = Snapshot(REGION, "tickets")

    def begin(self) -> None:
        """Everything as it was at first, and the clock too."""
        self._snapshot.bring_back()
        self.aws.clock.now = NOW
        self.raw = ""
        self.index = LaggingIndex(self.aws.table)
        reads = CachedReads(self.aws.table)
        self.api, self.lagging_api = self._api(self.aws.table, reads), self._api(self.index, reads)
        crew = [OWNER, ADMIN, ANA, BEN, GONE, *moves.CREW]
        ours, theirs = (
            _organisation(crew, ("team_maintenance", "team_night")),
            _organisation([ADMIN], ("team_maintenance",)),
        )
        ours.other, theirs.other = theirs, ours
        self.ours, self.theirs = ours, theirs

    def _api(self, table: Table, reads: CachedReads) -> Api:
        from tickets_api.app import make_handler
        from tickets_api.services import Services

        handle = make_handler(
            Services(
                self.aws.settings, table, reads, self.signing, self.aws.objects, self.aws.bulks, now=self.aws.clock
            ),
            Log(),
        )

        def kept(event: dict[str, Any], context: Any) -> dict[str, Any]:
            answer = handle(event, context)
            self.raw = answer["body"]
            return answer

        return Api(kept, None)

    def _configure(self, *keys: str) -> None:
        api = self._api(self.aws.table, CachedReads(self.aws.table))
        for key in keys:
            for chat, body in _CHATS.items():
                assert api.with_key(key)("PUT", f"/v1/chats/{chat}", body).status in {200, 201}
            workflow = api.with_key(key)("PUT", f"/v1/channels/{CHANNEL}/workflow", moves.WORKFLOWS[1])
            assert workflow.status == 200


def _as_is[T](thing: T) -> Callable[[T | None], T]:
    return lambda _: thing


_CHATS = {
    CHAT: {"channel_id": CHANNEL, "guest": {"name": "Zoë"}},
    "chat_bare": {"channel_id": "bare", "guest": {"name": "Ada"}},
    "chat_2": {"channel_id": CHANNEL, "guest": {"name": "Noor"}},
}
_FURNISHED = {CHAT, "chat_bare"}
"""The world has them already, so that ours is their second version."""


def _organisation(members: list[str], teams: tuple[str, ...]) -> Organisation:
    roles = {OWNER: "owner", ADMIN: "admin"}
    people = {
        "team_maintenance": ("Maintenance", BEN, [ANA]),
        "team_night": ("Night", moves.CREW[0], [OWNER, moves.CREW[1]]),
    }
    return Organisation(
        members={
            id_: {
                "name": id_.removeprefix("mem_").capitalize(),
                "email": f"{id_.removeprefix('mem_')}@lakeside.example",
                "role": roles.get(id_, "user"),
                "active": id_ != GONE,
                "version": 1,
            }
            for id_ in members
        },
        teams={
            id_: dict(zip(("name", "lead", "members"), people[id_], strict=True)) | {"active": True, "version": 1}
            for id_ in teams
        },
        channels=CHANNELS,
        chats={
            id_: deepcopy(body)
            | {
                "source_version": None,
                "version": 1 + (id_ in _FURNISHED),
                "created_at": NOW,
                "updated_at": NOW,
                "deleted_at": None,
            }
            for id_, body in _CHATS.items()
        },
        workflows={CHANNEL: {"body": moves.WORKFLOWS[1], "version": 2}},
    )
