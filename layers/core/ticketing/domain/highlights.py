"""A piece of a text around the words that were searched for: HTML in which nothing but `<mark>` is markup."""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ticketing.domain.folding import fold, trace
from ticketing.domain.hits import Field, Hits
from ticketing.domain.typos import is_near, is_near_any
from ticketing.domain.words import Needle, Words

MAX_CHARACTERS: Final = 160
"""Of a fragment, the marks and escapes not counted: what two lines of a list hold."""
_BEFORE: Final = 50
"""So much of a long text stands before what was found."""
_PIECE: Final = 4_000
"""So much of a long text is looked at closely; it is longer than any phrase that can be typed."""
_SIDEWAYS: Final = 15
"""So far off is a space worth looking for, to cut there."""
_UNSEEN: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks of direction: half of a pair would turn what stands around the fragment."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """Where the words were found; `fragment` is HTML."""

    field: Field
    fragment: str


def highlight(hits: Hits) -> Highlight:
    """What was found, once all of it was."""
    words = hits.words
    field, text = hits.shown()
    if field is Field.GUEST_PHONE:
        return Highlight(field, _marked(text, _in_phone(words, text), 0, len(text)))
    if field is Field.NUMBER:
        return Highlight(field, f"#<mark>{html.escape(text[1:])}</mark>")
    return Highlight(field, fragment(words, text, typos=hits.typos))


def fragment(words: Words, text: str, *, typos: bool = False) -> str:
    """At most 160 characters of a text around the first of the words, or its beginning if it has none of them.

    Of a word that is not there itself, those are marked that are one typo away, if they are forgiven.
    """
    needles = [needle for needle in words.needles if not needle.is_number]
    spans = _spans(needles, text, typos=typos)
    start, end = _window(text, *(spans[0] if spans else (0, 0)))
    inside = [(max(start, first), min(end, last)) for first, last in spans if first < end and last > start]
    before, after = "… " if start > 0 else "", " …" if end < len(text) else ""
    return f"{before}{_marked(text, inside, start, end)}{after}"


def _spans(needles: list[Needle], text: str, *, typos: bool) -> list[tuple[int, int]]:
    """Where the needles stand in the text, in order, none within another; of a long text, in one piece of it."""
    offset, piece = _piece(needles, text, typos=typos)
    folded = trace(piece)
    found: list[tuple[int, int]] = []
    for needle in needles:
        places = list(_exact(needle, folded.text))
        if not places and typos and needle.forgives:
            places = list(_near(needle, folded.text))
        for begin, end in places:
            first, last = folded.origin(begin, end)
            found.append((offset + first, offset + _whole(piece, last)))
    return _merged(found)


def _exact(needle: Needle, folded: str) -> Iterator[tuple[int, int]]:
    word = needle.key.strip()
    for match in re.finditer(f"(?={re.escape(needle.key)})", folded):
        begin = match.start() + len(needle.key) - len(needle.key.lstrip())
        yield begin, begin + len(word)


def _near(needle: Needle, folded: str) -> Iterator[tuple[int, int]]:
    word = needle.key.strip()
    return (match.span() for match in re.finditer("[^ ]+", folded) if is_near(word, match[0]))


def _piece(needles: list[Needle], text: str, *, typos: bool) -> tuple[int, str]:
    """A piece of a long text that has one of the needles, and where it begins: to trace all of it takes too long."""
    if len(text) > _PIECE:
        starts = range(0, len(text), _PIECE // 2)
        for start in starts:
            folded = _folded_piece(text, start)
            if any(needle.key in folded for needle in needles):
                return start, text[start : start + _PIECE]
        forgiving = [needle.key.strip() for needle in needles if typos and needle.forgives]
        for start in starts if forgiving else ():
            words = _whole_words(_folded_piece(text, start))
            if any(is_near_any(asked, words) for asked in forgiving):
                return start, text[start : start + _PIECE]
    return 0, text[:_PIECE]


def _folded_piece(text: str, start: int) -> str:
    """A piece of a long text, folded. A word may be cut where the piece is: no space stands beside it there."""
    folded = fold(text[start : start + _PIECE])
    folded = folded.lstrip() if start > 0 else folded
    return folded.rstrip() if start + _PIECE < len(text) else folded


def _whole_words(folded: str) -> list[str]:
    words = folded.split()
    return words[0 if folded[:1] == " " else 1 : len(words) if folded[-1:] == " " else -1]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _window(text: str, first: int, last: int) -> tuple[int, int]:
    """Where to cut: around what was found, at spaces if they are near, never within a character as people see it."""
    room = MAX_CHARACTERS - 4
    if len(text) <= MAX_CHARACTERS:
        return 0, len(text)
    start = max(0, min(first - _BEFORE, len(text) - room))
    if start > 0:
        space = text.find(" ", start, min(first, start + _SIDEWAYS))
        start = space + 1 if space >= 0 else start
    start = min(_whole(text, start), first) if start > 0 else 0
    end = min(len(text), start + room)
    if end < len(text):
        space = text.rfind(" ", max(last, end - _SIDEWAYS), end)
        end = space if space >= 0 else _back(text, end, start)
    return start, end


def _joins(text: str, place: int) -> bool:
    """Whether the character at a place belongs to the one before it."""
    character = text[place]
    is_mark = unicodedata.category(character)[0] == "M" or "\U0001f3fb" <= character <= "\U0001f3ff"
    return is_mark or character == "\u200d" or text[place - 1 : place] == "\u200d"


def _whole(text: str, place: int) -> int:
    """The first place from there on at which the text may be cut."""
    while 0 < place < len(text) and _joins(text, place):
        place += 1
    return place


def _back(text: str, place: int, least: int) -> int:
    """The last place up to there at which the text may be cut."""
    whole = place
    while whole > least and _joins(text, whole):
        whole -= 1
    return whole if whole > least else place


def _in_phone(words: Words, phone: str) -> list[tuple[int, int]]:
    """The parts of a phone, as it is written, that clauses asked for."""
    places = [place for place, character in enumerate(phone) if character.isdecimal()]
    digits = "".join(phone[place] for place in places)
    found: list[tuple[int, int]] = []
    for clause in words.clauses:
        asked = "".join(needle.digits for needle in clause.needles).lstrip("0")
        at = digits.find(asked) if asked else -1
        if at >= 0 and clause.is_phone(digits):
            found.append((places[at], places[at + len(asked) - 1] + 1))
    return _merged(found) or [(0, len(phone))]


def _marked(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    parts: list[str] = []
    for first, last in spans:
        parts += [_escaped(text[start:first]), "<mark>", _escaped(text[first:last]), "</mark>"]
        start = last
    return "".join([*parts, _escaped(text[start:end])])


def _escaped(text: str) -> str:
    """On one line, without what could turn the direction of the rest."""
    plain = "".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp", "Cs"} else one for one in text)
    return html.escape(_UNSEEN.sub("", plain))
