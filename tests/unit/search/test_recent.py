"""How far the last changes are walked, and what is late by then."""

from datetime import datetime

import pytest

from tests.builders import ORGANISATION, later
from tests.fakes.memory_table import MemoryTable
from tests.unit.store.searched_house import numbered
from ticketing.search.recent import A_STEP, MAX_LATE, Behind, Recent
from ticketing.store import items, keys
from ticketing.store.late_notes import LateNote


def a_table(instants: list[datetime]) -> MemoryTable:
    """Tickets in this order of change, the first one is number 0."""
    table = MemoryTable()
    for number, at in enumerate(instants):
        ticket = numbered(number, updated_at=at, version=2)
        table.put(keys.ticket_key(ticket.id), items.ticket_item(ticket))
    return table


def note(table: MemoryTable, number: int, since: datetime, version: int = 2) -> None:
    """Note a ticket as late."""
    table.note(LateNote(ORGANISATION, f"tkt_{number:016d}", version, since))


def walked(table: MemoryTable, late: set[int] = frozenset(), unknown: set[int] = frozenset()) -> Recent:  # type: ignore[assignment]
    """A walk to its end; of the late ones an earlier version is shown, of the unknown ones none."""
    recent = Recent(table, ORGANISATION)
    while not recent.judge(
        {id_: 1 if int(id_[4:]) in late else 2 for id_ in recent.ids if int(id_[4:]) not in unknown}
    ):
        pass
    return recent


def numbers(recent: Recent) -> set[int]:
    return {int(id_[4:]) for id_ in recent.late}


def test_what_is_late_is_found_with_the_time_of_its_change() -> None:
    recent = walked(a_table([later(seconds=number) for number in range(5)]), late={1}, unknown={3})
    assert recent.late == {f"tkt_{number:016d}": later(seconds=number) for number in (1, 3)}
    assert recent.unknown == {f"tkt_{3:016d}"}


def test_an_organisation_without_changes_has_none_late() -> None:
    assert walked(MemoryTable()).late == {}


def test_a_minute_of_indexed_changes_is_enough() -> None:
    many = [later(seconds=number) for number in range(2 * A_STEP)]
    assert walked(a_table(many)).walked == A_STEP


def test_what_is_late_behind_a_minute_counts_if_it_was_read_along() -> None:
    many = [later(minutes=10 * number) for number in range(50)]
    assert numbers(walked(a_table(many), late={0, 20})) == {0, 20}


def test_changes_of_one_second_are_walked_until_so_many_are_indexed_one_after_the_other() -> None:
    many = [later(seconds=number / 1_000) for number in range(4 * A_STEP)]
    last = len(many) - 1
    assert walked(a_table(many)).walked == A_STEP
    recent = walked(a_table(many), late={last - 10, last - A_STEP - 5})
    assert numbers(recent) == {last - 10, last - A_STEP - 5}
    assert recent.walked == 3 * A_STEP


def test_no_change_is_skipped_or_read_twice_from_step_to_step() -> None:
    many = [later(seconds=(number // 7) / 1_000) for number in range(3 * A_STEP)]
    late = {len(many) - 1 - number for number in range(0, 2 * A_STEP, 3)}
    recent = walked(a_table(many), late=late)
    assert numbers(recent) == late


def test_what_is_noted_is_found_late_however_much_has_changed_since() -> None:
    table = a_table([later(seconds=number / 1_000) for number in range(5 * A_STEP)])
    note(table, 7, later(seconds=0.004))
    recent = walked(table, late={7})
    assert recent.late == {f"tkt_{7:016d}": later(seconds=0.004)}
    assert recent.walked == 2 * A_STEP, "a note is no change of which enough are indexed"


def test_a_ticket_is_late_since_the_oldest_change_that_is_missing() -> None:
    table = a_table([later(minutes=number) for number in range(5)])
    note(table, 3, later(minutes=1))
    assert walked(table, late={3}).late == {f"tkt_{3:016d}": later(minutes=1)}


def test_a_note_of_a_version_that_is_shown_means_nothing() -> None:
    table = a_table([later(minutes=number) for number in range(5)])
    note(table, 3, later(minutes=1), version=1)
    recent = walked(table)
    assert (recent.late, recent.unknown) == ({}, set())


def test_more_notes_than_three_reads_bring_are_left_to_the_table() -> None:
    table = a_table([later(minutes=number) for number in range(5)])
    for number in range(10, 10 + MAX_LATE + 1):
        note(table, number, later(minutes=1))
    with pytest.raises(Behind):
        walked(table, unknown=set(range(10, 10 + MAX_LATE + 1)))
    assert walked(table, late=set()).late == {}


def test_too_much_is_left_to_the_table() -> None:
    many = [later(seconds=number) for number in range(2 * MAX_LATE)]
    assert len(walked(a_table(many), late=set(range(len(many) - MAX_LATE, len(many)))).late) == MAX_LATE
    with pytest.raises(Behind):
        walked(a_table(many), late=set(range(len(many) - MAX_LATE - 1, len(many))))


def test_a_walk_that_never_comes_to_rest_is_left_to_the_table() -> None:
    many = [later(seconds=number / 1_000) for number in range(8 * A_STEP)]
    with pytest.raises(Behind):
        walked(a_table(many), late=set(range(0, len(many), A_STEP // 2)))
