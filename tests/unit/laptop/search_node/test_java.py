from pathlib import Path

import pytest

from scripts.laptop.problem import Problem
from scripts.laptop.search_node.java import suitable_java


def java(folder: Path, version: str, code: int = 0) -> Path:
    """A home of a Java that says of itself which one it is."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\necho "    java.specification.version = {version}" >&2\nexit {code}\n')
    program.chmod(0o755)
    return folder


def test_the_java_of_the_path_is_taken(tmp_path: Path) -> None:
    home = java(tmp_path, "17")
    assert suitable_java({"PATH": str(home / "bin")}) == home / "bin" / "java"


def test_the_one_that_was_named_comes_first(tmp_path: Path) -> None:
    named, on_path = java(tmp_path / "named", "21"), java(tmp_path / "path", "17")
    found = suitable_java({"JAVA_HOME": str(named), "PATH": str(on_path / "bin")})
    assert found == named / "bin" / "java"


def test_one_that_is_too_new_is_passed_over(tmp_path: Path) -> None:
    """Java 24 took away the security manager."""
    named, on_path = java(tmp_path / "named", "25"), java(tmp_path / "path", "17")
    found = suitable_java({"JAVA_HOME": str(named), "PATH": str(on_path / "bin")})
    assert found == on_path / "bin" / "java"


@pytest.mark.parametrize(
    ("version", "fits"), [("1.8", False), ("16", False), ("17", True), ("23", True), ("24", False)]
)
def test_the_limits(tmp_path: Path, version: str, fits: bool) -> None:
    home = java(tmp_path, version)
    try:
        suitable_java({"PATH": str(home / "bin")})
    except Problem:
        assert not fits
    else:
        assert fits


def test_what_was_found_and_what_to_install_is_told(tmp_path: Path) -> None:
    named, on_path = java(tmp_path / "named", "25"), java(tmp_path / "path", "17", code=1)
    with pytest.raises(Problem) as told:
        suitable_java({"JAVA_HOME": str(named), "PATH": str(on_path / "bin")})
    text = str(told.value)
    assert "needs Java 17 to 23" in text
    assert f"{named / 'bin' / 'java'}: Java 25" in text
    assert f"{on_path / 'bin' / 'java'}: does not run" in text
    assert "apt-get install openjdk-17-jre-headless" in text


def test_without_any_java_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="none was found"):
        suitable_java({"PATH": str(tmp_path)})
