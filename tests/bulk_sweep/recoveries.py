"""Who may come by after a bulk action was struck. Each leaves no mark on the tickets that it meets."""

from collections.abc import Callable
from datetime import timedelta

from tests.builders import ORGANISATION, an_occasion
from tests.bulk_sweep.floor import LATER, Case, Floor, planned
from ticketing.domain import ticket as rules
from ticketing.domain.bulk import BulkAction, Kind
from ticketing.domain.ticket import Change, Ticket
from ticketing.errors import TicketNotFound
from ticketing.store import bulk_protocol, bulks, keys, tickets
from ticketing.store.bulk_protocol import Sizes
from ticketing.store.table import CompanionRefused, Table, TransactionRefused

type Recovery = Callable[[Floor, Table, Case, Sizes], None]


def readers(floor: Floor, table: Table, case: Case, _: Sizes) -> None:
    """Somebody reads each ticket by its id."""
    for id_ in case.found:
        tickets.get_with_deleted(table, ORGANISATION, id_)


def janitor(floor: Floor, table: Table, case: Case, _: Sizes) -> None:
    """The janitor, a minute after the commit, and once more."""
    for minutes in (1, 2):
        bulk_protocol.come_back(table, keys.bulk_key(case.bulk.id), LATER + timedelta(minutes=minutes))


def writers(floor: Floor, table: Table, case: Case, _: Sizes) -> None:
    """Somebody else adds a remark to each ticket, if it is there."""

    def remark(ticket: Ticket) -> Change:
        return rules.add_remark(ticket, "seen to", on=an_occasion(now=LATER))

    for id_ in case.found:
        try:
            tickets.change(table, ORGANISATION, id_, remark, adds_remark=True)
        except TicketNotFound:
            continue


def rival(floor: Floor, table: Table, case: Case, sizes: Sizes) -> None:
    """Another bulk action on all of the tickets: it deletes those that live, and restores the others."""
    around = bulks.look(table, ORGANISATION, BulkAction(Kind.DELETE), list(case.found))
    for kind in (Kind.DELETE, Kind.RESTORE):
        found = {id_: one for id_, one in around.found.items() if (one.deleted_at is None) is (kind is Kind.DELETE)}
        if found:
            bulk = planned(f"{case.bulk.id}_{kind.value}", BulkAction(kind), found)
            bulk_protocol.carry_out(table, bulk, found, [], sizes)


def the_same_again(floor: Floor, table: Table, case: Case, sizes: Sizes) -> None:
    """The request comes again: it finds its record, or acts now."""
    try:
        bulk_protocol.carry_out(table, case.bulk, case.found, case.companions, sizes)
    except (CompanionRefused, TransactionRefused):
        readers(floor, table, case, sizes)


RECOVERIES: tuple[Recovery, ...] = (readers, janitor, writers, rival, the_same_again)
