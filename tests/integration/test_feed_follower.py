"""Whoever follows the feed by the guide's own function holds in the end exactly what the table shows.

`LODGESTORY_SEED` draws other courses, `LODGESTORY_COURSES` more of them; both are printed:

    LODGESTORY_SEED=7 LODGESTORY_COURSES=5000 .venv/bin/pytest -s tests/integration/test_feed_follower.py
"""

import os
from collections import Counter
from random import Random

import pytest

from tests.integration.aws import Aws
from tests.integration.bulk_stage import Stage
from tests.integration.feed_play import Course

SEED = int(os.environ.get("LODGESTORY_SEED", "20260301"))
COURSES = int(os.environ.get("LODGESTORY_COURSES", "208"))
ROWS = 8
"""They are played side by side, if there are processors."""


@pytest.mark.parametrize("row", range(ROWS))
def test_the_copy_of_a_follower_is_the_table_whatever_happens(aws: Aws, row: int) -> None:
    stage, counts = Stage(aws), Counter[str]()
    numbers = range(row, COURSES, ROWS)
    for number in numbers:
        dice = Random(SEED * 1_000_000 + number)  # noqa: S311 (no secret)
        course = Course(stage, dice, counts)
        try:
            course.run(dice.randint(4, 16))
        except AssertionError:
            print(f"course {number} of seed {SEED}")
            raise
        counts.update({f"indexer's {name}": count for name, count in course.indexer.counts.items()})
        counts.update({f"follower's {name}": count for name, count in course.follower.counts.items()})
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    print(f"seed {SEED}, row {row}: {len(numbers)} courses; {told}")
    assert counts["comparisons"] == 2 * len(numbers)
    happened = ("bulk actions", "gone", "restored", "indexer's deaths", "indexer's rivals", "follower's ends")
    assert all(counts[one] for one in happened) or len(numbers) < 20, "few courses may lack some of it"
