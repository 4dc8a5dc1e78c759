"""Which teams a member belongs to, for filters that say `my_teams`."""

from ticketing.store import items, keys
from ticketing.store.table import Table

_ROWS_A_QUERY = 500


def ids_of_member(table: Table, organisation_id: str, member_id: str) -> frozenset[str]:
    """Teams that the member leads or is in, deactivated ones too, since old tickets still name them."""
    first_of_kind = keys.team_key(organisation_id, "")
    found: set[str] = set()
    first = first_of_kind.sk
    while True:
        page = table.query(first_of_kind.pk, first=first, last=keys.last_of_kind(first_of_kind), limit=_ROWS_A_QUERY)
        teams = [items.team_from(item) for item in page.items]
        found.update(team.id for team in teams if member_id == team.lead or member_id in team.members)
        if not page.has_more:
            return frozenset(found)
        first = keys.beyond(first_of_kind, teams[-1].id)
