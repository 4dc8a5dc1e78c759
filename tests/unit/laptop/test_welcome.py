from pathlib import Path

from scripts.laptop.place import Place
from scripts.laptop.welcome import first_command, welcome

FACTS = {
    "api_url": "http://127.0.0.1:4566/restapis/abc/live/_user_request_",
    "mailbox_page_url": "http://127.0.0.1:8566",
    "organisations": {
        "Other": {"id": "org_2", "keys": {"user": "key_2"}},
        "Hotel": {"id": "org_lakeside", "keys": {"owner": "key_o", "admin": "key_a", "user": "key_u"}},
    },
}


def test_all_addresses_and_a_key_for_each_role_are_shown() -> None:
    text = welcome(FACTS, Place(root=Path("/somewhere/.local"), port=4566))
    for shown in (
        FACTS["api_url"],
        FACTS["mailbox_page_url"],
        "key_o",
        "key_a",
        "key_u",
        "/somewhere/.local/stack.json",
    ):
        assert str(shown) in text


def test_the_first_command_uses_the_key_of_the_organisation_whose_chat_it_names() -> None:
    command = "\n".join(first_command(FACTS))
    assert "Bearer key_u" in command
    assert "chat_lakeside_0001" in command
