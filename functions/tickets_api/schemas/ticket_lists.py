"""Lists of tickets: what they are asked for, and how they answer."""

from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from ticketing.domain import query, words
from ticketing.domain.days import created_range
from ticketing.domain.query import DEFAULT_LIMIT, MAX_LIMIT, MY_TEAMS, Sort, TicketQuery
from ticketing.domain.ticket import Priority
from ticketing.domain.workflow import StatusCategory
from ticketing.errors import ValidationFailed
from tickets_api.schemas.fields import TRUTH, WHOLE, Body, CallerId, Shape
from tickets_api.schemas.tickets import TicketShown

_MAX_VALUES = 500
"""Of one filter: more than any picker offers."""

_SubIssue = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}/[A-Za-z0-9_-]{1,40}$"),
    Field(description="`issue/sub_issue`", examples=["maintenance/hvac"]),
]
_Assignee = Annotated[
    str,
    StringConstraints(pattern=r"^((mem|team)_[A-Za-z0-9_-]{1,36}|unassigned|me|my_teams)$", max_length=40),
    Field(
        description="The id of a member or team, `unassigned`, `me` or `my_teams`", examples=["my_teams", "unassigned"]
    ),
]
_Creator = Annotated[
    str,
    StringConstraints(pattern=r"^(mem_[A-Za-z0-9_-]{1,36}|key:[^\x00-\x1f\x7f]{1,120}|me)$"),
    Field(description="A creator's id as a ticket shows it, or `me`", examples=["me"]),
]
_ExternalId = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,64}$")]
_Category = Literal["open", "active", "waiting", "resolved", "closed", "unresolved"]
_Time = Annotated[str, Field(max_length=64, examples=["2026-03-01", "2026-03-01T22:10:05Z"])]
_Sort = Literal["-created_at", "created_at", "-updated_at", "updated_at", "-priority", "priority"]
_ListSort = Literal["-created_at", "created_at", "-updated_at", "updated_at", "-priority", "priority", "relevance"]
_LIST_SORT = Field(
    description="`relevance`, only with `q`: the best match first, then the last created. While the search index is "
    "away, or where there is none, such a list comes in the order of `-created_at`, which `freshness.sort` says"
)
_Cursor = Annotated[str, Field(min_length=1, max_length=2000)]
_FACETS = Field(description="Count the whole list's tickets by status, category, priority, assignee and channel")


def _values(description: str) -> Any:
    return Field(default_factory=list, min_length=1, max_length=_MAX_VALUES, description=description)


Priorities = Annotated[list[Literal["low", "medium", "high"]], _values("Priorities")]
Assignees = Annotated[list[_Assignee], _values("Members, teams, `unassigned`, `me`, `my_teams`")]
Creators = Annotated[list[_Creator], _values("Who created it; `me`")]
Channels = Annotated[list[CallerId], _values("Ids of channels")]
Issues = Annotated[list[CallerId], _values("Ids of issues")]
SubIssues = Annotated[list[_SubIssue], _values("Sub-issues, each as `issue/sub_issue`")]
CreatedFrom = Annotated[_Time | None, Field(description="A date in `tz`, from its start; or an instant")]
CreatedTo = Annotated[_Time | None, Field(description="A date in `tz`, to its end; or an instant before which")]
Zone = Annotated[str, Field(max_length=100, description="The IANA zone of dates", examples=["Europe/Zurich"])]


class TicketFilters(Body):
    """Which tickets: all filters must hold, and of several values of one filter any will do.

    Ids of statuses, issues and sub-issues are compared with what each ticket carries, whether a workflow still has
    them or not.
    """

    status: Annotated[list[CallerId], _values("Ids of statuses")]
    status_category: Annotated[list[_Category], _values("`unresolved` is any but resolved and closed")]
    priority: Priorities
    assignee: Assignees
    creator: Creators
    channel: Channels
    issue: Issues
    sub_issue: SubIssues
    external_id: Annotated[list[_ExternalId], _values("Ids that you gave")]
    chat: Annotated[list[CallerId], _values("Ids of chats")]
    created_from: CreatedFrom = None
    created_to: CreatedTo = None
    tz: Zone = "UTC"
    q: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")] | None,
        Field(
            description="Words, each of which is in a remark, the guest's name, the issue's or the sub-issue's label; "
            'the last one may be its beginning. `"…"` is a phrase, `#1042` a ticket\'s number; digits are a number, '
            "a word, or four and more of the guest's phone. At most 256 characters and 32 words",
            examples=["shower leak"],
        ),
    ] = None
    sort: _Sort = "-created_at"

    def to_domain(self, member_id: str | None, teams_of: Callable[[str], Collection[str]]) -> TicketQuery:
        """The query, as the caller means it: `member_id` is None for a key that acts for no member.

        `teams_of` is asked only for `my_teams`. Raises ValidationFailed.
        """
        if Sort(self.sort) is Sort.RELEVANCE and self.q is None:
            raise ValidationFailed.of("sort", "Only words have a best match: give q, or another order", "invalid")
        team_ids = teams_of(member_id) if member_id and MY_TEAMS in self.assignee else ()
        start, end = created_range(self.created_from, self.created_to, self.tz)
        return TicketQuery(
            statuses=_set(self.status),
            categories=query.categories([_category(word) for word in self.status_category]) or None,
            priorities=_set([Priority(word) for word in self.priority]),
            assignees=_people(self.assignee, "assignee", member_id, team_ids),
            creators=_people(self.creator, "creator", member_id, ()),
            channels=_set(self.channel),
            issues=_set(self.issue),
            sub_issues=_set([_pair(one) for one in self.sub_issue]),
            external_ids=_set(self.external_id),
            chats=_set(self.chat),
            created_from=start,
            created_to=end,
            words=words.checked(self.q) if self.q is not None else None,
            sort=Sort(self.sort),
        )


class ListTickets(TicketFilters):
    """The list's parameters; filters are given several values by repeating them."""

    # Query parameters arrive as text.
    sort: Annotated[_ListSort, _LIST_SORT] = "-created_at"  # type: ignore[assignment]  # one word more
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, strict=False)] = DEFAULT_LIMIT
    cursor: _Cursor | None = None
    facets: Annotated[bool, TRUTH, _FACETS] = False


class SearchTickets(TicketFilters):
    """The same as a body, since filters can outgrow a URL; several values are lists."""

    sort: Annotated[_ListSort, _LIST_SORT] = "-created_at"  # type: ignore[assignment]  # one word more
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), WHOLE] = DEFAULT_LIMIT
    cursor: _Cursor | None = None
    facets: Annotated[bool, _FACETS] = False


class ListChatTickets(Body):
    """Paging of a chat's tickets."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, strict=False)] = DEFAULT_LIMIT
    cursor: _Cursor | None = None


class Freshness(Shape):
    """Where a list came from, how many rows were read for it, and up to when it is sure to know every change.

    `source` is the search index where there is one that answers, else the table. Of the table `indexed_through` is
    null where one of its own indexes was read: it follows within moments, and tells nobody how far it has come. Your
    own changes are always there if you send `Lodgestory-Seen`. `sort` is the order of this list: not `relevance`,
    though that was asked for, if it is from the table. `typos`: words are found by one typo too.
    """

    source: Literal["table", "index"]
    indexed_through: str | None
    scanned: int
    sort: _ListSort
    typos: bool


class Count(Shape):
    """So many tickets have this; `id` is what the filter of the same name takes, `unassigned` for nobody's."""

    id: str
    name: str
    count: int


class Facets(Shape):
    """How many tickets of the whole list there are of each kind, the most frequent first; those of none are left out.

    `relation` is `eq` if all of the list was counted; `gte` if its budget was spent before, so that there are at least
    so many of each. `scanned` rows were read for page and counts together.
    """

    status: list[Count]
    status_category: list[Count]
    priority: list[Count]
    assignee: list[Count]
    channel: list[Count]
    relation: Literal["eq", "gte"]
    scanned: int


class HighlightOut(Shape):
    """Where the words of `q` were found.

    `fragment` is HTML of at most 160 characters: all of it is escaped but `<mark>`, around what was found.
    """

    field: Literal["remarks", "guest_name", "guest_phone", "sub_issue", "issue", "number"]
    fragment: Annotated[str, Field(examples=["<mark>AC</mark> not cooling in room 204"])]


class TicketRow(TicketShown):
    """A ticket as a list shows it; `highlight` is null without `q`."""

    highlight: HighlightOut | None


class TicketList(Shape):
    """A page of tickets; `next_cursor` leads to the next one while `has_more`, also from a page that is not full.

    `total` counts the tickets of the whole list on its first page: exactly (`eq`), or at least so many (`gte`). With
    `facets` it stands on every page, and is what they add up to.
    """

    data: list[TicketRow]
    next_cursor: str | None
    has_more: bool
    total: int | None = None
    total_relation: Literal["eq", "gte"] | None = None
    facets: Facets | None = None
    freshness: Freshness


def _set[T](values: Collection[T]) -> frozenset[T] | None:
    return frozenset(values) or None


def _category(word: _Category) -> StatusCategory | Literal["unresolved"]:
    return word if word == "unresolved" else StatusCategory(word)


def _people(
    words: Collection[str], field: str, member_id: str | None, team_ids: Collection[str]
) -> frozenset[str] | None:
    """None if nothing was asked for; an empty set, met by no ticket, if `my_teams` are none."""
    return query.people(words, field, member_id=member_id, team_ids=team_ids) if words else None


def _pair(text: str) -> tuple[str, str]:
    issue, _, sub_issue = text.partition("/")
    return issue, sub_issue
