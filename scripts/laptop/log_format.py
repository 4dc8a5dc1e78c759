"""One CloudWatch record of a function as one readable line: time, function, level, message, facts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

# What every record carries and nobody reads on a laptop; the log file of the emulator has it all.
_PLUMBING = frozenset(
    {
        *("timestamp", "level", "location", "message", "service", "sampling_rate", "cold_start"),
        *("function_name", "function_memory_size", "function_arn", "function_request_id", "xray_trace_id"),
        *("exception", "exception_name", "stack_trace"),
    }
)
_PLATFORM = ("START RequestId:", "END RequestId:", "REPORT RequestId:", "INIT_START ", "EXTENSION ")
_NAME_WIDTH = 14


def lines_of(function: str, at_ms: int, message: str, zone: tzinfo | None = None) -> list[str]:
    """The lines to show; none for the platform's own records. `zone`: None means this computer's."""
    text = message.rstrip()
    if not text or text.startswith(_PLATFORM):
        return []
    time = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).strftime("%H:%M:%S")
    start = f"{time}  {function:<{_NAME_WIDTH}}"
    record = _record(text)
    if record is None:
        first, *more = text.splitlines()
        opening = f"{start}  {'':<7}  {first}" if not first[:1].isspace() else f"    {first}"
        return [opening, *(f"    {line}" for line in more)]
    level = str(record.get("level", ""))
    facts = "  ".join(f"{name}={_fact(value)}" for name, value in record.items() if name not in _PLUMBING)
    line = f"{start}  {level:<7}  {_text(record.get('message', ''))}  {facts}".rstrip()
    return [line, *(f"    {part}" for part in str(record.get("exception", "")).splitlines())]


def _record(text: str) -> Mapping[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        record = json.loads(text)
    except json.JSONDecodeError:
        return None
    return record if isinstance(record, dict) and ("message" in record or "level" in record) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fact(value: Any) -> str:
    text = _text(value)
    return json.dumps(text, ensure_ascii=False) if " " in text and isinstance(value, str) else text
