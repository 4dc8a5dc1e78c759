"""The sweep of bulk actions on DynamoDB Local, whose transactions are AWS's own code."""

import os
from collections.abc import Iterator

import pytest

from tests.bulk_sweep.floor import ACTIONS, PATHS, Floor
from tests.bulk_sweep.sweep import Sweep
from tests.engines.engines import EngineMissing, dynamodb_local
from tests.fakes.faults import Faults
from ticketing.domain.bulk import BulkAction
from ticketing.store.table import Table

IS_REQUIRED = os.environ.get("ENGINES") == "required"


@pytest.fixture(scope="module")
def floor_and_faults() -> Iterator[tuple[Floor, Faults]]:
    try:
        with dynamodb_local() as make_lab:
            lab = make_lab()
            faults = Faults(lab.client)
            with faults.watching():
                floor = Floor(Table(lab.client, lab.table, sleep=lambda _: None))
            yield floor, faults
    except EngineMissing as missing:
        if IS_REQUIRED:
            pytest.fail(str(missing))
        pytest.skip(f"NOT TESTED: {missing}")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.kind} {action.value}")
def test_a_disturbed_bulk_action_is_done_on_all_of_its_tickets_or_on_none(
    floor_and_faults: tuple[Floor, Faults], path: str, action: BulkAction, capsys: pytest.CaptureFixture[str]
) -> None:
    swept = Sweep(*floor_and_faults, path, action).run()
    with capsys.disabled():
        print(f"\n{path}, {action.kind}: {swept}")
    swept.check(path)
