"""The audit of packages bites: pip-audit itself is run, against a vulnerability service of this file."""

import json
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts.security import audit
from scripts.security.known import Known, read_known

HOLE = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "aliases": ["CVE-2026-0001"],
    "summary": "A hole",
    "published": "2026-01-01T00:00:00Z",
    "modified": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "holed", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}],
        }
    ],
}
TODAY = date(2026, 11, 23)
WHY = "only its command line is affected, which nobody starts here"


class _Service(BaseHTTPRequestHandler):
    """Answers as OSV does: one version of one package has a hole, all else has none."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = json.dumps(
            {"vulns": [HOLE]} if (asked["package"]["name"], asked["version"]) == ("holed", "1.1.0") else {}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[str, ...]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield ("--vulnerability-service", "osv", "--osv-url", f"http://127.0.0.1:{server.server_port}/v1/query")
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def nobody_listens() -> tuple[str, ...]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        port = server.server_port
    return ("--vulnerability-service", "osv", "--osv-url", f"http://127.0.0.1:{port}/v1/query")


def entry(until: date = TODAY + timedelta(days=30), why: str = WHY, package: str = "holed") -> Known:
    return Known("CVE-2026-0001", package, why, until)


def test_a_vulnerable_version_is_found_beside_a_sound_one(service: tuple[str, ...]) -> None:
    answers = audit.ask_all([("holed", "1.0.0"), ("holed", "1.1.0"), ("sound", "1.0")], service)
    assert answers is not None
    assert audit.problems(answers, [], TODAY) == ["holed 1.1.0: CVE-2026-0001 (fixed in 1.2.0)"]


@pytest.mark.parametrize(
    ("known", "complaint"),
    [
        (entry(), None),
        (entry(until=TODAY), None),
        (entry(until=TODAY - timedelta(days=1)), "look again"),
        (entry(until=TODAY + timedelta(days=91)), "90 days ahead"),
        (entry(why="harmless"), "say why"),
        (entry(package="sound"), "remove the entry"),
    ],
)
def test_a_known_vulnerability_passes_for_a_while_and_for_a_reason(
    service: tuple[str, ...], known: Known, complaint: str | None
) -> None:
    answers = audit.ask([("holed", "1.1.0")], service)
    assert answers is not None
    told = audit.problems(answers, [known], TODAY)
    assert not told if complaint is None else any(complaint in line for line in told)


def test_the_committed_entries_are_read() -> None:
    for known in read_known(audit.KNOWN):
        assert known.until <= datetime.now(UTC).date() + timedelta(days=90)


def test_a_service_out_of_reach_is_no_answer() -> None:
    assert audit.ask_all([("sound", "1.0")], nobody_listens()) is None


def test_a_package_that_the_service_does_not_know_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip-audit itself calls that a success."""
    skipped = {
        "dependencies": [{"name": "odd", "skip_reason": "not found"}, {"name": "a", "version": "1", "vulns": []}]
    }
    ended = subprocess.CompletedProcess([], 0, stdout=json.dumps(skipped), stderr="")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: ended)
    answers = audit.ask([("odd", "1"), ("a", "1")], ())
    assert answers is not None
    assert audit.problems(answers, [], TODAY) == ["odd: the service does not know it, so it was not audited"]
    skipped["dependencies"].pop()
    ended.stdout = json.dumps(skipped)
    assert audit.ask([("odd", "1")], ()) is None, "an index that knows no package has no such service"


@pytest.mark.parametrize("wanted", [None, "required"])
def test_without_any_service_it_says_so_loudly_and_fails_where_it_is_required(
    wanted: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "SERVICES", (nobody_listens(),))
    if wanted is None:
        monkeypatch.delenv("AUDIT", raising=False)
        audit.main()
        assert "NOT AUDITED" in capsys.readouterr().out
    else:
        monkeypatch.setenv("AUDIT", wanted)
        with pytest.raises(SystemExit, match="NOT AUDITED"):
            audit.main()


def test_a_vulnerability_ends_the_command(service: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SERVICES", (service,))
    monkeypatch.setattr(audit, "python_packages", lambda _: [("holed", "1.1.0")])
    with pytest.raises(SystemExit, match="fixed version"):
        audit.main()


def test_every_lock_file_is_read_and_every_pin_of_it() -> None:
    command = ["git", "ls-files", "*.txt"]
    listed = subprocess.run(command, cwd=audit.PROJECT, capture_output=True, text=True, check=True)  # noqa: S603 (git, a fixed command)
    tracked = listed.stdout.split()
    locked = {Path(name) for name in tracked if "--hash=" in (audit.PROJECT / name).read_text("utf-8")}
    assert {file.relative_to(audit.PROJECT) for file in audit.locks()} == {
        *locked,
        *(Path(f"functions/{name}/requirements.txt") for name in ("search_indexer", "janitor")),  # nothing in them
    }
    for file in audit.locks():
        pins = file.read_text("utf-8").count("==")
        markers = file.read_text("utf-8").count("sys_platform ==")
        assert len(audit.python_packages([file])) == pins - markers
