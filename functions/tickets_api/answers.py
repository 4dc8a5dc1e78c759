"""Answers as bytes, made once: validating what we built ourselves would cost more than building it."""

from typing import Any

import orjson
from starlette.responses import Response

MEDIA_TYPE = "application/json"


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def put_answer(body: Any, *, is_new: bool) -> Response:
    """201 for what a `PUT` made, 200 for what it changed or found unchanged (RFC 9110, 9.3.4)."""
    return answer(body, 201 if is_new else 200)
