from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.age_count import AgeCount
    from ..models.assignee_backlog import AssigneeBacklog
    from ..models.oldest_ticket import OldestTicket


T = TypeVar("T", bound="UnresolvedReport")


@_attrs_define
class UnresolvedReport:
    """Unresolved tickets by age and assignee, who has the most first; ages are those at `as_of`.

    `relation` is `eq` if this answer counts them all. If it is `gte`, this is one of several parts, the oldest tickets
    first: add up the counts of all parts, from the first one to the one without `has_more`, and they are exact.
    `as_of` is the same in all of them. `scanned` rows were read.

    """

    as_of: str
    total: int
    relation: str
    """ `eq`, `gte`; new values may come """
    by_age: list[AgeCount]
    oldest: None | OldestTicket
    by_assignee: list[AssigneeBacklog]
    next_cursor: None | str
    has_more: bool
    scanned: int

    def to_dict(self) -> dict[str, Any]:
        from ..models.oldest_ticket import OldestTicket  # noqa: PLC0415

        as_of = self.as_of

        total = self.total

        relation = self.relation

        by_age = []
        for by_age_item_data in self.by_age:
            by_age_item = by_age_item_data.to_dict()
            by_age.append(by_age_item)

        oldest: dict[str, Any] | None
        if isinstance(self.oldest, OldestTicket):
            oldest = self.oldest.to_dict()
        else:
            oldest = self.oldest

        by_assignee = []
        for by_assignee_item_data in self.by_assignee:
            by_assignee_item = by_assignee_item_data.to_dict()
            by_assignee.append(by_assignee_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        has_more = self.has_more

        scanned = self.scanned

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "as_of": as_of,
                "total": total,
                "relation": relation,
                "by_age": by_age,
                "oldest": oldest,
                "by_assignee": by_assignee,
                "next_cursor": next_cursor,
                "has_more": has_more,
                "scanned": scanned,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.age_count import AgeCount  # noqa: PLC0415
        from ..models.assignee_backlog import AssigneeBacklog  # noqa: PLC0415
        from ..models.oldest_ticket import OldestTicket  # noqa: PLC0415

        d = dict(src_dict)
        as_of = d.pop("as_of")

        total = d.pop("total")

        relation = d.pop("relation")

        by_age = []
        _by_age = d.pop("by_age")
        for by_age_item_data in _by_age:
            by_age_item = AgeCount.from_dict(by_age_item_data)

            by_age.append(by_age_item)

        def _parse_oldest(data: object) -> None | OldestTicket:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                oldest_type_0 = OldestTicket.from_dict(data)

                return oldest_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OldestTicket, data)

        oldest = _parse_oldest(d.pop("oldest"))

        by_assignee = []
        _by_assignee = d.pop("by_assignee")
        for by_assignee_item_data in _by_assignee:
            by_assignee_item = AssigneeBacklog.from_dict(by_assignee_item_data)

            by_assignee.append(by_assignee_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        has_more = d.pop("has_more")

        scanned = d.pop("scanned")

        unresolved_report = cls(
            as_of=as_of,
            total=total,
            relation=relation,
            by_age=by_age,
            oldest=oldest,
            by_assignee=by_assignee,
            next_cursor=next_cursor,
            has_more=has_more,
            scanned=scanned,
        )

        return unresolved_report
