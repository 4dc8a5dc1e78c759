"""Whatever goes wrong at whichever store call of a bulk action, and whoever comes by then: all or nothing."""

import pytest

from scripts.admin.connection import Connection
from tests.bulk_sweep.floor import ACTIONS, PATHS, Floor
from tests.bulk_sweep.sweep import Sweep
from tests.e2e.conftest import RunningStack
from tests.fakes.faults import Faults
from ticketing.domain.bulk import BulkAction
from ticketing.store.table import Table


@pytest.fixture(scope="module")
def floor_and_faults(stack: RunningStack) -> tuple[Floor, Faults]:
    client = Connection.choose(stack.place.stack_name, stack.endpoint, None, {}).client("dynamodb")
    faults = Faults(client)
    with faults.watching():
        return Floor(Table(client, stack.table_name, sleep=lambda _: None)), faults


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.kind} {action.value}")
def test_a_disturbed_bulk_action_is_done_on_all_of_its_tickets_or_on_none(
    floor_and_faults: tuple[Floor, Faults], path: str, action: BulkAction, capsys: pytest.CaptureFixture[str]
) -> None:
    swept = Sweep(*floor_and_faults, path, action).run()
    with capsys.disabled():
        print(f"\n{path}, {action.kind}: {swept}")
    swept.check(path)
