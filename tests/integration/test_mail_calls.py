"""How often the notifier asks DynamoDB about an event: counted at the client, on a batch of one."""

from collections import Counter

import pytest

from tests.builders import BEN, ORGANISATION, a_creation
from tests.fakes.counting import CallCounter
from tests.integration.notifying import Notifying, a_created_ticket, a_move
from tests.integration.world import ADMIN, OWNER
from ticketing.domain.events import Event
from ticketing.domain.ticket import NewTicket
from ticketing.store import tickets

READS = frozenset({"GetItem", "BatchGetItem", "Query", "TransactGetItems"})
READS_AN_EVENT = 5
WRITES_A_MEMBER = 2
WRITES_A_GUEST = 4


def deliver(notifying: Notifying, event: Event) -> tuple[int, int]:
    """The reads and the writes of one event; a transaction is one call."""
    counter = CallCounter(notifying.app.notifier.delivery.table._client)
    notifying.deliver(event)
    calls = Counter(counter.calls)
    reads = sum(number for name, number in calls.items() if name in READS)
    print(f"{event.kind}: {dict(calls)}")
    return reads, calls.total() - reads


@pytest.mark.parametrize(
    ("assignee", "mails", "left"),
    [
        pytest.param(BEN, 1, 1, id="a member, while mail to guests is off"),
        pytest.param("team_maintenance", 1, 2, id="a team, of which Ana did it herself"),
        pytest.param(None, 0, 1, id="nobody"),
    ],
)
def test_an_event_takes_at_most_five_reads_and_two_writes_a_member(
    notifying: Notifying, assignee: str | None, mails: int, left: int
) -> None:
    """Whoever is left out is noted down with the reason, which is one write."""
    reads, writes = deliver(notifying, a_created_ticket(notifying, assignee).event)
    assert len(notifying.subjects()) == mails
    assert reads <= READS_AN_EVENT
    assert writes <= WRITES_A_MEMBER * mails + left


def test_an_event_of_several_recipients_is_read_once(notifying: Notifying) -> None:
    notifying.mail_guests()
    creation = a_creation(NewTicket("maintenance", "hvac", assignee=BEN, watchers=(ADMIN, OWNER)))
    tickets.add(notifying.aws.table, ORGANISATION, creation)
    reads, writes = deliver(notifying, a_move(notifying, creation.ticket, "resolved").event)
    assert len(notifying.subjects()) == 4
    assert reads <= READS_AN_EVENT
    assert writes <= 3 * WRITES_A_MEMBER + WRITES_A_GUEST


def test_a_guest_takes_at_most_four_writes(notifying: Notifying) -> None:
    notifying.mail_guests()
    reads, writes = deliver(notifying, a_created_ticket(notifying, None).event)
    assert len(notifying.subjects()) == 1
    assert reads <= READS_AN_EVENT
    assert writes <= WRITES_A_GUEST
