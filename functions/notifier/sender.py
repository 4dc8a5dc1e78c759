"""Handing a mail to SES. The client never repeats by itself: whether to send again is the ledger's decision."""

from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

from notifier import mime
from notifier.mail import Mail
from notifier.mime import Stamp
from ticketing.domain.mail_events import TAG
from ticketing.store import clients, mail_tags
from ticketing.store.keys import Key

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class NotAccepted(Exception):
    """SES said no, or was not reached: the mail did not go out. `reason` is SES's code."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class OutcomeUnknown(Exception):
    """SES was asked and did not say yes or no: the mail may or may not have gone out."""


_SERVER_ERROR = 500


class Sender:
    """`events_to` is the SES configuration set by which SES tells what became of a mail; None where nobody listens."""

    def __init__(self, client: "SESV2Client", stamp: Stamp, events_to: str | None = None) -> None:
        self._client = client
        self._stamp = stamp
        self._events_to = events_to

    @classmethod
    def connect(cls, stamp: Stamp, events_to: str | None) -> "Sender":
        config = Config(read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1})
        return cls(cast("SESV2Client", clients.make("sesv2", config=config)), stamp, events_to)

    def send(self, mail: Mail, key: Key) -> str:
        """The id that SES gave the mail, which is tagged with its `key` in the ledger.

        Raises NotAccepted or OutcomeUnknown.
        """
        told: dict[str, str] = {"ConfigurationSetName": self._events_to} if self._events_to is not None else {}
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._stamp.sender,
                Destination={"ToAddresses": [mail.to]},
                Content={"Raw": {"Data": mime.written(mail, self._stamp)}},
                EmailTags=[{"Name": TAG, "Value": mail_tags.tag(key)}],
                **told,  # type: ignore[arg-type]  # a plain dict is wider than each argument
            )
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400) >= _SERVER_ERROR:
                raise OutcomeUnknown from None
            raise NotAccepted(str(error.response.get("Error", {}).get("Code", "unknown"))) from None
        except NotReached:
            raise NotAccepted("not_reached") from None
        except HTTPClientError:
            raise OutcomeUnknown from None
        return answer["MessageId"]
