"""What the command line says instead of a traceback."""

from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 (botocore's own name)
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)

_NO_ACCESS: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_BAD_CREDENTIALS: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


class Problem(Exception):
    """A reason to stop that a person can act on; its text is all that they see."""


def explain(error: BotoCoreError | ClientError, where: str) -> str:
    """An AWS error in words that say what to do next. `where` names the engine that was called."""
    if isinstance(error, ClientError):
        return _explain_answer(error, where)
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return "No AWS credentials. Sign in first (aws sso login, AWS_PROFILE, or AWS_ACCESS_KEY_ID)."
    if isinstance(error, NoRegionError):
        return "No AWS region. Give --region, or set AWS_REGION."
    if isinstance(error, ConnectionError | HTTPClientError):
        return f"{where} does not answer. For the laptop's stack, is `make run` running? ({error})"
    return str(error)


def _explain_answer(error: ClientError, where: str) -> str:
    details = error.response.get("Error", {})
    code, message = details.get("Code", "unknown"), details.get("Message", "")
    if code in _BAD_CREDENTIALS:
        return f"{where} does not accept these credentials; they may have expired ({code})."
    if code in _NO_ACCESS:
        return f"These credentials may not call {error.operation_name}: {message}"
    return f"{where} refused {error.operation_name}: {code}: {message}"
