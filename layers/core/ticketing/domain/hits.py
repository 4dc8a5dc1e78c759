"""Whether the texts of a ticket have the words that are searched for, field by field, where, and how well.

The fields come in any order and as far as they are needed: a finder reads a ticket's remarks only if its guest and its
labels do not have all words. The remarks of a ticket are one text, one after the other. A thread that is longer than a
request may read is read by several, each from where the one before has put a `Bookmark`.

| the best that was found for a clause                           | points    |
|-----------------------------------------------------------------|-----------|
| the ticket's number                                              | `NUMBER`  |
| the words, in the guest's name, a label or the phone; in remarks | `EXACT`, one more above the remarks |
| a word one typo away, if they are forgiven                       | one, two above the remarks |

So a number comes before all, each word that is exact before any typos, and what a ticket is about before what was said
of it, however many words there are: that is the best match first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ticketing.domain.folding import fold
from ticketing.domain.ticket import Ticket
from ticketing.domain.typos import is_near_any
from ticketing.domain.words import MAX_WORDS, Clause, Needle, Words, phone_digits


class Field(StrEnum):
    """What is searched. Of several the first one here is shown: what a row of a list does not show by itself."""

    REMARKS = "remarks"
    GUEST_NAME = "guest_name"
    GUEST_PHONE = "guest_phone"
    SUB_ISSUE = "sub_issue"
    ISSUE = "issue"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Texts:
    """What is searched of a ticket beside itself: its guest and all of its remarks, the oldest first."""

    guest_name: str = ""
    guest_phone: str | None = None
    remarks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Up to which remark the thread of a ticket was read that is not decided yet, and what it had so far.

    Nothing of what remarks say is in it: `reached` tells of each needle how many of its characters were found, all of
    them, or those at the end of what was read that begin a phrase. `first_at` is the version where the first remark
    that had one stands, or before which it is the last; 0 where nobody knows. Remarks only grow in number, so what was
    found in them stays true.
    """

    ticket_id: str
    version: int
    first_at: int
    reached: tuple[int, ...]


ABOVE: Final = 1
"""Points for not being in the remarks."""
TYPO: Final = 1
EXACT: Final = 2 * MAX_WORDS + 1
"""More than all other words can have by typos."""
NUMBER: Final = MAX_WORDS * (EXACT + ABOVE) + 1

_ORDER: Final = list(Field)

_PIECE: Final = 4_000
"""Characters of a remark that are looked at in one go, and that are kept if they are to be shown."""
_ENDS: Final = re.compile(r"[\s.,;!?、。，！？]")
"""What a piece of a remark may end with: it stands between two words, whatever is beside it."""


class Hits:
    """What of the words was found so far; with `typos` also by words one typo away.

    Who wants the `points` of a ticket too must look on though all is found, as long as `may_gain` says so.
    """

    def __init__(self, words: Words, *, typos: bool = False, is_rated: bool = False) -> None:
        self.words = words
        self.typos = typos
        self._is_rated = is_rated
        self._needles = words.in_texts
        self._found: dict[Needle, int] = {}
        self._phone: tuple[str, str] = ("", "")
        self._by_field: list[tuple[Field, str, set[Needle]]] = []
        self._in_remarks: set[Needle] = set()
        self._begun = {needle: _begun(needle.key, " ") for needle in self._needles if needle.is_phrase}
        self._before_bookmark: set[Needle] = set()
        self._first_at = 0
        self._last_text: str | None = ""

    @property
    def is_all(self) -> bool:
        return all(clause.is_met(self._found, self._phone[1]) for clause in self.words.clauses)

    @property
    def points(self) -> int:
        """How well the ticket matches, once all was found."""
        return sum(map(self._points, self.words.clauses))

    def may_gain(self, field: Field) -> bool:
        """Whether a look at a field could change anything."""
        best = _points(field, is_exact=True)
        return not self.is_all or (self._is_rated and any(self._points(one) < best for one in self.words.clauses))

    def look_at_ticket(self, ticket: Ticket) -> None:
        """At what the ticket itself holds, but its remarks."""
        number = {needle: NUMBER for needle in self.words.needles if needle.is_ticket(ticket.number)}
        self._note(Field.NUMBER, f"#{ticket.number}", number)
        self.look(Field.ISSUE, ticket.issue.label)
        if ticket.sub_issue is not None:
            self.look(Field.SUB_ISSUE, ticket.sub_issue.label)

    def look_at_guest(self, name: str, phone: str | None) -> None:
        self.look(Field.GUEST_NAME, name)
        self._phone = (phone or "", phone_digits(phone))

    def look(self, field: Field, text: str, version: int = 0) -> None:
        """At a text that is whole; if it is of remarks, none of them is later than `version`."""
        known = len(self._in_remarks)
        self._look(field, text, fold(text))
        self._keep_place(known, version)

    def look_at_beginning(self, text: str, version: int = 0) -> None:
        """At remarks that were cut somewhere: the last word may have been longer. None is later than `version`."""
        known, folded = len(self._in_remarks), fold(text).rstrip()
        self._look(Field.REMARKS, text, folded[: folded.rfind(" ") + 1])
        self._keep_place(known, version)

    def look_at_next(self, text: str, version: int = 0) -> None:
        """At the next remark of the thread, that of `version`: a phrase may have begun in those before it."""
        for piece in _pieces(text):
            self._look_at_piece(piece, version)
            if not self.may_gain(Field.REMARKS):
                return

    def _look_at_piece(self, text: str, version: int) -> None:
        known, folded = len(self._in_remarks), fold(text)
        self._look(Field.REMARKS, text, folded)
        across = {needle: EXACT for needle in self._ended(folded) if needle not in self._found}
        if self._last_text is None:
            self._before_bookmark |= across.keys()
            self._found |= across
        else:
            self._note(Field.REMARKS, f"{self._last_text}\n{text}", across)
        self._keep_place(known, version)
        self._last_text = text

    def _keep_place(self, known: int, version: int) -> None:
        """That of the first remark that had a needle, if more of them were found than the `known` ones."""
        if len(self._in_remarks) > known:
            self._first_at = self._first_at or version

    def bookmark(self, ticket_id: str, version: int) -> Bookmark:
        """What is known of its remarks up to that of `version`, the last one that was looked at."""
        reached = (self._reached(needle) for needle in self._needles)
        return Bookmark(ticket_id, version, self._first_at, tuple(reached))

    def go_on(self, bookmark: Bookmark) -> bool:
        """Know again what was known there. False if the bookmark is not of these words: all remarks are to be read."""
        fits = [0 <= reached <= len(one.key) for one, reached in zip(self._needles, bookmark.reached, strict=False)]
        if not all(fits) or len(self._needles) != len(bookmark.reached):
            return False
        for needle, reached in zip(self._needles, bookmark.reached, strict=True):
            if reached == len(needle.key):
                self._in_remarks.add(needle)
                if needle not in self._found:
                    self._before_bookmark.add(needle)
                    self._found[needle] = EXACT
            elif needle in self._begun:
                self._begun[needle] = needle.key[:reached]
        self._first_at, self._last_text = bookmark.first_at, None
        return True

    @property
    def unread(self) -> int | None:
        """Where a remark from before the bookmark stands (`first_at`), without which there is none to be shown."""
        has_remark = any(field is Field.REMARKS for field, _, _ in self._by_field)
        return self._first_at or None if self._before_bookmark and not has_remark else None

    def show(self, remarks: Sequence[str]) -> None:
        """The remark that was `unread`, after the one before it, in which a phrase may have begun."""
        if not remarks:
            return  # the ticket was purged in this very moment
        again = Hits(self.words)
        for text in remarks:
            again.look_at_next(text)
        shown = next((text for _, text, _ in again._by_field), remarks[-1][:_PIECE])
        self._by_field.append((Field.REMARKS, shown, set(self._before_bookmark)))

    def shown(self) -> tuple[Field, str]:
        """The field that is worth being shown, and its text: one that was needed."""
        by_phone = [clause for clause in self.words.clauses if clause.is_phone(self._phone[1])]
        elsewhere = {needle for clause in by_phone for needle in clause.needles}
        needed = [(field, text) for field, text, found in self._by_field if found - elsewhere]
        if by_phone or not needed:
            needed.append((Field.GUEST_PHONE, self._phone[0]))
        return min(needed, key=lambda one: _ORDER.index(one[0]))

    def _points(self, clause: Clause) -> int:
        alone = self._found.get(clause.needles[0], 0) if len(clause.needles) == 1 else 0
        if clause.is_phone(self._phone[1]):
            return max(alone, EXACT + ABOVE)
        return alone or (EXACT if clause.is_met(self._found, self._phone[1]) else 0)

    def _reached(self, needle: Needle) -> int:
        return len(needle.key if needle in self._in_remarks else self._begun.get(needle, ""))

    def _ended(self, folded: str) -> Sequence[Needle]:
        """The phrases that began in earlier remarks and end in this one; of the others, how far they have come."""
        ended: list[Needle] = []
        for needle, begun in self._begun.items():
            joined = begun + folded.lstrip()
            if needle not in self._in_remarks and needle.key in joined:
                ended.append(needle)
            self._begun[needle] = _begun(needle.key, joined)
        self._in_remarks.update(ended)
        return ended

    def _look(self, field: Field, text: str, folded: str) -> None:
        exact, typo = _points(field, is_exact=True), _points(field, is_exact=False)
        found: dict[Needle, int] = {}
        words: set[str] | None = None
        for needle in self._needles:
            known, is_here = self._found.get(needle, 0), needle.key in folded
            if is_here and field is Field.REMARKS:
                # Also if it was found elsewhere: until the thread goes on, a guest may have another name.
                self._in_remarks.add(needle)
            if known >= exact or (known and not self._is_rated):
                continue
            if is_here:
                found[needle] = exact
            elif self.typos and known < typo and needle.forgives:
                words = words if words is not None else set(folded.split())
                if is_near_any(needle.key.strip(), words):
                    found[needle] = typo
        self._note(field, text, found)

    def _note(self, field: Field, text: str, found: dict[Needle, int]) -> None:
        if found:
            self._by_field.append((field, text, set(found)))
            self._found |= found


def _points(field: Field, *, is_exact: bool) -> int:
    return (EXACT if is_exact else TYPO) + (ABOVE if field is not Field.REMARKS else 0)


def _pieces(text: str) -> Iterator[str]:
    """A remark in pieces that have the same words, one after the other: one, if it is not longer."""
    start = 0
    while len(text) - start > _PIECE:
        end = _ENDS.search(text, start + _PIECE)
        if end is None:
            break
        yield text[start : end.end()]
        start = end.end()
    yield text[start:]


def _begun(key: str, text: str) -> str:
    """The longest beginning of a phrase that a text ends with, up to the end of one of its words."""
    ends = (at + 1 for at in range(len(key) - 2, -1, -1) if key[at] == " ")
    return next((key[:end] for end in ends if text.endswith(key[:end])), "")


def has_words(words: Words, ticket: Ticket, texts: Texts, *, typos: bool = False) -> bool:
    """Whether all words are in what is searched of a ticket: what any finder must come to."""
    return look_at_all(Hits(words, typos=typos), ticket, texts).is_all


def look_at_all(hits: Hits, ticket: Ticket, texts: Texts) -> Hits:
    """The hits, after a look at everything that is searched."""
    hits.look_at_ticket(ticket)
    hits.look_at_guest(texts.guest_name, texts.guest_phone)
    hits.look(Field.REMARKS, "\n".join(texts.remarks))
    return hits
