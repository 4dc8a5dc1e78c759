"""Words that somebody meant to type: one letter too many, one too few, a wrong one, or two neighbours swapped.

Letters are code points of folded text, so a sign is one keystroke: of Korean the parts of a syllable count. It is what
Lucene calls a fuzziness of 1 with transpositions: an optimal string alignment of at most one step.
"""

from collections.abc import Iterable
from typing import Final

MIN_LETTERS: Final = 5
"""Shorter words have too many neighbours that are words themselves."""


def is_near(word: str, other: str) -> bool:
    """Whether one step at most leads from one word to the other."""
    if len(word) > len(other):
        word, other = other, word
    if len(other) - len(word) > 1:
        return False
    at = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), len(word))
    if len(word) < len(other):
        return word[at:] == other[at + 1 :]
    swapped = word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    return word[at + 1 :] == other[at + 1 :] or swapped == other[at:]


def is_near_any(word: str, others: Iterable[str]) -> bool:
    """Whether one of the other words is near."""
    return any(is_near(word, other) for other in others if abs(len(other) - len(word)) <= 1)
