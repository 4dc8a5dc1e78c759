"""What a ticket weighs in the table: the first KB is what every write of it costs.

By DynamoDB's published rules ("DynamoDB item sizes and formats"): names and text by their bytes in UTF-8, a number
one byte for two digits and one more, null and truth one byte, a list or map three bytes and one more for each element.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from ticketing.domain.events import Source
from ticketing.domain.principal import Actor
from ticketing.domain.remark import PREVIEW_BYTES
from ticketing.domain.ticket import MAX_EXTERNAL_ID_LENGTH, MAX_LABEL_LENGTH, MAX_WATCHERS, Priority, Ticket
from ticketing.domain.workflow import Label, Status, StatusCategory
from ticketing.store import items, keys

_AT: Final = datetime(2026, 3, 1, 22, 10, 5, 123000, tzinfo=UTC)
_LONGEST_ID: Final = 40
_FOUR_BYTES: Final = "🏨"


def report() -> bool:
    """Print the sizes; whether they are as promised."""
    print("\nTicket items, by DynamoDB's rules")
    print(f"  {'ticket':<56}{'bytes':>8}   promise")
    return all([_shown(*row) for row in ROWS])  # noqa: C419 (each is printed)


def common() -> Ticket:
    """Ids of 24 bytes, labels of 24 characters, 3 watchers, a full preview."""
    id_, label = "x" * 24, "l" * 24
    return Ticket(
        id="tkt_x3k5m2q7v4ntb6ya",
        organisation_id=id_,
        number=12_345,
        chat_id=id_,
        channel_id=id_,
        issue=Label(id_, label),
        sub_issue=Label(id_, label),
        priority=Priority.MEDIUM,
        status=Status("in_progress", "In progress", StatusCategory.ACTIVE),
        assignee=id_,
        creator=Actor(id_),
        watchers=_people(3, 24),
        remark_preview="p" * PREVIEW_BYTES,
        remark_count=12,
        media_count=3,
        source=Source.API,
        external_id=None,
        version=34,
        created_at=_AT,
        updated_at=_AT,
    )


def largest() -> Ticket:
    """Every cap reached at once, characters of four bytes where characters are counted, resolved and listed.

    The creator is a key: its name has 40 characters, and stands in the ticket with `key:` before it.
    """
    id_, label = "x" * _LONGEST_ID, _FOUR_BYTES * MAX_LABEL_LENGTH
    return replace(
        common(),
        organisation_id=id_,
        number=999_999_999,
        chat_id=id_,
        channel_id=id_,
        issue=Label(id_, label),
        sub_issue=Label(id_, label),
        status=Status(id_, label, StatusCategory.RESOLVED),
        assignee=id_,
        creator=Actor.key(_FOUR_BYTES * _LONGEST_ID),
        watchers=_people(MAX_WATCHERS, _LONGEST_ID),
        external_id="x" * MAX_EXTERNAL_ID_LENGTH,
        remark_count=999_999_999,
        media_count=999_999_999,
        version=keys.LAST_VERSION,
        resolved_at=_AT,
    )


def largest_deleted() -> Ticket:
    """The same in its 30 days, when it is due to be purged instead of listed."""
    return replace(largest(), deleted_at=_AT)


def size(ticket: Ticket) -> int:
    """Bytes of a ticket's item, its keys included."""
    item = {**keys.ticket_key(ticket.id)._asdict(), **items.ticket_item(ticket)}
    return sum(len(name.encode()) + _size_of(value) for name, value in item.items())


type Row = tuple[str, Callable[[], Ticket], int]

ROWS: tuple[Row, ...] = (
    ("common: ids of 24 bytes, labels of 24, 3 watchers", common, 1024),
    ("largest: every cap at once, four bytes a character", largest, 3 * 1024),
    ("largest, deleted", largest_deleted, 3 * 1024),
)
"""What is measured, and what it is promised to stay under."""


def _shown(name: str, make: Callable[[], Ticket], below: int) -> bool:
    measured = size(make())
    print(f"  {name:<56}{measured:>8}   < {below}{'' if measured < below else '   NOT KEPT'}")
    return measured < below


def _people(count: int, length: int) -> tuple[str, ...]:
    return tuple(f"mem_{number:0>{length - 4}}" for number in range(count))


def _size_of(value: object) -> int:
    match value:
        case bool() | None:
            return 1
        case int():
            return (len(str(value)) + 1) // 2 + 1
        case str():
            return len(value.encode())
        case list():
            return 3 + sum(1 + _size_of(element) for element in value)
        case dict():
            return 3 + sum(1 + len(name.encode()) + _size_of(element) for name, element in value.items())
        case _:
            raise TypeError(value)
