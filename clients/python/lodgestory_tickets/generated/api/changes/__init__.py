"""What the API can do, by the tag `changes`."""

from typing import cast

from ....sending import Answer, Sends
from ...models.change_list import ChangeList
from ...types import UNSET, Unset
from . import read_changes as _read_changes


class Changes(Sends):
    def read_changes(
        self,
        *,
        limit: int | Unset = UNSET,
        cursor: None | str | Unset = UNSET,
    ) -> Answer[ChangeList]:
        """Read what changed since a cursor"""
        return self._send(
            _read_changes.request(
                limit=limit,
                cursor=cursor,
            ),
            _read_changes.answer,
        )
