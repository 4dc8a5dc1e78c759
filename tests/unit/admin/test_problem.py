"""Errors of AWS in words that say what to do next."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError

from scripts.admin.problem import explain


def an_answer(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "because"}}, "PutItem")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoCredentialsError(), "No AWS credentials"),
        (NoRegionError(), "--region"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "AWS does not answer"),
        (an_answer("ExpiredTokenException"), "expired"),
        (an_answer("AccessDeniedException"), "may not call PutItem: because"),
        (an_answer("ResourceNotFoundException"), "AWS refused PutItem: ResourceNotFoundException"),
    ],
)
def test_each_error_says_what_is_the_matter(error: ClientError, said: str) -> None:
    assert said in explain(error, "AWS")
