"""Folded texts as terms, so that an index of words finds exactly what `ticketing.domain.hits` finds by looking.

An index knows terms, one after the other. Of a folded text these are

| in the text                              | terms                                                                   |
|------------------------------------------|-------------------------------------------------------------------------|
| a word                                   | itself                                                                  |
| what is written without spaces, as 空调   | each of its characters                                                  |
| the space before or after such a one     | `_`, which no folded text has: what is behind it begins, before it ends |
| any other space                          | nothing                                                                 |

So a part of what is written without spaces is a run of terms, and the same with a space around it begins and ends with
`_`. A needle is looked for by the terms of its key: one term, the beginning of one, or a run of them.
"""

from collections.abc import Iterator
from typing import Final

from ticketing.domain.folding import is_unspaced

BOUNDARY: Final = "_"
LONGEST_TERM: Final = 5_000
"""Characters; longer words are cut. What is typed has 256, of which folding makes at most 18 times as many, so no word
that is typed is cut, and none of those that were is found by a whole word. OpenSearch refuses terms of 32,766 bytes.
"""


def terms(folded: str) -> list[str]:
    """The terms of a folded text, or of a needle's key."""
    return list(_terms(folded))


def _terms(folded: str) -> Iterator[str]:
    words = folded.split()
    was_apart = is_apart = False
    for at, word in enumerate(words):
        was_apart, is_apart = is_apart, is_unspaced(word[0])
        if was_apart or (is_apart and (at or folded.startswith(" "))):
            yield BOUNDARY
        yield from word if is_apart else (word[:LONGEST_TERM],)
    if is_apart and folded.endswith(" "):
        yield BOUNDARY
