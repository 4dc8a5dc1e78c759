"""Two organisations with a little directory each, and keys for every role."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any

from tests.builders import (
    ANA,
    BEN,
    CHANNEL,
    CHAT,
    NOW,
    ORGANISATION,
    a_channel,
    a_chat,
    a_member,
    a_team,
    a_workflow,
    an_organisation,
)
from tests.fakes.logs import Log
from tests.fakes.quick_moto import Snapshot
from tests.integration.aws import REGION, Api, Aws
from ticketing.domain.api_key import ApiKey, hash_secret, mint
from ticketing.domain.directory import Member, Role
from ticketing.domain.principal import SCOPES_OF_ROLE
from ticketing.store import api_keys, clients, directory, workflows
from ticketing.store.cached_reads import CachedReads
from ticketing.store.secrets import SigningSecrets
from ticketing.store.table import Table

OTHER = "org_other"
OWNER, ADMIN, GONE = "mem_owner", "mem_admin", "mem_gone"


@dataclass(frozen=True)
class Keys:
    owner: str
    admin: str
    user: str
    other: str
    """Of an admin of the other organisation."""


def furnish(aws: Aws) -> Keys:
    """Fill the table and return the keys: of Lakeside's owner, admin and Ana (a user), and of a stranger.

    It is written once in a process and brought back from then on, with the same keys, into each new table.
    """
    assert not aws.items(), "only a new table can be furnished"
    if not _furnished:
        keys = _write(aws)
        _furnished.append((keys, Snapshot(REGION, "tickets")))
    keys, snapshot = _furnished[0]
    snapshot.bring_back()
    return keys


_furnished: list[tuple[Keys, Snapshot]] = []


def _write(aws: Aws) -> Keys:
    people = (
        a_member(OWNER, role=Role.OWNER),
        a_member(ADMIN, role=Role.ADMIN),
        a_member(ANA),
        a_member(BEN),
        a_member(GONE, is_active=False),
    )
    furnish_organisation(aws, ORGANISATION, people)
    furnish_organisation(aws, OTHER, (a_member(ADMIN, role=Role.ADMIN),))
    return Keys(
        owner=add_key(aws, ORGANISATION, OWNER, Role.OWNER),
        admin=add_key(aws, ORGANISATION, ADMIN, Role.ADMIN),
        user=add_key(aws, ORGANISATION, ANA, Role.USER),
        other=add_key(aws, OTHER, ADMIN, Role.ADMIN),
    )


def furnish_organisation(aws: Aws, organisation_id: str, people: tuple[Member, ...]) -> None:
    directory.add_organisation(aws.table, an_organisation(id=organisation_id, name=organisation_id))
    for member in people:
        _put(directory.put_member, aws, organisation_id, member)
    _put(directory.put_channel, aws, organisation_id, a_channel())
    _put(directory.put_channel, aws, organisation_id, a_channel(id="bare"))
    workflows.put(aws.table, organisation_id, CHANNEL, lambda _: a_workflow())
    _put(directory.put_team, aws, organisation_id, a_team())
    directory.put_chat(aws.table, organisation_id, CHAT, lambda _: a_chat())
    directory.put_chat(aws.table, organisation_id, "chat_bare", lambda _: a_chat(id="chat_bare", channel_id="bare"))


def _put(put: Any, aws: Aws, organisation_id: str, thing: Any) -> None:
    put(aws.table, organisation_id, thing.id, lambda _: thing)


_numbers = iter(range(10**6))


def add_key(aws: Aws, organisation_id: str, member: str | None, role: Role, **changes: object) -> str:
    text, parts = mint("local", next(_numbers).to_bytes(10), next(_numbers).to_bytes(25))
    stored = {
        "id": parts.id,
        "organisation_id": organisation_id,
        "name": "test",
        "role": role,
        "scopes": SCOPES_OF_ROLE[role],
        "member_id": member,
        "secret_hash": hash_secret(parts.secret, b"c2VjcmV0"),
        "created_at": NOW,
    } | changes
    api_keys.add(aws.table, ApiKey(**stored))  # type: ignore[arg-type]
    return text


CREATE = {"chat_id": CHAT, "issue": "maintenance", "sub_issue": "hvac", "priority": "high", "assignee": BEN}


def hold_a_lease(api: Api) -> None:
    for _ in range(22):
        api("GET", "/v1/me")


@dataclass
class World:
    aws: Aws
    keys: Keys
    api: Api
    log: Log

    def as_(self, key: str | None) -> Api:
        return self.api.with_key(key)

    def hold_a_lease(self) -> None:
        """Ask until this process has used up its small first leases: fifty requests cost nothing from here on."""
        hold_a_lease(self.api)

    def a_ticket(self, **changes: Any) -> dict[str, Any]:
        answer = self.api("POST", "/v1/tickets", CREATE | changes)
        assert answer.status == 201, answer.body
        created: dict[str, Any] = answer.body
        return created

    def a_foreign_ticket(self) -> str:
        answer = self.as_(self.keys.other)("POST", "/v1/tickets", {"chat_id": CHAT, "issue": "maintenance"})
        return str(answer.body["id"])


def stand_up(aws: Aws, log: Log | None = None, random_bytes: Callable[[int], bytes] = token_bytes) -> World:
    """The furnished world, and the API function in it."""
    from tickets_api.app import make_handler
    from tickets_api.services import Services

    signing = SigningSecrets(lambda: clients.make("secretsmanager"), aws.settings.signing_secret_id)
    log = log or Log()
    reads = CachedReads(aws.table, clock=aws.clock.seconds)
    services = Services(aws.settings, aws.table, reads, signing, aws.objects, aws.bulks, aws.clock, random_bytes)
    found = furnish(aws)
    return World(aws, found, Api(make_handler(services, log), found.user), log)


def api_on(aws: Aws, table: Table, key: str, **changes: Any) -> Api:
    """The API function on another table than the simulated one; `changes` are other services than the usual ones."""
    from tickets_api.app import make_handler
    from tickets_api.services import Services

    signing = SigningSecrets(lambda: clients.make("secretsmanager"), aws.settings.signing_secret_id)
    reads = CachedReads(table, clock=aws.clock.seconds)
    services = Services(aws.settings, table, reads, signing, aws.objects, aws.bulks, now=aws.clock, **changes)
    return Api(make_handler(services, Log()), key)
