"""The file with the demonstration keys: `{organisation name: {"id": …, "keys": {role: key}}}`, for its owner only."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from scripts.admin import keys
from scripts.admin.keys import NewKey
from scripts.admin.problem import Problem
from scripts.admin.stack import Stack
from scripts.demonstration.dataset import key_holder
from scripts.demonstration.organisations import BLUEPRINTS, Blueprint
from ticketing.domain.directory import Role


def check_place(file: Path) -> None:
    """Find out before anything is stored that the keys could not be written. Raises Problem."""
    if file.is_dir() or not os.access(file.absolute().parent, os.W_OK):
        raise Problem(f"The keys cannot be written to {file}: its folder is missing or not writable.")


def make(stack: Stack, now: datetime) -> Mapping[str, Any]:
    """New keys for every organisation, one a role, each acting as a member of that role."""
    return {
        blueprint.name: {
            "id": blueprint.id,
            "keys": {role.value: _key(stack, blueprint, role, now) for role in reversed(Role)},
        }
        for blueprint in BLUEPRINTS
    }


def write(file: Path, document: Mapping[str, Any]) -> None:
    """Appears whole or not at all, and is never readable by others, not even for a moment."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(document, stream, indent=2, ensure_ascii=False)
            stream.write("\n")
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _key(stack: Stack, blueprint: Blueprint, role: Role, now: datetime) -> str:
    holder = key_holder(blueprint, role)
    new = NewKey(blueprint.id, f"demonstration-{role}", role, member_id=holder.id)
    return keys.store(stack, new, now).text
