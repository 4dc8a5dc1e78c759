"""Chance that is the same every time: each thing of the data has dice of its own, seeded by what it is.

So editing a list of words changes what is drawn from it, and never reshuffles everything else.
"""

import random
from collections.abc import Mapping
from hashlib import sha256


def dice_for(*what: str | int) -> random.Random:
    """Dice that always fall alike for the same thing, such as ("org_lakeside", "chat", 17)."""
    return random.Random("/".join(map(str, what)))  # noqa: S311 (nothing here is secret)


def bytes_for(*what: str | int, length: int) -> bytes:
    """Bytes that look random and belong to a thing; for ids."""
    return sha256("/".join(map(str, what)).encode()).digest()[:length]


def weighted[T](dice: random.Random, weights: Mapping[T, float]) -> T:
    """One of the keys, each as often as its weight says."""
    return dice.choices(list(weights), list(weights.values()))[0]
