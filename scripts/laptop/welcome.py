"""What `make run` prints when all is ready: addresses, keys, and a first command to copy."""

from typing import Any

from scripts.demonstration import well_known
from scripts.laptop.place import Place
from scripts.laptop.stack_file import StackFacts


def welcome(facts: StackFacts, place: Place) -> str:
    lines = [
        "",
        f"  API          {facts['api_url']}",
        f"  API pages    {facts['api_url']}/docs",
        f"  Mailbox      {facts['mailbox_page_url']}",
        f"  Search       {facts.get('search_endpoint') or 'in the table (SEARCH=opensearch for a real OpenSearch)'}",
        f"  All of this  {place.stack_file}",
        "",
        *_keys(facts["organisations"]),
        "  Create a ticket, then look into the mailbox:",
        "",
        *first_command(facts),
        "",
        "  Ctrl-C stops it and keeps the data. The functions' logs follow.",
        "",
    ]
    return "\n".join(lines)


def _keys(organisations: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, organisation in organisations.items():
        lines.append(f"  {name} ({organisation['id']})")
        lines += [f"    {role:<10} {key}" for role, key in organisation["keys"].items()]
        lines.append("")
    return lines


def first_command(facts: StackFacts) -> list[str]:
    """A ticket for a guest of the demonstration hotel; its assignee gets a mail."""
    keys = next(
        organisation["keys"] for organisation in facts["organisations"].values() if organisation["id"] == _HOTEL
    )
    return [
        f"  curl -s {facts['api_url']}/v1/tickets \\",
        f"    -H 'Authorization: Bearer {keys['user']}' -H 'Content-Type: application/json' \\",
        f"    -d '{_TICKET}'",
    ]


_HOTEL = well_known.LAKESIDE
_TICKET = (
    f'{{"chat_id": "{well_known.LAKESIDE_CHAT}", "issue": "maintenance", "sub_issue": "hvac", '
    f'"assignee": "{well_known.LAKESIDE_TECHNICIAN}", "remarks": "AC not cooling in room 204"}}'
)
