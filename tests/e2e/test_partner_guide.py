"""The partners' guide, as a partner follows it: its commands by bash and curl, its Python by Python, top to bottom."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.test_chain import Partner, partner_of

GUIDE = Path(__file__).parents[2] / "docs" / "partners.md"
MOST_LINES = 10
MOST_ROWS = 100


@pytest.fixture(scope="module")
def agent(stack: RunningStack) -> Iterator[Partner]:
    with partner_of(stack, "Lakeside Hotels", "user") as partner:
        yield partner


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def run(stack: RunningStack, *command: str) -> list[str]:
    """The lines that a program prints which knows nothing but the address and a key."""
    given = {"API": stack.api_url, "KEY": stack.organisations["Lakeside Hotels"]["keys"]["user"]}
    done = subprocess.run(command, env=os.environ | given, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 (what the guide says is run on purpose)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def ticket_of(agent: Partner, external_id: str) -> dict[str, Any]:
    (row,) = agent.call("GET", "/v1/tickets", params={"external_id": external_id}).raise_for_status().json()["data"]
    ticket: dict[str, Any] = row
    return ticket


def test_a_first_ticket_takes_ten_lines_in_each_language() -> None:
    for language in ("sh", "python"):
        written = [line for line in blocks(language)[0].splitlines() if line]
        assert len(written) <= MOST_LINES, language


def test_its_commands_make_and_resolve_a_ticket(stack: RunningStack, agent: Partner) -> None:
    status, resolved_at, changes = run(stack, "bash", "-euo", "pipefail", "-c", "\n".join(blocks("sh")))
    ticket = ticket_of(agent, "PMS-4711")
    assert (status, resolved_at) == ("Resolved", ticket["resolved_at"])
    assert "'field': 'status'" in changes
    assert (ticket["remark_count"], ticket["source"]) == (2, "api")


def test_its_python_does_what_it_says(stack: RunningStack, agent: Partner) -> None:
    printed = run(stack, sys.executable, "-c", "\n".join(blocks("python")))
    counted = int(printed[6].split()[0])
    assert counted > MOST_ROWS, "its paging goes beyond a page"
    head, (exported, *found), (reported, waiting, followed) = printed[:8], printed[8:-3], printed[-3:]
    assert head == [
        "Resolved",
        "422 validation_failed ['priority']",
        "True the first answer again",
        "412 version_conflict",
        "409 bulk_blocked ['ticket_not_found']",
        "1 changed, 1 set back",
        f"{counted} unresolved tickets",
        "attachment number",
    ]
    assert exported == "done True True", "the file of all tickets is written and can be fetched"
    assert all("<mark>" in line for line in found), "each row shows where its words are"
    assert reported.split()[0] in {"eq", "gte"}
    assert waiting.startswith("{")
    assert followed == "[True]"
    ticket = ticket_of(agent, "PMS-4712")
    assert (ticket["priority"], ticket["remark_count"]) == ("low", 3)
