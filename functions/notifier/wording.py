"""Words that others wrote, mended so that they can stand in a mail. Nothing here raises: a label must not stop mail."""

import re
from collections.abc import Mapping
from typing import Any
from unicodedata import category

_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They reorder the words around them, and so can make a line read as what it is not."""

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but the line feed and the tab, and halves of characters."""


def one_line(words: str) -> str:
    """Words without line breaks, which would forge headers, or lines of a plain text."""
    return " ".join("".join(map(_fit, words)).split())


def lines(words: str) -> str:
    """Each line of a text mended; its line breaks are kept."""
    return "\n".join(map(one_line, words.splitlines())).strip("\n")


def whole(text: str) -> str:
    """A composed text as it can be written and is read again: in UTF-8, without control characters."""
    return _UNFIT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def mended(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts for a template, everything in them on one line but a `remark`, whose lines are its own."""
    return {name: _mended(fact, name) for name, fact in facts.items()}


def _mended(fact: Any, name: str) -> Any:
    match fact:
        case str():
            return lines(fact) if name == "remark" else one_line(fact)
        case Mapping():
            return mended(fact)
        case list() | tuple():
            return [_mended(one, name) for one in fact]
        case _:
            return fact


def _fit(character: str) -> str:
    if character in _BIDI_OVERRIDES:
        return ""
    # Format characters are kept: they join emoji, and shape Persian and Hindi words.
    return character if character.isprintable() or category(character) == "Cf" else " "
