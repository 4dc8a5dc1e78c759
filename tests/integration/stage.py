"""One table to which every case returns, a process of the API that can start again, and faults between the two."""

import re
import zlib
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.fakes.faults import Faults
from tests.fakes.quick_moto import Snapshot
from tests.integration.aws import REGION, Answer, Api, is_count
from tests.integration.world import World, hold_a_lease
from ticketing.store import clients
from ticketing.store.attributes import Item
from ticketing.store.cached_reads import CachedReads
from ticketing.store.secrets import SigningSecrets

UNKEYED = {"X-Request-Id": "the-same"}
KEYED = UNKEYED | {"Idempotency-Key": "night-1"}


@dataclass(frozen=True)
class Operation:
    """An admin's request.

    Its texts may name a `{live}` and a `{deleted}` ticket, the live one's `{etag}`, another ticket by `{other}`, and a
    `{bulk}` action on both that live.
    """

    name: str
    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=lambda: KEYED)
    is_cold: bool = False
    """Whether the process has just started: it must read who the caller is, and everybody's name."""


@dataclass(frozen=True)
class Outcome:
    """The answer, None if the process ended before it gave one; and what the table holds then."""

    answer: Answer | None
    table: list[str]

    @property
    def is_success(self) -> bool:
        return self.answer is not None and self.answer.status in {200, 201}


class Stage:
    def __init__(self, world: World) -> None:
        from tickets_api.app import make_handler
        from tickets_api.services import Services

        aws = world.aws
        world.api.key = world.keys.admin
        live = world.a_ticket(watchers=["mem_owner"], remarks="AC not cooling", external_id="PMS-1")["id"]
        other = world.a_ticket()["id"]
        deleted = world.a_ticket(remarks="AC not cooling")["id"]
        assert world.api("DELETE", f"/v1/tickets/{deleted}").status == 200
        bulk = world.api("POST", "/v1/tickets/bulk", {"action": "priority", "ids": [live, other], "value": "low"})
        etag = world.api("GET", f"/v1/tickets/{live}").headers["etag"]
        self._places = {"live": live, "other": other, "deleted": deleted, "etag": etag, "bulk": bulk.body["id"]}

        self._reads = CachedReads(aws.table, clock=lambda: 0.0)
        signing = SigningSecrets(lambda: clients.make("secretsmanager"), aws.settings.signing_secret_id)
        services = Services(aws.settings, aws.table, self._reads, signing, aws.objects, aws.bulks, now=aws.clock)
        self._key_uses = services.key_uses
        self._rate_limits = services.rate_limits
        self._api = Api(make_handler(services, world.log), world.keys.admin)
        self._api("DELETE", f"/v1/tickets/{live}/watchers/mem_ben")  # changes nothing, and reads all names
        hold_a_lease(self._api)
        self._warm = dict(self._reads._kept), dict(self._key_uses._noted)
        self._warm_limits = deepcopy(self._rate_limits._of)

        self.faults = Faults(aws.table._client)
        self._saved = Snapshot(REGION, "tickets")

    def restore(self, operation: Operation) -> None:
        """The table as it was, and a process as the operation wants it."""
        self._saved.bring_back()
        self.restart()
        if not operation.is_cold:
            self._reads._kept |= self._warm[0]
            self._key_uses._noted |= self._warm[1]
            self._rate_limits._of |= deepcopy(self._warm_limits)

    def restart(self) -> None:
        """A new process knows nothing yet."""
        self._reads._kept.clear()
        self._key_uses._noted.clear()
        self._rate_limits._of.clear()

    def do(self, operation: Operation) -> Outcome:
        headers = {name: value.format(**self._places) for name, value in operation.headers.items()}
        body = _filled(operation.body, self._places)
        answer = self._api(operation.method, operation.path.format(**self._places), body, headers=headers)
        return Outcome(None if self.faults.has_stopped else answer, self.table())

    def table(self) -> list[str]:
        """All items, comparable whatever id and number a ticket drew; but not the counters of tickets, requests
        and bulk actions, which may lose some."""
        items = (item for item in self._saved.items() if not is_count(item))
        return sorted(self._plain(_readable(item)) for item in items)

    def told(self, answer: Answer) -> tuple[Any, ...]:
        """What a caller relies on in an answer."""
        headers = (answer.headers.get(name) for name in ("location", "etag", "content-type"))
        return answer.status, *(self._plain(value) for value in (answer.body, *headers))

    def _plain(self, value: object) -> str:
        """Tickets by what they are here, `new` if they were not there before."""
        known = {self._places[name]: name for name in ("live", "other", "deleted", "bulk")}
        named = re.sub(r"(tkt|blk)_\w+", lambda found: known.get(found[0], "new"), str(value))
        return re.sub(r"'number': \d+", "'number'", named)


def _filled(body: Any, places: dict[str, str]) -> Any:
    """A body with the tickets that it names: `{live}` in a list of ids."""
    if not isinstance(body, dict) or "ids" not in body:
        return body
    return body | {"ids": [id_.format(**places) for id_ in body["ids"]]}


def _readable(item: Item) -> Item:
    """The answer that an item records, if it does, as it was given; when a bulk action is forgotten is its id's."""
    if "due_kind" in item:
        item = item | {"due_kind": item["due_kind"].rpartition("#")[0]}
    return item | {"body": orjson.loads(zlib.decompress(item["body"]))} if "body" in item else item
