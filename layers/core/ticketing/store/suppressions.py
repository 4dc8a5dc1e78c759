"""Addresses that an organisation mails no more, because they bounced or somebody complained; kept as digests only."""

from collections.abc import Iterable

from ticketing.domain.mail import digest
from ticketing.store import keys
from ticketing.store.table import Table


def of(table: Table, organisation_id: str, addresses: Iterable[str]) -> frozenset[str]:
    """The digests of those of the addresses that are suppressed."""
    wanted = {keys.suppressed_key(organisation_id, one): one for one in {digest(organisation_id, a) for a in addresses}}
    return frozenset(wanted[key] for key in table.get_many(wanted))
