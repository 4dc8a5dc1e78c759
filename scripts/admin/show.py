"""What the table holds about one thing, as it is stored: for a person who asks why."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from scripts.admin import organisations
from scripts.admin.problem import Problem
from scripts.admin.reading import kind_of, whole_partition
from ticketing.store import bulks, items, keys, suppressions
from ticketing.store.attributes import Item
from ticketing.store.bulk_protocol import SIZES
from ticketing.store.marks import MARK
from ticketing.store.table import Table

type Shown = Mapping[str, Any]

TICKET = kind_of(keys.ticket_key("").sk)
EVENT = kind_of(keys.event_key("", 0).sk)
REMARK = kind_of(keys.remark_key("", 0).sk)
TEXT = kind_of(keys.text_key("").sk)
MAIL = kind_of(keys.mail_key("", 0, "").sk)
CHAT = kind_of(keys.chat_key("", "").sk)
ALIVE = kind_of(keys.chat_alive_key("", "").sk)
MEMBER = kind_of(keys.member_key("", "").sk)
TEAM = kind_of(keys.team_key("", "").sk)
CHANNEL = kind_of(keys.channel_key("", "").sk)
WORKFLOW = kind_of(keys.workflow_key("", "").sk)
COUNTER = kind_of(keys.counter_key("").sk)
KEY = kind_of(keys.key_pointer_key("", "").sk)


def ticket(table: Table, ticket_id: str) -> Shown:
    """A ticket's whole collection, deleted or not, with its chat and the chat's link to it. Raises Problem."""
    found = _by_kind(table, keys.ticket_collection(ticket_id))
    if not found[TICKET]:
        raise Problem(f"There is no ticket {ticket_id}.")
    stored = found[TICKET][0]
    value = items.ticket_from(stored)
    chat_key = keys.chat_key(value.organisation_id, value.chat_id)
    link_key = keys.chat_link_key(value.organisation_id, value.chat_id, value.created_at, ticket_id)
    around = table.get_many([chat_key, link_key])
    return {
        "ticket": stored,
        "chat": around.get(chat_key),
        "chat_link": around.get(link_key),
        "text": _first(found[TEXT]),
        "events": found[EVENT],
        "remarks": found[REMARK],
        "mails": found[MAIL],
    }


def chat(table: Table, organisation_id: str, chat_id: str) -> Shown:
    """A chat, whether it is alive, and its tickets. Raises Problem."""
    found = _by_kind(table, keys.chat_key(organisation_id, chat_id).pk)
    if not found[CHAT]:
        raise Problem(f"There is no chat {chat_id} in {organisation_id}.")
    ticket_ids = [str(link["sk"]).rpartition("#")[2] for link in found[TICKET]]
    tickets = table.get_many(keys.ticket_key(id_) for id_ in ticket_ids)
    return {
        "chat": found[CHAT][0],
        "is_alive": bool(found[ALIVE]),
        "tickets": [tickets.get(keys.ticket_key(id_), {"pk": id_}) for id_ in ticket_ids],
    }


def organisation(table: Table, organisation_id: str) -> Shown:
    """An organisation and its directory; of its keys everything but the secret's hash. Raises Problem."""
    organisations.get(table, organisation_id)
    own = keys.organisation_key(organisation_id)
    found = _by_kind(table, own.pk)
    key_ids = [str(pointer["sk"]).partition("#")[2] for pointer in found[KEY]]
    api_keys = table.get_many(keys.api_key_key(id_) for id_ in key_ids).values()
    return {
        "organisation": _first(found[own.sk]),
        "counter": _first(found[COUNTER]),
        "members": found[MEMBER],
        "teams": found[TEAM],
        "channels": found[CHANNEL],
        "workflows": found[WORKFLOW],
        "api_keys": [{name: value for name, value in key.items() if name != "secret_hash"} for key in api_keys],
    }


def bulk(table: Table, bulk_id: str) -> Shown:
    """A bulk action, what keeps it from being done, and the tickets that it still marks. Raises Problem."""
    key = keys.bulk_key(bulk_id)
    stored, found = table.get(key), bulks.get(table, bulk_id)
    if stored is None or found is None:
        raise Problem(f"There is no bulk action {bulk_id}. They are kept for 30 days.")
    plan = bulks.plan_of(table, found, SIZES.page)
    tickets = table.get_many(keys.ticket_key(id_) for id_ in plan.ticket_ids)
    marked = [keys.ticket_id_of(key.pk) for key, item in tickets.items() if item.get(MARK, {}).get("bulk") == bulk_id]
    return {
        "bulk": {name: value for name, value in stored.items() if not isinstance(value, bytes)},
        "blockers": [{"ticket": one.ticket_id, "code": one.code} for one in plan.blockers],
        "tickets": plan.ticket_ids,
        "marked": sorted(marked),
    }


def address(table: Table, organisation_id: str, mailed: str) -> Shown:
    """Whether an organisation mails an address. Raises Problem."""
    organisations.get(table, organisation_id)
    return {"address": mailed, "suppressed": suppressions.get(table, organisation_id, mailed)}


def _by_kind(table: Table, partition: str) -> defaultdict[str, list[Item]]:
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for item in whole_partition(table, partition):
        found[kind_of(item["sk"])].append(item)
    return found


def _first(found: list[Item]) -> Item | None:
    return found[0] if found else None
