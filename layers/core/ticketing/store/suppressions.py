"""Addresses that an organisation mails no more, because they bounced or somebody complained; kept as digests only.

They end by `lift` alone: a person's decision, after the mailbox was mended or whoever complained asked for it.
"""

from collections.abc import Iterable
from datetime import datetime

from ticketing.domain.instants import to_text
from ticketing.domain.mail import digest
from ticketing.store import keys
from ticketing.store.attributes import Item
from ticketing.store.table import ConditionNotMet, Table
from ticketing.store.writes import Write, delete, put


def of(table: Table, organisation_id: str, addresses: Iterable[str]) -> frozenset[str]:
    """The digests of those of the addresses that are suppressed."""
    wanted = {keys.suppressed_key(organisation_id, one): one for one in {digest(organisation_id, a) for a in addresses}}
    return frozenset(wanted[key] for key in table.get_many(wanted))


def added(organisation_id: str, address_digest: str, reason: str, at: datetime) -> Write:
    """The address is mailed no more. Goes along with the ledger's note of why, so that a replay adds nothing."""
    return put(keys.suppressed_key(organisation_id, address_digest), {"reason": reason, "at": to_text(at)})


def get(table: Table, organisation_id: str, address: str) -> Item | None:
    """Why and since when an address is suppressed; None if it is not."""
    return table.get(keys.suppressed_key(organisation_id, digest(organisation_id, address)))


def lift(table: Table, organisation_id: str, address: str) -> bool:
    """Mail the address again from now on; whether it was suppressed."""
    key = keys.suppressed_key(organisation_id, digest(organisation_id, address))
    try:
        table.write(delete(key, condition="attribute_exists(pk)"))
    except ConditionNotMet:
        return False
    return True
