"""The search index, kept up with the table: a change is a signal only, upon which the ticket is read as it is now.

Before a change waits, it is noted where lists look for the last changes (`ticketing.store.late_notes`): they find it
however many come after it. Whoever writes the ticket from the queue settles the note; the daily look, what is left.

| what goes wrong                                  | then                                                              |
|--------------------------------------------------|-------------------------------------------------------------------|
| the cluster or the table does not serve now      | the ids wait in the retry queue, which this function reads too    |
| the table does not take the note either          | it goes along with the ids, and is tried again with them          |
| the cluster took none of a request               | it is left alone for half a minute: the feed must not wait for it |
| a document can never be written                  | its id is set aside in the dead-letter queue; the others go on,   |
|                                                  | and lists read it from the table, by its note, until it is mended |
| a chat has more tickets than one run should take | the rest of them goes through the queue at once, in parts         |
| the queue does not take the ids                  | it is raised, and the batch comes again                           |

A message of the queue stays in it until all of its tickets are written and their notes are settled, and comes again
after a pause that grows up to six minutes. The queue counts, and gives it up after thirty hours.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, islice
from typing import Any, Final, Protocol

import orjson

from ticketing import faults
from ticketing.domain.events import Event
from ticketing.domain.instants import from_text, to_text
from ticketing.errors import Busy
from ticketing.search import indexes, noticing
from ticketing.search.client import SearchUnavailable
from ticketing.search.indexing import Indexing
from ticketing.search.reading import Source
from ticketing.search.writing import Outcome
from ticketing.store import chat_tickets, keys, late_notes, search_indexes
from ticketing.store.late_notes import LateNote
from ticketing.store.queues import Queue

TIMEOUT_S: Final = 20.0
"""What the cluster may take for a request; with what is begun before it, well within the function's minute."""
_WITHIN_S: Final = 15.0
_REST_S: Final = 30.0
_AT_ONCE: Final = 500
"""Tickets a run; a thousand or so a second are read and written."""
_A_MESSAGE: Final = 100
_LINKS_A_QUERY: Final = 1000
_FIRST_PAUSE_S: Final = 15
_LONGEST_PAUSE_S: Final = 360
"""As long as the queue itself waits for an answer: 300 receives are then 30 hours (template.yaml)."""

type Chat = tuple[str, str]
"""An organisation and one of its chats."""


class Log(Protocol):
    def info(self, msg: str, *, extra: dict[str, Any]) -> None: ...
    def error(self, msg: str, *, extra: dict[str, Any]) -> None: ...


class Index:
    """What a warm function keeps of it. `retries` and `dead_letters` are the queues."""

    def __init__(
        self,
        source: Source,
        client: Any,
        retries: Queue,
        dead_letters: Queue,
        log: Log,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._client = client
        self._retries = retries
        self._dead_letters = dead_letters
        self._log = log
        self._clock = clock
        self._indexing = Indexing(source, client, clock=clock)
        self._is_looked_at = False
        self._rests_until = float("-inf")

    def follow(self, events: Sequence[Event], chats: Sequence[Chat] = ()) -> None:
        """Index what has changed: the tickets of these events, and all of these chats.

        Raises if not even the queue takes them.
        """
        notes = late_notes.one_each(LateNote(one.organisation_id, one.ticket_id, one.version, one.at) for one in events)
        ticket_ids = [one.ticket_id for one in notes]
        try:
            wanted, unread = self._with_chats(ticket_ids, chats)
            first, rest = list(islice(wanted, _AT_ONCE)), list(islice(wanted, _AT_ONCE, None))
            self._leave(self._index(first, notes), unread, notes=notes)
            self._leave(rest, delay_s=0, notes=notes)
        except Exception as error:  # noqa: BLE001 (the feed is written: this batch must not come again for the index)
            self._log.error("not indexed", extra={"tickets": len(ticket_ids), **faults.describe(error)})
            self._leave(ticket_ids, chats, notes=notes)

    def work_off(self, messages: Sequence[Mapping[str, Any]]) -> list[str]:
        """Index what waits in messages of the retry queue; the ids of those messages that must come again."""
        try:
            return self._worked_off(messages)
        except Exception as error:  # noqa: BLE001 (the queue counts the receives and sets it aside)
            if len(messages) > 1:
                return [failed for message in messages for failed in self.work_off([message])]
            facts = {"message_id": messages[0]["messageId"], **faults.describe(error)}
            self._log.error("retry failed", extra=facts)
            return [messages[0]["messageId"]]

    def _worked_off(self, messages: Sequence[Mapping[str, Any]]) -> list[str]:
        told = [_told(message) for message in messages]
        ticket_ids = dict.fromkeys(id_ for one in told for id_ in one.ticket_ids)
        notes = [note for one in told for note in one.unnoted]
        later = set(self._index(list(ticket_ids), notes))
        self._note([one for one in notes if one.ticket_id in later])
        later |= self._unsettled([id_ for id_ in ticket_ids if id_ not in later])
        failed = list[str]()
        for message, one in zip(messages, told, strict=True):
            of_chats, unread = self._with_chats((), one.chats)
            self._leave(list(of_chats), delay_s=0)
            if unread or not later.isdisjoint(one.ticket_ids):
                failed.append(message["messageId"])
                self._retries.release(message["receiptHandle"], _pause_s(message))
        return failed

    def _index(self, ticket_ids: Sequence[str], notes: Sequence[LateNote]) -> Sequence[str]:
        """Those of the tickets that must come again; `notes` are of what is new of them."""
        if not ticket_ids:
            return []
        if not self._may_begin():
            return ticket_ids
        outcome = self._indexing.index(ticket_ids, within_s=_WITHIN_S)
        # What nobody can make a document of, no list can show.
        refused = {one.id for one in outcome.refused if one.index}
        unnoted = self._note([one for one in notes if one.ticket_id in refused])
        self._tell(outcome)
        return [*outcome.later, *(one.ticket_id for one in unnoted)]

    def _note(self, notes: Sequence[LateNote]) -> list[LateNote]:
        """Note what lists have to look for; the notes that the table did not take."""
        left = dict.fromkeys(notes)
        try:
            for one in notes:
                late_notes.write(self._source.table, one)
                del left[one]
        except Exception as error:  # noqa: BLE001 (whatever becomes of notes, no id may be lost)
            self._log.error("late changes not noted", extra={"tickets": len(left), **faults.describe(error)})
        return list(left)

    def _unsettled(self, ticket_ids: Sequence[str]) -> set[str]:
        """Settle what is noted of tickets that were written; those of which it could not be done now."""
        table = self._source.table
        try:
            notes = late_notes.of_tickets(table, ticket_ids)
            if notes and (live := search_indexes.read(table).live) is not None:
                noticing.settle(table, self._client, live, notes, table.now())
        except (SearchUnavailable, Busy) as error:
            self._log.error("late notes not settled", extra=faults.describe(error))
            return set(ticket_ids)
        return set()

    def _may_begin(self) -> bool:
        """Whether the cluster may be asked; before the first time it is looked at."""
        if self._clock() < self._rests_until:
            return False
        if self._is_looked_at:
            return True
        try:
            there = search_indexes.read(self._source.table)
            ailments = indexes.make_ready(self._client, there)
        except SearchUnavailable as unavailable:
            self._rest(unavailable.reason)
            return False
        except Busy:
            self._rest("the table is busy")
            return False
        if not there.written:
            self._log.error("no search index: build it with `make reindex`", extra={})
        for one in ailments:
            self._log.error(
                "search index: build it anew with `make reindex`", extra={"index": one.index, "why": one.what}
            )
        self._is_looked_at = True
        return True

    def _with_chats(self, ticket_ids: Sequence[str], chats: Sequence[Chat]) -> tuple[dict[str, None], list[Chat]]:
        """The tickets with those of the chats, each once, and the chats that the table did not serve."""
        wanted, unread = dict.fromkeys(ticket_ids), list[Chat]()
        for chat in dict.fromkeys(chats):
            try:
                for some in chat_tickets.ids(self._source.table, *chat, at_once=_LINKS_A_QUERY):
                    wanted |= dict.fromkeys(some)
            except Busy:
                unread.append(chat)
        return wanted, unread

    def _tell(self, outcome: Outcome) -> None:
        for one in outcome.refused:
            facts = {**keys.ticket_key(one.id)._asdict(), "index": one.index, "error": one.error}
            self._log.error("document refused", extra=facts)
            self._dead_letters.send({"reason": "refused by the index", "function": "search_indexer", **facts})
        for index in sorted(outcome.lost_indexes):
            self._log.error("search index is gone: build it anew with `make reindex`", extra={"index": index})
        if outcome.unavailable is not None:
            self._rest(outcome.unavailable)
        figures = {"written": outcome.written, "newer": outcome.newer, "later": len(outcome.later)}
        self._log.info("index", extra=figures)

    def _rest(self, reason: str) -> None:
        self._rests_until = self._clock() + _REST_S
        self._log.error("search is unavailable", extra={"reason": reason, "rest_s": _REST_S})

    def _leave(
        self,
        ticket_ids: Sequence[str],
        chats: Sequence[Chat] = (),
        *,
        delay_s: float = _FIRST_PAUSE_S,
        notes: Sequence[LateNote] = (),
    ) -> None:
        """Put ids into the retry queue, after what is new of them was noted. Raises what SQS answers if it fails."""
        left = set(ticket_ids)
        unnoted = {one.ticket_id: one for one in self._note([one for one in notes if one.ticket_id in left])}
        messages: list[dict[str, Any]] = [
            *(_message(some, unnoted) for some in batched(ticket_ids, _A_MESSAGE, strict=False)),
            *({"chats": [list(chat) for chat in some]} for some in batched(chats, _A_MESSAGE, strict=False)),
        ]
        for message in messages:  # one by one: they are few, and the laptop's engine allows no batch of them
            self._retries.send(message, delay_s=delay_s)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a message is about; `unnoted` is what the table did not take a note of."""

    ticket_ids: Sequence[str] = ()
    chats: Sequence[Chat] = ()
    unnoted: Sequence[LateNote] = ()


def _message(ticket_ids: Sequence[str], unnoted: Mapping[str, LateNote]) -> dict[str, Any]:
    notes = [
        [one.organisation_id, one.ticket_id, one.version, to_text(one.since)]
        for id_ in ticket_ids
        if (one := unnoted.get(id_)) is not None
    ]
    return {"tickets": list(ticket_ids), **({"unnoted": notes} if notes else {})}


def _told(message: Mapping[str, Any]) -> _Told:
    body = orjson.loads(message["body"])
    match body:
        case {"tickets": [*ticket_ids]}:
            notes = [LateNote(org, id_, version, from_text(at)) for org, id_, version, at in body.get("unnoted", ())]
            return _Told([str(one) for one in ticket_ids], unnoted=notes)
        case {"chats": [*chats]}:
            return _Told(chats=[(str(organisation_id), str(id_)) for organisation_id, id_ in chats])
        case _:
            error = "a message of no kind that we send"
            raise ValueError(error)


def _pause_s(message: Mapping[str, Any]) -> int:
    """Longer from one receive to the next."""
    received = int(message["attributes"]["ApproximateReceiveCount"])
    return int(min(_FIRST_PAUSE_S * 2 ** min(received, 10), _LONGEST_PAUSE_S))
