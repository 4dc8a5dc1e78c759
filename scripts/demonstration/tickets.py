"""The tickets of an organisation, each as the changes that it went through, made by the rules of the domain.

So every status follows one that the workflow lets it follow, and a ticket's version is the number of its events.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from scripts.demonstration.chats import SPAN, Conversation
from scripts.demonstration.courses import Course
from scripts.demonstration.dice import bytes_for, dice_for, weighted
from scripts.demonstration.organisations import Blueprint, Words
from ticketing.domain import ids, ticket
from ticketing.domain.events import Source
from ticketing.domain.instants import to_milliseconds
from ticketing.domain.principal import Actor
from ticketing.domain.ticket import Change, NewTicket, Occasion, Priority
from ticketing.domain.workflow import Issue, Workflow

type History = Sequence[Change]

_TICKETS_OF_THE_FIRST_CHAT: Final = 3
_PRIORITIES: Final = {Priority.LOW: 25, Priority.MEDIUM: 50, Priority.HIGH: 25}
_WATCHER_COUNTS: Final = {0: 60, 1: 25, 2: 10, 3: 5}
REQUEST_ID: Final = "demonstration"


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing that happens to a ticket: a new status, or a remark."""

    status: str | None = None
    remark: str | None = None


def histories(blueprint: Blueprint, conversations: Sequence[Conversation], now: datetime) -> Iterator[History]:
    """All tickets of the organisation, the oldest first, numbered from 1."""
    flows = {workflow.channel_id: workflow for workflow in blueprint.workflows}
    usable = [one for one in conversations if one.chat.channel_id in flows]
    for number, age in enumerate(_ages(blueprint.id, blueprint.tickets), start=1):
        created_at = to_milliseconds(now - age)
        talk = _pick_chat(dice_for(blueprint.id, "chat of", number), usable, number, created_at)
        flow = flows[talk.chat.channel_id]
        yield _history(blueprint, flow, number, talk, created_at=created_at, now=now)


def _ages(organisation_id: str, count: int) -> list[timedelta]:
    """How long ago each ticket was created, the longest first; the newest is a few minutes old."""
    dice = dice_for(organisation_id, "ticket ages")
    newest = timedelta(minutes=dice.uniform(3, 6))
    drawn = [newest + (SPAN - newest) * dice.random() ** 1.3 for _ in range(count - 1)]
    return [*sorted(drawn, reverse=True), newest]


def _pick_chat(dice: random.Random, usable: Sequence[Conversation], number: int, created_at: datetime) -> Conversation:
    """A chat that was there before the ticket, more likely one of the newer ones."""
    if number <= _TICKETS_OF_THE_FIRST_CHAT:
        return usable[0]
    present = [one for one in usable if one.chat.created_at <= created_at]
    return present[int(len(present) * dice.random() ** 0.5)]


def _history(
    blueprint: Blueprint, workflow: Workflow, number: int, talk: Conversation, *, created_at: datetime, now: datetime
) -> History:
    dice = dice_for(blueprint.id, "ticket", number)
    age = now - created_at
    words = _in_room(blueprint.words, dice.randrange(101, 519))
    new = _new_ticket(dice, blueprint, words, workflow, language=talk.language, age=age)
    occasion = partial(Occasion, source=Source.IMPORT, request_id=REQUEST_ID)
    change = ticket.create(
        new,
        ticket_id=ids.ticket_id(bytes_for(blueprint.id, "ticket", number, length=ids.RANDOM_BYTES)),
        number=number,
        organisation_id=blueprint.id,
        chat=talk.chat,
        workflow=workflow,
        on=occasion(actor=_reporter(dice, blueprint), now=created_at),
    )
    changes = [change]
    steps = _steps(dice, _course(dice, blueprint, new.issue, age), new.issue, words)
    for step, at in zip(steps, _moments(dice, created_at, age, len(steps)), strict=True):
        on = occasion(actor=_worker(dice, blueprint, new.assignee), now=at)
        changes.append(_apply(step, changes[-1], workflow, on))
    return changes


def _new_ticket(
    dice: random.Random, blueprint: Blueprint, words: Words, workflow: Workflow, *, language: str, age: timedelta
) -> NewTicket:
    issue = _pick_issue(dice, workflow, blueprint.issue_weights)
    sub_issue = dice.choice(issue.sub_issues) if dice.random() < 0.93 else None
    active = [member.id for member in blueprint.members if member.is_active]
    return NewTicket(
        issue=issue.id,
        sub_issue=sub_issue.id if sub_issue else None,
        priority=weighted(dice, _PRIORITIES),
        assignee=_assignee(dice, blueprint, issue.id, age),
        watchers=dice.sample(active, weighted(dice, _WATCHER_COUNTS)),
        remarks=_first_remark(dice, words, issue, sub_issue.id if sub_issue else None, language),
    )


def _pick_issue(dice: random.Random, workflow: Workflow, weights: Mapping[str, float]) -> Issue:
    wanted = weighted(dice, weights)
    return next(issue for issue in workflow.issues if issue.id == wanted)


def _assignee(dice: random.Random, blueprint: Blueprint, issue_id: str, age: timedelta) -> str | None:
    """Who takes it; those who have left only have what was assigned to them while they were there."""
    return weighted(
        dice,
        {
            assignee: weight
            for assignee, weight in blueprint.assignees[issue_id].items()
            if assignee is None or age > timedelta(days=blueprint.retired.get(assignee, 0))
        },
    )


def _first_remark(
    dice: random.Random, words: Words, issue: Issue, sub_issue_id: str | None, language: str
) -> str | None:
    """What was reported, often with the guest's own words below; a few tickets begin without a remark."""
    if dice.random() < 0.06:
        return None
    report = dice.choice(words.reports[sub_issue_id or issue.sub_issues[0].id])
    quote = words.quotes.get(sub_issue_id or "", {}).get(language)
    return f"{report}\n“{quote}”" if quote else report


def _course(dice: random.Random, blueprint: Blueprint, issue_id: str, age: timedelta) -> Course:
    return weighted(dice, {course: course.weight(issue_id, age) for course in blueprint.courses})


def _steps(dice: random.Random, course: Course, issue_id: str, words: Words) -> list[_Step]:
    """The course's statuses, with remarks in between and after most of them."""
    steps: list[_Step] = []
    for status in course.statuses:
        if dice.random() < 0.3:
            steps.append(_Step(remark=dice.choice(words.between)))
        steps.append(_Step(status=status))
        if dice.random() < 0.65:
            steps.append(_Step(remark=dice.choice(words.work.get(f"{issue_id}/{status}", words.work[status]))))
    if not steps and dice.random() < 0.3:
        steps.append(_Step(remark=dice.choice(words.between)))
    return steps


def _moments(dice: random.Random, created_at: datetime, age: timedelta, count: int) -> list[datetime]:
    """When the steps happened: in order, within minutes to days, all before now."""
    took = min(age * 0.9, timedelta(minutes=20, hours=dice.expovariate(1 / 30)))
    return [to_milliseconds(created_at + took * share) for share in sorted(dice.uniform(0.05, 1) for _ in range(count))]


def _apply(step: _Step, before: Change, workflow: Workflow, on: Occasion) -> Change:
    if step.remark is not None:
        return ticket.add_remark(before.ticket, step.remark, on=on)
    change = ticket.change_status(before.ticket, step.status or "", workflow=workflow, on=on)
    if change is None:
        message = f"a course moves a ticket to where it is: {step.status}"
        raise ValueError(message)
    return change


def _reporter(dice: random.Random, blueprint: Blueprint) -> Actor:
    """Who created it: anybody who works there."""
    return Actor(dice.choice([member.id for member in blueprint.members if member.is_active]))


def _worker(dice: random.Random, blueprint: Blueprint, assignee: str | None) -> Actor:
    """Who did something to it: its assignee, someone of the assigned team, or else anybody."""
    if assignee is None:
        return _reporter(dice, blueprint)
    team = next((team for team in blueprint.teams if team.id == assignee), None)
    return Actor(dice.choice(team.members) if team else assignee)


def _in_room(words: Words, room: int) -> Words:
    """The words with one room's number in them: a ticket speaks of one room throughout."""

    def fill(texts: Sequence[str]) -> list[str]:
        return [text.replace("{room}", str(room)) for text in texts]

    return replace(
        words,
        reports={sub_issue: fill(texts) for sub_issue, texts in words.reports.items()},
        work={status: fill(texts) for status, texts in words.work.items()},
        between=fill(words.between),
    )
