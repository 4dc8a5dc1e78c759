"""The product page's permission table, cell by cell, as far as there are routes for it."""

import pytest

from tests.builders import a_principal
from ticketing.domain.directory import Plan, Role
from ticketing.domain.policy import RULES, Action, authorize
from ticketing.domain.principal import Scope
from ticketing.errors import Forbidden, PlanRequired

#                                                       owner  admin  user
TABLE = {
    Action.TICKET_READ: (True, True, True),
    Action.TICKET_CREATE: (True, True, True),
    Action.TICKET_UPDATE: (True, True, True),
    Action.TICKET_DELETE: (True, True, True),
    Action.TICKET_BULK: (True, True, True),
    Action.EXPORT: (True, True, True),
    Action.CHANGES_READ: (True, True, True),
    Action.REPORT_READ: (True, True, True),
    Action.CHAT_READ: (True, True, True),
    Action.CHAT_WRITE: (True, True, True),
    Action.CHAT_DELETE: (True, True, False),
    Action.CHANNEL_READ: (True, True, True),
    Action.WORKFLOW_READ: (True, True, True),
    Action.MEMBER_READ: (True, True, True),
    Action.TEAM_READ: (True, True, True),
    Action.ME_READ: (True, True, True),
    Action.WORKFLOW_WRITE: (True, True, False),
    Action.CHANNEL_WRITE: (True, True, False),
    Action.MEMBER_WRITE: (True, True, False),
    Action.TEAM_WRITE: (True, True, False),
    Action.ORGANISATION_READ: (True, True, False),
    Action.ORGANISATION_WRITE: (True, True, False),
    Action.KEY_MANAGE: (True, True, False),
}


def test_every_action_stands_in_the_table() -> None:
    assert set(TABLE) == set(Action) == set(RULES)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize(("role", "column"), [(Role.OWNER, 0), (Role.ADMIN, 1), (Role.USER, 2)])
def test_the_table_holds(action: Action, role: Role, column: int) -> None:
    principal = a_principal(role, scopes=frozenset(Scope))
    if TABLE[action][column]:
        authorize(principal, action)
    else:
        with pytest.raises(Forbidden):
            authorize(principal, action)


@pytest.mark.parametrize("action", sorted(set(Action) - {Action.ME_READ}))
def test_without_the_scope_no_role_helps(action: Action) -> None:
    scopes = frozenset(scope for scope in Scope if scope is not RULES[action].scope)
    with pytest.raises(Forbidden):
        authorize(a_principal(Role.OWNER, scopes=scopes), action)


@pytest.mark.parametrize(
    "action",
    [
        Action.TICKET_CREATE,
        Action.TICKET_READ,
        Action.TICKET_UPDATE,
        Action.TICKET_BULK,
        Action.EXPORT,
        Action.CHANGES_READ,
        Action.REPORT_READ,
    ],
)
def test_an_unpaid_plan_has_no_tickets(action: Action) -> None:
    with pytest.raises(PlanRequired):
        authorize(a_principal(Role.OWNER, plan=Plan.UNPAID), action)


def test_any_key_may_ask_what_it_is() -> None:
    authorize(a_principal(Role.USER, scopes=frozenset()), Action.ME_READ)


def test_an_unpaid_plan_keeps_its_directory() -> None:
    authorize(a_principal(Role.OWNER, plan=Plan.UNPAID), Action.MEMBER_WRITE)
