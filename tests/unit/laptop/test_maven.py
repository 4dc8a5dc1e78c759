from pathlib import Path

import pytest

from scripts.laptop import maven
from scripts.laptop.problem import Problem


@pytest.fixture
def pom(tmp_path: Path) -> Path:
    file = tmp_path / "pom.xml"
    file.write_text("<project/>")
    return file


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Maven would have been asked for."""
    asked: list[str] = []

    def fetch(what: str, pom: Path, folder: Path, options: tuple[str, ...]) -> None:
        folder.mkdir()
        asked.append(what)

    monkeypatch.setattr(maven, "_fetch", fetch)
    monkeypatch.setattr("shutil.which", lambda program: f"/usr/bin/{program}")
    return asked


def test_what_was_fetched_is_not_fetched_again(pom: Path, fetches: list[str], tmp_path: Path) -> None:
    assert maven.fetched("an engine", pom, tmp_path / "jars") == tmp_path / "jars"
    maven.fetched("an engine", pom, tmp_path / "jars")
    assert fetches == ["an engine"]


def test_another_pom_is_fetched_anew(pom: Path, fetches: list[str], tmp_path: Path) -> None:
    maven.fetched("an engine", pom, tmp_path / "jars")
    pom.write_text("<project><version>2</version></project>")
    maven.fetched("an engine", pom, tmp_path / "jars")
    assert len(fetches) == 2


def test_a_missing_program_is_named_with_the_way_to_install_it(
    pom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda program: None if program == "mvn" else "/usr/bin/java")
    with pytest.raises(Problem, match=r"OpenSearch needs mvn on the PATH(.|\n)*apt-get install(.|\n)*brew install"):
        maven.fetched("OpenSearch", pom, tmp_path / "jars")


def test_a_fetch_that_fails_is_tried_again_and_then_told(
    pom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "java").touch(mode=0o755)
    (programs / "mvn").write_text(f"#!/bin/sh\necho tried >>{tmp_path}/tries\necho 'no route to host'\nexit 1\n")
    (programs / "mvn").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/bin:/usr/bin")
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(Problem, match=r"in 3 tries(.|\n)*no route to host"):
        maven.fetched("OpenSearch", pom, tmp_path / "jars")
    assert (tmp_path / "tries").read_text().splitlines() == ["tried"] * 3
    assert not (tmp_path / "jars").exists()
