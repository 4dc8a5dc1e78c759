"""Which methods a path answers: those of its routes, and two that no route declares.

`HEAD` is answered wherever `GET` is, by the same route (RFC 9110, 9.3.2); `OPTIONS` is answered everywhere.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request

if TYPE_CHECKING:
    from fastapi.routing import APIRoute


def allowed(request: Request) -> list[str]:
    """Every method that the path of a request answers; the framework names those of the first route only.

    A path that stands in the document as it is, `/v1/tickets/search`, is no id of the path beside it.
    """
    path: str = request.scope["path"]
    routes: Sequence[APIRoute] = request.app.state.routes
    same_path = [route for route in routes if route.path_regex.match(path)]
    itself = [route for route in same_path if route.path == path]
    found = {method for route in itself or same_path for method in route.methods or ()}
    return sorted(found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set()))
