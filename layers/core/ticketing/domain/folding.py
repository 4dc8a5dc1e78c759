"""Words as they are compared: without accents, case, and the differences that keyboards make.

A folded text is its words with one space before and after each: ` ac not cooling `. So a word is found by looking for
it between two spaces, the beginning of one by looking behind a space, and a phrase like a word.

| what                          | becomes                                                                    |
|-------------------------------|----------------------------------------------------------------------------|
| letters, digits               | themselves: decomposed (NFKD), lower case, digits of any script as 0 to 9   |
| marks that writers leave out  | nothing: accents, Hebrew points, Arabic vowels                             |
| marks that make another word  | themselves: vowels and tones of Thai, Hindi, Burmese, Khmer; kana's voicing |
| letters that Unicode keeps    | what `_LETTERS` says                                                       |
| what nobody sees              | nothing: soft hyphens, joiners, marks of direction                         |
| all else                      | the space between two words                                                |

Chinese, Japanese, Thai, Lao, Burmese and Khmer put no space between words: what they write in one go is one word here,
apart from letters and digits around it, and is found by any part of it (`ticketing.domain.words`).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LETTERS: Final = {
    # Latin letters that do not decompose, as people type them who have no such key.
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ı": "i",
    # Letters that Arabic and Persian keyboards have two of, or that are written in two ways; and a mere stretch.
    "ى": "ي",
    "ی": "ي",
    "ک": "ك",
    "ة": "ه",
    "ـ": "",
    # An apostrophe, though Unicode calls it a letter.
    "ʼ": " ",
}
"""Beside what decomposing and `casefold` do, as ß to ss."""

_LEFT_OUT: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
"""Marks that writers leave out: the common, Cyrillic, Hebrew and Arabic ones, and what chooses a glyph."""

_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3031-\u3035\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uaa60-\uaa7f\uf900-\ufaff\U00020000-\U000323af"
)
"""The scripts without spaces, as ranges of a regular expression."""
_IS_UNSPACED: Final = re.compile(f"[{_UNSPACED}]")
_BETWEEN_SCRIPTS: Final = re.compile(f"(?<=[{_UNSPACED}])(?=[^ {_UNSPACED}])|(?<=[^ {_UNSPACED}])(?=[{_UNSPACED}])")

_MAX_KEPT: Final = 20_000


class _Folds(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < _MAX_KEPT:
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    return "".join(map(_fold_part, unicodedata.normalize("NFKD", character)))


def _fold_part(part: str) -> str:
    category = unicodedata.category(part)
    if category == "Cf" or _LEFT_OUT.match(part):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(part))
    if category[0] in "LN":
        return "".join(_LETTERS.get(letter, letter) for letter in part.casefold())
    return part if category[0] == "M" else " "


_FOLDS: Final = _Folds()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters the place of the one that it was made of."""

    text: str
    origins: Sequence[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the folded text, from one of its letters to another, stands in the text itself."""
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> str:
    """The words of a text, folded, each between two spaces."""
    folded = text.translate(_FOLDS)
    if _IS_UNSPACED.search(folded):
        folded = _BETWEEN_SCRIPTS.sub(" ", folded)
    return f" {' '.join(folded.split())} "


def trace(text: str) -> Folded:
    """The same as `fold`, slower, with the way back."""
    letters, origins = [" "], [0]
    for place, character in enumerate(text):
        for letter in _FOLDS[ord(character)]:
            last = letters[-1]
            is_apart = letter == " " or (last != " " and is_unspaced(last) != is_unspaced(letter))
            if is_apart and last != " ":
                letters.append(" ")
                origins.append(place)
            if letter != " ":
                letters.append(letter)
                origins.append(place)
    if letters[-1] != " " or len(letters) == 1:
        letters.append(" ")
        origins.append(len(text))
    return Folded("".join(letters), origins)


def is_unspaced(letter: str) -> bool:
    """Whether a folded letter belongs to a script without spaces."""
    return _IS_UNSPACED.match(letter) is not None
