"""Where the state machine of bulk actions plays: processes of the API that take different paths, a worker, a janitor.

Each of them can be disturbed at a store call; whatever a rule does, it is told what the table holds by `records`,
`marks` and `plan`, none of which settles anything.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any
from unittest.mock import patch

from bulk_worker.work import Worker
from tests.builders import ANA, BEN, CHANNEL, NOW
from tests.fakes.faults import Fault, Faults, Stop
from tests.fakes.logs import Log
from tests.fakes.quick_moto import Snapshot
from tests.integration import ticket_moves as moves
from tests.integration.aws import REGION, Answer, Api, Aws
from tests.integration.bulk_model import Hotel, Row
from tests.integration.world import ADMIN, GONE, OWNER, furnish
from ticketing.domain import bulk as nouns
from ticketing.domain import ids
from ticketing.errors import Busy
from ticketing.store import bulks, clients, dead_chats, due, keys, marks, overdue_bulks, purging
from ticketing.store.bulk_items import bulk_from
from ticketing.store.bulk_protocol import Sizes
from ticketing.store.cached_reads import CachedReads
from ticketing.store.keys import Due, Key
from ticketing.store.marks import Mark
from ticketing.store.secrets import SigningSecrets

SMALL = Sizes(writes=5, applied=2, read=4, page=4)
SIZES = {
    "at once": Sizes(page=SMALL.page),
    "by marks": Sizes(writes=7, applied=2, page=SMALL.page),
    "by intent": SMALL,
    "by worker": SMALL,
}
"""The paths. By marks, up to two tickets are changed at once, of four one, and more than five are changed by intent."""

CHATS = {"chat_a": CHANNEL, "chat_b": CHANNEL, "chat_c": "bare"}
CALLERS = {"user": ANA, "admin": ADMIN}
WORKFLOWS = {
    CHANNEL: moves.WORKFLOWS[1],
    "bare": {
        "issues": moves.WORKFLOWS[1]["issues"],
        "statuses": [
            {"id": "open", "name": "New", "category": "open"},
            {"id": "waiting", "name": "With the vendor", "category": "waiting"},
            {"id": "fixed", "name": "Fixed", "category": "resolved"},
        ],
    },
}


class LateFaults(Faults):
    """Faults that count, if `is_late`, from the first transaction on: what is read before that changes nothing."""

    is_late = False

    def _due(self, operation: str, *, is_first: bool) -> Fault | None:
        if self.is_late and "TransactWriteItems" not in self.calls:
            self.calls.clear()
            return None
        return super()._due(operation, is_first=is_first)


class Stage:
    def __init__(self, aws: Aws) -> None:
        from tickets_api.app import make_handler
        from tickets_api.services import Services

        keys = furnish(aws)
        self.aws = aws
        self.keys = {"user": keys.user, "admin": keys.admin}
        self.faults = LateFaults(aws.table._client)
        self.drawn: list[bytes] = []
        self._count = 0
        reads = CachedReads(aws.table)
        signing = SigningSecrets(lambda: clients.make("secretsmanager"), aws.settings.signing_secret_id)
        given = (aws.settings, aws.table, reads, signing, aws.objects, aws.bulks, aws.clock, self._random)
        self._services = {path: Services(*given, bulk_sizes=sizes) for path, sizes in SIZES.items()}
        self._apis = {path: Api(make_handler(services, Log()), None) for path, services in self._services.items()}
        with self.faults.watching():
            self._configure()
        self._snapshot = Snapshot(REGION, "tickets")

    def _configure(self) -> None:
        for channel, workflow in WORKFLOWS.items():
            assert self.ask("admin", "PUT", f"/v1/channels/{channel}/workflow", workflow).status in {200, 201}
        for chat, channel in CHATS.items():
            body = {"channel_id": channel, "guest": {"name": "Zoë"}}
            assert self.ask("admin", "PUT", f"/v1/chats/{chat}", body).status == 201

    def begin(self) -> Hotel:
        """Everything as it was at first, and the model of it."""
        self._snapshot.bring_back()
        self.aws.take(self.aws.settings.bulk_queue_url)
        self.aws.clock.now = NOW
        self._count = 0
        self.restart()
        people = {OWNER: "owner", ADMIN: "admin", ANA: "user", BEN: "user", GONE: "user"}
        members = {
            id_: {"name": id_.removeprefix("mem_").capitalize(), "role": role, "active": id_ != GONE}
            for id_, role in people.items()
        }
        teams = {"team_maintenance": {"name": "Maintenance", "lead": BEN, "members": [ANA], "active": True}}
        channels = {name: {"name": "Front desk", "type": "whatsapp_official"} for name in WORKFLOWS}
        born = {"source_version": None, "version": 1, "created_at": NOW, "updated_at": NOW, "deleted_at": None}
        chats = {id_: {"channel_id": channel, "guest": {"name": "Zoë"}} | born for id_, channel in CHATS.items()}
        workflows = {channel: {"body": body, "version": 1} for channel, body in WORKFLOWS.items()}
        return Hotel(members, teams, channels, chats, workflows)

    def restart(self) -> None:
        """New processes know nothing yet."""
        for services in self._services.values():
            services.reads._kept.clear()
            services.key_uses._noted.clear()
            services.rate_limits._of.clear()

    def _random(self, length: int) -> bytes:
        """The same from run to run, or a row of moves could not be repeated."""
        self._count += 1
        drawn = blake2b(self._count.to_bytes(8), digest_size=length).digest()
        self.drawn.append(drawn)
        return drawn

    # --- who acts ---

    def ask(
        self,
        caller: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, list[str]] | None = None,
        way: str = "at once",
    ) -> Answer:
        """A request; a bulk action takes this way, if it has as many tickets as that."""
        from tickets_api import bulk_selections

        self.drawn.clear()
        # More than a hundred tickets would cost more time than their number is worth here.
        most = 0 if way == "by worker" else nouns.MOST_AT_ONCE
        with patch.object(bulk_selections, "MOST_AT_ONCE", most):
            api = self._apis[way].with_key(self.keys[caller])
            return api(method, path, body, headers=headers or {}, query=query)

    def work(self, bulk_id: str, *, looks: int = 1_000_000) -> bool:
        """A worker that has a message; its time is up once it has looked at the clock so often."""
        left = iter(range(looks, -1, -1))
        worker = Worker(
            self.aws.table,
            remaining_s=lambda: 300.0 if next(left, 0) else 0.0,
            sizes=SMALL,
            sleep=lambda _: None,
            clock=lambda: 0.0,
        )
        return worker.bring_to_end(bulk_id)

    def due(self, kind: Due) -> list[Key]:
        shards = range(keys.DUE_SHARDS)
        return [key for shard in shards for key in due.due(self.aws.table, kind, shard, self.aws.clock.now, limit=25)]

    def empty_chat(self, key: Key) -> bool:
        """False if a bulk action is at one of its tickets."""
        try:
            return dead_chats.empty(self.aws.table, key, self.aws.clock.now)
        except Busy:
            return False

    def purge(self, key: Key) -> bool:
        return purging.purge(self.aws.table, self.aws.objects, key, self.aws.clock.now)

    def come_back(self, key: Key, send: Callable[[nouns.Bulk], None]) -> None:
        overdue_bulks.come_back(self.aws.table, key, self.aws.clock.now, send, SMALL)

    def disturbed[T](self, act: Callable[[], T], call: int, fault: Fault | None, *, is_late: bool) -> T | None:
        """What comes of an act; None if the process ended before. Raises Busy."""
        self.faults.is_late = is_late
        try:
            with self.faults.watching() if fault is None else self.faults.at(call, fault):
                done = act()
        except Stop:
            done = None
        if self.faults.has_stopped:
            self.restart()
            return None
        return done

    def calm(self) -> None:
        """From here on nothing disturbs."""
        with self.faults.watching():
            pass

    # --- what the table holds ---

    def drawn_bulks(self) -> list[str]:
        """Ids that the last request may have given to bulk actions."""
        return [ids.bulk_id(drawn) for drawn in self.drawn if len(drawn) == ids.RANDOM_BYTES]

    def records(self, bulk_ids: list[str]) -> dict[str, nouns.Bulk]:
        found = self.aws.table.get_many(keys.bulk_key(id_) for id_ in bulk_ids)
        return {bulk.id: bulk for bulk in map(bulk_from, found.values())}

    def marks(self, ticket_ids: list[str]) -> dict[str, Mark]:
        found = self.aws.table.get_many(keys.ticket_key(id_) for id_ in ticket_ids)
        marked = {keys.ticket_id_of(key.pk): marks.of(item) for key, item in found.items()}
        return {id_: mark for id_, mark in marked.items() if mark is not None}

    def plan(self, record: nouns.Bulk) -> list[Row]:
        return [_row(one) for one in bulks.plan_of(self.aws.table, record, SMALL.page).rows]

    def messages(self) -> list[str]:
        """What was put into the queue since they were taken last."""
        return [one["bulk_id"] for one in self.aws.take(self.aws.settings.bulk_queue_url)]


def _row(row: nouns.Row) -> Row:
    match row:
        case nouns.Selected():
            return Row(row.ticket_id, expected=row.expected_version)
        case nouns.Step():
            expected = row.version if row.is_expected else None
            return Row(row.ticket_id, "step", expected, row.version, _value(row.target), _value(row.previous))
        case nouns.Blocker():
            return Row(row.ticket_id, "blocked", code=row.code, allowed=row.allowed)
        case nouns.Unchanged():
            return Row(row.ticket_id, "unchanged")
        case nouns.LeftOut():
            return Row(row.ticket_id, "left_out")


def _value(target: nouns.Target) -> Any:
    if (status := nouns.status_of(target)) is not None:
        return {"id": status.id, "name": status.name, "category": status.category.value}
    return str(target) if target is not None else None
