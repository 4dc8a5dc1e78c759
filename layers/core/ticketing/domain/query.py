"""What a list of tickets is asked for, what that means, and where a list goes on.

`matches` and `position` are the meaning; a finder may find in any way that comes to the same.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, Literal, Self

from ticketing.domain.hits import Bookmark, Hits, Texts, has_words
from ticketing.domain.instants import from_text, to_text
from ticketing.domain.ticket import Priority, Ticket
from ticketing.domain.words import parse
from ticketing.domain.workflow import StatusCategory
from ticketing.errors import ValidationFailed

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
"""The product page: 100 tickets per page in the API."""

MAX_KEPT_BYTES: Final = 128 * 1024
"""Of a query that is kept to be asked later. Its item, which holds more than that, ends at 400 KB (DynamoDB quotas)."""

UNASSIGNED: Final = "unassigned"
"""Stands among assignees for tickets that have none."""
ME: Final = "me"
MY_TEAMS: Final = "my_teams"

UNRESOLVED: Final = "unresolved"
_UNRESOLVED: Final = frozenset(category for category in StatusCategory if not category.is_resolved)

PRIORITY_RANKS: Final = {Priority.LOW: "1", Priority.MEDIUM: "2", Priority.HIGH: "3"}


class Sort(StrEnum):
    """The order of a list; among equals the ticket id decides, in the same direction.

    | sort         | order                                                    |
    |--------------|----------------------------------------------------------|
    | -created_at  | the last created first                                   |
    | created_at   | the reverse                                              |
    | -updated_at  | the last changed first                                   |
    | updated_at   | the reverse                                              |
    | -priority    | high, medium, low; within each the last created first    |
    | priority     | the reverse: low, medium, high; the first created first  |
    | relevance    | the best match of the words first; then the last created |
    """

    NEWEST = "-created_at"
    OLDEST = "created_at"
    LAST_CHANGED = "-updated_at"
    FIRST_CHANGED = "updated_at"
    MOST_URGENT = "-priority"
    LEAST_URGENT = "priority"
    RELEVANCE = "relevance"
    """Only a finder by an index of words knows this order."""

    @property
    def is_descending(self) -> bool:
        return self.value.startswith("-") or self is Sort.RELEVANCE

    @property
    def field(self) -> str:
        return self.value.removeprefix("-")


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """The filters, all of which a ticket must meet, and the sort.

    Of several values of one filter any will do. None asks for nothing; an empty set is met by no ticket.
    `assignees` holds member and team ids and UNASSIGNED, `sub_issues` pairs of issue and sub-issue.
    `created_from` is included, `created_to` is not. `words` is what was typed into a search box, checked.
    """

    statuses: frozenset[str] | None = None
    categories: frozenset[StatusCategory] | None = None
    priorities: frozenset[Priority] | None = None
    assignees: frozenset[str] | None = None
    creators: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    issues: frozenset[str] | None = None
    sub_issues: frozenset[tuple[str, str]] | None = None
    external_ids: frozenset[str] | None = None
    chats: frozenset[str] | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    words: str | None = None
    sort: Sort = Sort.NEWEST

    @property
    def is_selective(self) -> bool:
        """Whether there is a filter beside the dates, so that a row of the right time may not be wanted."""
        others = (one.name for one in fields(self) if one.name not in {"created_from", "created_to", "sort"})
        return any(getattr(self, name) is not None for name in others)


def matches(query: TicketQuery, ticket: Ticket, texts: Texts, *, typos: bool = False) -> bool:
    """Whether a ticket is among those asked for, `typos` forgiven or not. A deleted one never is."""
    is_met = meets_filters(query, ticket)
    return is_met and (query.words is None or has_words(parse(query.words), ticket, texts, typos=typos))


def meets_filters(query: TicketQuery, ticket: Ticket) -> bool:
    """Whether a ticket is among those asked for, whatever its words. A deleted one never is."""
    sub_issue = (ticket.issue.id, ticket.sub_issue.id) if ticket.sub_issue else None
    return (
        ticket.deleted_at is None
        and _is_any(ticket.status.id, query.statuses)
        and _is_any(ticket.status.category, query.categories)
        and _is_any(ticket.priority, query.priorities)
        and _is_any(ticket.assignee or UNASSIGNED, query.assignees)
        and _is_any(ticket.creator.id, query.creators)
        and _is_any(ticket.channel_id, query.channels)
        and _is_any(ticket.issue.id, query.issues)
        and _is_any(sub_issue, query.sub_issues)
        and _is_any(ticket.external_id, query.external_ids)
        and _is_any(ticket.chat_id, query.chats)
        and (query.created_from is None or query.created_from <= ticket.created_at)
        and (query.created_to is None or ticket.created_at < query.created_to)
    )


def _is_any(value: object, wanted: Collection[object] | None) -> bool:
    return wanted is None or value in wanted


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a list: a sort value and a ticket id, and nothing of the store that found it.

    Sort values are texts whose order is the ascending order of the list. A list that goes on there may have a
    `bookmark` in the thread of a ticket behind it, which is no part of the place: it saves reading that anew.
    """

    sort_value: str
    ticket_id: str
    bookmark: Bookmark | None = field(default=None, compare=False)

    def is_beyond(self, other: "Position", sort: Sort) -> bool:
        """Whether this comes after the other one in a list of that sort."""
        return self < other if sort.is_descending else self > other

    def to_plain(self) -> list[Any]:
        """As JSON values, for cursors and for what is gone on with later; `of_plain` is the way back."""
        mark = self.bookmark
        place: list[Any] = [self.sort_value, self.ticket_id]
        return (
            [*place, [mark.ticket_id, mark.version, mark.first_at, list(mark.reached)]] if mark is not None else place
        )

    @classmethod
    def of_plain(cls, plain: Sequence[Any]) -> Self:
        """The place that `to_plain` made this of. Places that were kept before there were bookmarks have none."""
        sort_value, ticket_id, *mark = plain
        return cls(sort_value, ticket_id, _bookmark(*mark[0]) if mark else None)


def _bookmark(ticket_id: str, version: int, first_at: int, reached: Sequence[int]) -> Bookmark:
    return Bookmark(ticket_id, int(version), int(first_at), tuple(map(int, reached)))


def beginning(sort: Sort) -> Position:
    """The place before all of a list."""
    return Position("~" if sort.is_descending else "", "")


def position(sort: Sort, ticket: Ticket, points: int = 0) -> Position:
    """Where a ticket stands; no two stand at the same place. `points` are those of its words, for `relevance`."""
    match sort.field:
        case "relevance":
            return Position(f"{points:06d}#{to_text(ticket.created_at)}", ticket.id)
        case "updated_at":
            return Position(to_text(ticket.updated_at), ticket.id)
        case "priority":
            return Position(f"{PRIORITY_RANKS[ticket.priority]}#{to_text(ticket.created_at)}", ticket.id)
        case _:
            return Position(to_text(ticket.created_at), ticket.id)


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A page of a list.

    `after` is where the next page begins, None on the last; `scanned` counts the rows that were read. `beyond` are
    tickets after the page that were met on the way; `is_all` says that page and they are all there is, from the first
    on. `is_current` says that no index was asked, which may lag. `hits` say where words were found, by ticket id.
    """

    tickets: Sequence[Ticket]
    after: Position | None
    scanned: int
    beyond: Sequence[Ticket] = ()
    is_first: bool = False
    is_all: bool = False
    is_current: bool = False
    hits: Mapping[str, Hits] = field(default_factory=dict[str, Hits])


def fingerprint(query: TicketQuery) -> str:
    """A text that two queries share only if they ask for the same, in the same order: what a cursor is bound to."""
    return sha256(json.dumps(to_plain(query)).encode()).hexdigest()[:32]


def check_kept(query: TicketQuery) -> None:
    """Raises ValidationFailed, which names `filter`, if a query is too large to be kept."""
    if len(json.dumps(to_plain(query), ensure_ascii=False).encode()) > MAX_KEPT_BYTES:
        raise ValidationFailed.of("filter", f"At most {MAX_KEPT_BYTES // 1024} KB, with all of its values", "too_long")


def to_plain(query: TicketQuery) -> dict[str, Any]:
    """A query as JSON values, for one that is asked later; `from_plain` is the way back."""
    return {one.name: _plain(getattr(query, one.name)) for one in fields(query)}


def from_plain(plain: Mapping[str, Any]) -> TicketQuery:
    """The query that `to_plain` made this of."""
    return TicketQuery(**{name: _value(name, value) for name, value in plain.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return to_text(value) if isinstance(value, datetime) else value


def _value(name: str, plain: Any) -> Any:
    if plain is None:
        return None
    match name:
        case "sort":
            return Sort(plain)
        case "words":
            return plain
        case "created_from" | "created_to":
            return from_text(plain)
        case "categories":
            return frozenset(map(StatusCategory, plain))
        case "priorities":
            return frozenset(map(Priority, plain))
        case "sub_issues":
            return frozenset((issue, sub_issue) for issue, sub_issue in plain)
        case _:
            return frozenset(plain)


def categories(words: Collection[StatusCategory | Literal["unresolved"]]) -> frozenset[StatusCategory]:
    """The status categories that words mean: `unresolved` is any but resolved and closed."""
    named = frozenset(StatusCategory(word) for word in words if word != UNRESOLVED)
    return named | _UNRESOLVED if UNRESOLVED in words else named


def people(words: Collection[str], field: str, *, member_id: str | None, team_ids: Collection[str]) -> frozenset[str]:
    """The ids that words mean: `me` is the caller, `my_teams` the caller's teams, which may be none at all.

    Raises ValidationFailed that names `field` if the caller is a key that acts for no member.
    """
    own = {ME, MY_TEAMS}.intersection(words)
    if own and member_id is None:
        raise ValidationFailed.of(field, f"This key acts for no member, so {min(own)} is nobody", "no_member")
    meant = set(words) - own
    if ME in own and member_id is not None:
        meant.add(member_id)
    return frozenset(meant.union(team_ids) if MY_TEAMS in own else meant)
