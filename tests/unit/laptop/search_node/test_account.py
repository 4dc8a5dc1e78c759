from pathlib import Path

import pytest

from scripts.laptop.problem import Problem
from scripts.laptop.search_node import account as accounts
from scripts.laptop.search_node.account import account, brought_within_reach, within_reach


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """We are root, and this is the folder in whose stead others are taken."""
    stead = tmp_path / "stead"
    stead.mkdir()
    monkeypatch.setattr(accounts, "_KEPT_OVER_A_RESTART", stead)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    return stead


def test_an_ordinary_user_runs_the_node_and_keeps_its_data_where_it_was_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert account().is_ours
    assert within_reach(tmp_path / "closed" / "search") == tmp_path / "closed" / "search"


def test_root_runs_it_as_nobody(as_root: Path) -> None:
    assert account().user != 0
    assert not account().is_ours


def test_root_keeps_its_data_elsewhere_where_nobody_may_not_pass(as_root: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    found = within_reach(tmp_path / "place" / "search")
    assert (found.parent.parent, found.name) == (as_root, "search")
    assert within_reach(tmp_path / "other" / "search") != found


def test_to_look_makes_nothing(as_root: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    within_reach(tmp_path / "place" / "search")
    assert [file.name for file in tmp_path.rglob("*")] == [as_root.name]


def test_a_folder_that_somebody_else_has_made_there_is_not_taken(as_root: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    within_reach(tmp_path / "place" / "search").parent.symlink_to(theirs)
    with pytest.raises(Problem, match="belongs to somebody else"):
        brought_within_reach(tmp_path / "place" / "search")
