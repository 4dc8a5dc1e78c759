import json
from pathlib import Path

import pytest

from scripts.laptop.invoke.event import event_files, filled, read_event, values
from scripts.laptop.invoke.runtime import failed
from scripts.laptop.problem import Problem

ROOT = Path(__file__).parents[3]
FACTS = {
    "table_name": "tickets",
    "organisations": {
        "Hotel": {"id": "org_1", "keys": {"owner": "key_o", "admin": 'key_"a', "user": "key_u"}},
        "Other": {"id": "org_2", "keys": {"owner": "2", "admin": "2", "user": "2"}},
    },
}


def test_the_key_of_the_first_organisations_admin_is_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text('{"headers": {"Authorization": "Bearer ${LODGESTORY_KEY}"}, "price": "${5}"}')
    assert read_event(file, FACTS) == {"headers": {"Authorization": 'Bearer key_"a'}, "price": "${5}"}


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(Problem, match=r"LODGESTORY_MOON.*LODGESTORY_KEY"):
        filled("${LODGESTORY_MOON}", values(FACTS))


def test_a_missing_file_is_answered_with_the_sample_events(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"events/api_list_tickets\.json"):
        read_event(tmp_path / "nothing.json", FACTS)


def test_a_file_that_is_no_json_says_where(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text("{")
    with pytest.raises(Problem, match=r"is not JSON: .*line 1"):
        read_event(file, FACTS)


@pytest.mark.parametrize("name", event_files())
def test_every_sample_event_can_be_filled_in(name: str) -> None:
    assert "${LODGESTORY" not in json.dumps(read_event(ROOT / name, FACTS))


def test_lambdas_report_of_a_failure_is_one_and_an_answer_is_none() -> None:
    assert failed({"errorMessage": "x", "errorType": "ValueError"})
    assert not failed({"statusCode": 500, "body": "{}"})
    assert not failed({"batchItemFailures": []})
    assert not failed(None)
