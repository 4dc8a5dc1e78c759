"""Lists of the directory, page by page."""

from typing import Annotated, Literal

from pydantic import Field

from ticketing.domain.query import DEFAULT_LIMIT, MAX_LIMIT
from tickets_api.schemas.fields import Body


class ListDirectory(Body):
    """Paging by id. Without `active` the list holds what is active."""

    # Query parameters arrive as text.
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, strict=False)] = DEFAULT_LIMIT
    cursor: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    active: Literal["true", "false", "any"] = "true"

    def wants(self, *, is_active: bool) -> bool:
        return self.active == "any" or is_active == (self.active == "true")
