"""What the API says of itself."""

from typing import Literal

from tickets_api.schemas.fields import Shape


class Health(Shape):
    """It is up; `build` changes with whatever is deployed with it."""

    status: Literal["ok"]
    build: str
