"""An organisation of any size with realistic text: the demonstration's tickets again and again, each time as others.

A block holds every ticket and every chat of the demonstration once, with ids, numbers, times and phones of its own. So
what share of the tickets has a status, an assignee or a word is the same at any size, but for the oldest one's remark.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import cycle, islice
from math import ceil
from typing import Final

from scripts.demonstration.chats import SPAN
from scripts.demonstration.dataset import OrganisationData, demonstration
from scripts.demonstration.dice import bytes_for
from ticketing.domain import ids
from ticketing.domain.directory import Chat
from ticketing.domain.remark import PREVIEW_BYTES, SEARCH_TEXT_BYTES, preview, search_text
from ticketing.domain.ticket import Change
from ticketing.store import directory, items, keys
from ticketing.store.attributes import Item
from ticketing.store.keys import Key

COMMON: Final = "guest"
"""In 377 of the demonstration's 680 tickets."""
RARE: Final = "projector"
"""In 6 of them: fewer than one of 100."""
OLDEST: Final = "saxophone"
"""In the oldest ticket alone."""
NOWHERE: Final = "zeppelin"
_LAST_WORDS: Final = f" A {OLDEST} was left behind, too."
_IN_A_TEXT: Final = SEARCH_TEXT_BYTES
"""Remarks from which a search text is made: it is full when each has given it one byte."""
_EVERY: Final = timedelta(minutes=15)
"""From one ticket to the next: 96 a day, so 100,000 are not quite three years."""


@dataclass(frozen=True)
class Grown:
    """`now` is when the benchmark runs. All changes are of before: a ticket of the demonstration lives 90 days."""

    id: str
    tickets: int
    now: datetime

    @property
    def blocks(self) -> int:
        return ceil(self.tickets / len(self._model.histories))

    @property
    def founder(self) -> str:
        return self._model.members[0].id

    @property
    def phone(self) -> str:
        """That of a guest in the middle, who has tickets."""
        return self._middle.guest.phone or ""

    @property
    def openings(self) -> Sequence[tuple[str, str]]:
        """Chats of the first block, each with an issue that a ticket of it may have."""
        issues = {one.channel_id: one.issues[0].id for one in self._model.workflows}
        chats = [one for one in self._model.chats if one.channel_id in issues]
        return [(_in_block(one.id, 0), issues[one.channel_id]) for one in chats]

    def created_at(self, number: int) -> datetime:
        return self.now - SPAN - (self.tickets - number) * _EVERY

    def directory(self) -> Iterator[tuple[Key, Item]]:
        """The organisation itself, its people, channels with their workflows, and chats."""
        model, org = self._model, self.id
        yield keys.organisation_key(org), items.organisation_item(replace(model.organisation, id=org))
        yield from ((keys.member_key(org, one.id), items.member_item(org, one)) for one in model.members)
        yield from ((keys.team_key(org, one.id), items.team_item(org, one)) for one in model.teams)
        yield from ((keys.channel_key(org, one.id), items.channel_item(org, one)) for one in model.channels)
        yield from ((keys.workflow_key(org, one.channel_id), items.workflow_item(org, one)) for one in model.workflows)
        chats = [self._chat(one, block) for block in range(self.blocks) for one in model.chats]
        yield from directory.new_chat_items(org, chats)

    def block(self, number: int, *, with_threads: bool) -> Iterator[tuple[Key, Item]]:
        """A block's tickets and texts; remarks and events only `with_threads`, since only exports read them."""
        first = number * len(self._model.histories)
        for at, history in enumerate(self._model.histories[: self.tickets - first], first + 1):
            chat_id = _in_block(history[-1].ticket.chat_id, number)
            yield from _items([self._change(one, at, chat_id) for one in history], with_threads=with_threads)

    def long_thread(self, remarks: int) -> Iterator[tuple[Key, Item]]:
        """One ticket with so many remarks: what people wrote in the others, and a word that only the last one has."""
        opening = self._model.histories[0][0]
        ticket = self._change(opening, self.tickets, _in_block(opening.ticket.chat_id, 0)).ticket
        written = [change.remark for history in self._model.histories for change in history if change.remark]
        # Not in the preview of the last remark, which would be all that is looked at.
        last = next(one.text for one in written if len(one.text.encode()) > PREVIEW_BYTES) + _LAST_WORDS
        texts = [*islice(cycle(one.text for one in written), remarks - 1), last]
        latest = replace(ticket, version=remarks, remark_count=remarks, remark_preview=preview(texts[-1]))
        yield keys.ticket_key(ticket.id), items.ticket_item(latest)
        yield keys.text_key(ticket.id), {keys.ORGANISATION: self.id, "text": search_text("", *texts[:_IN_A_TEXT])}
        for version, text in enumerate(texts, 1):
            remark = replace(written[0], version=version, text=text)
            yield keys.remark_key(ticket.id, version), items.remark_item(self.id, remark)

    @cached_property
    def _model(self) -> OrganisationData:
        return demonstration(self.now)[0]

    @cached_property
    def _middle(self) -> Chat:
        """Of the demonstration's chats of whose guest a phone is known and that have tickets, the first one."""
        ticketed = {history[-1].ticket.chat_id for history in self._model.histories}
        usable = (one for one in self._model.chats if one.guest.phone and one.id in ticketed)
        return self._chat(next(usable), self.blocks // 2)

    def _chat(self, chat: Chat, block: int) -> Chat:
        phone = f"{chat.guest.phone}{block:03d}" if chat.guest.phone else None
        return replace(chat, id=_in_block(chat.id, block), guest=replace(chat.guest, phone=phone))

    def ids(self) -> Iterator[str]:
        """Those of its tickets, in the order of their creation."""
        for block in range(self.blocks):
            for key, _ in self.block(block, with_threads=False):
                if key.sk == keys.ticket_key("").sk:
                    yield keys.ticket_id_of(key.pk)

    def _change(self, change: Change, number: int, chat_id: str) -> Change:
        """A change of the demonstration as one of the ticket with this number."""
        ticket, event, remark = change.ticket, change.event, change.remark
        later = self.created_at(number) - ticket.created_at
        id_ = ids.ticket_id(bytes_for(self.id, "ticket", number, length=ids.RANDOM_BYTES))
        if remark is not None:
            text = remark.text + _LAST_WORDS * (number == 1 and ticket.version == 1)
            remark = replace(remark, text=text, created_at=remark.created_at + later)
        return Change(
            replace(
                ticket,
                id=id_,
                organisation_id=self.id,
                number=number,
                chat_id=chat_id,
                created_at=ticket.created_at + later,
                updated_at=ticket.updated_at + later,
                resolved_at=ticket.resolved_at and ticket.resolved_at + later,
                deleted_at=ticket.deleted_at and ticket.deleted_at + later,
            ),
            replace(event, ticket_id=id_, organisation_id=self.id, at=event.at + later),
            remark,
        )


def _in_block(chat_id: str, block: int) -> str:
    return f"{chat_id}_{block}"


def _items(history: Sequence[Change], *, with_threads: bool) -> Iterator[tuple[Key, Item]]:
    ticket = history[-1].ticket
    yield keys.ticket_key(ticket.id), items.ticket_item(ticket)
    remarks = [change.remark for change in history if change.remark is not None]
    if remarks:
        text = search_text("", *(remark.text for remark in remarks))
        yield keys.text_key(ticket.id), {keys.ORGANISATION: ticket.organisation_id, "text": text}
    if with_threads:
        for remark in remarks:
            yield keys.remark_key(ticket.id, remark.version), items.remark_item(ticket.organisation_id, remark)
        for change in history:
            yield keys.event_key(ticket.id, change.event.version), items.event_item(change.event)
