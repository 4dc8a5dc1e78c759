"""What was answered, counted by route and status."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

OTHER = "other methods and paths"


class Routes:
    """Names the operation of a request: the documented one, or OTHER."""

    def __init__(self, operations: Iterable[str]) -> None:
        """`operations` as the document has them: `GET /v1/tickets/{ticket_id}`."""
        # A path without parameters is none of the path beside it.
        self.names = tuple(sorted(operations, key=lambda name: (name.count("{"), name)))
        self._forms = [(name, re.compile(_form(name))) for name in self.names]

    def of(self, method: str, path: str) -> str:
        request = f"{method} {path}"
        return next((name for name, form in self._forms if form.fullmatch(request)), OTHER)


def _form(operation: str) -> str:
    return "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]+\})", operation))


@dataclass
class Tally:
    answers: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])
    """By route and status."""

    def add(self, other: "Tally") -> None:
        self.answers.update(other.answers)

    @property
    def total(self) -> int:
        return self.answers.total()

    @property
    def successes(self) -> int:
        """Answered 2xx."""
        return sum(count for (_, status), count in self.answers.items() if 200 <= status < 300)

    @property
    def faults(self) -> int:
        """Answered 5xx."""
        return sum(count for (_, status), count in self.answers.items() if status >= 500)

    @property
    def share(self) -> float:
        """Of the requests that were answered 2xx."""
        return self.successes / self.total if self.total else 0.0

    def untouched(self, routes: Iterable[str]) -> list[str]:
        """The routes that never answered 2xx."""
        done = {route for (route, status) in self.answers if 200 <= status < 300}
        return sorted(set(routes) - done)

    def table(self, routes: Iterable[str]) -> str:
        """One line a route: requests, 2xx, and every other status."""
        names = [*sorted({*routes} - {OTHER}, key=lambda name: (name.partition(" ")[2], name)), OTHER]
        width = max(map(len, names))
        lines = [f"{'route':{width}} {'requests':>9} {'2xx':>7} {'share':>6}  other statuses"]
        lines += [f"{name:{width}} {self._row(name)}" for name in names]
        summary = f"{self.total:>9,} {self.successes:>7,} {self.share:>6.1%}  5xx: {self.faults}"
        return "\n".join([*lines, f"{'all':{width}} {summary}"])

    def _row(self, name: str) -> str:
        found = {status: count for (route, status), count in sorted(self.answers.items()) if route == name}
        of_route = Tally(Counter({(name, status): count for status, count in found.items()}))
        others = " · ".join(f"{status}: {count:,}" for status, count in found.items() if not 200 <= status < 300)
        return f"{of_route.total:>9,} {of_route.successes:>7,} {of_route.share:>6.1%}  {others}"
