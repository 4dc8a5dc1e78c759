"""OpenSearch refuses to run as root. For root, who is common in containers, it is started as the account `nobody`."""

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from scripts.laptop.problem import Problem

_ANYBODY_MAY_PASS = 0o001
_KEPT_OVER_A_RESTART = Path("/var/tmp")  # noqa: S108 (only root writes there, into a folder that is its own)


@dataclass(frozen=True)
class Account:
    """Who runs the node: `nobody` for root, and otherwise whoever we are."""

    user: int
    group: int

    @property
    def is_ours(self) -> bool:
        return self.user == os.geteuid()

    def give(self, folder: Path) -> None:
        """Make the folder, with what is missing above it, for the account alone."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if not self.is_ours:
            os.chown(folder, self.user, self.group)


def account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def within_reach(folder: Path) -> Path:
    """The folder itself, or for root one in its stead, where `nobody` may not pass through the folders above it."""
    home = folder.parent
    if os.geteuid() != 0 or all(_may_be_passed(above) for above in home.parents):
        return folder
    name = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    return _KEPT_OVER_A_RESTART / f"lodgestory-tickets-{name}" / folder.name


def brought_within_reach(folder: Path) -> Path:
    """The same, with all above it made and opened. Problem if somebody else has made one in its stead."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    reached = within_reach(folder)
    if os.geteuid() != 0:
        return reached
    if reached == folder:
        folder.parent.chmod(folder.parent.stat().st_mode | _ANYBODY_MAY_PASS)  # not: see what is in it
    else:
        _make_for_root(reached.parent)
    return reached


def _may_be_passed(folder: Path) -> bool:
    return not folder.exists() or bool(folder.stat().st_mode & _ANYBODY_MAY_PASS)


def _make_for_root(folder: Path) -> None:
    """Anybody may make a folder of this name there before us: only one that root has made is taken."""
    folder.mkdir(exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != 0:
        message = f"{folder} belongs to somebody else: remove it, or run this as another user than root."
        raise Problem(message)
    folder.chmod(0o755)
