"""How many mails guests get in a day, so that nobody can have a brand's mail sent to strangers by the thousand.

Counted with the first claim of each mail (`mail_ledger.claim`), by the day in UTC.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ticketing.domain.mail import digest
from ticketing.store import keys
from ticketing.store.keys import Key
from ticketing.store.writes import Write, update


@dataclass(frozen=True, slots=True)
class Caps:
    """Guest mails a day: to one address of an organisation, and of the organisation in all."""

    per_address: int = 5
    per_organisation: int = 1000


DEFAULT_CAPS: Final = Caps()

_KEPT: Final = timedelta(days=2)


def counted(caps: Caps, organisation_id: str, address: str, now: datetime) -> tuple[Write, ...]:
    """One more for the address and one for the organisation, on condition that there is room for both."""
    day = f"{now:%Y-%m-%d}"
    return (
        _one_more(keys.mail_cap_key(organisation_id, digest(organisation_id, address), day), caps.per_address, now),
        _one_more(keys.mail_cap_key(organisation_id, "all", day), caps.per_organisation, now),
    )


def _one_more(key: Key, most: int, now: datetime) -> Write:
    return update(
        key,
        "SET #expires_at = :expires_at ADD #sent :one",
        condition="attribute_not_exists(#sent) OR #sent < :most",
        names={"#sent": "sent", "#expires_at": keys.EXPIRES_AT},
        values={":one": 1, ":most": most, ":expires_at": int((now + _KEPT).timestamp())},
    )
