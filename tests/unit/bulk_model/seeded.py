"""Where each mistake does harm, and which invariant says so: the first of the violations that the walk meets."""

from typing import NamedTuple

from tests.unit.bulk_model.invariants import Invariant
from tests.unit.bulk_model.mistakes import Mistake
from tests.unit.bulk_model.scenario import Scenario
from tests.unit.bulk_model.scenarios import scenario


class Seeded(NamedTuple):
    scenario: Scenario
    breaks: Invariant
    beside: Mistake | None = None
    """Another mistake, without which this one does no harm: another condition stands in for the one that it lacks."""


SEEDED = {
    Mistake.PREPARE_WITHOUT_VERSION: Seeded(scenario("a writer and a rival"), Invariant.JUDGED),
    Mistake.PREPARE_OVER_A_MARK: Seeded(scenario("delivered twice, a rival"), Invariant.ALL),
    Mistake.PREPARE_OVER_ITS_OWN: Seeded(
        scenario("delivered twice, a rival"), Invariant.ALL, Mistake.PREPARE_WITHOUT_RECORD
    ),
    Mistake.PREPARE_CHANGES: Seeded(scenario("delivered twice, a rival"), Invariant.NONE),
    Mistake.PREPARE_WITHOUT_RECORD: Seeded(scenario("nobody passes by"), Invariant.NO_MARK),
    Mistake.JUDGED_APART: Seeded(scenario("judged again"), Invariant.ALL),
    Mistake.JUDGED_TWICE: Seeded(scenario("judged again"), Invariant.SPARED),
    Mistake.SPARED_AS_PLANNED: Seeded(scenario("left out"), Invariant.NONE),
    Mistake.PLAN_KEPT: Seeded(scenario("judged again"), Invariant.SPARED),
    Mistake.BEGIN_WITHOUT_QUEUED: Seeded(scenario("delivered twice, a rival"), Invariant.OUTCOME),
    Mistake.OWN_MARK_BLOCKS: Seeded(scenario("left out"), Invariant.ITSELF),
    Mistake.MARK_WITHOUT_ATTEMPT: Seeded(scenario("slow settlers"), Invariant.ALL),
    Mistake.OLD_MARK_COUNTS: Seeded(scenario("delivered twice, a rival"), Invariant.ALL),
    Mistake.COMMIT_WITHOUT_CONDITION: Seeded(scenario("delivered twice, a rival"), Invariant.ALL),
    Mistake.COMMIT_WITHOUT_ATTEMPT: Seeded(scenario("delivered twice, a rival"), Invariant.ALL),
    Mistake.ABORTED_ATTEMPT_REVIVED: Seeded(scenario("delivered twice, a rival"), Invariant.ALL),
    Mistake.REFUSAL_WITHOUT_CONDITION: Seeded(scenario("delivered twice, a rival"), Invariant.OUTCOME),
    Mistake.FAILED_IS_TRIED_AGAIN: Seeded(scenario("delivered twice, a rival"), Invariant.OUTCOME),
    Mistake.GIVES_UP_SILENTLY: Seeded(scenario("slow settlers"), Invariant.NO_RECORD),
    Mistake.APPLY_WITHOUT_MARK: Seeded(scenario("delivered twice, a rival"), Invariant.ONCE),
    Mistake.APPLY_RECREATES_PURGED: Seeded(scenario("purged and restored"), Invariant.PURGED),
    Mistake.EVENT_APART: Seeded(scenario("slow settlers"), Invariant.EVENTS),
    Mistake.RELEASE_WITHOUT_CONDITION: Seeded(scenario("slow settlers"), Invariant.ALL),
    Mistake.RELEASE_PUTS_BACK: Seeded(scenario("slow settlers"), Invariant.ACKNOWLEDGED),
    Mistake.RECORD_READ_LATE: Seeded(scenario("purged beside a slow settler"), Invariant.ALL),
    Mistake.PREPARING_MARK_RELEASED: Seeded(scenario("a writer and a rival"), Invariant.ALL),
    Mistake.COMMITTED_MARK_RELEASED: Seeded(scenario("three kinds"), Invariant.ALL),
    Mistake.RECORD_REMOVED_WITHOUT_CHECK: Seeded(
        scenario("records removed"), Invariant.ALL, Mistake.DONE_WITHOUT_APPLYING
    ),
    Mistake.DONE_WITHOUT_APPLYING: Seeded(scenario("nobody passes by"), Invariant.CLEAN),
    Mistake.DONE_WITHOUT_CONDITION: Seeded(scenario("nobody passes by"), Invariant.OUTCOME),
    Mistake.JANITOR_RELEASES_EVERYTHING: Seeded(scenario("given up"), Invariant.ALL),
    Mistake.NATIVE_IGNORES_MARKS: Seeded(scenario("three kinds"), Invariant.GROWS),
    Mistake.COMMIT_CHANGES_MARKED: Seeded(scenario("a request that changes some at once"), Invariant.GROWS),
    Mistake.COMMIT_CHANGES_WITHOUT_VERSION: Seeded(scenario("a request that changes some at once"), Invariant.JUDGED),
    Mistake.TRANSACTION_WITHOUT_VERSIONS: Seeded(scenario("small requests sent again"), Invariant.JUDGED),
    Mistake.REQUEST_WITHOUT_COMPANION: Seeded(scenario("small requests sent again"), Invariant.ONCE),
    Mistake.UNKNOWN_IS_NOTHING: Seeded(scenario("a request"), Invariant.HONEST),
    Mistake.CLEARED_WITHOUT_ABORT: Seeded(scenario("two requests"), Invariant.ALL),
    Mistake.CLEARED_WITHOUT_RECORD: Seeded(scenario("a request"), Invariant.NO_MARK),
    Mistake.FAILED_BEFORE_RELEASE: Seeded(scenario("a request"), Invariant.NO_MARK),
    Mistake.RELEASE_UNANSWERED: Seeded(scenario("a request"), Invariant.NO_MARK),
    Mistake.WRITER_IGNORES_MARKS: Seeded(scenario("a writer and a rival"), Invariant.GROWS),
    Mistake.WRITER_WITHOUT_VERSION: Seeded(scenario("a writer and a rival"), Invariant.VERSION),
    Mistake.JUDGED_WHEN_PLANNED: Seeded(scenario("purged and restored"), Invariant.EVENTS),
    Mistake.PURGE_IGNORES_MARKS: Seeded(scenario("purged and restored"), Invariant.EVENTS),
}
