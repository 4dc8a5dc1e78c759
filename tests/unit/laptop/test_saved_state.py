import json
from pathlib import Path

from scripts.laptop.saved_state import forget_stream_positions


def test_only_the_positions_in_the_stream_are_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "lambda.json"
    saved = {"__ministack_format__": 2, "payload": {"functions": {"f": 1}, "dynamodb_stream_positions": {"data": 9}}}
    file.write_text(json.dumps(saved))
    forget_stream_positions(tmp_path)
    left = json.loads(file.read_text())
    assert left["payload"].pop("dynamodb_stream_positions")["data"] == {}
    assert left == {"__ministack_format__": 2, "payload": {"functions": {"f": 1}}}


def test_a_missing_or_strange_state_is_left_alone(tmp_path: Path) -> None:
    forget_stream_positions(tmp_path)
    (tmp_path / "lambda.json").write_text("[]")
    forget_stream_positions(tmp_path)
    assert (tmp_path / "lambda.json").read_text() == "[]"
