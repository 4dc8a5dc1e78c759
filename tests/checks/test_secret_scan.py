"""The secret scan finds what is planted, also after it was taken out again, and knows examples from secrets.

What looks like a secret is put together here, so that this file holds none.
"""

import base64
import random
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from kingfisher_sdk import Scanner

from scripts.security import secret_scan
from ticketing.domain import api_key

DICE = random.Random(13)  # noqa: S311 (the secrets of this file open nothing)
MARK = "# not-a-secret" + ": "  # in two parts: it would mark this very line


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return secret_scan.make_scanner()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "README.md").write_text("A file of no interest.\n")
    commit(tmp_path)
    return tmp_path


def git(project: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, *arguments], cwd=project, check=True)  # noqa: S603, S607 (git, as this person's PATH has it)


def commit(project: Path) -> None:
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "a change")


def our_key(environment: str = "production") -> str:
    return api_key.mint(environment, DICE.randbytes(10), DICE.randbytes(25))[0]


def aws_key_id() -> str:
    return "AKIA" + "".join(DICE.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))


def aws_pair() -> str:
    secret = base64.b64encode(DICE.randbytes(30)).decode()
    return f"aws_access_key_id = {aws_key_id()}\naws_secret_access_key = {secret}\n"


def private_key() -> str:
    key = ed25519.Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


SECRETS = {
    "a key of AWS with its secret": (aws_pair(), "aws"),
    "the secret of AWS alone": (aws_pair().splitlines()[1], "aws"),
    "the id of a key of AWS alone": (f"id: {aws_key_id()}", "custom.aws.access-key-id"),
    "a private key": (private_key(), "private-key"),
    "a key of ours": (f'KEY = "{our_key()}"', "custom.lodgestory.api-key"),
    "a key of ours for a laptop": (f"curl -H 'Authorization: Bearer {our_key('local')}'", "custom.lodgestory.api-key"),
    "a key of ours without its checksum": (our_key().rpartition("_")[0], "custom.lodgestory.api-key"),
    "a key of ours in Base64": (base64.b64encode(f"Bearer {our_key()}".encode()).decode(), "custom.lodgestory.api-key"),
}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_planted_secret_is_found_and_not_repeated(project: Path, scanner: Scanner, secret: str) -> None:
    text, rule = SECRETS[secret]
    (project / "settings.txt").write_text(f"# settings\n{text}\n")
    git(project, "add", "--all")
    problems = secret_scan.scan(project, scanner).problems
    assert any(rule in problem for problem in problems)
    assert all(problem.startswith("settings.txt:") for problem in problems)
    assert not any(word in problem for problem in problems for word in text.split() if len(word) > 15)


EXAMPLES = {
    "the key of AWS's documents": "aws_access_key_id = AKIA"
    "IOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "a whole key of ours for documents": our_key("example"),
    "the beginning of a key": "Authorization: Bearer lsk_local_…",
    "words in the place of a secret": "lsk_production_yourkeyid_yoursecret_checksum",
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_a_document_is_no_secret(project: Path, scanner: Scanner, example: str) -> None:
    (project / "guide.md").write_text(f"{EXAMPLES[example]}\n")
    commit(project)
    assert secret_scan.scan(project, scanner).problems == []


def test_a_secret_that_was_taken_out_again_is_found_in_the_history(project: Path, scanner: Scanner) -> None:
    (project / "settings.txt").write_text(our_key())
    commit(project)
    (project / "settings.txt").unlink()
    commit(project)
    (problem,) = secret_scan.scan(project, scanner).problems
    assert problem.startswith("settings.txt in commit ")


def test_a_revoked_secret_may_stay_in_the_history(
    project: Path, scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "settings.txt").write_text(our_key())
    commit(project)
    git(project, "rm", "--quiet", "settings.txt")
    (problem,) = secret_scan.scan(project, scanner).problems
    digest = problem.rpartition(" ")[2].removesuffix(")")
    monkeypatch.setattr(secret_scan, "REVOKED", {digest: "a key of staging, revoked"})
    assert secret_scan.scan(project, scanner).problems == []


def test_a_mark_with_a_reason_lets_one_line_pass_and_its_history(project: Path, scanner: Scanner) -> None:
    key = our_key()
    (project / "test.py").write_text(f"KEY = '{key}'\n")
    commit(project)
    (project / "test.py").write_text(f"KEY = '{key}'  {MARK}made up for this test\n")
    report = secret_scan.scan(project, scanner)
    assert (report.problems, report.marked) == ([], 1)
    (project / "other.py").write_text(f"KEY = '{our_key()}'\n")
    git(project, "add", "--all")
    assert [problem.partition(":")[0] for problem in secret_scan.scan(project, scanner).problems] == ["other.py"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [(f"x = 1  {MARK}made up for this test", "marks nothing"), (f"{our_key()}  {MARK}test", "say why")],
)
def test_a_mark_without_a_finding_or_a_reason_is_refused(
    project: Path, scanner: Scanner, text: str, complaint: str
) -> None:
    (project / "test.py").write_text(f"{text}\n")
    git(project, "add", "--all")
    (problem,) = secret_scan.scan(project, scanner).problems
    assert complaint in problem


def test_the_form_that_is_looked_for_is_that_of_the_keys_that_are_made() -> None:
    rules = secret_scan.RULES.read_text("utf-8")
    for _ in range(100):
        assert api_key.parse(our_key()) is not None
    assert "(lsk_[a-z]{1,16}_[a-z2-7]{16}_[a-z2-7]{40})" in rules
    assert (
        api_key._FORM.pattern.replace("(", "").replace(")", "").startswith("lsk_[a-z]{1,16}_[a-z2-7]{16}_[a-z2-7]{40}")
    )
