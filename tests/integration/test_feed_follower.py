"""Whoever follows the feed by the guide's own function holds in the end exactly what the table shows.

`LODGESTORY_SEED` draws other courses, `LODGESTORY_COURSES` more of them; both are printed:

    LODGESTORY_SEED=7 LODGESTORY_COURSES=5000 .venv/bin/pytest -s tests/integration/test_feed_follower.py
"""

import os

import pytest

from tests.integration.aws import Aws
from tests.integration.feed_play import Course, played

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
COURSES = int(os.environ.get("LODGESTORY_COURSES", "208"))
ROWS = 8
"""They are played side by side, if there are processors."""


@pytest.mark.parametrize("row", range(ROWS))
def test_the_copy_of_a_follower_is_the_table_whatever_happens(aws: Aws, row: int) -> None:
    numbers = range(row, COURSES, ROWS)
    counts = played(aws, Course, numbers, SEED)
    happened = ("bulk actions", "gone", "restored", "indexer's deaths", "indexer's rivals", "follower's ends")
    assert counts["moves between pages"]
    assert all(counts[one] for one in happened) or len(numbers) < 20, "few courses may lack some of it"
