"""What the API can do, by the tag `about`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.health import Health
from ...types import UNSET, Unset
from . import health as _health


class About(Sends):
    def health(
        self,
    ) -> Answer[Health]:
        """Is it up, and which build is it"""
        return self._send(_health.request(), _health.answer)
