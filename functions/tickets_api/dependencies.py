"""What a route can ask for in its signature: the services, the occasion, and leave to act."""

from collections.abc import Awaitable, Callable
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from ticketing.domain.events import Source
from ticketing.domain.policy import Action, authorize
from ticketing.domain.principal import Principal
from ticketing.domain.ticket import Occasion
from ticketing.errors import FieldError, ValidationFailed
from tickets_api.schemas.ticket_lists import TicketFilters
from tickets_api.services import Services

_REPEATABLE = frozenset(name for name, field in TicketFilters.model_fields.items() if field.default_factory is list)
_NOTHING = frozenset({b"", b"{}"})


async def _services(request: Request) -> Services:
    return cast("Services", request.app.state.services)


async def _occasion(request: Request) -> Occasion:
    principal: Principal = request.state.principal
    services: Services = request.app.state.services
    return Occasion(principal.actor, services.now(), Source.API, request.state.request_id)


InServices = Annotated[Services, Depends(_services)]
On = Annotated[Occasion, Depends(_occasion)]


class _Leave:
    """A dependency that lets a caller through to a route if the policy allows its action."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, request: Request) -> Principal:
        principal: Principal = request.state.principal
        authorize(principal, self.action)
        _refuse_unknown_parameters(request)
        _refuse_repeated_parameters(request)
        await _refuse_unknown_body(request)
        return principal


def _refuse_unknown_parameters(request: Request) -> None:
    """A parameter that a route does not take is never ignored: `?dry_run=true` must not write.

    Routes that take parameters have a model that refuses the others by itself. Raises ValidationFailed.
    """
    route: APIRoute = request.scope["route"]
    if request.query_params and not route.dependant.query_params:
        unknown = [FieldError(name, "unknown_field", "There is no such parameter") for name in request.query_params]
        raise ValidationFailed(errors=unknown)


def _refuse_repeated_parameters(request: Request) -> None:
    """Of a parameter with one value that was given twice, none is ignored. Raises ValidationFailed."""
    names = [name for name, _ in request.query_params.multi_items()]
    repeated = sorted({name for name in names if names.count(name) > 1} - _REPEATABLE)
    if repeated:
        raise ValidationFailed(errors=[FieldError(name, "repeated", "Give this parameter once") for name in repeated])


async def _refuse_unknown_body(request: Request) -> None:
    """A body that a route does not take is never ignored either: what it says would not be done.

    Raises ValidationFailed.
    """
    route: APIRoute = request.scope["route"]
    if route.body_field is None and (await request.body()).strip() not in _NOTHING:
        raise ValidationFailed.of("body", "This route takes no body", "unknown_field")


def may(action: Action) -> Callable[[Request], Awaitable[Principal]]:
    """For a route's signature: `caller: Annotated[Principal, Depends(may(Action.TICKET_READ))]`."""
    return _Leave(action)


def action_of(route: APIRoute) -> Action | None:
    """The action that a route asks leave for, None if it asks for none."""
    leaves = (dependency.call for dependency in route.dependant.dependencies)
    return next((leave.action for leave in leaves if isinstance(leave, _Leave)), None)
