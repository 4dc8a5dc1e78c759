"""What a search box is given, as what it asks for.

| typed                   | found by                                                                                |
|-------------------------|-----------------------------------------------------------------------------------------|
| `shower leak`           | every word, each in any field; the last one also by its beginning                       |
| `"not cooling"`         | these words in this order, side by side in one field                                    |
| `空调`                  | in a script without spaces, two characters and more: any part of what is written in one go |
| `1042`                  | a word, or the ticket's number; four digits and more also as a part of the guest's phone |
| `+41 44 555 01 23`      | the phone, or each group as a word                                                      |
| `#1042`                 | the ticket's number, and nothing else                                                   |

A finder that forgives typos finds a word also by one that is an edit or a swap of neighbours away, if it is not quoted,
has five letters or more and no digit, in a script with spaces (`ticketing.domain.typos`). Whole words only: the
beginning of one is exact.

There is no query language: whatever is no letter, digit, quotation mark or `#` before digits just separates words.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from ticketing.domain.folding import Folded, fold, is_unspaced, trace
from ticketing.domain.typos import MIN_LETTERS
from ticketing.errors import ValidationFailed

MAX_LENGTH: Final = 256
"""Of what is typed, without spaces around it: more than anybody types."""
MAX_WORDS: Final = 32
MIN_PHONE_DIGITS: Final = 4
WHOLE_PHONE_DIGITS: Final = 7
"""A phone of so many digits is one that can be dialled; shorter ones are extensions, which many numbers end with."""
_MAX_NUMBER_DIGITS: Final = 15

_QUOTED: Final = re.compile('["“”„«»]([^"“”„«»]*)["“”„«»]')
_TRUNK: Final = re.compile(r"(?<=[\s\d])\(0\)(?=[\s\d])")
"""As in `+41 (0)44`: dialled inside the country only."""
_IN_PHONES: Final = re.compile(r"[\s+\-()./\u00b7\u2010-\u2015\u2022\u2212\u30fb]*")


@dataclass(frozen=True, slots=True)
class Needle:
    """A word or phrase to look for in folded texts: `key` says whether it must begin and end with a word."""

    key: str
    is_number: bool = False
    """Only a ticket's number will do."""
    is_quoted: bool = False
    """It is meant as it is written."""

    @property
    def forgives(self) -> bool:
        """Whether a word that is one typo away will do, for a finder that forgives one."""
        word = self.key.strip()
        is_word = " " not in word and len(word) >= MIN_LETTERS and not is_unspaced(word[0])
        return is_word and not (self.is_quoted or self.is_number or any(map(str.isdecimal, word)))

    @property
    def is_phrase(self) -> bool:
        """Whether it is of several words, between which a remark may end."""
        return " " in self.key.strip()

    @property
    def digits(self) -> str:
        """Its digits, if it has nothing else."""
        digits = self.key.replace(" ", "")
        return digits if digits.isdecimal() else ""

    def is_ticket(self, number: int) -> bool:
        digits = self.key.strip()
        return digits.isdecimal() and len(digits) <= _MAX_NUMBER_DIGITS and int(digits) == number


@dataclass(frozen=True, slots=True)
class Clause:
    """One needle; or groups of digits side by side: each may be a word, and any that follow each other one phone."""

    needles: tuple[Needle, ...]

    def is_met(self, found: Collection[Needle], phone: str) -> bool:
        """Whether the needles that were found, and the digits of the phone, are enough."""
        reached = {0}
        for start, needle in enumerate(self.needles):
            if start in reached:
                reached |= {start + 1} if needle in found else set()
                reached |= {end for end in range(start + 1, len(self.needles) + 1) if self._is_phone(start, end, phone)}
        return len(self.needles) in reached

    def is_phone(self, phone: str) -> bool:
        """Whether all of it is a part of the phone."""
        return self._is_phone(0, len(self.needles), phone)

    def _is_phone(self, start: int, end: int, phone: str) -> bool:
        groups = [needle.digits for needle in self.needles[start:end] if not needle.is_number]
        return len(groups) == end - start and all(groups) and _is_part_of_phone("".join(groups), phone)


@dataclass(frozen=True, slots=True)
class Words:
    """All clauses must be met."""

    clauses: tuple[Clause, ...]

    @property
    def needles(self) -> frozenset[Needle]:
        return frozenset(needle for clause in self.clauses for needle in clause.needles)

    @property
    def in_texts(self) -> tuple[Needle, ...]:
        """Those to look for in texts, each once, in the order in which they were typed."""
        needles = (needle for clause in self.clauses for needle in clause.needles if not needle.is_number)
        return tuple(dict.fromkeys(needles))


def phone_digits(phone: str | None) -> str:
    """The digits of a phone, however it was typed."""
    return re.sub("[^0-9]", "", fold(_TRUNK.sub(" ", phone))) if phone else ""


def checked(typed: str, field: str = "q") -> str:
    """What was typed, without what does not matter around it. Raises ValidationFailed that names `field`."""
    text = typed.strip()
    if len(text) > MAX_LENGTH:
        raise ValidationFailed.of(field, f"At most {MAX_LENGTH} characters", "too_long")
    if typed[-1:].isspace():
        text += " "
    words = parse(text)
    if not words.clauses:
        raise ValidationFailed.of(field, "Type at least one letter or digit", "invalid")
    if sum(needle.key.strip().count(" ") + 1 for clause in words.clauses for needle in clause.needles) > MAX_WORDS:
        raise ValidationFailed.of(field, f"At most {MAX_WORDS} words", "too_many")
    return text


def parse(typed: str) -> Words:
    """What is asked for; without any clause if there is no letter and no digit."""
    clauses: list[Clause] = []
    text, end = _TRUNK.sub(" ", typed), 0
    for quoted in _QUOTED.finditer(text):
        clauses += _clauses(text[end : quoted.start()])
        phrase = fold(quoted[1]).strip()
        clauses += [Clause((_needle(phrase, is_quoted=True),))] if phrase else []
        end = quoted.end()
    clauses += _clauses(text[end:], is_typing=not text[-1:].isspace())
    return Words(tuple(dict.fromkeys(clauses)))


def _clauses(text: str, *, is_typing: bool = False) -> Iterator[Clause]:
    """Those of unquoted text; the last word may go on if somebody is still typing it."""
    folded = trace(text)
    spans = [match.span() for match in re.finditer("[^ ]+", folded.text)]
    row: list[Needle] = []
    for at, (start, end) in enumerate(spans):
        word = folded.text[start:end]
        if row and not (word.isdecimal() and _is_one_row(text, folded, spans[at - 1], (start, end))):
            yield Clause(tuple(row))
            row = []
        first = folded.origin(start, end)[0]
        is_number = word.isdecimal() and text[max(0, first - 1) : first] in {"#", "＃"}
        needle = _needle(word, goes_on=is_typing and at == len(spans) - 1)
        if is_number or not word.isdecimal():
            yield Clause((Needle(word, is_number=True) if is_number else needle,))
        else:
            row.append(needle)
    if row:
        yield Clause(tuple(row))


def _is_one_row(text: str, folded: Folded, before: tuple[int, int], word: tuple[int, int]) -> bool:
    """Whether two groups of digits may be of one phone, by what stands between them."""
    between = unicodedata.normalize("NFKC", text[folded.origin(*before)[1] : folded.origin(*word)[0]])
    # What nobody sees is copied along from other programs.
    seen = "".join(one for one in between if unicodedata.category(one) != "Cf")
    return _IN_PHONES.fullmatch(seen) is not None


def _needle(folded: str, *, goes_on: bool = False, is_quoted: bool = False) -> Needle:
    # One character of a script without spaces is in every other text: it is looked for as a word of its own.
    is_part = len(folded) > 1
    starts = " " if not (is_part and is_unspaced(folded[0])) else ""
    ends = " " if not (goes_on or (is_part and is_unspaced(folded[-1]))) else ""
    return Needle(f"{starts}{folded}{ends}", is_quoted=is_quoted)


def _is_part_of_phone(digits: str, phone: str) -> bool:
    # What is dialled before a number, inside a country or from abroad, is part of no other spelling of it.
    core = digits.lstrip("0")
    asked = core if len(core) >= MIN_PHONE_DIGITS else digits
    if len(asked) < MIN_PHONE_DIGITS:
        return False
    local = phone.lstrip("0")
    return asked in phone or (len(local) >= WHOLE_PHONE_DIGITS and asked.endswith(local))
