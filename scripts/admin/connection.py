"""Which engine is called: AWS, or an emulator on this computer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.config import Config

from ticketing.store import clients

LAPTOP_STACK: Final = "lodgestory-tickets-local"
LAPTOP_ENDPOINT: Final = "http://127.0.0.1:4566"
_LAPTOP_REGION: Final = "us-east-1"
_LAPTOP_ROOT: Final = "test"  # the emulator's name for the root of its one account
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Connection:
    """`endpoint_url` None is AWS itself; `region` None is what the environment or profile says."""

    endpoint_url: str | None = None
    region: str | None = None

    @classmethod
    def choose(
        cls, stack_name: str, endpoint_url: str | None, region: str | None, environment: Mapping[str, str]
    ) -> "Connection":
        """What was asked for, else AWS_ENDPOINT_URL, else the laptop for the laptop's stack and AWS for others."""
        stated = endpoint_url or environment.get("AWS_ENDPOINT_URL")
        return cls(stated or (LAPTOP_ENDPOINT if stack_name == LAPTOP_STACK else None), region)

    @property
    def where(self) -> str:
        """The engine's name in messages."""
        return self.endpoint_url or f"AWS{f' in {self.region}' if self.region else ''}"

    def client(self, service: str, config: Config | None = None) -> Any:
        """A client of a service; `config` is what differs from our own for it."""
        arguments = self._arguments()
        if config is not None:
            arguments["config"] = arguments.get("config", Config()).merge(config)
        return clients.make(service, **arguments)

    def _arguments(self) -> dict[str, Any]:
        if self.endpoint_url is None or urlsplit(self.endpoint_url).hostname not in _LOOPBACK:
            return {"endpoint_url": self.endpoint_url, "region_name": self.region}
        return {
            "endpoint_url": self.endpoint_url,
            "region_name": self.region or _LAPTOP_REGION,
            # Not the user's own: an emulator has no business with them.
            "aws_access_key_id": _LAPTOP_ROOT,
            "aws_secret_access_key": _LAPTOP_ROOT,
            "config": Config(proxies={}),  # a proxy of the environment does not know this computer's 127.0.0.1
        }
