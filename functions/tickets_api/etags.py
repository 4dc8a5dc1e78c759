"""`ETag`, `If-Match`, `If-None-Match` (RFC 9110, 13.1): nobody overwrites what they have not seen.

A tag is `"<epoch>-<version>"`, a ticket's `"<epoch>-<version>-<version of its chat>"`: the last part changes when the
guest is renamed, so that a 304 never hides it, and `If-Match` ignores it.
"""

import re
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from ticketing.errors import VersionConflict
from tickets_api.services import Services

_TAG = re.compile(r'(W/)?"([^"]*)"')
_OURS = re.compile(r"(\d{1,12})-(\d{1,12})(-\d{1,12})?")


class Preconditions:
    """What a request demands of the state that it meets."""

    def __init__(self, epoch: int, if_match: str | None, if_none_match: str | None) -> None:
        self._epoch = epoch
        self._if_match = if_match
        self._if_none_match = if_none_match

    def tag(self, version: int, chat_version: int | None = None) -> str:
        suffix = f"-{chat_version}" if chat_version is not None else ""
        return f'"{self._epoch}-{version}{suffix}"'

    def check(self, version: int | None) -> None:
        """Refuse a change of another version than the caller has seen; None is a thing that does not exist.

        Raises VersionConflict with the current version.
        """
        if self._if_match is None or (self._if_match.strip() == "*" and version is not None):
            return
        seen = [_OURS.fullmatch(text) for weak, text in _TAG.findall(self._if_match) if not weak]
        if not any(one and (int(one[1]), int(one[2])) == (self._epoch, version) for one in seen):
            raise VersionConflict(version)

    def unchanged(self, response: Response) -> Response:
        """The response to a read, or 304 if the caller has it already."""
        wanted = self._if_none_match
        tag = response.headers["etag"]
        if wanted is None or not (wanted.strip() == "*" or f'"{tag.strip(chr(34))}"' in _strong(wanted)):
            return response
        return Response(status_code=304, headers={"ETag": tag})


def _strong(tags: str) -> set[str]:
    """The tags of a header, weak ones as strong ones: a read compares weakly."""
    return {f'"{text}"' for _, text in _TAG.findall(tags)}


async def _preconditions(request: Request) -> Preconditions:
    services: Services = request.app.state.services
    headers = request.headers
    return Preconditions(services.settings.data_epoch, headers.get("if-match"), headers.get("if-none-match"))


InPreconditions = Annotated[Preconditions, Depends(_preconditions)]
