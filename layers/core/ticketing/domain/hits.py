"""Whether the texts of a ticket have the words that are searched for, field by field, and where.

The fields come in any order and as far as they are needed: a finder reads a ticket's remarks only if its guest and its
labels do not have all words. The remarks of a ticket are one text, one after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ticketing.domain.folding import fold
from ticketing.domain.ticket import Ticket
from ticketing.domain.words import Needle, Words, phone_digits


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


_ORDER: Final = list(Field)


class Hits:
    """What of the words was found so far."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._open = {needle for needle in words.needles if not needle.is_number}
        self._found: set[Needle] = set()
        self._phone: tuple[str, str] = ("", "")
        self._by_field: list[tuple[Field, str, set[Needle]]] = []
        self._carried = " "
        self._reach = max((len(needle.key) for needle in words.needles), default=0)
        self._last_text = ""

    @property
    def is_all(self) -> bool:
        return all(clause.is_met(self._found, self._phone[1]) for clause in self.words.clauses)

    def look_at_ticket(self, ticket: Ticket) -> None:
        """At what the ticket itself holds, but its remarks."""
        number = {needle for needle in self.words.needles if needle.is_ticket(ticket.number)}
        self._note(Field.NUMBER, f"#{ticket.number}", number)
        self.look(Field.ISSUE, ticket.issue.label)
        if ticket.sub_issue is not None:
            self.look(Field.SUB_ISSUE, ticket.sub_issue.label)

    def look_at_guest(self, name: str, phone: str | None) -> None:
        self.look(Field.GUEST_NAME, name)
        self._phone = (phone or "", phone_digits(phone))

    def look(self, field: Field, text: str) -> None:
        """At a text that is whole."""
        self._look(field, text, fold(text))

    def look_at_beginning(self, text: str) -> None:
        """At remarks that were cut somewhere: the last word may have been longer."""
        folded = fold(text).rstrip()
        self._look(Field.REMARKS, text, folded[: folded.rfind(" ") + 1])

    def look_at_next(self, text: str) -> None:
        """At the next remark of the thread: a phrase may have begun in those before it."""
        folded = self._carried + fold(text).lstrip()
        self._look(Field.REMARKS, text, folded.removeprefix(self._carried[:-1]))
        self._look(Field.REMARKS, f"{self._last_text}\n{text}", folded)
        self._carried = folded[-self._reach - 1 :]
        self._last_text = text

    def shown(self) -> tuple[Field, str]:
        """The field that is worth being shown, and its text: one that was needed."""
        by_phone = [clause for clause in self.words.clauses if clause.is_phone(self._phone[1])]
        elsewhere = {needle for clause in by_phone for needle in clause.needles}
        needed = [(field, text) for field, text, found in self._by_field if found - elsewhere]
        if by_phone or not needed:
            needed.append((Field.GUEST_PHONE, self._phone[0]))
        return min(needed, key=lambda one: _ORDER.index(one[0]))

    def _look(self, field: Field, text: str, folded: str) -> None:
        self._note(field, text, {needle for needle in self._open if needle.key in folded})

    def _note(self, field: Field, text: str, found: set[Needle]) -> None:
        if found:
            self._by_field.append((field, text, found))
            self._found |= found
            self._open -= found


def has_words(words: Words, ticket: Ticket, texts: Texts) -> bool:
    """Whether all words are in what is searched of a ticket: what any finder must come to."""
    hits = Hits(words)
    hits.look_at_ticket(ticket)
    hits.look_at_guest(texts.guest_name, texts.guest_phone)
    hits.look(Field.REMARKS, "\n".join(texts.remarks))
    return hits.is_all
