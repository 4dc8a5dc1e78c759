"""A logger that remembers: what a function would have written, as text to search in."""

from typing import Any


class Log:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def info(self, msg: str, *_: Any, extra: dict[str, Any]) -> None:
        self.lines.append(("info", msg, extra))

    def warning(self, msg: str, *_: Any, extra: dict[str, Any]) -> None:
        self.lines.append(("warning", msg, extra))

    def error(self, msg: str, *_: Any, extra: dict[str, Any]) -> None:
        self.lines.append(("error", msg, extra))

    def text(self) -> str:
        return "\n".join(map(str, self.lines))
