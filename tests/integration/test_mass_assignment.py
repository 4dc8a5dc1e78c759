"""What only the system decides cannot be sent: such a field in any body is refused by its name, and nothing changes."""

import json
from collections.abc import Iterator
from typing import Any

from tests.integration.refusals import Untouched
from tests.integration.routes import WITH_BODY, Route
from tests.integration.test_bad_input import Step, parts, replaced, spelled

OURS: dict[str, Any] = {
    "id": "tkt_aaaaaaaaaaaaaaaa",
    "organisation_id": "org_other",
    "organisation": "org_other",
    "org": "org_other",
    "pk": "ORG#org_other",
    "sk": "ORG",
    "number": 1,
    "version": 999,
    "epoch": 2,
    "role": "owner",
    "scopes": ["admin"],
    "plan": "paid",
    "principal": "mem_owner",
    "creator": "mem_owner",
    "actor": "mem_owner",
    "author": "mem_owner",
    "member_id": "mem_owner",
    "key_id": "a" * 16,
    "key": "lsk_local_a_b_c",
    "secret_hash": "0" * 64,
    "created_at": "2020-01-01T00:00:00Z",
    "updated_at": "2020-01-01T00:00:00Z",
    "resolved_at": "2020-01-01T00:00:00Z",
    "deleted_at": None,
    "revoked_at": None,
    "expires_at": "2099-01-01T00:00:00Z",
    "last_used_at": None,
    "is_active": True,
    "active": True,
    "remark_count": 0,
    "media_count": 0,
    "remark_preview": "",
    "channel": "bare",
    "guest_name": "Eve",
    "cause": "chat_deleted",
    "bulk_id": "blk_1",
    "request_id": "req_1",
    "imported": True,
    "ttl": 1,
    "__proto__": {"role": "owner"},
    "constructor": {"prototype": {"role": "owner"}},
    "$set": {"role": "owner"},
    "model_config": {},
}
"""By name, with a value that it could have."""


def objects(route: Route) -> Iterator[tuple[tuple[Step, ...], dict[str, Any]]]:
    """The body, and every object within it but one whose fields are ids of statuses."""
    yield (), route.body
    for at, value in parts(route.body):
        if isinstance(value, dict) and at[-1] != "transitions":
            yield at, value


def test_nobody_sends_what_only_the_system_decides(untouched: Untouched) -> None:
    wrong, cases = {}, 0
    for route in WITH_BODY:
        for at, value in objects(route):
            for name in OURS.keys() - value.keys():
                grown = json.dumps(value | {name: OURS[name]})
                said = untouched.said(route, replaced(route.body, at, grown) if at else grown)
                cases += 1
                if said != f"422 validation_failed: {spelled((*at, name))}":
                    wrong[f"{route.name} {spelled((*at, name))}"] = said
    print(f"{cases} fields that only the system decides")
    assert wrong == {}
    assert cases >= 500
