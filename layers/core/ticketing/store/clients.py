"""AWS clients, made in one way: botocore without boto3, bounded time-outs, bounded retries."""

from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import Session

from ticketing.store import bodies
from ticketing.store.parsing import ParserFactory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_session = Session()
_session.register_component("response_parser_factory", ParserFactory())
bodies.write_by(_session)

_CONFIG = Config(
    connect_timeout=2,
    # DynamoDB may want up to 5 s to recover a transaction by itself (TransactionInProgressException).
    read_timeout=6,
    retries={"mode": "standard", "total_max_attempts": 3},
    parameter_validation=False,  # the engine validates anyway
    # An emulator has no address per account.
    account_id_endpoint_mode="disabled",
)


def make(service: str, *, config: Config | None = None, **arguments: Any) -> Any:
    """A client of a service; region, credentials and endpoint come from the environment unless given."""
    return _session.create_client(service, config=_CONFIG.merge(config) if config else _CONFIG, **arguments)


def dynamodb(**arguments: Any) -> "DynamoDBClient":
    return cast("DynamoDBClient", make("dynamodb", **arguments))


def s3_for_files() -> Any:
    """A client for large objects, which S3 may need a while to put together, and for links to them."""
    return make("s3", config=Config(read_timeout=60, signature_version="s3v4"))


def sqs() -> "SQSClient":
    return cast("SQSClient", make("sqs"))
