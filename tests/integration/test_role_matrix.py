"""Every route by every role with every set of scopes: what the permission table grants, and nothing beside it."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from tests.builders import ORGANISATION
from tests.integration.aws import Api
from tests.integration.hall import Hall
from tests.integration.routes import ROUTES
from tests.integration.test_permission_table import TABLE, Row, mark
from tests.integration.world import World, add_key
from ticketing.domain.directory import Role
from ticketing.domain.principal import SCOPES_OF_ROLE, Scope

SETS = [frozenset(some) for number in range(len(Scope) + 1) for some in combinations(Scope, number)]
CALLERS = [(role, scopes) for role in Role for scopes in SETS]
NEW = 10**6
"""Ids that nothing has yet are drawn from here on."""
MAKES_A_KEY = ROUTES["POST /v1/api-keys"]


@pytest.fixture
def keys(world: World) -> dict[tuple[Role, frozenset[Scope]], str]:
    """A key of each kind, also of kinds that the API does not make: scopes that the role may not have."""
    return {caller: add_key(world.aws, ORGANISATION, None, caller[0], scopes=caller[1]) for caller in CALLERS}


def expected(row: Row, role: Role, scopes: frozenset[Scope]) -> str:
    held = scopes & SCOPES_OF_ROLE[role]
    return "✓" if row.cell(role) == "✓" and (row.scope is None or row.scope in held) else "✗"


def requests(row: Row) -> Iterator[tuple[str, frozenset[Scope]]]:
    """The row's routes, and the scopes that each needs beside the row's: a key gives none that it lacks."""
    for name in row.routes:
        yield name, frozenset(MAKES_A_KEY.body["scopes"]) if name == MAKES_A_KEY.name else frozenset()


def test_every_route_is_open_to_those_roles_and_scopes_that_the_table_names(
    world: World, keys: dict[tuple[Role, frozenset[Scope]], str]
) -> None:
    hall = Hall(world)
    wrong: list[str] = []
    count = allowed = 0
    for (role, scopes), key in keys.items():
        for row in TABLE:
            for name, needed in requests(row):
                hall.begin()
                hall.draw(NEW)
                found = ask(hall, hall.us.with_key(key), row, name)
                wanted = expected(row, role, scopes) if needed <= scopes else "✗"
                if found != wanted:
                    wrong.append(f"{name} as {role} with {sorted(scopes)}: {found}, not {wanted}")
                if wanted == "✗" and hall.items() != hall.before:
                    wrong.append(f"{name} as {role} with {sorted(scopes)} is refused and changes something")
                count, allowed = count + 1, allowed + (found == "✓")
    assert wrong == []
    print(f"{count} requests of {len(keys)} kinds of keys, {allowed} of them allowed")


def ask(hall: Hall, caller: Api, row: Row, name: str) -> str:
    return mark(hall.ours.call(caller, ROUTES[name], row.body))
