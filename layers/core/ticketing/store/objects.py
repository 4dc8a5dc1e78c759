"""What is too large for the table: objects of one bucket, by name. Each is written once and never changed."""

from collections.abc import Callable
from typing import Any, Protocol

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

from ticketing.errors import Busy

_SERVER_ERROR = 500


class S3Client(Protocol):
    """What is asked of S3. The names are AWS's own."""

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> Any: ...  # noqa: N803

    def get_object(self, *, Bucket: str, Key: str) -> Any: ...  # noqa: N803

    def delete_object(self, *, Bucket: str, Key: str) -> Any: ...  # noqa: N803


class Objects:
    """The bucket. It is connected to when first needed, which most requests never do.

    Everything here raises Busy when S3 cannot serve it now.
    """

    def __init__(self, connect: Callable[[], S3Client], bucket: str) -> None:
        self._connect = connect
        self._bucket = bucket
        self._client: S3Client | None = None

    def put(self, name: str, data: bytes, content_type: str) -> None:
        self._call("put_object", Key=name, Body=data, ContentType=content_type)

    def get(self, name: str) -> bytes:
        try:
            body: bytes = self._call("get_object", Key=name)["Body"].read()
        except (NotReached, HTTPClientError):
            raise Busy from None
        return body

    def delete(self, name: str) -> None:
        """Remove an object, whether it is there or not."""
        self._call("delete_object", Key=name)

    def _call(self, operation: str, **arguments: Any) -> Any:
        self._client = self._client or self._connect()
        try:
            return getattr(self._client, operation)(Bucket=self._bucket, **arguments)
        except ClientError as error:
            # "SlowDown" is S3's throttle; it comes as a 503.
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400) >= _SERVER_ERROR:
                raise Busy from None
            raise
        except (NotReached, HTTPClientError):
            raise Busy from None
