"""What a member wants to be mailed about; everything but their own actions, unless they say otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Preferences:
    """`digests` are the one mail about a bulk action and the weekly list; `own_actions` what they did themselves."""

    created: bool = True
    assigned: bool = True
    status_changed: bool = True
    digests: bool = True
    own_actions: bool = False


DEFAULTS: Final = Preferences()
NAMES: Final = tuple(one.name for one in fields(Preferences))


def changed(before: Preferences, said: Mapping[str, bool]) -> Preferences:
    """With what was said; the rest stays."""
    return replace(before, **said)


def differing(preferences: Preferences) -> dict[str, bool]:
    """What is not as it is for everybody."""
    return {name: value for name in NAMES if (value := getattr(preferences, name)) is not getattr(DEFAULTS, name)}
