"""Who may do what, over the API."""

from typing import Any

import pytest

from tests.builders import ANA, CHANNEL
from tests.integration.world import World


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/channels/new", {"name": "New", "type": "email"}),
        (f"/v1/channels/{CHANNEL}/workflow", {"issues": [{"id": "a", "label": "A"}]}),
        ("/v1/members/mem_new", {"name": "New", "email": "new@lakeside.example", "role": "user"}),
        ("/v1/teams/team_new", {"name": "New", "lead": ANA, "members": []}),
    ],
)
def test_only_owners_and_admins_write_the_directory(world: World, path: str, body: dict[str, Any]) -> None:
    assert world.as_(world.keys.user)("PUT", path, body).body["code"] == "forbidden"
    first = world.as_(world.keys.admin)("PUT", path, body)
    assert first.status in {200, 201}, first.body
    assert world.as_(world.keys.owner)("PUT", path, body).status == 200


def test_an_admin_makes_no_owner(world: World) -> None:
    body = {"name": "Ana", "email": "ana@lakeside.example", "role": "owner"}
    assert world.as_(world.keys.admin)("PUT", f"/v1/members/{ANA}", body).status == 403
    assert world.as_(world.keys.owner)("PUT", f"/v1/members/{ANA}", body).status == 200
