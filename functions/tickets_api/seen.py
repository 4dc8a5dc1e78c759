"""`Lodgestory-Seen`: whoever changed a ticket sees the change in every list, however far an index lags.

Every answer to a write carries the newest ten ticket versions that this client has written: those of its request's
own header and the new one. A client sends the last one it got with every request; a list then reads those tickets
from the table itself. The token is signed and bound to the organisation. One that was changed, or is of another
organisation, is refused with 400 `invalid_cursor`, since to go on without it would break what it is for; one that is
merely old is always right, because the tickets are read as they are now.

Of two writes at the same time neither answer knows of the other. So a client may send the tokens of both, with a
comma between; the next write joins them.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import orjson
from fastapi import Depends, Request
from starlette.responses import Response

from ticketing.domain.principal import Principal
from ticketing.errors import InvalidCursor
from ticketing.store import bulks
from ticketing.store.table import Table
from tickets_api.services import Services

HEADER = "Lodgestory-Seen"
MAX_TICKETS = 10
MAX_BYTES = 400
"""Of one token."""
MAX_TOKENS = 10
"""In one request: what they name is read by one BatchGet, and they leave room for other headers."""

_PURPOSE = "seen"
_PREFIX = "tkt_"
REFUSAL = "Send Lodgestory-Seen as answers gave it, to the same organisation, or leave it out"


class Seen:
    """What the client has written; the last one written is the last one here."""

    def __init__(self, services: Services, organisation_id: str, versions: Mapping[str, int]) -> None:
        self._services = services
        self._organisation_id = organisation_id
        self._versions = dict(versions)

    def ticket_ids(self, table: Table) -> tuple[str, ...]:
        """The tickets, and those of bulk actions, whose records are read."""
        named = [id_ for id_ in self._versions if not _is_bulk(id_)]
        known = bulks.find_all(table, self._organisation_id, (id_ for id_ in self._versions if _is_bulk(id_)))
        planned = (id_ for one in known if one.plan is not None for id_ in one.plan.ticket_ids)
        return tuple(dict.fromkeys([*named, *planned]))

    def after(self, response: Response, ticket_id: str | None = None) -> Response:
        """The response to a write, with the header. Its body has the ticket's version, and its id unless it is given.

        The header is never part of a recorded answer: one that comes again tells of all that was written since.
        """
        if response.status_code < 300:
            shown = orjson.loads(response.body)
            response.headers[HEADER] = self._token(ticket_id or str(shown["id"]), int(shown["version"]))
        return response

    def after_bulk(self, response: Response) -> Response:
        """The response to a bulk action, with the header: it names the action for all of its tickets.

        One that is still to be done is not named: its caller asks how far it is.
        """
        if response.status_code == 202:
            return response
        shown = orjson.loads(response.body)
        response.headers[HEADER] = self._token(str(shown["id"]), 0)
        return response

    def _token(self, ticket_id: str, version: int) -> str:
        others = [(id_, known) for id_, known in self._versions.items() if id_ != ticket_id]
        newest = [*others, (ticket_id, max(version, self._versions.get(ticket_id, 0)))][-MAX_TICKETS:]
        token = self._sealed(newest)
        while len(token) > MAX_BYTES:  # with versions of more than seven digits
            newest = newest[1:]
            token = self._sealed(newest)
        return token

    def _sealed(self, versions: list[tuple[str, int]]) -> str:
        text = ",".join(f"{id_.removeprefix(_PREFIX)}.{version}" for id_, version in versions)
        return self._services.signer().seal(_PURPOSE, self._organisation_id, text)


def _opened(services: Services, organisation_id: str, token: str) -> dict[str, int]:
    try:
        text: str = services.signer().open(_PURPOSE, organisation_id, token)
    except InvalidCursor:
        raise InvalidCursor(REFUSAL) from None
    pairs = (one.rpartition(".") for one in text.split(","))
    return {id_ if _is_bulk(id_) else f"{_PREFIX}{id_}": int(version) for id_, _, version in pairs}


def _is_bulk(id_: str) -> bool:
    return id_.startswith("blk_")


async def _seen(request: Request) -> Seen:
    services: Services = request.app.state.services
    principal: Principal = request.state.principal
    given = request.headers.get(HEADER)
    tokens = [] if given is None else [one.strip() for one in given.split(",")]
    if len(tokens) > MAX_TOKENS:
        raise InvalidCursor(REFUSAL)
    versions = _joined([_opened(services, principal.organisation_id, one) for one in tokens])
    return Seen(services, principal.organisation_id, versions)


def _joined(tokens: Sequence[dict[str, int]]) -> dict[str, int]:
    """What all of them tell of. The last of each token was written last, so it is among the last here, too."""
    versions: dict[str, int] = {}
    ages: dict[str, int] = {}
    for token in tokens:
        for age, (id_, version) in enumerate(reversed(token.items())):
            versions[id_] = max(version, versions.get(id_, 0))
            ages[id_] = min(age, ages.get(id_, age))
    return {id_: versions[id_] for id_ in sorted(ages, key=ages.__getitem__, reverse=True)}


InSeen = Annotated[Seen, Depends(_seen)]
