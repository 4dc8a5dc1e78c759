import json
from datetime import UTC

from scripts.laptop.log_format import lines_of

AT = 1_772_403_005_123  # 2026-03-01 22:10:05 UTC


def shown(message: str) -> list[str]:
    return lines_of("Notifier", AT, message, UTC)


def record(**more: object) -> str:
    plumbing = {"timestamp": "…", "location": "handle:41", "service": "notifier", "cold_start": True}
    return json.dumps({"level": "INFO", "message": "mail", **plumbing, **more})


def test_a_record_is_one_line_of_time_function_level_message_and_facts() -> None:
    assert shown(record(ticket_id="tkt_1", version=2)) == [
        "22:10:05  Notifier        INFO     mail  ticket_id=tkt_1  version=2"
    ]


def test_facts_with_spaces_or_structure_stay_readable_as_json() -> None:
    (line,) = shown(record(reason="not now", ids=["a", "b"], missing=None))
    assert line.endswith('mail  reason="not now"  ids=["a", "b"]  missing=null')


def test_an_exception_follows_its_record_indented() -> None:
    lines = shown(record(exception="Traceback\n  File …\nValueError: x", exception_name="ValueError"))
    assert lines[1:] == ["    Traceback", "      File …", "    ValueError: x"]


def test_the_platforms_own_records_are_left_out() -> None:
    for text in ("START RequestId: 1 Version: $LATEST", "END RequestId: 1", "REPORT RequestId: 1 Duration: 3 ms", "\n"):
        assert shown(text) == []


def test_plain_text_is_shown_as_it_is_and_its_continuation_indented() -> None:
    assert shown("Task timed out") == ["22:10:05  Notifier                 Task timed out"]
    assert shown("  File x.py, line 3") == ["      File x.py, line 3"]


def test_text_that_only_looks_like_json_is_shown_as_text() -> None:
    assert shown("{broken") == ["22:10:05  Notifier                 {broken"]
    assert shown('{"a": 1}') == ['22:10:05  Notifier                 {"a": 1}']
