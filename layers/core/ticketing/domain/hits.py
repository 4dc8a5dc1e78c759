"""Whether the texts of a ticket have the words that are searched for, field by field, where, and how well.

The fields come in any order and as far as they are needed: a finder reads a ticket's remarks only if its guest and its
labels do not have all words. The remarks of a ticket are one text, one after the other.

| the best that was found for a clause                           | points    |
|-----------------------------------------------------------------|-----------|
| the ticket's number                                              | `NUMBER`  |
| the words, in the guest's name, a label or the phone; in remarks | `EXACT`, one more above the remarks |
| a word one typo away, if they are forgiven                       | one, two above the remarks |

So a number comes before all, each word that is exact before any typos, and what a ticket is about before what was said
of it, however many words there are: that is the best match first.
"""

from collections.abc import Sequence
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


ABOVE: Final = 1
"""Points for not being in the remarks."""
TYPO: Final = 1
EXACT: Final = 2 * MAX_WORDS + 1
"""More than all other words can have by typos."""
NUMBER: Final = MAX_WORDS * (EXACT + ABOVE) + 1

_ORDER: Final = list(Field)


class Hits:
    """What of the words was found so far; with `typos` also by words one typo away.

    Who wants the `points` of a ticket too must look on though all is found, as long as `may_gain` says so.
    """

    def __init__(self, words: Words, *, typos: bool = False, is_rated: bool = False) -> None:
        self.words = words
        self.typos = typos
        self._is_rated = is_rated
        self._needles = [needle for needle in words.needles if not needle.is_number]
        self._found: dict[Needle, int] = {}
        self._phone: tuple[str, str] = ("", "")
        self._by_field: list[tuple[Field, str, set[Needle]]] = []
        self._carried = " "
        self._reach = max((len(needle.key) for needle in words.needles), default=0)
        self._last_text = ""

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
        # Only what goes on: the first of these words may be the end of one.
        self._look(Field.REMARKS, f"{self._last_text}\n{text}", folded, is_joint=True)
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

    def _points(self, clause: Clause) -> int:
        alone = self._found.get(clause.needles[0], 0) if len(clause.needles) == 1 else 0
        if clause.is_phone(self._phone[1]):
            return max(alone, EXACT + ABOVE)
        return alone or (EXACT if clause.is_met(self._found, self._phone[1]) else 0)

    def _look(self, field: Field, text: str, folded: str, *, is_joint: bool = False) -> None:
        exact, typo = _points(field, is_exact=True), _points(field, is_exact=False)
        found: dict[Needle, int] = {}
        words: set[str] | None = None
        for needle in self._needles:
            known = self._found.get(needle, 0)
            if known >= exact or (known and not self._is_rated):
                continue
            if needle.key in folded:
                found[needle] = exact
            elif self.typos and known < typo and needle.forgives and not is_joint:
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


def has_words(words: Words, ticket: Ticket, texts: Texts, *, typos: bool = False) -> bool:
    """Whether all words are in what is searched of a ticket: what any finder must come to."""
    return look_at_all(Hits(words, typos=typos), ticket, texts).is_all


def look_at_all(hits: Hits, ticket: Ticket, texts: Texts) -> Hits:
    """The hits, after a look at everything that is searched."""
    hits.look_at_ticket(ticket)
    hits.look_at_guest(texts.guest_name, texts.guest_phone)
    hits.look(Field.REMARKS, "\n".join(texts.remarks))
    return hits
