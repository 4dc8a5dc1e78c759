"""The bucket: when it cannot serve, callers are told to come back; what is our mistake goes up as it is."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from ticketing.errors import Busy
from ticketing.store.objects import Objects


def refusal(status: int, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")  # type: ignore[typeddict-item]


class Bucket:
    """A client whose every call fails in one way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def put_object(self, **_: Any) -> Any:
        raise self._error

    get_object = delete_object = put_object


@pytest.mark.parametrize(
    "error",
    [
        refusal(503, "SlowDown"),
        refusal(500, "InternalError"),
        EndpointConnectionError(endpoint_url="https://s3.example"),
        ReadTimeoutError(endpoint_url="https://s3.example"),
    ],
)
def test_a_bucket_that_does_not_answer_is_busy(error: Exception) -> None:
    objects = Objects(lambda: Bucket(error), "content")
    with pytest.raises(Busy):
        objects.put("name", b"text", "text/plain")
    with pytest.raises(Busy):
        objects.get("name")
    with pytest.raises(Busy):
        objects.delete("name")


def test_a_refusal_that_waiting_does_not_heal_is_not_called_busy() -> None:
    with pytest.raises(ClientError):
        Objects(lambda: Bucket(refusal(403, "AccessDenied")), "content").put("name", b"text", "text/plain")


def test_the_bucket_is_connected_to_once_and_only_when_it_is_needed() -> None:
    connections: list[Bucket] = []

    def connect() -> Bucket:
        connections.append(Bucket(refusal(503, "SlowDown")))
        return connections[-1]

    objects = Objects(connect, "content")
    assert not connections
    for _ in range(2):
        with pytest.raises(Busy):
            objects.delete("name")
    assert len(connections) == 1


def test_a_connection_that_breaks_while_an_object_is_read_is_busy_too() -> None:
    class Broken:
        def read(self) -> bytes:
            raise ReadTimeoutError(endpoint_url="https://s3.example")

    class Half(Bucket):
        def get_object(self, **_: Any) -> Any:
            return {"Body": Broken()}

    with pytest.raises(Busy):
        Objects(lambda: Half(refusal(503, "SlowDown")), "content").get("name")
