"""The audit of packages bites: pip-audit and npm are run themselves, against a vulnerability service of this file."""

import gzip
import json
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from scripts.security import audit, npm_audit
from scripts.security.known import Known, read_known
from scripts.security.vulnerability import Answers

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


NPM_HOLE = {
    "id": 1,
    "url": "https://github.com/advisories/GHSA-dddd-eeee-ffff",
    "title": "A hole",
    "severity": "high",
    "vulnerable_versions": "<99",
}


class _Service(BaseHTTPRequestHandler):
    """Answers as OSV and npm's registry do: one version of one package has a hole, all else has none."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        asked = json.loads(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
        if self.path.endswith("/advisories/bulk"):
            self._answer({"typescript": [NPM_HOLE]} if "typescript" in asked else {})
        else:
            is_holed = (asked["package"]["name"], asked["version"]) == ("holed", "1.1.0")
            self._answer({"vulns": [HOLE]} if is_holed else {})

    def do_GET(self) -> None:
        """npm asks for the versions of what has a hole."""
        name = unquote(self.path[1:])
        self._answer({"name": name, "dist-tags": {}, "versions": {"1.0.0": {"name": name, "version": "1.0.0"}}})

    def _answer(self, said: object) -> None:
        text = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def service(address: str) -> tuple[str, ...]:
    return osv_at(address)


@pytest.fixture
def registry(address: str) -> tuple[str, ...]:
    return ("--registry", address)


def osv_at(address: str) -> tuple[str, ...]:
    return ("--vulnerability-service", "osv", "--osv-url", f"{address}/v1/query")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def nobody_listens() -> str:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        return f"http://127.0.0.1:{server.server_port}"


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
    assert audit.ask_all([("sound", "1.0")], osv_at(nobody_listens())) is None
    assert npm_audit.ask("--registry", nobody_listens()) is None


def test_a_service_that_never_answers_holds_up_nobody(
    service: tuple[str, ...], registry: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(_Service, "do_POST", lambda _: ended.wait(60))
    monkeypatch.setattr(audit, "_LIMIT_S", 0.0)
    monkeypatch.setattr(npm_audit, "_LIMIT_S", 2.0)
    assert audit.ask([("sound", "1.0")], service) is None
    assert npm_audit.ask(*registry) is None
    ended.set()


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


def test_a_hole_of_an_npm_package_is_found(registry: tuple[str, ...]) -> None:
    answers = npm_audit.ask(*registry)
    assert answers is not None
    assert audit.problems(answers, [], TODAY) == ["typescript <99: GHSA-dddd-eeee-ffff"]
    assert npm_audit.count() > 10


def test_a_registry_without_a_list_of_holes_is_no_answer(
    registry: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Service, "do_POST", lambda service: service.send_error(405))
    assert npm_audit.ask(*registry) is None


@pytest.mark.parametrize("silent", ["Python", "npm", "Python and npm"])
def test_without_an_answer_it_says_so_loudly_and_fails_where_one_is_required(
    silent: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "_of_python", lambda: None if "Python" in silent else Answers())
    monkeypatch.setattr(audit, "_of_npm", lambda: None if "npm" in silent else Answers())
    monkeypatch.delenv("AUDIT", raising=False)
    audit.main()
    assert f"NOT AUDITED: the {silent} packages" in capsys.readouterr().out
    monkeypatch.setenv("AUDIT", "required")
    with pytest.raises(SystemExit, match="without an answer"):
        audit.main()


def test_what_was_not_asked_for_makes_no_entry_stale() -> None:
    assert audit.problems(Answers(), [entry()], TODAY, is_whole=False) == []


@pytest.mark.parametrize("holed", ["holed", "sound"])
def test_a_vulnerability_ends_the_command(
    holed: str, service: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second service is asked where the first gives no answer."""
    monkeypatch.setattr(audit, "SERVICES", (osv_at(nobody_listens()), service))
    monkeypatch.setattr(audit, "python_packages", lambda _: [(holed, "1.1.0")])
    monkeypatch.setattr(npm_audit, "ask", lambda *_: Answers())
    monkeypatch.setenv("AUDIT", "required")
    if holed == "sound":
        audit.main()
        assert "NOT AUDITED" not in capsys.readouterr().out
    else:
        with pytest.raises(SystemExit, match="fixed version"):
            audit.main()


def test_every_lock_file_is_read_and_every_pin_of_it() -> None:
    command = ["git", "ls-files", "*.txt"]
    listed = subprocess.run(command, cwd=audit.PROJECT, capture_output=True, text=True, check=True)  # noqa: S603 (git, a fixed command)
    tracked = listed.stdout.split()
    locked = {Path(name) for name in tracked if "--hash=" in (audit.PROJECT / name).read_text("utf-8")}
    assert {file.relative_to(audit.PROJECT) for file in audit.locks()} == {
        *locked,
        *(
            Path(f"functions/{name}/requirements.txt")
            for name in ("search_indexer", "janitor", "bulk_worker", "mail_events", "exporter")
        ),  # nothing in them
    }
    for file in audit.locks():
        pins = file.read_text("utf-8").count("==")
        markers = file.read_text("utf-8").count("sys_platform ==")
        assert len(audit.python_packages([file])) == pins - markers
