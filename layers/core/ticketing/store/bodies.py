"""Bodies of large requests to DynamoDB, written as the JSON that they are already.

botocore walks each attribute value by the service's model, and then the whole once more to see which tables it names:
of a transaction of 100 writes, most of what the function itself pays. A request of these operations has nothing that
JSON says otherwise but bytes. Small requests, and the operations of other services, stay botocore's.
"""

from base64 import b64encode
from typing import Any, Final

import orjson
from botocore.session import Session

_LARGE: Final = {
    "BatchGetItem": "RequestItems",
    "BatchWriteItem": "RequestItems",
    "TransactWriteItems": "TransactItems",
}
"""The operations, each with the parameter that is large."""
_ASIDE: Final = "lodgestory_aside"
"""Where a request's context keeps it while botocore does the rest."""


def write_by(session: Session) -> None:
    """Let the clients of a session write them so."""
    register: Any = session.register  # its stubs know of no handler that takes names, or answers
    for operation in _LARGE:
        register(f"provide-client-params.dynamodb.{operation}", _put_aside)
        register(f"before-call.dynamodb.{operation}", _put_back)


def _put_aside(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The parameters with which botocore goes on."""
    large = _LARGE[model.name]
    context[_ASIDE] = params[large]
    return {**params, large: type(params[large])()}


def _put_back(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
    """`params` is the request that botocore has made."""
    body = orjson.loads(params["body"])
    body[_LARGE[model.name]] = context.pop(_ASIDE)
    params["body"] = orjson.dumps(body, default=_as_text)


def _as_text(value: Any) -> str:
    """Raises TypeError for what is not bytes: no attribute value holds anything else that JSON does not know."""
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    raise TypeError
