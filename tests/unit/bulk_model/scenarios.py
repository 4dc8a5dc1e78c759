"""The scenarios that are walked. The small ones together take every step of the protocol."""

from tests.unit.bulk_model.scenario import Bulk, Kind, PassersBy, Scenario

NATIVE, ONE = Kind.NATIVE, Kind.ONE_TRANSACTION_COMMITS
A_TWICE = Bulk("A", (0, 1), workers=2)
A_IS_A_DELETION = frozenset({"A"})

SMALL = (
    Scenario("delivered twice, a rival", (A_TWICE, Bulk("B", (1,)))),
    Scenario("a writer and a rival", (Bulk("A", (0, 1)), Bulk("B", (1, 2))), writes=1),
    Scenario("all three kinds", (Bulk("N", (0, 1), NATIVE), Bulk("M", (0, 1), ONE), Bulk("A", (0, 1)))),
    Scenario("requests sent again", (Bulk("N", (0, 1), NATIVE, 2), Bulk("M", (0, 1), ONE, 2)), writes=1),
    Scenario("slow settlers", (A_TWICE,), writes=0, passers_by=PassersBy.SLOW),
    Scenario("records removed", (A_TWICE, Bulk("M", (0, 1), ONE)), removes=True),
    Scenario("purged and restored", (A_TWICE, Bulk("R", (0, 1), ONE)), attempts=1, deletes=A_IS_A_DELETION),
    Scenario(
        "purged beside a slow settler",
        (Bulk("A", (0, 1)), Bulk("R", (0, 1), ONE)),
        attempts=1,
        passers_by=PassersBy.SLOW,
        deletes=A_IS_A_DELETION,
    ),
    Scenario("undone", (Bulk("A", (0, 1)), Bulk("U", (0, 1), undoes=0)), writes=1),
    Scenario("judged again", (Bulk("A", (0, 1), workers=2, judges_again=True), Bulk("N", (0,), NATIVE)), writes=0),
    Scenario("nobody passes by", (A_TWICE,), writes=0, passers_by=PassersBy.NONE, removes=True),
)

LARGE = (
    Scenario("three attempts", (Bulk("A", (0, 1, 2), workers=2),), attempts=3, writes=1),
    Scenario("three rivals", (Bulk("A", (0, 1)), Bulk("B", (1, 2)), Bulk("C", (2, 0)))),
    Scenario("delivered twice, a rival, a writer", (A_TWICE, Bulk("B", (1, 2))), writes=1),
    Scenario("slow settlers of two", (A_TWICE, Bulk("M", (0, 1), ONE)), passers_by=PassersBy.SLOW, removes=True),
    Scenario(
        "all at once",
        (Bulk("A", (0, 1), judges_again=True), Bulk("N", (0, 1), NATIVE), Bulk("M", (1,), ONE)),
        writes=0,
        removes=True,
        deletes=A_IS_A_DELETION,
    ),
)


def scenario(name: str) -> Scenario:
    return next(each for each in (*SMALL, *LARGE) if each.name == name)
