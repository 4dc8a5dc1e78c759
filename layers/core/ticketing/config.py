"""The environment of a function, parsed once.

Every setting is a variable of `template.yaml`; which function gets which stands there, least first.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass


class SettingMissing(RuntimeError):
    """The deployment did not give a function a variable that it needs."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; a function that asks for one that it was not given fails with the variable's name."""

    variables: Mapping[str, str]

    @classmethod
    def from_environment(cls) -> "Settings":
        return cls(dict(os.environ))

    def _get(self, name: str) -> str:
        value = self.variables.get(name, "")
        if not value:
            message = f"the environment variable {name} is not set"
            raise SettingMissing(message)
        return value

    @property
    def environment(self) -> str:
        """`local`, `staging` or `production`; the second part of every API key."""
        return self._get("ENVIRONMENT")

    @property
    def table_name(self) -> str:
        """The one table."""
        return self._get("TABLE_NAME")

    @property
    def content_bucket(self) -> str:
        """The bucket of what is too large for the table: whole texts of long remarks."""
        return self._get("CONTENT_BUCKET")

    @property
    def data_epoch(self) -> int:
        """Raised by one after the table was restored from a backup, where versions go back."""
        return int(self._get("DATA_EPOCH"))

    @property
    def organisation_rate_limit(self) -> int:
        """Requests a second that an organisation may make."""
        return int(self._get("ORGANISATION_RATE_LIMIT"))

    @property
    def organisation_burst_limit(self) -> int:
        """Requests that an organisation may make at one instant."""
        return int(self._get("ORGANISATION_BURST_LIMIT"))

    @property
    def bulk_tickets_rate_limit(self) -> int:
        """Tickets a second that an organisation's bulk actions may be for."""
        return int(self._get("BULK_TICKETS_RATE_LIMIT"))

    @property
    def bulk_tickets_burst_limit(self) -> int:
        """Tickets that an organisation's bulk actions may be for at one instant."""
        return int(self._get("BULK_TICKETS_BURST_LIMIT"))

    @property
    def console_url(self) -> str:
        """Where people work, without trailing slash; links of mails and errors begin with it."""
        return self._get("CONSOLE_URL").rstrip("/")

    @property
    def api_url(self) -> str:
        """Where the API is reached, without trailing slash; links of mails that act begin with it."""
        return self._get("API_URL").rstrip("/")

    @property
    def cors_origins(self) -> frozenset[str]:
        """The origins whose pages may call the API from a browser; most deployments have none."""
        return frozenset(filter(None, self.variables.get("CORS_ORIGINS", "").split(",")))

    @property
    def signing_secret_id(self) -> str:
        """The secret that signs cursors and peppers keys (Secrets Manager, `current` and `previous`)."""
        return self._get("SIGNING_SECRET_ID")

    @property
    def mail_sender(self) -> str:
        """The address that mails come from; SES has verified it or its domain."""
        return self._get("MAIL_SENDER")

    @property
    def mail_events_to(self) -> str:
        """The SES configuration set that mails are sent by, and that tells what became of them."""
        return self._get("MAIL_EVENTS_TO")

    @property
    def mail_reply_to(self) -> str | None:
        """Where answers to mails go; None: to the sender."""
        return self.variables.get("MAIL_REPLY_TO") or None

    @property
    def guest_mails_per_address(self) -> int:
        """Mails that one guest's address gets in a day from one organisation."""
        return int(self._get("GUEST_MAILS_PER_ADDRESS"))

    @property
    def guest_mails_per_organisation(self) -> int:
        """Mails to guests that an organisation sends in a day."""
        return int(self._get("GUEST_MAILS_PER_ORGANISATION"))

    @property
    def mail_retry_queue_url(self) -> str:
        """Where a mail waits that cannot be sent now."""
        return self._get("MAIL_RETRY_QUEUE_URL")

    @property
    def bulk_queue_url(self) -> str:
        """Where a bulk action waits that is too large for its request."""
        return self._get("BULK_QUEUE_URL")

    @property
    def export_queue_url(self) -> str:
        """Where an export waits for the exporter."""
        return self._get("EXPORT_QUEUE_URL")

    @property
    def search_endpoint(self) -> str | None:
        """The address of the OpenSearch that tickets are searched in; None: they are searched in the table."""
        return self.variables.get("SEARCH_ENDPOINT") or None

    @property
    def search_retry_queue_url(self) -> str:
        """Where the id of a ticket waits that the search index could not be given."""
        return self._get("SEARCH_RETRY_QUEUE_URL")

    @property
    def dead_letter_queue_url(self) -> str:
        """Where the key of a stream record is set aside that the code cannot handle."""
        return self._get("DEAD_LETTER_QUEUE_URL")
