"""Who may come by some minutes after a bulk action was struck. Each leaves no mark on the tickets that it meets."""

from collections.abc import Callable
from datetime import timedelta

from tests.builders import an_occasion
from tests.bulk_sweep.floor import LATER, ORGANISATION, Case, Floor, carry_out, planned, work
from ticketing.domain import ticket as rules
from ticketing.domain.bulk import Bulk, BulkAction, Kind
from ticketing.domain.ticket import Change, Ticket
from ticketing.errors import TicketNotFound
from ticketing.store import bulk_requests, bulks, keys, overdue_bulks, tickets
from ticketing.store.table import CompanionRefused, TransactionRefused

type Recovery = Callable[[Floor, Case], None]


def readers(floor: Floor, case: Case) -> None:
    """Somebody reads each ticket by its id."""
    for id_ in case.found:
        tickets.get_with_deleted(floor.table, ORGANISATION, id_)


def janitor(floor: Floor, case: Case) -> None:
    """The janitor, and once more, and the worker to which it sends what is left."""

    def send(_: Bulk) -> None:
        work(floor.table, case)

    for _ in range(2):
        floor.now += timedelta(minutes=6)
        overdue_bulks.come_back(floor.table, keys.bulk_key(case.bulk.id), floor.now, send, case.path.sizes)


def writers(floor: Floor, case: Case) -> None:
    """Somebody else adds a remark to each ticket, if it is there."""

    def remark(ticket: Ticket) -> Change:
        return rules.add_remark(ticket, "seen to", on=an_occasion(now=LATER))

    for id_ in case.found:
        try:
            tickets.change(floor.table, ORGANISATION, id_, remark, adds_remark=True)
        except TicketNotFound:
            continue


def rival(floor: Floor, case: Case) -> None:
    """Another bulk action on all of the tickets: it deletes those that live, and restores the others."""
    around = bulks.look(floor.table, ORGANISATION, BulkAction(Kind.DELETE), list(case.found))
    for kind in (Kind.DELETE, Kind.RESTORE):
        found = {id_: one for id_, one in around.found.items() if (one.deleted_at is None) is (kind is Kind.DELETE)}
        if found:
            bulk = planned(f"{case.bulk.id}_{kind.value}", BulkAction(kind), found)
            bulk_requests.carry_out(floor.table, bulk, found, [], case.path.sizes)


def the_same_again(floor: Floor, case: Case) -> None:
    """The request comes again, or the worker's message: it finds what was done, or goes on, or acts now."""
    if case.path.is_queued:
        work(floor.table, case)
        return
    try:
        carry_out(floor.table, case)
    except (CompanionRefused, TransactionRefused):
        readers(floor, case)


RECOVERIES: tuple[Recovery, ...] = (readers, janitor, writers, rival, the_same_again)
