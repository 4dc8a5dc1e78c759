"""The template scan bites, and asks nobody outside."""

import os
import re
from pathlib import Path

import pytest

from scripts.security import policy

TEXT = policy.TEMPLATE.read_text("utf-8")


def scanned(folder: Path, text: str) -> list[str]:
    template = folder / "template.yaml"
    template.write_text(text, "utf-8")
    return policy.scan(template).problems


def test_a_public_bucket_is_refused(tmp_path: Path) -> None:
    public = TEXT.replace("BlockPublicAcls: true", "BlockPublicAcls: false")
    assert public != TEXT
    problems = scanned(tmp_path, public)
    assert [re.findall(r"Bucket\.(\w+): (CKV_AWS_53)", problem) for problem in problems] == [
        [("FailedBatches", "CKV_AWS_53")],
        [("ContentBucket", "CKV_AWS_53")],
    ]


def test_an_unreadable_template_is_an_error_and_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Checkov"):
        scanned(tmp_path, "Resources: [")


def test_a_suppression_of_nothing_is_refused(tmp_path: Path) -> None:
    mended = TEXT.replace(
        "      LifecycleConfiguration:",
        "      VersioningConfiguration: {Status: Enabled}\n      LifecycleConfiguration:",
    )
    problems = scanned(tmp_path, mended)
    assert [problem.partition(": ")[2] for problem in problems] == [
        "checkov:skip=CKV_AWS_21 suppresses nothing: remove it"
    ] * 2


def test_a_suppression_without_a_reason_and_one_at_another_resource_are_refused(tmp_path: Path) -> None:
    versions = re.compile(r"checkov:skip=CKV_AWS_21:.*")
    assert [
        "say why" in problem for problem in scanned(tmp_path, versions.sub("checkov:skip=CKV_AWS_21:by design", TEXT))
    ] == [True] * 2
    moved = f"# {versions.findall(TEXT)[0]}\n{versions.sub('', TEXT)}"
    ends = [problem.rpartition(": ")[2] for problem in scanned(tmp_path, moved)]
    assert ends == ["CKV_AWS_21 Ensure the S3 bucket has versioning enabled"] * 2 + ["remove it"]


def test_no_key_for_a_service_reaches_checkov(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has a key for Checkov's service, or a configuration file, gets the same answer, and uploads nothing."""
    told = tmp_path / "told"
    checkov = tmp_path / "checkov"
    checkov.write_text(f'#!/bin/sh\nenv > "{told}"\nexec "{policy.CHECKOV}" "$@"\n')
    checkov.chmod(0o755)
    monkeypatch.setenv("BC_API_KEY", "a key that is worth something")
    monkeypatch.setattr(policy, "CHECKOV", checkov)
    policy.scan(policy.TEMPLATE)
    assert os.environ["BC_API_KEY"] not in told.read_text()
    assert "CKV_SKIP_PACKAGE_UPDATE_CHECK=true" in told.read_text()
