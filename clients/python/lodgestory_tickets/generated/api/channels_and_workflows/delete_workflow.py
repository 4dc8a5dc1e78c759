from typing import Any
from urllib.parse import quote

import httpx

from ...types import UNSET, Unset


def request(
    channel_id: str,
    *,
    idempotency_key: str | Unset = UNSET,
    if_match: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/channels/{channel_id}/workflow".format(
            channel_id=quote(str(channel_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def answer(_: httpx.Response) -> None:
    """There is nothing to read."""
