"""Who is mailed on what, as a table."""

from dataclasses import fields

import pytest

from notifier.rules import RULES, Audience, rules_for
from tests.builders import ANA, BEN, an_event
from ticketing.domain.events import Event, EventKind, FieldChange
from ticketing.domain.preferences import Preferences


def test_the_table_is_the_product_pages() -> None:
    for rule in RULES:
        print(f"{rule.words:<32} -> {', '.join(rule.audiences):<30} ({rule.template})")
    assert [(rule.words, rule.audiences) for rule in RULES] == [
        ("a ticket is created", (Audience.ASSIGNEE, Audience.WATCHERS)),
        ("a ticket is created", (Audience.GUEST,)),
        ("it is given to somebody later", (Audience.ASSIGNEE,)),
        ("its status changes", (Audience.ASSIGNEE, Audience.CREATOR, Audience.WATCHERS)),
        ("it becomes resolved", (Audience.GUEST,)),
    ]


def test_every_member_can_switch_each_of_them_off() -> None:
    names = {one.name for one in fields(Preferences)}
    assert all((rule.preference in names) is (Audience.GUEST not in rule.audiences) for rule in RULES)


def templates(event: Event) -> list[str]:
    return [rule.template for rule in rules_for(event)]


def changed(*changes: FieldChange) -> Event:
    return an_event(kind=EventKind.CHANGED, changes=changes)


STATUS = FieldChange("status", {"id": "open"}, {"id": "closed"})
ASSIGNEE = FieldChange("assignee", ANA, BEN)


def test_a_creation_is_told_by_its_own_mail_alone() -> None:
    event = an_event()
    assert event.change_of("status") is not None
    assert templates(event) == ["ticket_created", "guest_acknowledgement"]


def test_a_status_change_is_told() -> None:
    assert templates(changed(STATUS)) == ["status_changed"]


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        ("open", "resolved", True),
        ("waiting", "resolved", True),
        ("resolved", "closed", False),
        ("resolved", "resolved", False),
        ("open", "closed", False),
    ],
)
def test_a_guest_is_told_once_that_it_becomes_resolved(before: str, after: str, *, is_told: bool) -> None:
    event = changed(FieldChange("status", {"id": "a", "category": before}, {"id": "b", "category": after}))
    assert ("guest_resolved" in templates(event)) is is_told


def test_who_is_given_a_ticket_is_told_that_first() -> None:
    assert templates(changed(STATUS, ASSIGNEE)) == ["ticket_assigned", "status_changed"]


def test_a_remark_alone_mails_nobody() -> None:
    assert templates(changed(FieldChange("remark", None, 2))) == []


def test_a_deletion_mails_nobody() -> None:
    assert templates(an_event(kind=EventKind.DELETED, changes=())) == []
