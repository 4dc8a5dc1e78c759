"""Which transactions of a request carry which tickets: as few of them as can be, and as few marks."""

import pytest

from ticketing.domain.bulk import Shares, Step, shares

ROOM = 98
"""Of a transaction that commits: 100 writes without the bulk action's own record and that of the answer."""
BEFORE = 99


def steps(number: int) -> tuple[Step, ...]:
    return tuple(Step(f"tkt_{nth}", 1, "mem_ana", None, is_expected=False) for nth in range(number))


def sizes(parts: Shares) -> tuple[list[int], int, int]:
    return [len(some) for some in parts.before], len(parts.marked), len(parts.changed)


@pytest.mark.parametrize(
    ("number", "before", "marked", "changed"),
    [
        (1, [], 0, 1),
        (49, [], 0, 49),
        (50, [], 2, 48),
        (60, [], 22, 38),
        (97, [], 96, 1),
        (98, [], 98, 0),
        (99, [50], 0, 49),
        (100, [51], 0, 49),
        (197, [99], 98, 0),
        (198, [99, 50], 0, 49),
        (1_000, [99] * 9 + [60], 0, 49),
    ],
)
def test_the_transaction_that_commits_changes_whatever_it_has_room_for(
    number: int, before: list[int], marked: int, changed: int
) -> None:
    assert sizes(shares(steps(number), ROOM, before=BEFORE)) == (before, marked, changed)


@pytest.mark.parametrize(
    ("number", "before", "marked", "changed"),
    [(32, [], 0, 32), (33, [], 1, 32), (49, [], 49, 0), (50, [18], 0, 32), (100, [49, 19], 0, 32)],
)
def test_a_ticket_that_comes_back_takes_a_write_more_for_its_chat(
    number: int, before: list[int], marked: int, changed: int
) -> None:
    assert sizes(shares(steps(number), ROOM, before=BEFORE, more=1)) == (before, marked, changed)


def test_every_ticket_is_in_one_transaction_and_none_is_too_large() -> None:
    cases = 0
    for number in range(1, 130):
        for room in range(3, 20):
            for more in (0, 1):
                cases += 1
                wanted = steps(number)
                parts = shares(wanted, room, before=room + 1, more=more)
                assert (*(step for some in parts.before for step in some), *parts.marked, *parts.changed) == wanted
                assert all(0 < len(some) * (1 + more) <= room + 1 for some in parts.before)
                assert len(parts.marked) * (1 + more) + len(parts.changed) * (2 + more) <= room
                # As few transactions as if the last one only marked, which has room for most tickets so.
                fewest = -(-max(0, number - room // (1 + more)) // ((room + 1) // (1 + more)))
                assert len(parts.before) == fewest
    print(f"{cases:,} cases")
