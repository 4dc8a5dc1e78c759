"""Chats, members, teams: what a PUT makes of them."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import ANA, BEN, CHANNEL, CHAT, a_channel, a_chat, a_member, a_team, a_workflow, later
from ticketing.domain.directory import (
    Chat,
    Guest,
    Role,
    after_put,
    chat_after_put,
    check_people,
    check_role_change,
    check_takes_new,
    check_team,
    deactivated,
)
from ticketing.errors import AssigneeNotMember, ChannelInactive, Forbidden, ValidationFailed


def put(before: Chat | None, *, name: str = "Zoë", channel: str = CHANNEL, source_version: int | None = None) -> Chat:
    return chat_after_put(
        before,
        chat_id=CHAT,
        channel_id=channel,
        guest=Guest(name),
        url=None,
        source_version=source_version,
        now=later(hours=1),
    )


def test_the_first_put_makes_a_chat_at_version_1() -> None:
    assert put(None).version == 1


def test_a_renamed_guest_makes_a_newer_version_and_keeps_the_birth() -> None:
    before = a_chat()
    after = put(before, name="Zoë Meier")
    assert (after.version, after.guest.name, after.created_at) == (2, "Zoë Meier", before.created_at)
    assert after.updated_at == later(hours=1)


def test_the_same_put_again_changes_nothing() -> None:
    before = put(None, source_version=3)
    assert put(before, source_version=3) is before


def test_an_older_source_version_changes_nothing() -> None:
    before = replace(a_chat(), source_version=7)
    assert put(before, name="Old name", source_version=6) is before


def test_a_chat_stays_on_its_channel() -> None:
    with pytest.raises(ValidationFailed) as refused:
        put(a_chat(), channel="web")
    assert refused.value.errors[0].field == "channel_id"


@pytest.mark.parametrize(
    ("actor", "before", "after", "is_allowed"),
    [
        (Role.OWNER, None, Role.OWNER, True),
        (Role.OWNER, Role.OWNER, Role.USER, True),
        (Role.ADMIN, None, Role.ADMIN, True),
        (Role.ADMIN, Role.ADMIN, Role.USER, True),
        (Role.ADMIN, None, Role.OWNER, False),
        (Role.ADMIN, Role.USER, Role.OWNER, False),
        (Role.ADMIN, Role.OWNER, Role.USER, False),
    ],
)
def test_only_an_owner_makes_or_changes_an_owner(
    actor: Role, before: Role | None, after: Role, is_allowed: bool
) -> None:
    if is_allowed:
        check_role_change(actor, before, after)
    else:
        with pytest.raises(Forbidden):
            check_role_change(actor, before, after)


def test_a_team_of_strangers_is_refused_by_field() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_team(a_team(lead=BEN, members=(ANA, "mem_ghost")), {ANA})
    assert [error.field for error in refused.value.errors] == ["lead", "members[1]"]


def test_the_assignee_must_be_known() -> None:
    check_people(BEN, [ANA], {ANA, BEN})
    with pytest.raises(AssigneeNotMember) as refused:
        check_people(BEN, [], {ANA})
    assert refused.value.detail == "Assignee must be a member of the organisation"


def test_watchers_must_be_known_each_by_its_place() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_people(None, [ANA, BEN, "mem_ghost"], {BEN})
    assert [error.field for error in refused.value.errors] == ["watchers[0]", "watchers[2]"]


@pytest.mark.parametrize("thing", [a_member(), a_team(), a_channel(), a_workflow()])
def test_a_put_makes_replaces_or_leaves_alone(thing: Any) -> None:
    assert after_put(None, replace(thing, version=9)).version == 1
    assert after_put(thing, thing) is thing
    newer = after_put(thing, replace(thing, source_version=5))
    assert (newer.version, newer.source_version) == (2, 5)
    assert after_put(newer, replace(thing, source_version=4, is_active=False)) is newer
    assert after_put(newer, thing) is newer, "a PUT without a source version does not forget the one that is known"


@pytest.mark.parametrize("thing", [a_member(), a_team(), a_channel(), a_workflow()])
def test_what_is_deactivated_is_activated_by_a_put_and_both_count(thing: Any) -> None:
    gone = deactivated(thing)
    assert (gone.is_active, gone.version) == (False, 2)
    assert deactivated(gone) is gone
    back = after_put(gone, thing)
    assert (back.is_active, back.version) == (True, 3)


def test_a_deactivated_channel_takes_nothing_new() -> None:
    check_takes_new(a_channel())
    with pytest.raises(ChannelInactive):
        check_takes_new(a_channel(is_active=False))


@pytest.mark.parametrize(
    ("role", "is_active", "is_owner"),
    [(Role.OWNER, True, True), (Role.OWNER, False, False), (Role.ADMIN, True, False)],
)
def test_an_owner_counts_only_while_active(role: Role, is_active: bool, is_owner: bool) -> None:
    assert a_member(role=role, is_active=is_active).is_acting_owner is is_owner
