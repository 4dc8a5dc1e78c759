"""Of which events somebody may be mailed: those by which the notifier is woken."""

from dataclasses import replace

import pytest

from notifier.rules import rules_for
from tests.builders import a_creation
from ticketing.domain.events import Event, EventKind, FieldChange, Source
from ticketing.domain.ticket import NewTicket

CREATED = a_creation(NewTicket("maintenance", "hvac")).event


def changed(field: str) -> Event:
    return replace(CREATED, kind=EventKind.CHANGED, changes=(FieldChange(field, {}, {}),))


@pytest.mark.parametrize("event", [CREATED, changed("assignee"), changed("status")])
def test_of_what_matters_somebody_may_be_mailed(event: Event) -> None:
    assert event.may_be_mailed
    assert not replace(event, bulk_id="bulk_1").may_be_mailed, "a bulk action is told as a whole"
    assert not replace(event, source=Source.IMPORT).may_be_mailed, "told where it happened"


@pytest.mark.parametrize("kind", [EventKind.DELETED, EventKind.RESTORED])
def test_of_deletions_nobody_is_mailed(kind: EventKind) -> None:
    assert not replace(CREATED, kind=kind).may_be_mailed


@pytest.mark.parametrize("field", ["priority", "remark", "watchers", "issue", "sub_issue", "custom"])
def test_of_other_changes_nobody_is_mailed(field: str) -> None:
    assert not changed(field).may_be_mailed


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("field", ["assignee", "status", "priority", "remark"])
def test_whatever_a_rule_fits_wakes_the_notifier(kind: EventKind, field: str) -> None:
    event = replace(changed(field), kind=kind)
    assert not rules_for(event) or event.may_be_mailed
