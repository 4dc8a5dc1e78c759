"""How much is tried in one round."""

from dataclasses import dataclass
from typing import Final, Self

_WITHOUT_CHOICE: Final = 2_000
"""Requests of the examples and coverage phases, which try what the document holds, no more and no less."""

_OF_A_CASE: Final = 45
"""Requests, when each operation is tried once more."""

_OF_A_ROW: Final = 15
"""Requests, when each of the two stateful phases plays one row more."""


@dataclass(frozen=True)
class Effort:
    cases: int
    """Of each operation, in the fuzzing phase."""
    rows: int
    """Of requests that go on from what the ones before them made, in each stateful phase."""

    @classmethod
    def of_about(cls, requests: int) -> Self:
        """Half of what can be chosen goes to single requests, half to rows of them."""
        half = max(0, requests - _WITHOUT_CHOICE) // 2
        return cls(max(3, half // _OF_A_CASE), max(10, half // _OF_A_ROW))
