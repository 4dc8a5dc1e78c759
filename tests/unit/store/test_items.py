"""Entities and items are inverse of each other, and a ticket is small."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from scripts.bench import item_sizes
from tests.builders import (
    ORGANISATION,
    a_channel,
    a_chat,
    a_member,
    a_team,
    a_ticket,
    a_workflow,
    an_event,
    an_organisation,
    later,
)
from ticketing.domain import remark
from ticketing.domain.api_key import ApiKey
from ticketing.domain.directory import Chat, Guest, Role
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.principal import Actor, Scope
from ticketing.domain.remark import Remark
from ticketing.domain.settings import Settings, Weekday, WeeklyList
from ticketing.domain.ticket import Priority, Ticket
from ticketing.domain.workflow import Label, Workflow
from ticketing.store import items, keys
from ticketing.store.attributes import Item, decode, encode
from ticketing.store.keys import Key
from tickets_api.schemas.fields import KeyName, LabelText
from tickets_api.schemas.tickets import CreateTicket

WORDS = st.text(max_size=60)
IDS = st.from_regex(r"[a-z0-9_]{1,40}", fullmatch=True)
INSTANTS = st.datetimes(timezones=st.just(UTC)).map(to_milliseconds)


def stored(key: Key, item: Item) -> Item:
    """The item as it comes back from the table."""
    return decode(encode({"pk": key.pk, "sk": key.sk, **item}))


@st.composite
def tickets(draw: st.DrawFn) -> Ticket:
    return a_ticket(
        draw(st.sampled_from(["open", "waiting_on_vendor", "closed"])),
        priority=draw(st.sampled_from(Priority)),
        issue=Label(draw(IDS), draw(WORDS)),
        sub_issue=draw(st.none() | st.builds(Label, IDS, WORDS)),
        assignee=draw(st.none() | IDS),
        creator=Actor(draw(IDS)),
        watchers=tuple(draw(st.lists(IDS, max_size=20, unique=True))),
        remark_preview=draw(st.text(max_size=40)),
        external_id=draw(st.none() | IDS),
        version=draw(st.integers(1, 10**6)),
        resolved_at=draw(st.none() | st.just(later(hours=2))),
        deleted_at=draw(st.none() | st.just(later(hours=3))),
    )


@given(tickets())
def test_a_ticket_survives_the_table(ticket: Ticket) -> None:
    assert items.ticket_from(stored(keys.ticket_key(ticket.id), items.ticket_item(ticket))) == ticket


def test_an_event_survives_the_table() -> None:
    event = an_event(bulk_id="blk_1")
    assert items.event_from(stored(keys.event_key(event.ticket_id, 1), items.event_item(event))) == event


@given(st.builds(Remark, st.integers(1, keys.LAST_VERSION), WORDS, st.just(Actor("mem_ana")), INSTANTS))
def test_a_remark_survives_the_table(remark: Remark) -> None:
    key = keys.remark_key("tkt_a", remark.version)
    assert items.remark_from(stored(key, items.remark_item(ORGANISATION, remark))) == remark


@given(st.builds(Guest, WORDS, st.none() | WORDS, st.none() | WORDS, st.booleans()), st.none() | st.integers(0))
def test_a_chat_survives_the_table(guest: Guest, source_version: int | None) -> None:
    chat: Chat = a_chat(guest=guest, source_version=source_version, url="https://crm.example/1")
    assert items.chat_from(stored(keys.chat_key(ORGANISATION, chat.id), items.chat_item(ORGANISATION, chat))) == chat


def test_a_workflow_survives_the_table() -> None:
    workflows: list[Workflow] = [a_workflow(initial="closed", updated_at=later()), a_workflow(transitions=None)]
    for workflow in workflows:
        item = items.workflow_item(ORGANISATION, workflow)
        assert items.workflow_from(stored(keys.workflow_key(ORGANISATION, workflow.channel_id), item)) == workflow


def test_the_directory_survives_the_table() -> None:
    member = a_member(role=Role.OWNER, is_active=False, version=4)
    team, channel = a_team(source_version=7, is_active=False), a_channel(source_version=0, version=3)
    member_item = stored(keys.member_key(ORGANISATION, member.id), items.member_item(ORGANISATION, member))
    team_item = stored(keys.team_key(ORGANISATION, team.id), items.team_item(ORGANISATION, team))
    channel_item = stored(keys.channel_key(ORGANISATION, channel.id), items.channel_item(ORGANISATION, channel))
    organisation_item = stored(keys.organisation_key(ORGANISATION), items.organisation_item(an_organisation()))
    assert items.member_from(member_item) == member
    assert items.team_from(team_item) == team
    assert items.channel_from(channel_item) == channel
    assert items.organisation_from(organisation_item) == an_organisation()


def test_what_was_stored_before_there_were_versions_is_active_at_version_1() -> None:
    item = items.team_item(ORGANISATION, a_team())
    del item["active"], item["version"]
    assert items.team_from(stored(keys.team_key(ORGANISATION, a_team().id), item)) == a_team()


def test_an_organisations_settings_survive_the_table() -> None:
    settings = Settings(guest_mail=False, weekly_list=WeeklyList(Weekday.SUNDAY, 0, "Asia/Kolkata"), retention_days=365)
    organisation = an_organisation(settings=settings, version=2)
    item = stored(keys.organisation_key(ORGANISATION), items.organisation_item(organisation))
    assert items.organisation_from(item) == organisation


def test_an_api_key_survives_the_table_and_its_expiry_is_not_the_tables_ttl() -> None:
    key = ApiKey(
        "abc", ORGANISATION, "n", Role.USER, frozenset({Scope.TICKETS_READ}), "mem_a", "hash", later(), later()
    )
    item = items.api_key_item(key)
    assert items.api_key_from(stored(keys.api_key_key(key.id), item)) == key
    assert keys.EXPIRES_AT not in item


def test_a_deleted_ticket_leaves_the_list() -> None:
    assert keys.LISTED_AT in items.ticket_item(a_ticket())
    assert keys.LISTED_AT not in items.ticket_item(a_ticket(deleted_at=later()))


def test_a_row_of_the_list_makes_a_ticket_without_watchers() -> None:
    ticket = a_ticket(watchers=("mem_a",))
    row = stored(keys.ticket_key(ticket.id), items.ticket_item(ticket))
    del row["watchers"]
    assert items.ticket_from(row) == replace(ticket, watchers=())


@pytest.mark.parametrize(("name", "make", "below"), item_sizes.ROWS, ids=[name for name, *_ in item_sizes.ROWS])
def test_a_ticket_stays_under_what_is_promised(name: str, make: Callable[[], Ticket], below: int) -> None:
    ticket = make()
    measured = item_sizes.size(ticket)
    print(f"{name}: {measured} bytes")
    assert measured < below
    assert items.ticket_from(stored(keys.ticket_key(ticket.id), items.ticket_item(ticket))) == ticket


def test_the_largest_ticket_is_the_largest_that_the_api_takes() -> None:
    largest = item_sizes.largest()
    sent = CreateTicket.model_validate(
        {
            "chat_id": largest.chat_id,
            "issue": largest.issue.id,
            "sub_issue": largest.sub_issue and largest.sub_issue.id,
            "assignee": f"mem_{'x' * 36}",
            "watchers": list(largest.watchers),
            "external_id": largest.external_id,
        },
    )
    for name in ("chat_id", "issue", "sub_issue", "assignee", "external_id"):
        with pytest.raises(ValidationError):
            CreateTicket.model_validate(sent.model_dump(mode="json") | {name: f"{getattr(sent, name)}x"})
    with pytest.raises(ValidationError):
        CreateTicket.model_validate(sent.model_dump(mode="json") | {"watchers": [*sent.watchers, "mem_1"]})
    for label in (largest.issue.label, largest.status.name):
        TypeAdapter(LabelText).validate_python(label)
        with pytest.raises(ValidationError):
            TypeAdapter(LabelText).validate_python(f"{label}x")
    with pytest.raises(ValidationError):
        TypeAdapter(KeyName).validate_python(f"{largest.creator.key_name}x")
    assert len(remark.preview("🏨" * 100).encode()) == 120
