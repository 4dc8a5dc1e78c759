"""Continuous integration installs the programs that spreadsheets are tested by, and nothing where they are."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_STANDARD = ("bash", "env", "cat")


def run(tmp_path: Path, *programs: str, user: int = 0) -> tuple[int, list[str]]:
    """How the script ends, and what it asked apt-get for, where there are these programs alone."""
    asked = tmp_path / "asked"
    asked.touch()
    path = tmp_path / "bin"
    path.mkdir()
    for name in _STANDARD:
        (path / name).symlink_to(next(one for one in (Path("/bin") / name, Path("/usr/bin") / name) if one.exists()))
    does = {"apt-get": f'echo "$@" >> {asked}', "sudo": 'shift; exec "$@"', "id": f"echo {user}"}
    for name in ("id", *programs):
        (path / name).write_text(f"#!{path}/bash\n{does.get(name, '')}\n")
        (path / name).chmod(0o755)
    done = subprocess.run([str(ROOT / ".ci/programs")], env={"PATH": str(path)}, check=False, capture_output=True)  # noqa: S603 (our own)
    return done.returncode, asked.read_text().splitlines()


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ((), "libreoffice-calc-nogui sqlite3"),
        (("sqlite3",), "libreoffice-calc-nogui"),
        (("soffice",), "sqlite3"),
    ],
)
@pytest.mark.parametrize("user", [0, 1000])
def test_what_is_missing_is_installed_and_no_more(
    tmp_path: Path, there: tuple[str, ...], missing: str, user: int
) -> None:
    code, asked = run(tmp_path, "apt-get", "sudo", *there, user=user)
    patient = "--option Acquire::Retries=3 --quiet"
    installed = f"{patient} --yes --no-install-recommends install {missing}"
    assert (code, asked) == (0, [f"{patient} update", installed])


def test_nothing_is_asked_for_where_all_is_there(tmp_path: Path) -> None:
    assert run(tmp_path, "apt-get", "soffice", "sqlite3") == (0, [])


def test_where_it_cannot_be_installed_it_fails_and_says_so(tmp_path: Path) -> None:
    code, asked = run(tmp_path)
    assert (code != 0, asked) == (True, [])


def test_ci_insists_on_them_and_a_persons_make_does_not() -> None:
    run_by_ci = (ROOT / ".ci/run").read_text()
    assert ".ci/programs" in run_by_ci
    assert "SPREADSHEETS=required" in run_by_ci
    made = [line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("\t")]
    assert not any("apt-get" in line or "SPREADSHEETS" in line for line in made)
    assert os.access(ROOT / ".ci/programs", os.X_OK)
