import json
from typing import Any

import pytest

from scripts.bench.finding import Answer, read


def _answered(body: Any, status: int = 200) -> dict[str, Any]:
    return {"statusCode": status, "body": body if isinstance(body, str) else json.dumps(body)}


def _page(**more: Any) -> dict[str, Any]:
    return {"data": [{}, {}], "next_cursor": "on", "freshness": {"scanned": 104}, **more}


def test_a_page_tells_its_rows_what_was_read_and_where_to_go_on() -> None:
    assert read(_answered(_page()), 0.5) == Answer(found=2, scanned=104, cursor="on", seconds=0.5)


def test_counts_are_of_the_whole_list_and_are_asked_for_once() -> None:
    body = _page(total=1_700, facets={"scanned": 20_000})
    assert read(_answered(body), 0.5) == Answer(found=1_700, scanned=20_000, cursor=None, seconds=0.5)


def test_a_report_comes_in_parts() -> None:
    body = {"by_age": [], "total": 12, "scanned": 20_000, "next_cursor": "on"}
    assert read(_answered(body), 0.5) == Answer(found=12, scanned=20_000, cursor="on", seconds=0.5)


def test_a_file_has_a_line_of_names_and_one_for_each_ticket() -> None:
    assert read(_answered("\ufeffnumber,id\r\n2,b\r\n1,a\r\n"), 0.5).found == 2


def test_a_refused_file_finds_nothing() -> None:
    assert read(_answered({"code": "too_many_rows"}, 422), 0.5).found == 0


def test_whatever_else_is_answered_ends_the_benchmark() -> None:
    with pytest.raises(SystemExit, match="503"):
        read(_answered({"code": "busy"}, 503), 0.5)
