"""A field that is left out, which is something else than null."""

from typing import Final, Literal


class Unset:
    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()

__all__ = ["UNSET", "Unset"]
