"""Who is mailed on what, as a table."""

from dataclasses import replace

from notifier.rules import RULES, Audience, Rule, rule_for
from tests.builders import an_event
from ticketing.domain.events import EventKind, FieldChange


def test_the_table_is_the_product_pages() -> None:
    for rule in RULES:
        print(f"{rule.happening:<24} -> {', '.join(rule.audiences):<12} ({rule.template})")
    assert [(str(rule.happening), rule.audiences) for rule in RULES] == [
        ("a ticket is created", (Audience.ASSIGNEE,)),
        ("its status changes", (Audience.ASSIGNEE,)),
    ]


def template(rule: Rule | None) -> str | None:
    return rule.template if rule else None


def test_a_creation_is_told_by_its_own_mail() -> None:
    assert template(rule_for(an_event())) == "ticket_created"


def test_a_status_change_is_told() -> None:
    changed = an_event(kind=EventKind.CHANGED, changes=(FieldChange("status", {"id": "open"}, {"id": "closed"}),))
    assert template(rule_for(changed)) == "status_changed"


def test_a_remark_alone_mails_nobody() -> None:
    assert rule_for(an_event(kind=EventKind.CHANGED, changes=(FieldChange("remark", None, 2),))) is None


def test_a_creation_is_not_also_a_status_change() -> None:
    event = an_event()
    assert event.change_of("status") is not None
    assert template(rule_for(replace(event))) == "ticket_created"
