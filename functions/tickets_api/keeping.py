"""Objects of the directory over HTTP: what members, teams, channels, workflows, chats and the organisation share.

Each is read with its ETag, written over the version that `If-Match` names, and deactivated once however often a
request comes. What a noun's own rules decide is given by its router.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from ticketing.domain.principal import Principal
from ticketing.errors import NotFound, TicketingError, VersionConflict
from ticketing.store import versioned
from ticketing.store.table import Table
from ticketing.store.versioned import Answered, Decide, Kind, Stored, Versioned
from ticketing.store.writes import Write
from tickets_api.answers import answer
from tickets_api.etags import InPreconditions, Preconditions
from tickets_api.once import InOnce, Once
from tickets_api.services import Services

type Put[T] = Callable[[Table, str, str, Decide[T], Answered[T]], Stored[T]]


@dataclass(frozen=True, slots=True)
class Noun[T: Versioned]:
    """How one kind of object is kept, stored, and shown. `is_live` tells a deleted one, which nobody sees."""

    name: str
    kind: Kind[T]
    put: Put[T]
    show: Callable[[T], dict[str, Any]]
    is_live: Callable[[T], bool] = lambda _: True


class Keeping:
    """The means of a route that reads or writes objects of its caller's organisation."""

    def __init__(self, services: Services, organisation_id: str, once: Once, preconditions: Preconditions) -> None:
        self._services = services
        self._organisation_id = organisation_id
        self._once = once
        self._preconditions = preconditions

    def read[T: Versioned](self, noun: Noun[T], id_: str) -> Response:
        """The object as it is now, or 304. Raises NotFound."""
        found = versioned.get(self._services.table, self._organisation_id, noun.kind, id_)
        return self._preconditions.unchanged(self._shown(noun, _live(noun, found)))

    def put[T: Versioned](self, noun: Noun[T], id_: str, decide: Decide[T]) -> Response:
        """Store what `decide` makes of the object; 201 if there was none (RFC 9110, 9.3.4).

        Raises VersionConflict, and what `decide` and the noun's `put` raise.
        """
        was_there = True

        def checked(before: T | None) -> T:
            nonlocal was_there
            was_there = before is not None and noun.is_live(before)
            version = before.version if before is not None and was_there else None
            return self._decided(before, version, decide)

        stored = self._store(noun, id_, checked, versioned.unrecorded)
        return self._shown(noun, stored.value, 201 if not was_there and noun.is_live(stored.value) else 200)

    def _decided[T: Versioned](self, before: T | None, version: int | None, decide: Decide[T]) -> T:
        """Over another version than was seen, only what that one says already: so nothing is written.

        It may be what this very request did when it came before, and its answer was lost (RFC 9110, 13.1.1).
        Raises VersionConflict.
        """
        try:
            self._preconditions.check(version)
        except VersionConflict as conflict:
            if before is None or version is None or not _says_already(before, decide):
                raise conflict from None
        return decide(before)

    def change[T: Versioned](
        self,
        noun: Noun[T],
        id_: str,
        decide: Callable[[T], T],
        *,
        show: Callable[[T], Response] | None = None,
    ) -> Response:
        """Change an object that is there, and answer with it or as `show` says.

        Raises NotFound, VersionConflict, and what `decide` and the noun's `put` raise.
        """
        return self._once.answer(lambda: self._attempt(noun, id_, decide, show))

    def _attempt[T: Versioned](
        self, noun: Noun[T], id_: str, decide: Callable[[T], T], show: Callable[[T], Response] | None
    ) -> Response:
        shown = show or (lambda value: self._shown(noun, value))

        def checked(before: T | None) -> T:
            self._once.decides_again()
            found = _live(noun, before)
            self._preconditions.check(found.version)
            return decide(found)

        def answered(after: T) -> Sequence[Write]:
            return self._once.writes(shown(after))

        return shown(self._store(noun, id_, checked, answered).value)

    def _store[T: Versioned](self, noun: Noun[T], id_: str, decide: Decide[T], answered: Answered[T]) -> Stored[T]:
        stored = noun.put(self._services.table, self._organisation_id, id_, decide, answered)
        self._services.reads.forget(noun.kind.key(self._organisation_id, id_))
        return stored

    def _shown[T: Versioned](self, noun: Noun[T], value: T, status: int = 200) -> Response:
        return answer(noun.show(value), status, {"ETag": self._preconditions.tag(value.version)})


def _says_already[T](before: T, decide: Decide[T]) -> bool:
    try:
        return decide(before) is before
    except TicketingError:
        return False


def _live[T: Versioned](noun: Noun[T], found: T | None) -> T:
    if found is None or not noun.is_live(found):
        raise NotFound
    return found


async def _keeping(request: Request, once: InOnce, preconditions: InPreconditions) -> Keeping:
    services: Services = request.app.state.services
    principal: Principal = request.state.principal
    return Keeping(services, principal.organisation_id, once, preconditions)


InKeeping = Annotated[Keeping, Depends(_keeping)]
