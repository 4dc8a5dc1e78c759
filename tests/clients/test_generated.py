"""What `make check` holds the clients to, shown to hold: a change of the API that left a client behind is named."""

import json
import sys
from pathlib import Path

import pytest

from scripts.clients import __main__ as program


def test_a_change_of_the_document_is_found_in_both_clients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(program.DOCUMENT.read_text("utf-8"))
    document["components"]["schemas"]["ChangeTicket"]["properties"]["mood"] = {"type": "string"}
    (tmp_path / "openapi.json").write_text(json.dumps(document), "utf-8")
    monkeypatch.setattr(program, "DOCUMENT", tmp_path / "openapi.json")
    monkeypatch.setattr(sys, "argv", ["clients", "--check"])
    assert program.main() == 1
    assert capsys.readouterr().err.splitlines()[1:] == [
        "  clients/python/lodgestory_tickets/generated/models/change_ticket.py",
        "  clients/typescript/src/generated/types.gen.ts",
    ]


def test_what_is_committed_is_what_the_generators_make(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["clients", "--check"])
    assert program.main() == 0, capsys.readouterr().err
