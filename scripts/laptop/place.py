"""Where one stack keeps everything that it writes, and the address that it answers on."""

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TOOLS = PROJECT / ".venv-tools" / "bin"
LOOPBACK = "127.0.0.1"
REGION = "us-east-1"  # MiniStack's own default; no resource leaves this computer
STACK_NAME = "lodgestory-tickets-local"


@dataclass(frozen=True)
class Place:
    """One stack's folder and port. Removing `root` removes the stack and all of its data."""

    root: Path
    port: int
    stack_name: str = STACK_NAME

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def mailbox_url(self) -> str:
        return f"{self.endpoint}/_ministack/ses/messages"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def objects(self) -> Path:
        return self.root / "s3"

    @property
    def search(self) -> Path:
        """The home of the search node: its settings and its index."""
        return self.root / "search"

    @property
    def search_note(self) -> Path:
        """Which of the emulator's states the index was written beside."""
        return self.root / "search-run.txt"

    @property
    def scratch(self) -> Path:
        """TMPDIR of the emulator: unpacked functions; emptied at every start."""
        return self.root / "tmp"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def lock_file(self) -> Path:
        return self.root / "run.lock"

    @property
    def stack_file(self) -> Path:
        return self.root / "stack.json"

    @property
    def demonstration_file(self) -> Path:
        """The demonstration keys, which can be read only when they are made."""
        return self.root / "demonstration.json"

    def make_folders(self) -> None:
        for folder in (self.root, self.state, self.objects, self.scratch, self.home, self.logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def laptop_place(port: int) -> Place:
    """The place of `make run`: the project's `.local`."""
    return Place(root=PROJECT / ".local", port=port)


def builds_folder() -> Path:
    """Built functions, one folder per content; shared by `make run`, `make invoke` and the tests."""
    return PROJECT / ".local" / "build"
