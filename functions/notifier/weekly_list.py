"""One organisation's weekly list: who gets it, each once however often the schedule fires."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from notifier import mail, weekly_facts, weekly_reading
from notifier.delivery import MAX_AGE, Delivery, Letter
from ticketing import faults
from ticketing.domain.directory import Member, Organisation, Plan, Role
from ticketing.domain.mail import MailState, digest, mailable
from ticketing.domain.weekly import Week, due
from ticketing.store import items, keys, listing, suppressions
from ticketing.store.attributes import Item
from ticketing.store.mail_ledger import Entry
from ticketing.store.table import Table

_TEMPLATE = "weekly_list"
_MANAGERS = frozenset({Role.OWNER, Role.ADMIN})
_PAGE = 500


@dataclass(frozen=True, slots=True)
class WeeklyLists:
    """`clock` counts seconds."""

    delivery: Delivery
    console_url: str
    clock: Callable[[], float]

    def mail(self, organisation: Organisation) -> int:
        """Send an organisation's list to whoever has not had it, if it is due; how many of them failed.

        A mail that waits (SES refused it, or nobody knows whether it went out) is for a later call, and no failure.
        Raises TookTooLong.
        """
        week = self._due(organisation)
        if week is None:
            return 0
        waiting = self._waiting(organisation.id, week)
        if self.delivery.now() - week.at > MAX_AGE:
            for member in waiting:
                self.delivery.close(_entry(organisation.id, week, member.id), MailState.EXPIRED)
            return 0
        told = self._told(organisation.id, week, waiting)
        return self._tell(organisation, week, told) if told else 0

    def _due(self, organisation: Organisation) -> Week | None:
        """Tickets are part of every paid plan; nobody else is mailed about them."""
        weekly_list = organisation.settings.weekly_list
        if weekly_list is None or organisation.plan is not Plan.PAID:
            return None
        return due(weekly_list, self.delivery.now())

    def _waiting(self, organisation_id: str, week: Week) -> list[Member]:
        """Active owners and admins about whom the ledger has not settled; most calls end with nobody."""
        managers = _managers(self.delivery.table, organisation_id)
        entries = {one.id: keys.weekly_mail_key(organisation_id, week.id, one.id) for one in managers}
        noted = self.delivery.table.get_many(entries.values())
        return [one for one in managers if not _is_settled(noted.get(entries[one.id]))]

    def _told(self, organisation_id: str, week: Week, waiting: Sequence[Member]) -> list[tuple[Member, str]]:
        """Who of them is mailed, and where; why the others are not, is noted."""
        addresses = {one.id: mailable(one.email) for one in waiting}
        known = [address for address in addresses.values() if address is not None]
        suppressed = suppressions.of(self.delivery.table, organisation_id, known)
        told: list[tuple[Member, str]] = []
        for member in waiting:
            address = addresses[member.id]
            if not member.preferences.digests:
                self.delivery.close(_entry(organisation_id, week, member.id), MailState.MUTED)
            elif address is None:
                self.delivery.close(_entry(organisation_id, week, member.id), MailState.NO_ADDRESS)
            elif digest(organisation_id, address) in suppressed:
                self.delivery.close(_entry(organisation_id, week, member.id), MailState.SUPPRESSED)
            else:
                told.append((member, address))
        return told

    def _tell(self, organisation: Organisation, week: Week, told: Sequence[tuple[Member, str]]) -> int:
        reading = weekly_reading.read(self.delivery.table, organisation.id, self.clock)
        facts = weekly_facts.of_list(organisation, week, reading, self.console_url, self.delivery.now())
        failed = 0
        for member, address in told:
            entry = _entry(organisation.id, week, member.id, digest(organisation.id, address))
            try:
                written = mail.compose(_TEMPLATE, address, weekly_facts.for_member(member, facts))
                self.delivery.deliver(Letter(entry, written, week.at, again={}))
            except Exception as error:  # noqa: BLE001 (one recipient's fault must not keep the others from theirs)
                self.delivery.warn(entry, "failed", **faults.describe(error))
                failed += 1
        return failed


def _managers(table: Table, organisation_id: str) -> list[Member]:
    """The active owners and admins, in the order of their ids."""

    def read(rows: Sequence[Item]) -> list[Member | None]:
        return [one if one.is_active and one.role in _MANAGERS else None for one in map(items.member_from, rows)]

    first_of_kind, found, after = keys.member_key(organisation_id, ""), list[Member](), None
    while True:
        page = listing.page(table, first_of_kind, read, after=after, limit=_PAGE)
        found += page.values
        after = page.after
        if after is None:
            return found


def _is_settled(noted: Item | None) -> bool:
    return noted is not None and not MailState(noted["state"]).is_queued


def _entry(organisation_id: str, week: Week, member_id: str, address: str | None = None) -> Entry:
    return Entry(keys.weekly_mail_key(organisation_id, week.id, member_id), organisation_id, _TEMPLATE, address)
