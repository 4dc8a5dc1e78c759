"""What is too large for the table: objects of one bucket, by name. Each is written once and never changed."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

from ticketing.errors import Busy

_SERVER_ERROR = 500
_LOST = frozenset({"NoSuchUpload", "InvalidPart", "InvalidPartOrder", "NoSuchKey"})


class Lost(Exception):
    """What was begun is not there any more, or is another's by now: an upload, a part of it, an object."""


class S3Client(Protocol):
    """What is asked of S3 for every remark. The names are AWS's own; files ask for more."""

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

    def begin(self, name: str, content_type: str) -> str:
        """Begin an object that is put in parts; the id of the upload."""
        begun = self._call("create_multipart_upload", Key=name, ContentType=content_type)
        return str(begun["UploadId"])

    def put_part(self, name: str, upload: str, number: int, data: bytes) -> str:
        """Put a part, from 1 on, each of 5 MB at least but the last (S3 quotas); its ETag. Raises Lost."""
        part = self._call("upload_part", Key=name, UploadId=upload, PartNumber=number, Body=data)
        return str(part["ETag"])

    def complete(self, name: str, upload: str, etags: Sequence[str]) -> None:
        """Make one object of all parts, if each is the one of its ETag. Raises Lost."""
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
        self._call("complete_multipart_upload", Key=name, UploadId=upload, MultipartUpload={"Parts": parts})

    def link(self, name: str, *, seconds: int, file_name: str) -> str:
        """An address by which anybody reads an object until so many seconds are over, as a file to be kept."""
        disposition = f'attachment; filename="{file_name}"'
        parameters = {"Bucket": self._bucket, "Key": name, "ResponseContentDisposition": disposition}
        self._client = self._client or self._connect()
        client: Any = self._client  # the one thing that is asked of no bucket
        return str(client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))

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
            if error.response["Error"]["Code"] in _LOST:
                raise Lost from None
            raise
        except (NotReached, HTTPClientError):
            raise Busy from None
