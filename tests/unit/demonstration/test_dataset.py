"""The demonstration data: as much of it as promised, true to the rules, the same every time."""

import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest

from scripts.demonstration import well_known
from scripts.demonstration.dataset import OrganisationData, data_of, demonstration, key_holder, now_of
from scripts.demonstration.organisations import BLUEPRINTS, LAKESIDE, NORTHWIND, Blueprint
from ticketing.domain import ids
from ticketing.domain.bulk import Phase
from ticketing.domain.directory import Chat, Role
from ticketing.domain.events import EventKind, Source
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.ticket import MAX_WATCHERS, Change, Priority
from ticketing.domain.workflow import allowed_next, check, initial_status

NOW = datetime(2026, 11, 23, 22, 10, 5, 123456, tzinfo=UTC)


@cache
def everything() -> tuple[OrganisationData, ...]:
    return demonstration(NOW)


def histories() -> list[list[Change]]:
    return [list(history) for data in everything() for history in data.histories]


def chats() -> dict[tuple[str, str], Chat]:
    return {(data.organisation.id, chat.id): chat for data in everything() for chat in data.chats}


def directory_ids(data: OrganisationData) -> set[str]:
    members, teams = {member.id for member in data.members}, {team.id for team in data.teams}
    return members | teams | {channel.id for channel in data.channels}


def test_there_are_two_organisations_with_300_chats_and_1000_tickets() -> None:
    assert [data.organisation.name for data in everything()] == ["Lakeside Hotels", "Northwind Software"]
    assert len(chats()) == 300
    assert len({history[-1].ticket.id for history in histories()}) == 1000


def test_the_same_now_gives_the_same_data() -> None:
    assert demonstration(NOW) == demonstration(NOW)


def test_another_now_moves_times_and_nothing_else() -> None:
    shift = timedelta(days=3, hours=5)
    for early, late in zip(everything(), demonstration(NOW + shift), strict=True):
        for before, after in zip(early.histories, late.histories, strict=True):
            assert [change.event.at + shift for change in before] == [change.event.at for change in after]
            assert before[-1].ticket.id == after[-1].ticket.id
            assert [change.remark and change.remark.text for change in before] == [
                change.remark and change.remark.text for change in after
            ]


def test_the_now_can_be_read_from_the_organisation() -> None:
    assert {now_of(data.organisation) for data in everything()} == {to_milliseconds(NOW)}


def test_all_four_channel_types_take_tickets() -> None:
    types = {channel.id: channel.type for data in everything() for channel in data.channels}
    assert len({types[history[-1].ticket.channel_id] for history in histories()}) == 4


def test_one_channel_has_no_workflow_and_a_chat_to_try_it_on() -> None:
    lakeside = everything()[0]
    configured = {workflow.channel_id for workflow in lakeside.workflows}
    assert {channel.id for channel in lakeside.channels} - configured == {well_known.LAKESIDE_FRONTDESK}
    chat = chats()[well_known.LAKESIDE, well_known.LAKESIDE_CHAT_WITHOUT_WORKFLOW]
    assert chat.channel_id == well_known.LAKESIDE_FRONTDESK


def test_every_workflow_is_valid_and_has_a_follow_up() -> None:
    for data in everything():
        for workflow in data.workflows:
            check(workflow)
            assert [issue.id for issue in workflow.issues if issue.is_follow_up] == ["follow_up"]


def test_every_status_follows_one_that_the_workflow_lets_it_follow() -> None:
    for data in everything():
        workflows = {workflow.channel_id: workflow for workflow in data.workflows}
        for history in data.histories:
            workflow = workflows[history[0].ticket.channel_id]
            assert history[0].ticket.status == initial_status(workflow)
            for before, after in pairwise(history):
                if before.ticket.status != after.ticket.status:
                    assert after.ticket.status.id in allowed_next(workflow, before.ticket.status.id)


@pytest.mark.parametrize("blueprint", BLUEPRINTS, ids=lambda blueprint: blueprint.short_name)
def test_every_course_is_possible_even_those_that_chance_leaves_out(blueprint: Blueprint) -> None:
    workflow = blueprint.workflows[0]
    for course in blueprint.courses:
        for before, after in zip((initial_status(workflow).id, *course.statuses), course.statuses, strict=False):
            assert after in allowed_next(workflow, before), course


def test_the_version_is_the_number_of_events() -> None:
    for history in histories():
        assert [change.event.version for change in history] == list(range(1, len(history) + 1))
        assert history[-1].ticket.version == len(history)
        assert history[-1].ticket.remark_count == sum(change.remark is not None for change in history)


def test_history_runs_forward_and_ends_before_now() -> None:
    for history in histories():
        times = [change.event.at for change in history]
        assert times == sorted(times)
        assert times[-1] < NOW
        assert times == [to_milliseconds(at) for at in times]


def test_no_ticket_is_older_than_its_chat() -> None:
    known = chats()
    for history in histories():
        ticket = history[-1].ticket
        chat = known[ticket.organisation_id, ticket.chat_id]
        assert chat.created_at <= ticket.created_at
        assert chat.channel_id == ticket.channel_id


def test_numbers_count_up_with_time() -> None:
    for data in everything():
        tickets = [history[-1].ticket for history in data.histories]
        assert [ticket.number for ticket in tickets] == list(range(1, len(tickets) + 1))
        assert [ticket.created_at for ticket in tickets] == sorted(ticket.created_at for ticket in tickets)


def test_the_newest_ticket_is_a_few_minutes_old_and_the_oldest_nearly_90_days() -> None:
    for data in everything():
        ages = [NOW - history[-1].ticket.created_at for history in data.histories]
        assert timedelta(minutes=2) < min(ages) < timedelta(minutes=7)
        assert timedelta(days=80) < max(ages) <= timedelta(days=90, seconds=1)


def test_old_tickets_are_mostly_done_and_new_ones_mostly_not() -> None:
    def share_done(*, older: timedelta, younger: timedelta) -> float:
        tickets = [history[-1].ticket for history in histories()]
        some = [ticket for ticket in tickets if older <= NOW - ticket.created_at < younger]
        return sum(ticket.status.category.is_resolved for ticket in some) / len(some)

    assert share_done(older=timedelta(days=20), younger=timedelta(days=91)) > 0.85
    assert share_done(older=timedelta(0), younger=timedelta(days=1)) < 0.4


def test_nobody_is_mailed_because_every_event_is_an_import() -> None:
    events = [change.event for history in histories() for change in history]
    assert {event.source for event in events} == {Source.IMPORT}
    assert {event.kind for event in events} == {EventKind.CREATED, EventKind.CHANGED}


def test_every_address_is_of_a_domain_that_cannot_exist() -> None:
    guests = [chat.guest.email for chat in chats().values() if chat.guest.email]
    members = [member.email for data in everything() for member in data.members]
    for address in guests + members:
        assert address.endswith(("@example.com", "@example.net", "@example.org", ".example")), address


def test_guests_write_in_many_scripts() -> None:
    letters = "".join(chat.guest.name for chat in chats().values())
    scripts = {unicodedata.name(letter).split()[0] for letter in letters if letter.isalpha()}
    assert scripts >= {
        "LATIN",
        "ARABIC",
        "CJK",
        "CYRILLIC",
        "DEVANAGARI",
        "HIRAGANA",
        "KATAKANA",
        "HEBREW",
        "GREEK",
        "HANGUL",
    }
    assert any(unicodedata.decomposition(letter) for letter in letters if unicodedata.name(letter).startswith("LATIN"))


def test_phones_are_of_several_countries_and_some_addresses_are_verified() -> None:
    guests = [chat.guest for chat in chats().values()]
    assert len({guest.phone[:3] for guest in guests if guest.phone}) >= 10
    assert 50 < sum(guest.is_email_verified for guest in guests) < 200
    assert all(guest.phone or guest.email for guest in guests if guest.is_email_verified)


def test_people_of_every_role_and_teams_with_leads_work_there() -> None:
    for data in everything():
        assert {member.role for member in data.members} == set(Role)
        known = {member.id for member in data.members}
        assert len(data.teams) == 2
        assert all({team.lead, *team.members} <= known for team in data.teams)


def test_tickets_name_only_people_who_are_there() -> None:
    for data in everything():
        members = {member.id for member in data.members}
        active = {member.id for member in data.members if member.is_active}
        teams = {team.id for team in data.teams}
        for history in data.histories:
            ticket = history[-1].ticket
            assert ticket.assignee in members | teams | {None}
            assert active.issuperset(ticket.watchers)
            assert len(ticket.watchers) <= MAX_WATCHERS
            assert members >= {change.event.actor.id for change in history}


def test_who_has_left_keeps_old_tickets_only() -> None:
    ages = [
        NOW - history[-1].ticket.created_at
        for history in histories()
        if history[-1].ticket.assignee == well_known.LAKESIDE_FORMER_MEMBER
    ]
    assert ages
    assert min(ages) > timedelta(days=30)


def test_tickets_differ_in_priority_assignee_and_length_of_thread() -> None:
    tickets = [history[-1].ticket for history in histories()]
    assert set(Counter(ticket.priority for ticket in tickets)) == set(Priority)
    kinds = Counter(ticket.assignee.partition("_")[0] if ticket.assignee else "nobody" for ticket in tickets)
    assert min(kinds["mem"], kinds["team"], kinds["nobody"]) > 80
    assert max(ticket.remark_count for ticket in tickets) >= 4


def test_no_placeholder_is_left_in_a_remark() -> None:
    texts = [change.remark.text for history in histories() for change in history if change.remark]
    assert not [text for text in texts if "{" in text]


def test_the_well_known_ids_are_there() -> None:
    lakeside, northwind = everything()
    assert lakeside.histories[0][-1].ticket.id == well_known.LAKESIDE_TICKET
    assert northwind.histories[0][-1].ticket.id == well_known.NORTHWIND_TICKET
    chat = chats()[well_known.LAKESIDE, well_known.LAKESIDE_CHAT]
    assert chat.channel_id == well_known.LAKESIDE_WHATSAPP
    assert chat.guest.is_email_verified
    assert sum(history[-1].ticket.chat_id == chat.id for history in lakeside.histories) >= 3
    known = {id_ for data in everything() for id_ in directory_ids(data)}
    known |= {data.organisation.id for data in everything()} | {id_ for _, id_ in chats()}
    known |= {bulk.id for data in everything() for bulk in data.bulks}
    named = {value for name, value in vars(well_known).items() if name.isupper()}
    assert named - known == {well_known.LAKESIDE_TICKET, well_known.NORTHWIND_TICKET}


def test_every_id_is_one_that_a_caller_could_choose() -> None:
    for data in everything():
        assert all(map(ids.is_caller_id, directory_ids(data) | {chat.id for chat in data.chats}))


@pytest.mark.parametrize(
    ("blueprint", "role", "member"),
    [
        (LAKESIDE, Role.OWNER, well_known.LAKESIDE_OWNER),
        (LAKESIDE, Role.ADMIN, well_known.LAKESIDE_ADMIN),
        (LAKESIDE, Role.USER, well_known.LAKESIDE_USER),
        (NORTHWIND, Role.OWNER, well_known.NORTHWIND_OWNER),
        (NORTHWIND, Role.ADMIN, well_known.NORTHWIND_ADMIN),
        (NORTHWIND, Role.USER, well_known.NORTHWIND_USER),
    ],
)
def test_a_demonstration_key_acts_as_the_well_known_member_of_its_role(
    blueprint: Blueprint, role: Role, member: str
) -> None:
    assert key_holder(blueprint, role).id == member


def test_one_organisation_can_be_made_without_the_other() -> None:
    assert data_of(NORTHWIND, NOW) == everything()[1]


def test_one_bulk_action_is_over_and_each_of_its_tickets_tells_of_it() -> None:
    (bulk,) = [one for data in everything() for one in data.bulks]
    assert (bulk.id, bulk.phase, bulk.counts.changed) == (well_known.LAKESIDE_BULK, Phase.DONE, bulk.selected)
    assert bulk.selected > 1
    told = {history[-1].ticket.id for history in histories() if history[-1].event.bulk_id == bulk.id}
    assert told == {row.ticket_id for row in (bulk.plan.steps if bulk.plan else ())}
    assert bulk.finished_at is not None
    assert NOW - bulk.finished_at > timedelta(hours=6), "somebody would be mailed about it"
    assert None not in (bulk.plan, bulk.audience)
