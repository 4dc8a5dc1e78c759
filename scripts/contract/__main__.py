"""Refuse a change of docs/openapi.json that would break a partner, or of its base without a decision record."""

import hashlib
import json
import sys
from pathlib import Path

from scripts.contract.operations import breaks
from scripts.openapi import FILE

BASE = FILE.with_name("openapi.base.json")
DECISIONS = FILE.parent / "decisions"


def problems(base: Path = BASE, new: Path = FILE, decisions: Path = DECISIONS) -> list[str]:
    """All that speaks against the two documents as they are committed."""
    found = breaks(json.loads(base.read_text("utf-8")), json.loads(new.read_text("utf-8")))
    digest = hashlib.sha256(base.read_bytes()).hexdigest()
    if not any(digest in page.read_text("utf-8") for page in decisions.glob("*.md")):
        found.append(f"{base.name}: no decision record names its SHA-256, {digest}")
    return found


if __name__ == "__main__":
    against = problems()
    for line in against:
        print(line)
    if against:
        sys.exit(
            f"{len(against)} breaking changes: within v1 the API only grows, see docs/decisions/0012-v1-only-grows.md"
        )
    print("the API has everything that was promised")
