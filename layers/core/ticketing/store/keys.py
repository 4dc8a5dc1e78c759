"""Every key of the one table and of its indexes. No other file spells a prefix.

| access pattern                          | how                                                                |
|-----------------------------------------|--------------------------------------------------------------------|
| a ticket by id                          | `TICKET#<id> / TICKET`                                             |
| its history, newest first               | `TICKET#<id> / EVENT#…` backwards                                  |
| its remarks                             | `TICKET#<id> / REMARK#…`                                           |
| its text for search                     | `TICKET#<id> / TEXT`                                               |
| what of it the search index lacks       | `TICKET#<id> / LATE`                                               |
| an object that was begun for it         | `TICKET#<id> / OBJECT#<version>#<digest>`                          |
| who was mailed about an event           | `TICKET#<id> / MAIL#<version>#<recipient>`                         |
| who was mailed a week's list            | `ORG#<org> / WEEKLY#<ISO week>#<member>`                           |
| may an address be mailed                | `ORG#<org> / SUPPRESSED#<digest of the address>`                   |
| mails that guests had on a day          | `MAILCAP#<org>#<digest or all> / <day>`                            |
| a chat; is it alive; its tickets        | `CHAT#<org>#<id> / CHAT, ALIVE, TICKET#<created at>#<ticket>`      |
| an organisation and its directory       | `ORG#<org> / ORG, MEMBER#…, TEAM#…, CHANNEL#…, WORKFLOW#…, KEY#…`  |
| is a channel in use                     | `CHANNEL#<org>#<id> / CHATS#<0–7>`: live chats, counted            |
| the next ticket number                  | `ORG#<org> / COUNTER`                                              |
| all organisations                       | `ORGS / <org>`                                                     |
| who has an external id                  | `ORG#<org> / EXT#<hash>`                                           |
| an API key by its id                    | `KEY#<id> / KEY`                                                   |
| the answer to an idempotency key        | `IDEM#<org>#<hash of caller and key> / IDEM`                       |
| what an organisation may ask now        | `RATE#<org> / RATE`                                                |
| how many tickets it may change in bulk  | `RATE#<org> / BULK`                                                |
| a bulk action                           | `BULK#<id> / BULK`                                                 |
| who was mailed about it                 | `BULK#<id> / MAIL#<recipient>`                                     |
| are its guests still to be mailed       | `BULK#<id> / GUESTS`                                               |
| its plan, if it is large; corrections   | `BULK#<id> / PAGE#<n>, JUDGED#<ticket>, JUDGED#~<n>`               |
| an export                               | `EXPORT#<id> / EXPORT`                                             |
| changes of an organisation              | `FEED#<org> / <position>`; the newest position in `HEAD`           |
| which search indexes there are          | `SEARCH / INDEXES`                                                 |
| an organisation's tickets, newest first | index `by_created`: `org`, `listed_at` (a deleted ticket leaves)   |
| what changed last                       | index `by_updated`: `org`, `changed_at`                            |
| which changes a search index lacks      | index `by_updated`: `changed_at` begins with `LATE#`, before them  |
| what someone must come back to          | index `by_due`: `due_kind`, `due_at`: the janitor's only query       |
"""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple
from zlib import crc32

from ticketing.domain.instants import to_text

BY_CREATED: Final = "by_created"
BY_UPDATED: Final = "by_updated"
ORGANISATION: Final = "org"
BY_DUE: Final = "by_due"
DUE_KIND: Final = "due_kind"
DUE_AT: Final = "due_at"
EXPIRES_AT: Final = "expires_at"
LISTED_AT: Final = "listed_at"
CHANGED_AT: Final = "changed_at"
OUTBOX: Final = "outbox"
"""The attribute of an event by which the stream's filter wakes the notifier."""
OUTBOX_MAIL: Final = "mail"
OBJECT: Final = "object"
"""The attribute of any item that refers to an object of the bucket; a purge removes what it names."""

LAST_CHANGE: Final = ":"
"""In `by_updated`, it sorts after every instant, and before every note of a change that a search index lacks."""

_EVENT = "EVENT#"
_REMARK = "REMARK#"
_MAIL = "MAIL#"
_WEEKLY = "WEEKLY#"
_LATE = "LATE#"
_VERSION_DIGITS = 12
_POSITION_DIGITS = 16
CHANNEL_SHARDS: Final = 8
"""A channel's live chats are counted in so many items, so that chats made at the same moment seldom meet."""
LAST_VERSION: Final = 10**_VERSION_DIGITS - 1
"""No ticket is changed so often."""


DUE_SHARDS: Final = 8
"""What is due is spread over so many partitions, so that a day of many deletions heats none."""


class Due(StrEnum):
    """The kinds of thing that someone must come back to."""

    PURGE = "purge"
    DEAD_CHAT = "dead_chat"
    OBJECT = "object"
    BULK = "bulk"
    GUEST_MAIL = "guest_mail"


class Key(NamedTuple):
    pk: str
    sk: str


def ticket_key(ticket_id: str) -> Key:
    return Key(_ticket(ticket_id), "TICKET")


def event_key(ticket_id: str, version: int) -> Key:
    return Key(_ticket(ticket_id), f"{_EVENT}{version:0{_VERSION_DIGITS}d}")


def is_bulk(key: Key) -> bool:
    """Whether a key is that of a bulk action's record."""
    return key.pk.startswith("BULK#") and key.sk == "BULK"


def is_chat(sk: str) -> bool:
    """Whether a sort key is that of a chat, whose guest and life its tickets show."""
    return sk == "CHAT"


def is_event(sk: str) -> bool:
    """Whether a sort key is that of an event, which is history and outbox at once."""
    return sk.startswith(_EVENT)


def remark_key(ticket_id: str, version: int) -> Key:
    return Key(_ticket(ticket_id), f"{_REMARK}{version:0{_VERSION_DIGITS}d}")


def version_of_remark(sk: str) -> int:
    """The version that made the remark of a sort key."""
    return int(sk.removeprefix(_REMARK))


def text_key(ticket_id: str) -> Key:
    return Key(_ticket(ticket_id), "TEXT")


def late_note_key(ticket_id: str) -> Key:
    """The note that a search index lacks a change of a ticket."""
    return Key(_ticket(ticket_id), "LATE")


def object_note_key(ticket_id: str, version: int, digest: str) -> Key:
    """The note of an object, which the janitor comes back to."""
    return Key(_ticket(ticket_id), f"OBJECT#{version:0{_VERSION_DIGITS}d}#{digest}")


def object_name(ticket_id: str, version: int, digest: str) -> str:
    """The name of an object in the bucket."""
    return f"tickets/{ticket_id}/{version:0{_VERSION_DIGITS}d}-{digest}"


def mail_key(ticket_id: str, version: int, recipient_id: str) -> Key:
    """The ledger item of one mail: one event, one recipient (an id, never an address)."""
    return Key(_ticket(ticket_id), f"{_MAIL}{version:0{_VERSION_DIGITS}d}#{recipient_id}")


def is_mail(sk: str) -> bool:
    """Whether a sort key is that of a ledger item."""
    return sk.startswith((_MAIL, _WEEKLY))


def mail_range() -> tuple[str, str]:
    """The first and the last sort key that a ticket's ledger items can have."""
    return _MAIL, f"{_MAIL}~"


def of_mail(sk: str) -> tuple[int, str]:
    """The version and the recipient of a ticket's ledger item."""
    version, _, recipient_id = sk.removeprefix(_MAIL).partition("#")
    return int(version), recipient_id


def digest_key(bulk_id: str, recipient_id: str) -> Key:
    """The ledger item of the one mail that a recipient gets about a bulk action."""
    return Key(f"BULK#{bulk_id}", f"{_MAIL}{recipient_id}")


def bulk_guests_key(bulk_id: str) -> Key:
    """That the guests of a bulk action are to be mailed, when it can be undone no more."""
    return Key(f"BULK#{bulk_id}", "GUESTS")


def weekly_mail_key(organisation_id: str, week: str, member_id: str) -> Key:
    """The ledger item of one weekly list: one ISO week as `2026-W47`, one member."""
    return Key(_organisation(organisation_id), f"{_WEEKLY}{week}#{member_id}")


def suppressed_key(organisation_id: str, address_digest: str) -> Key:
    """An address that an organisation mails no more."""
    return Key(_organisation(organisation_id), f"SUPPRESSED#{address_digest}")


def mail_cap_key(organisation_id: str, counted: str, day: str) -> Key:
    """How many mails guests were sent on a day: by the digest of an address, or in all."""
    return Key(f"MAILCAP#{organisation_id}#{counted}", day)


def ticket_collection(ticket_id: str) -> str:
    """The partition that holds everything of one ticket."""
    return _ticket(ticket_id)


def chat_key(organisation_id: str, chat_id: str) -> Key:
    return Key(_chat(organisation_id, chat_id), "CHAT")


def chat_alive_key(organisation_id: str, chat_id: str) -> Key:
    """Written only when a chat is made or deleted, so that creates can check it without meeting its updates."""
    return Key(_chat(organisation_id, chat_id), "ALIVE")


def chat_link_key(organisation_id: str, chat_id: str, created_at: datetime, ticket_id: str) -> Key:
    return Key(_chat(organisation_id, chat_id), f"TICKET#{to_text(created_at)}#{ticket_id}")


def chat_partition(organisation_id: str, chat_id: str) -> str:
    """The partition that holds a chat's links to its tickets."""
    return _chat(organisation_id, chat_id)


def chat_link_sort_key(listed: str) -> str:
    """The sort key of a chat's link, of a `listed_at` or of a text to begin or end with."""
    return f"TICKET#{listed}"


def listed_at_of_link(sk: str) -> str:
    """The `listed_at` of the ticket that a chat's link leads to."""
    return sk.removeprefix("TICKET#")


def ticket_id_of_link(sk: str) -> str:
    """The ticket that a chat's link leads to."""
    return listed_at_of_link(sk).partition("#")[2]


def organisation_key(organisation_id: str) -> Key:
    return Key(_organisation(organisation_id), "ORG")


def organisation_entry_key(organisation_id: str) -> Key:
    return Key("ORGS", organisation_id)


def member_key(organisation_id: str, member_id: str) -> Key:
    return Key(_organisation(organisation_id), f"MEMBER#{member_id}")


def team_key(organisation_id: str, team_id: str) -> Key:
    return Key(_organisation(organisation_id), f"TEAM#{team_id}")


def channel_key(organisation_id: str, channel_id: str) -> Key:
    return Key(_organisation(organisation_id), f"CHANNEL#{channel_id}")


def channel_count_key(organisation_id: str, channel_id: str, shard: int) -> Key:
    """One of the items that together count a channel's live chats."""
    return Key(f"CHANNEL#{organisation_id}#{channel_id}", f"CHATS#{shard}")


def channel_shard(chat_id: str) -> int:
    """Which of them counts a chat."""
    return crc32(chat_id.encode()) % CHANNEL_SHARDS


def workflow_key(organisation_id: str, channel_id: str) -> Key:
    return Key(_organisation(organisation_id), f"WORKFLOW#{channel_id}")


def key_pointer_key(organisation_id: str, key_id: str) -> Key:
    return Key(_organisation(organisation_id), f"KEY#{key_id}")


def counter_key(organisation_id: str) -> Key:
    return Key(_organisation(organisation_id), "COUNTER")


def api_key_key(key_id: str) -> Key:
    return Key(f"KEY#{key_id}", "KEY")


def external_id_key(organisation_id: str, external_id: str) -> Key:
    """Who has an external id: one ticket of an organisation, whatever the id is made of."""
    return Key(_organisation(organisation_id), f"EXT#{sha256(external_id.encode()).hexdigest()}")


def idempotency_key(organisation_id: str, digest: str) -> Key:
    return Key(f"IDEM#{organisation_id}#{digest}", "IDEM")


def rate_key(organisation_id: str) -> Key:
    """The bucket of an organisation's rate limit."""
    return Key(f"RATE#{organisation_id}", "RATE")


def bulk_rate_key(organisation_id: str) -> Key:
    """The bucket of an organisation's bulk actions."""
    return Key(f"RATE#{organisation_id}", "BULK")


def bulk_key(bulk_id: str) -> Key:
    return Key(f"BULK#{bulk_id}", "BULK")


def bulk_page_key(bulk_id: str, number: int) -> Key:
    """A part of the plan of a large bulk action; the first is 0."""
    return Key(f"BULK#{bulk_id}", f"PAGE#{number:04d}")


def bulk_judged_key(bulk_id: str, ticket_id: str) -> Key:
    """How one ticket of it was judged again after the plan."""
    return Key(f"BULK#{bulk_id}", f"JUDGED#{ticket_id}")


def bulk_blocked_key(bulk_id: str, number: int) -> Key:
    """Some of the tickets that kept it from being done: behind all others that were judged again, which it corrects."""
    return Key(f"BULK#{bulk_id}", f"JUDGED#~{number:03d}")


def export_key(export_id: str) -> Key:
    return Key(f"EXPORT#{export_id}", "EXPORT")


def export_name(organisation_id: str, export_id: str, suffix: str) -> str:
    """The name of an export's object in the bucket; `exports/` is kept for a week (template.yaml).

    Those of two runs at one export are told apart by what stands before the format in `suffix`.
    """
    return f"exports/{organisation_id}/{export_id}.{suffix}"


def search_indexes_key() -> Key:
    """Which search indexes there are, and what each is for."""
    return Key("SEARCH", "INDEXES")


def feed_head_key(organisation_id: str) -> Key:
    return Key(feed_partition(organisation_id), "HEAD")


def feed_entry_key(organisation_id: str, position: int) -> Key:
    return Key(feed_partition(organisation_id), f"{position:0{_POSITION_DIGITS}d}")


def feed_partition(organisation_id: str) -> str:
    return f"FEED#{organisation_id}"


LAST_FEED_ENTRY: Final = "9" * _POSITION_DIGITS
"""A sort key that no entry is beyond; `HEAD` sorts after it."""


def due_kind(kind: Due, id_: str) -> str:
    """The partition of `by_due` that a thing is in."""
    return due_partition(kind, crc32(id_.encode()) % DUE_SHARDS)


def due_partition(kind: Due, shard: int) -> str:
    return f"DUE#{kind.value}#{shard}"


def beyond(first_of_kind: Key, id_: str) -> str:
    """The first sort key after that of an id. A space sorts before all that ids consist of."""
    return f"{first_of_kind.sk}{id_} "


def last_of_kind(first_of_kind: Key) -> str:
    """A sort key after those of every id."""
    return f"{first_of_kind.sk}~"


def listed_at(created_at: datetime, ticket_id: str) -> str:
    """The sort key of `by_created`: never two alike, so a page can end between any two tickets."""
    return listed_at_of(to_text(created_at), ticket_id)


def listed_at_of(created_at: str, ticket_id: str) -> str:
    """The same of an instant that is a text already."""
    return f"{created_at}#{ticket_id}"


def of_listed_at(listed: str) -> tuple[str, str]:
    """When a ticket was created, as text, and its id."""
    created_at, _, ticket_id = listed.partition("#")
    return created_at, ticket_id


def changed_at(updated_at: datetime, ticket_id: str) -> str:
    """The sort key of `by_updated`: never two alike, though a bulk action changes many tickets at one instant."""
    return listed_at(updated_at, ticket_id)


def late_since(since: datetime, ticket_id: str) -> str:
    """The sort key of a note in `by_updated`: whoever looks for the last changes meets it before all of them."""
    return f"{_LATE}{to_text(since)}#{ticket_id}"


def late_range() -> tuple[str, str]:
    """The first and the last sort key that a note can have in `by_updated`."""
    return _LATE, f"{_LATE}~"


def of_changed_at(changed: str) -> tuple[str, bool]:
    """The instant of a sort key of `by_updated`, as text, and whether it is that of a note."""
    return changed.removeprefix(_LATE).partition("#")[0], changed.startswith(_LATE)


def ticket_id_of(pk: str) -> str:
    """The ticket that an item of its partition belongs to."""
    return pk.removeprefix(_ticket(""))


def bulk_id_of(pk: str) -> str:
    """The bulk action that an item of its partition belongs to."""
    return pk.removeprefix("BULK#")


def _ticket(ticket_id: str) -> str:
    return f"TICKET#{ticket_id}"


def _chat(organisation_id: str, chat_id: str) -> str:
    return f"CHAT#{organisation_id}#{chat_id}"


def _organisation(organisation_id: str) -> str:
    return f"ORG#{organisation_id}"
