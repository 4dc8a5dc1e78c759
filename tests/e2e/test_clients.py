"""Both clients for partners on a deployed stack: their READMEs as they stand, and answers that are lost on the way."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from lodgestory_tickets import Lodgestory, LodgestoryError, Retries, every
from lodgestory_tickets.models import ChangeTicket, CreateTicket
from scripts.clients.generators import ROOT, TYPESCRIPT
from tests.clients.packages import PYTHON, installed_python, installed_typescript, run, run_typescript
from tests.e2e.conftest import RunningStack

CHAT = "chat_lakeside_0001"
MOST_ROWS = 100


def key_of(stack: RunningStack) -> str:
    key: str = stack.organisations["Lakeside Hotels"]["keys"]["user"]
    return key


def examples(readme: Path, language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", readme.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(found) == 2
    return "\n".join(found)


@dataclass
class Losing(httpx.BaseTransport):
    """The way to the stack, on which the answer to each change is lost once."""

    way: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)
    lost: set[str] = field(default_factory=set)
    sent: list[dict[str, Any]] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        key = request.headers.get("Idempotency-Key")
        seen = request.headers.get("Lodgestory-Seen")
        self.sent.append({"method": request.method, "key": key, "seen": seen})
        answer = self.way.handle_request(request)
        if key is not None and key not in self.lost:
            self.lost.add(key)
            answer.read()
            answer.close()
            raise httpx.ReadTimeout("the answer was lost")
        return answer

    def close(self) -> None:
        self.way.close()


@pytest.fixture
def tickets(stack: RunningStack) -> Iterator[list[str]]:
    """The ids of all tickets of the chat before; the test adds those that it made."""
    with Lodgestory(stack.api_url, key_of(stack)) as lodgestory:
        known = [row.id for row in every(lodgestory.list_chat_tickets, CHAT)]
        yield known
        assert sorted(row.id for row in every(lodgestory.list_chat_tickets, CHAT)) == sorted(known)


def carried(sent: list[dict[str, Any]], ids: list[str]) -> None:
    """Each change was sent twice with one key, and each request after them with what they had told."""
    keys = [one["key"] for one in sent if one["key"] is not None]
    assert keys
    assert all(keys.count(key) == 2 for key in keys), sent
    assert all(one["key"] is None for one in sent if one["method"] == "GET")
    reads = [one["seen"] for one in sent if one["method"] == "GET"]
    assert len(reads) >= 2
    assert all(reads), sent
    assert len(reads[0].split(", ")) == len(ids) == 2, "both of the changes that were made at the same time"
    assert ", " not in reads[-1], "a later change has joined them"


def test_the_python_client_makes_one_ticket_of_a_create_whose_answer_is_lost(
    stack: RunningStack, tickets: list[str]
) -> None:
    way = Losing()
    with Lodgestory(stack.api_url, key_of(stack), transport=way, retries=Retries(first_wait_s=0)) as lodgestory:
        new = CreateTicket(chat_id=CHAT, issue="maintenance", remarks="Lost on the way")
        with ThreadPoolExecutor(2) as threads:
            ids = [made.data.id for made in threads.map(lodgestory.create_ticket, [new, new])]
        tickets += ids
        listed = [row.id for row in lodgestory.list_tickets(limit=5).data.data]
        read = lodgestory.read_ticket(ids[0])
        change = ChangeTicket(status="resolved", remark="Repaired")
        changed = lodgestory.change_ticket(ids[0], change, if_match=read.etag).data
        with pytest.raises(LodgestoryError) as late:
            lodgestory.change_ticket(ids[0], ChangeTicket(priority="low"), if_match=read.etag)
        with pytest.raises(LodgestoryError) as refused:
            lodgestory.change_ticket(ids[0], ChangeTicket(assignee="mem_nobody"))
        everything = [row.id for row in every(lodgestory.list_tickets)]
    assert set(ids) <= set(listed)
    assert (changed.version, changed.status.id) == (2, "resolved")
    assert (late.value.code, late.value.current_version) == ("version_conflict", 2)
    assert (refused.value.code, refused.value.field) == ("assignee_not_member", "assignee")
    assert len(everything) == len(set(everything)) > MOST_ROWS
    carried(way.sent, ids)


def test_the_typescript_client_does_the_same(stack: RunningStack, tickets: list[str], project: Path) -> None:
    program = (Path(__file__).parent / "partner.ts").read_text("utf-8")
    said = json.loads(run_typescript(project, program, API=stack.api_url, KEY=key_of(stack), CHAT=CHAT))
    tickets += said["ids"]
    assert set(said["ids"]) <= set(said["listed"])
    assert said["version"] == 2
    assert said["late"] == ["version_conflict", None]
    assert said["refused"] == ["assignee_not_member", "assignee"]
    assert len(said["all"]) == len(set(said["all"])) > MOST_ROWS
    carried(said["sent"], said["ids"])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A partner's project in TypeScript."""
    return installed_typescript(tmp_path_factory.mktemp("typescript"))


def test_the_python_readme_does_what_it_says(stack: RunningStack, tmp_path: Path) -> None:
    program = examples(PYTHON / "README.md", "python")
    site = installed_python(tmp_path)
    located = "import lodgestory_tickets; print(lodgestory_tickets.__file__)\n"
    given = {"API": stack.api_url, "KEY": key_of(stack), "PYTHONPATH": str(site)}
    printed = run(ROOT / ".venv" / "bin" / "python", "-c", located + program, cwd=tmp_path, **given).splitlines()
    assert printed[0].startswith(str(site)), "what was built is what was tried"
    assert printed[1:] == ["Resolved", "True", "assignee_not_member assignee", "version_conflict 3"]


def test_the_typescript_readme_does_what_it_says(stack: RunningStack, project: Path) -> None:
    program = examples(TYPESCRIPT / "README.md", "ts")
    printed = run_typescript(project, program, API=stack.api_url, KEY=key_of(stack)).splitlines()
    assert printed == ["Resolved", "listed", "assignee_not_member assignee", "version_conflict 3"]
