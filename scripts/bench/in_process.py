"""The API's whole function in this process: its handler on a table of ours, an admin's key, events."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import orjson

from scripts.laptop.place import PROJECT
from ticketing.config import Settings
from ticketing.domain.api_key import ApiKey, hash_secret, mint
from ticketing.domain.directory import Role
from ticketing.domain.principal import SCOPES_OF_ROLE
from ticketing.store.cached_reads import CachedReads

type Handler = Callable[[Any, Any], Any]

_SECRET: Final = b"c2VjcmV0"
_ENVIRONMENT: Final = {
    "ENVIRONMENT": "local",
    "TABLE_NAME": "none",
    "CONSOLE_URL": "https://console.example",
    "SIGNING_SECRET_ID": "none",
    "CONTENT_BUCKET": "none",
    "BULK_QUEUE_URL": "none",
    "DATA_EPOCH": "1",
    # Measured is what is let through: a lease is taken every fifty requests.
    "ORGANISATION_RATE_LIMIT": "10000",
    "ORGANISATION_BURST_LIMIT": "1000000",
    "BULK_TICKETS_RATE_LIMIT": "10000",
    "BULK_TICKETS_BURST_LIMIT": "1000000",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def handler(table: Any, search: Any = None) -> Handler:
    """The function's handler, perhaps with a search index. No bucket and no queue: nothing measured asks for one."""
    os.environ |= {name: value for name, value in _ENVIRONMENT.items() if name not in os.environ}
    from tickets_api.app import make_handler  # noqa: PLC0415 (its module reads the environment)
    from tickets_api.services import Services  # noqa: PLC0415

    signing: Any = type("Signing", (), {"generations": staticmethod(lambda: (_SECRET,))})
    unused: Any = None
    settings = Settings.from_environment()
    return make_handler(Services(settings, table, CachedReads(table), signing, unused, unused, search=search), _Quiet())


def admin_key(organisation_id: str, member_id: str, now: datetime) -> tuple[str, ApiKey]:
    """An admin's key: its text, and what the table holds of it. The same organisation has the same one."""
    text, parts = mint("local", organisation_id.encode()[-10:].rjust(10), bytes(25))
    return text, ApiKey(
        id=parts.id,
        organisation_id=organisation_id,
        name="bench",
        role=Role.ADMIN,
        scopes=SCOPES_OF_ROLE[Role.ADMIN],
        member_id=member_id,
        secret_hash=hash_secret(parts.secret, _SECRET),
        created_at=now,
    )


def event(name: str, key: str) -> Any:
    """A file of `events/` with this key, and no parameters."""
    found = orjson.loads((PROJECT / "events" / f"{name}.json").read_bytes())
    found["headers"] = {**found["headers"], "Authorization": f"Bearer {key}"}
    found["multiValueHeaders"] = {header: [value] for header, value in found["headers"].items()}
    found["queryStringParameters"] = found["multiValueQueryStringParameters"] = None
    return found


class _Quiet:
    """A log that is written nowhere: what writing costs depends on where to."""

    def info(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...
    def warning(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...
    def error(self, msg: str, *args: Any, extra: dict[str, Any]) -> None: ...
