"""What `make run` prints when all is ready: addresses, keys, and a first command to copy."""

from typing import Any

from scripts.laptop.place import Place
from scripts.laptop.stack_file import StackFacts


def welcome(facts: StackFacts, place: Place) -> str:
    lines = [
        "",
        f"  API          {facts['api_url']}",
        f"  API pages    {facts['api_url']}/docs",
        f"  Mailbox      {facts['mailbox_page_url']}",
        f"  All of this  {place.stack_file}",
        "",
        *_keys(facts["organisations"]),
        "  Try it:",
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
    """Lists tickets: it needs no id, so it works whatever the data is by now."""
    organisation = next(iter(facts["organisations"].values()), None)
    key = next(iter(organisation["keys"].values())) if organisation else "KEY"
    return [f"  curl -s -H 'Authorization: Bearer {key}' \\", f"    '{facts['api_url']}/v1/tickets?limit=3'"]
