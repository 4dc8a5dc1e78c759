"""The scenarios that are walked. The small ones together take every step of the protocol."""

from dataclasses import replace

from tests.unit.bulk_model.scenario import Bulk, Kind, PassersBy, Scenario

NATIVE, ONE, INTENT = Kind.NATIVE, Kind.ONE_TRANSACTION_COMMITS, Kind.INTENT
A_TWICE = Bulk("A", (0, 1), workers=2)
A_JUDGES_AGAIN = replace(A_TWICE, judges_again=True, is_so_by="writer")
A_FILTERS = replace(A_TWICE, judges_again=True, is_filter=True)
A_DELETES = Bulk("A", (0, 1), NATIVE)
R_RESTORES = Bulk("R", (0, 1), restores=True, judges_again=True)

SMALL = (
    Scenario("delivered twice, a rival", (A_TWICE, Bulk("B", (1,)))),
    Scenario("a writer and a rival", (Bulk("A", (0, 1)), Bulk("B", (1, 2))), writes=1),
    Scenario("three kinds", (Bulk("N", (0, 1), NATIVE), Bulk("M", (0, 1), ONE), Bulk("A", (0, 1)))),
    Scenario(
        "three that change some at once",
        (Bulk("N", (0, 1), NATIVE), Bulk("M", (0, 1, 2), ONE, changes=1), Bulk("A", (1, 2))),
        attempts=1,
    ),
    Scenario(
        "a request that changes some at once",
        (Bulk("I", (0, 1, 2), INTENT, last=2, changes=1), Bulk("A", (2,))),
        writes=2,
        attempts=1,
    ),
    Scenario(
        "it changes all that are left at once",
        (Bulk("I", (0, 1), INTENT, changes=1, key="k"), Bulk("J", (1, 0), INTENT, changes=1, key="k")),
        is_late=True,
    ),
    Scenario("a request and a worker", (Bulk("I", (0, 1), INTENT), Bulk("A", (0, 1)))),
    Scenario(
        "a request",
        (Bulk("I", (0, 1, 2), INTENT), Bulk("N", (2,), NATIVE)),
        is_late=True,
        passers_by=PassersBy.NONE,
    ),
    Scenario(
        "requests sent again", (Bulk("I", (0, 1), INTENT, key="k"), Bulk("J", (0, 1), INTENT, key="k")), is_late=True
    ),
    Scenario(
        "small requests sent again",
        (Bulk("N", (0, 1), NATIVE, key="k"), Bulk("M", (0, 1), ONE, key="k")),
        writes=1,
        is_late=True,
    ),
    Scenario("two requests", (Bulk("I", (0, 1), INTENT), Bulk("J", (1, 2), INTENT)), is_late=True),
    Scenario("answers lost", (A_TWICE,), is_late=True, writes=0),
    Scenario("slow settlers", (A_TWICE,), writes=0, passers_by=PassersBy.SLOW),
    Scenario("records removed", (Bulk("A", (0, 1)), Bulk("M", (0, 1), ONE)), attempts=1, removes=True),
    Scenario("given up", (A_TWICE,), gives_up=True),
    Scenario("purged and restored", (A_DELETES, R_RESTORES), attempts=1, deletes=frozenset({"A"})),
    Scenario(
        "purged beside a slow settler",
        (Bulk("A", (0, 1)), Bulk("R", (0, 1), ONE)),
        attempts=1,
        passers_by=PassersBy.SLOW,
        deletes=frozenset({"A"}),
    ),
    Scenario("undone", (Bulk("A", (0, 1)), Bulk("U", (0, 1), undoes=0, judges_again=True)), writes=1),
    Scenario("judged again", (A_JUDGES_AGAIN, Bulk("N", (0,), NATIVE)), writes=0),
    Scenario(
        "left out",
        (A_FILTERS, Bulk("B", (0, 2))),
        attempts=1,
    ),
    Scenario("nobody passes by", (A_TWICE,), writes=0, passers_by=PassersBy.NONE, removes=True),
)

LARGE = (
    Scenario("three attempts", (Bulk("A", (0, 1, 2), workers=2),), attempts=3, writes=1),
    Scenario("three rivals", (Bulk("A", (0, 1)), Bulk("B", (1, 2)), Bulk("C", (2, 0))), attempts=1),
    Scenario("a larger last transaction", (Bulk("A", (0, 1, 2), workers=2, last=2, judges_again=True),), writes=1),
    Scenario("records removed, two attempts", (A_TWICE, Bulk("M", (0, 1), ONE)), removes=True),
    Scenario("restored by twins", (A_DELETES, replace(R_RESTORES, workers=2)), attempts=1, deletes=frozenset({"A"})),
    Scenario("left out beside a request", (A_FILTERS, Bulk("I", (0, 2), INTENT)), attempts=1),
)


def scenario(name: str) -> Scenario:
    return next(each for each in (*SMALL, *LARGE) if each.name == name)
