"""Who may do what: one table, action × role × scope, used by every route.

The roles are the product page's permission table, where everything but the workflow's configuration is allowed
to all three. Directory data is written by owners and admins with the scope `admin`.
"""

from dataclasses import dataclass
from enum import StrEnum

from ticketing.domain.directory import Plan, Role
from ticketing.domain.principal import Principal, Scope
from ticketing.errors import Forbidden, PlanRequired


class Action(StrEnum):
    TICKET_CREATE = "create a ticket"
    TICKET_READ = "read tickets"
    TICKET_UPDATE = "update a ticket"
    TICKET_DELETE = "delete or restore a ticket"
    TICKET_BULK = "change many tickets at once"
    EXPORT = "export tickets"
    CHANGES_READ = "read the changes feed"
    REPORT_READ = "read reports"
    CHAT_READ = "read a chat"
    CHAT_WRITE = "write a chat"
    CHAT_DELETE = "delete a chat"
    CHANNEL_READ = "read channels"
    CHANNEL_WRITE = "write a channel"
    WORKFLOW_READ = "read a channel's ticket workflow"
    WORKFLOW_WRITE = "configure a channel's ticket workflow"
    MEMBER_READ = "read members"
    MEMBER_WRITE = "write a member"
    TEAM_READ = "read teams"
    TEAM_WRITE = "write a team"
    ORGANISATION_READ = "read the organisation's settings"
    ORGANISATION_WRITE = "change the organisation's settings"
    KEY_MANAGE = "manage API keys"
    ME_READ = "ask who they are"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do an action, with which scope (None: any key); `is_paid_for` marks what only a paid plan includes."""

    roles: frozenset[Role]
    scope: Scope | None
    is_paid_for: bool = False


_EVERYONE = frozenset(Role)
_MANAGERS = frozenset({Role.OWNER, Role.ADMIN})

RULES: dict[Action, Rule] = {
    Action.TICKET_CREATE: Rule(_EVERYONE, Scope.TICKETS_WRITE, is_paid_for=True),
    Action.TICKET_READ: Rule(_EVERYONE, Scope.TICKETS_READ, is_paid_for=True),
    Action.TICKET_UPDATE: Rule(_EVERYONE, Scope.TICKETS_WRITE, is_paid_for=True),
    Action.TICKET_DELETE: Rule(_EVERYONE, Scope.TICKETS_WRITE, is_paid_for=True),
    Action.TICKET_BULK: Rule(_EVERYONE, Scope.TICKETS_BULK, is_paid_for=True),
    Action.EXPORT: Rule(_EVERYONE, Scope.TICKETS_READ, is_paid_for=True),
    Action.CHANGES_READ: Rule(_EVERYONE, Scope.TICKETS_READ, is_paid_for=True),
    Action.REPORT_READ: Rule(_EVERYONE, Scope.TICKETS_READ, is_paid_for=True),
    Action.CHAT_READ: Rule(_EVERYONE, Scope.TICKETS_READ),
    Action.CHAT_WRITE: Rule(_EVERYONE, Scope.TICKETS_WRITE),
    Action.CHAT_DELETE: Rule(_MANAGERS, Scope.ADMIN),
    Action.CHANNEL_READ: Rule(_EVERYONE, Scope.TICKETS_READ),
    Action.CHANNEL_WRITE: Rule(_MANAGERS, Scope.ADMIN),
    Action.WORKFLOW_READ: Rule(_EVERYONE, Scope.TICKETS_READ),
    Action.WORKFLOW_WRITE: Rule(_MANAGERS, Scope.ADMIN),
    Action.MEMBER_READ: Rule(_EVERYONE, Scope.TICKETS_READ),
    Action.MEMBER_WRITE: Rule(_MANAGERS, Scope.ADMIN),
    Action.TEAM_READ: Rule(_EVERYONE, Scope.TICKETS_READ),
    Action.TEAM_WRITE: Rule(_MANAGERS, Scope.ADMIN),
    Action.ORGANISATION_READ: Rule(_MANAGERS, Scope.TICKETS_READ),
    Action.ORGANISATION_WRITE: Rule(_MANAGERS, Scope.ADMIN),
    Action.KEY_MANAGE: Rule(_MANAGERS, Scope.ADMIN),
    Action.ME_READ: Rule(_EVERYONE, None),
}


def authorize(principal: Principal, action: Action) -> None:
    """Return if the principal may do this, else raise Forbidden or PlanRequired, which names what is missing."""
    rule = RULES[action]
    if rule.is_paid_for and principal.plan is not Plan.PAID:
        raise PlanRequired
    if principal.role not in rule.roles:
        raise Forbidden(f"The role {principal.role} may not {action}")
    if rule.scope is not None and rule.scope not in principal.scopes:
        raise Forbidden(f"The scope {rule.scope} is needed to {action}")
