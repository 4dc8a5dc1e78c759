"""The last owner stays: an organisation never is without an active one.

Who stops being an owner is written together with a check that another one, the witness, still is one at that moment.
Two owners who demote each other at the same instant are each other's witness: transactions happen one after the other,
so the second finds its witness gone, and decides again. There is no count that could drift: docs/decisions/0007.
"""

from collections.abc import Sequence

from ticketing.domain.directory import Member, Role
from ticketing.errors import LastOwner
from ticketing.store import items, keys
from ticketing.store.listing import page
from ticketing.store.table import Table
from ticketing.store.writes import Write, check

_ROWS = 100


def witnessed(table: Table, organisation_id: str, before: Member | None, after: Member) -> Sequence[Write]:
    """What belongs into the transaction of a member's change. Raises LastOwner."""
    if before is None or not before.is_acting_owner or after.is_acting_owner:
        return ()
    witness = _another_owner(table, organisation_id, before.id)
    if witness is None:
        raise LastOwner
    return [
        check(
            keys.member_key(organisation_id, witness.id),
            "#role = :owner AND active = :true",
            names={"#role": "role"},
            values={":owner": Role.OWNER.value, ":true": True},
        )
    ]


def _another_owner(table: Table, organisation_id: str, member_id: str) -> Member | None:
    after: str | None = None
    while True:
        found = page(
            table,
            keys.member_key(organisation_id, ""),
            lambda rows: [_if_other_owner(items.member_from(row), member_id) for row in rows],
            after=after,
            limit=_ROWS,
        )
        if found.values or found.after is None:
            return next(iter(found.values), None)
        after = found.after


def _if_other_owner(member: Member, member_id: str) -> Member | None:
    return member if member.is_acting_owner and member.id != member_id else None
