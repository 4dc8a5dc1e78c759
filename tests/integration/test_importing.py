"""Tickets that are brought in, and the numbers that go on after them."""

from dataclasses import replace

from tests.builders import ORGANISATION, a_creation
from tests.integration.aws import Aws
from ticketing.domain.ticket import Change
from ticketing.store import keys, tickets
from ticketing.store.importing import import_tickets


def histories(*numbers: int) -> list[list[Change]]:
    return [[a_change(number, f"tkt_{number:016d}")] for number in numbers]


def a_change(number: int, ticket_id: str) -> Change:
    creation = a_creation(number=number, id=ticket_id)
    return replace(creation, event=replace(creation.event, ticket_id=ticket_id))


def test_the_next_ticket_goes_on_after_the_highest_number(aws: Aws) -> None:
    assert import_tickets(aws.table, ORGANISATION, histories(7, 40, 8)) == 3
    assert tickets.next_number(aws.table, ORGANISATION) == 41


def test_an_import_never_sets_the_numbers_back(aws: Aws) -> None:
    import_tickets(aws.table, ORGANISATION, histories(40))
    import_tickets(aws.table, ORGANISATION, histories(3))
    assert tickets.next_number(aws.table, ORGANISATION) == 41


def test_an_empty_import_touches_nothing(aws: Aws) -> None:
    assert import_tickets(aws.table, ORGANISATION, []) == 0
    assert aws.table.get(keys.counter_key(ORGANISATION)) is None


def test_the_counter_names_its_organisation_whoever_made_it(aws: Aws) -> None:
    tickets.next_number(aws.table, ORGANISATION)
    import_tickets(aws.table, ORGANISATION, histories(40))
    found = aws.table.get(keys.counter_key(ORGANISATION))
    assert found is not None
    assert (found[keys.ORGANISATION], found["number"]) == (ORGANISATION, 40)
