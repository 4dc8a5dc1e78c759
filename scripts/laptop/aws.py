"""Clients of the emulator. They read nothing of the user's AWS profile, so they can reach no real account."""

import os
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from scripts.laptop.place import REGION, Place

ROOT_KEY = "test"  # the emulator's name for the root of its one account
_NO_FILE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
_CONFIG = Config(
    proxies={},  # {} and not None: a proxy of the environment does not know this computer's 127.0.0.1
    connect_timeout=5,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 3},
)


def client(place: Place, service: str) -> Any:
    """A botocore client of one service of the place's emulator, with all rights."""
    return Session(session_vars=_NO_FILE).create_client(
        service,
        region_name=REGION,
        endpoint_url=place.endpoint,
        aws_access_key_id=ROOT_KEY,
        aws_secret_access_key=ROOT_KEY,
        config=_CONFIG,
    )


def error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def command_environment(place: Place) -> dict[str, str]:
    """For programs that call the emulator (SAM, ticketsctl): its address and root, no profile, no proxy."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TERM") if name in os.environ}
    return kept | {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(place.home),
        "TMPDIR": str(place.scratch),
        "AWS_ENDPOINT_URL": place.endpoint,
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "*",
        "SAM_CLI_TELEMETRY": "0",
        "PYTHONUNBUFFERED": "1",
    }
