"""Handing a mail to SES. The client never repeats by itself: whether to send again is the ledger's decision."""

from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

from notifier.mail import Mail
from ticketing.store import clients

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
    def __init__(self, client: "SESV2Client", address: str) -> None:
        self._client = client
        self._address = address

    @classmethod
    def connect(cls, address: str) -> "Sender":
        config = Config(read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1})
        return cls(cast("SESV2Client", clients.make("sesv2", config=config)), address)

    def send(self, mail: Mail) -> str:
        """The id that SES gave the mail. Raises NotAccepted or OutcomeUnknown."""
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._address,
                Destination={"ToAddresses": [mail.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": mail.text, "Charset": "UTF-8"}},
                    }
                },
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
