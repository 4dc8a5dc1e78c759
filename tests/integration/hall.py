"""Two organisations in one process, one of them full of secrets, in a table to which every case returns."""

import itertools
import time
from collections.abc import Iterable
from dataclasses import replace
from unittest.mock import patch

from exporter.lines import Source
from exporter.work import work
from tests.builders import ANA, BEN, ORGANISATION, a_channel, a_chat, a_member, a_team, a_workflow
from tests.fakes.quick_moto import Snapshot
from tests.integration.aws import REGION, Answer, Api, is_count
from tests.integration.routes import CHANNEL, CHAT, EMPTY, TEAM, Ours, Route, a_bulk, furnish_ours, note_mails
from tests.integration.slots import FILTER, Slot
from tests.integration.world import OTHER, OWNER, World, add_key
from ticketing.domain.directory import Guest, Role
from ticketing.domain.workflow import Issue, Label, Status, StatusCategory
from ticketing.store import clients, directory, exports, workflows
from ticketing.store.cached_reads import CachedReads
from ticketing.store.secrets import SigningSecrets
from ticketing.store.walks import Budget

SECRET = "Valley Inn 7f3a"  # noqa: S105 (a word to look for, which opens nothing)
"""Stands in all that the other organisation says of itself."""

_BY_FILTER = {"filter", "expected_versions"}
_EXPORT = "POST /v1/exports"
_SEARCH = "POST /v1/tickets/search"

# Words of one length: an answer that has nothing else to tell may repeat the one that was asked for.
_NOBODYS, _THEIRS, _FALLEN, _FORMER = "nobody", "theirs", "fallen", "former"


class Hall:
    """`values` are what a slot can be given: by whose it is, then by kind."""

    def __init__(self, world: World) -> None:
        from tickets_api.app import make_handler
        from tickets_api.services import Services

        aws = world.aws
        self._world = world
        self._reads = CachedReads(aws.table)
        self._draws = itertools.count()
        signing = SigningSecrets(lambda: clients.make("secretsmanager"), aws.settings.signing_secret_id)
        services = Services(
            aws.settings, aws.table, self._reads, signing, aws.objects, aws.bulks, aws.clock, self._draw
        )
        self._key_uses = services.key_uses
        handler = make_handler(services, world.log)
        self.us = Api(handler, world.keys.owner)
        # A member of the very same id.
        directory.put_member(aws.table, OTHER, OWNER, lambda _: a_member(OWNER, name=SECRET, role=Role.OWNER))
        self.them = Api(handler, add_key(aws, OTHER, OWNER, Role.OWNER))

        self.ours = furnish_ours(world)
        world.a_ticket(chat_id=CHAT, assignee=TEAM, external_id="PMS-1")
        for assignee in (BEN, TEAM):  # for the report on what is resolved
            path = f"/v1/tickets/{world.a_ticket(chat_id=CHAT, assignee=assignee)['id']}"
            assert self.us("PATCH", path, {"status": "resolved"}).status == 200
        self.theirs = furnish_theirs(world, self.them)
        self.values = {
            "ours": _OURS | _by_kind(self.ours) | _tokens(self.us, self.ours),
            "ours, deleted": _deleted(world, ORGANISATION, self.us, _FORMER),
            "theirs": _named(_THEIRS) | _by_kind(self.theirs) | _tokens(self.them, self.theirs) | {"remark": "rmk_5"},
            "theirs, deleted": _deleted(world, OTHER, self.them, _FALLEN),
            "theirs, gone with its chat": {},
            "nobody's": _named(_NOBODYS)
            | {
                "ticket": "tkt_aaaaaaaaaaaaaaaa",
                "key": "7" * 16,
                "bulk": "blk_aaaaaaaaaaaaaaaa",
                "export": "exp_aaaaaaaaaaaaaaaa",
                "remark": "rmk_9",
                "cursor": "Zm9sbHk",
                "seen": "Zm9sbHk",
            },
        }
        self.values["theirs, gone with its chat"]["ticket"] = self.values["theirs, deleted"].pop("gone with its chat")
        self._saved = Snapshot(REGION, "tickets")
        self.before = self.items()

    def _draw(self, size: int) -> bytes:
        """Not random, so that two cases make the same ids."""
        return (10**6 + next(self._draws)).to_bytes(size)

    def begin(self) -> None:
        """The table as it was, and a process that has just started."""
        self._saved.bring_back()
        self._reads._kept.clear()
        self._key_uses._noted.clear()
        self.draw(0)

    def draw(self, first: int) -> None:
        """What is random goes on from here."""
        self._draws = itertools.count(first)

    def ask(self, slot: Slot, value: str) -> Answer:
        """Our request, with this in the slot."""
        self.begin()
        answer = send(self.us, slot.route, self.ours, slot, value)
        if slot.route.name == _EXPORT and answer.status == 202:
            return replace(answer, body={**answer.body, "file": self._file(answer.body["id"])})
        return answer

    def _file(self, export_id: str) -> str:
        """What an export tells is its file."""
        table, objects = self._world.aws.table, self._world.aws.objects
        work(Source(table, CachedReads(table), objects, time.monotonic), export_id, remaining_s=lambda: 900.0)
        export = exports.find(table, ORGANISATION, export_id)
        return objects.get(str(export.file)).decode()

    def items(self) -> list[str]:
        """All that the table holds, but when keys were used, and how many numbers were drawn and requests made."""
        items = (item for item in self._saved.items() if not is_count(item))
        return sorted(str(item | {"last_used_at": None}) for item in items)

    def of_others(self, items: Iterable[str]) -> list[str]:
        """Those that the other organisation has."""
        ids = (OTHER, self.values["theirs"]["ticket"], self.values["theirs, deleted"]["ticket"])
        return [item for item in items if any(id_ in item for id_ in ids)]


def send(caller: Api, route: Route, own: Ours, slot: Slot | None = None, value: str = "") -> Answer:
    """A request that succeeds, but for what a slot is given."""
    ids, body = {**own.ids, **route.ids}, route.body
    query: dict[str, list[str]] = {}
    headers = {"X-Request-Id": "same"}
    if slot is not None:
        is_filter = slot.place == "query" or route.name == _SEARCH or slot.name.startswith(FILTER)
        given = f"maintenance/{value}" if slot.kind == "sub_issue" and is_filter else value
        if slot.place == "path":
            ids[slot.name] = value
        elif slot.place == "header":
            headers[slot.name] = value
        elif slot.place == "query":
            query = {slot.name: [given]} | ({"limit": ["1"]} if slot.kind == "cursor" and route.is_list else {})
        elif slot.name.startswith(FILTER):
            name = slot.name.removeprefix(FILTER)
            body = {**body, "filter": {name: given if name == "q" else [given]}}
        elif slot.name == "ids":
            body = {**{name: one for name, one in body.items() if name not in _BY_FILTER}, "ids": [given]}
        else:
            held = [given] if isinstance(body.get(slot.name), list) else given
            body = {"limit": 1, slot.name: held} if route.name == _SEARCH else {**body, slot.name: held}
    return caller(route.method, route.path.format(**ids), body, headers=headers, query=query or None)


def values_of(hall: Hall, slot: Slot) -> dict[str, str]:
    """What this slot is given, by whose it is."""
    found = {whose: values[slot.kind] for whose, values in hall.values.items() if slot.kind in values}
    if slot.kind == "cursor":
        found |= {"ours": cursor_of(hall.us, hall.ours, slot), "theirs": cursor_of(hall.them, hall.theirs, slot)}
    if slot.name == "status" and slot.route.method == "PATCH":
        found["ours"] = "in_progress"
    return found | {"ours": slot.route.ids.get(slot.name, found["ours"])}


def cursor_of(caller: Api, own: Ours, slot: Slot) -> str:
    """A good one, from the first page of one row."""
    if slot.route.method == "POST":
        answer = caller("POST", slot.route.path, {"limit": 1})
    elif slot.route.is_in_parts:
        with patch.dict(Budget.__init__.__kwdefaults__, rows=1):
            answer = caller("GET", slot.route.path)
    else:
        query = {"limit": ["1"]} | ({"cursor": ["now"]} if slot.route.path == "/v1/changes" else {})
        answer = caller("GET", slot.route.path.format(**own.ids), query=query)
    assert answer.body["next_cursor"], slot
    return str(answer.body["next_cursor"])


_OURS = {
    "creator": ANA,
    "issue": "maintenance",
    "sub_issue": "hvac",
    "status": "open",
    "external_id": "PMS-1",
    "word": "hvac",
}


def _named(word: str) -> dict[str, str]:
    return {
        "chat": f"chat_{word}",
        "channel": f"desk_{word}",
        "member": f"mem_{word}",
        "creator": f"mem_{word}",
        "team": f"team_{word}",
        "issue": f"issue_{word}",
        "sub_issue": f"sub_{word}",
        "status": f"status_{word}",
        "external_id": f"PMS-{word}",
        "word": word,
    }


def _by_kind(own: Ours) -> dict[str, str]:
    return {name.removesuffix("_id"): id_ for name, id_ in own.ids.items()}


def _tokens(caller: Api, own: Ours) -> dict[str, str]:
    """`Lodgestory-Seen` of a change. Cursors are each list's own: `cursor_of`."""
    path = f"/v1/tickets/{own.ids['ticket_id']}/remarks"
    return {
        "seen": caller("POST", path, {"text": SECRET if own.ids["chat_id"] != CHAT else "ok"}).headers[
            "lodgestory-seen"
        ]
    }


def furnish_theirs(world: World, them: Api) -> Ours:
    """Of each thing two: one of a name that we have too, and one of a name of its own."""
    table = world.aws.table
    for channel in (CHANNEL, EMPTY, f"desk_{_THEIRS}"):
        directory.put_channel(table, OTHER, channel, lambda _, id_=channel: a_channel(id=id_, name=SECRET))  # type: ignore[misc]
    for member in (ANA, BEN, f"mem_{_THEIRS}"):
        directory.put_member(table, OTHER, member, lambda _, id_=member: a_member(id_, name=SECRET))  # type: ignore[misc]
    for team in (TEAM, f"team_{_THEIRS}"):
        directory.put_team(table, OTHER, team, lambda _, id_=team: a_team(id=id_, name=SECRET))  # type: ignore[misc]
    theirs = Issue(f"issue_{_THEIRS}", SECRET, (Label(f"sub_{_THEIRS}", SECRET),))
    status = Status(f"status_{_THEIRS}", SECRET, StatusCategory.OPEN)
    for channel in (CHANNEL, f"desk_{_THEIRS}"):
        workflow = a_workflow(channel_id=channel)
        wide = replace(workflow, issues=(*workflow.issues, theirs), statuses=(*workflow.statuses, status))
        workflows.put(table, OTHER, channel, lambda _, wide=wide: wide)  # type: ignore[misc]
    guest = Guest(SECRET, "+41445559999", "guest@valley.example")
    for chat, channel in ((CHAT, CHANNEL), (f"chat_{_THEIRS}", f"desk_{_THEIRS}")):
        place = a_chat(id=chat, channel_id=channel, guest=guest)
        directory.put_chat(table, OTHER, chat, lambda _, place=place: place)  # type: ignore[misc]
    people = {"assignee": f"mem_{_THEIRS}", "watchers": [f"mem_{_THEIRS}"]}
    kind = {"issue": f"issue_{_THEIRS}", "sub_issue": f"sub_{_THEIRS}", "remarks": f"{SECRET} {_THEIRS}"}
    made = {"chat_id": f"chat_{_THEIRS}", **people, **kind}
    them("POST", "/v1/tickets", made)
    them("POST", "/v1/tickets", {"chat_id": CHAT, "issue": "maintenance"})
    ticket = them("POST", "/v1/tickets", made | {"external_id": f"PMS-{_THEIRS}"}).body["id"]
    for _ in range(4):
        them("POST", f"/v1/tickets/{ticket}/remarks", {"text": SECRET})
    note_mails(world.aws, OTHER, ticket, f"mem_{_THEIRS}", ANA)
    key = add_key(world.aws, OTHER, None, Role.USER, name=SECRET).split("_")[2]
    ids = _named(_THEIRS)
    names = {f"{kind}_id": ids[kind] for kind in ("chat", "channel", "member", "team")}
    export = them("POST", "/v1/exports", {"format": "csv"}).body["id"]
    bulk = a_bulk(them, f"chat_{_THEIRS}")
    drawn = {"ticket_id": ticket, "key_id": key, "remark_id": "rmk_5", "bulk_id": bulk, "export_id": export}
    return Ours({**names, **drawn})


def _deleted(world: World, organisation_id: str, caller: Api, word: str) -> dict[str, str]:
    """What was there, and is not any more."""
    table, named, name = world.aws.table, _named(word), SECRET if organisation_id == OTHER else "Former"
    desk, chat, member, team = (named[kind] for kind in ("channel", "chat", "member", "team"))
    directory.put_channel(table, organisation_id, desk, lambda _: a_channel(id=desk, name=name, is_active=False))
    directory.put_chat(table, organisation_id, chat, lambda _: a_chat(id=chat, channel_id=CHANNEL))
    directory.put_member(table, organisation_id, member, lambda _: a_member(member, name=name, is_active=False))
    directory.put_team(table, organisation_id, team, lambda _: a_team(id=team, name=name, is_active=False))
    made = {"chat_id": CHAT, "issue": "maintenance", "external_id": named["external_id"]}
    ticket = caller("POST", "/v1/tickets", made).body["id"]
    of_chat = caller("POST", "/v1/tickets", {"chat_id": chat, "issue": "maintenance"}).body["id"]
    gone = caller("DELETE", f"/v1/tickets/{ticket}")
    assert (gone.status, caller("DELETE", f"/v1/chats/{chat}").status) == (200, 200)
    key = add_key(world.aws, organisation_id, None, Role.USER, name=name, revoked_at=world.aws.clock.now)
    named |= {"gone with its chat": of_chat}
    named |= {"ticket": ticket, "key": key.split("_")[2], "seen": gone.headers["lodgestory-seen"]}
    return {kind: id_ for kind, id_ in named.items() if kind not in {"issue", "sub_issue", "status"}}
