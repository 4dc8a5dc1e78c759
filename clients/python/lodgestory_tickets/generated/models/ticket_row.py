from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.actor_ref import ActorRef
    from ..models.assignee_ref import AssigneeRef
    from ..models.channel_ref import ChannelRef
    from ..models.chat_ref import ChatRef
    from ..models.highlight_out import HighlightOut
    from ..models.label_out import LabelOut
    from ..models.status_out import StatusOut


T = TypeVar("T", bound="TicketRow")


@_attrs_define
class TicketRow:
    """A ticket as a list shows it; `highlight` is null without `q`."""

    id: str
    number: int
    chat: ChatRef
    channel: ChannelRef
    issue: LabelOut
    sub_issue: LabelOut | None
    priority: str
    """ `low`, `medium`, `high`; new values may come """
    status: StatusOut
    assignee: AssigneeRef | None
    creator: ActorRef
    remark_preview: str
    remark_count: int
    media_count: int
    source: str
    external_id: None | str
    version: int
    created_at: str
    updated_at: str
    resolved_at: None | str
    highlight: HighlightOut | None

    def to_dict(self) -> dict[str, Any]:
        from ..models.assignee_ref import AssigneeRef  # noqa: PLC0415
        from ..models.highlight_out import HighlightOut  # noqa: PLC0415
        from ..models.label_out import LabelOut  # noqa: PLC0415

        id = self.id

        number = self.number

        chat = self.chat.to_dict()

        channel = self.channel.to_dict()

        issue = self.issue.to_dict()

        sub_issue: dict[str, Any] | None
        if isinstance(self.sub_issue, LabelOut):
            sub_issue = self.sub_issue.to_dict()
        else:
            sub_issue = self.sub_issue

        priority = self.priority

        status = self.status.to_dict()

        assignee: dict[str, Any] | None
        if isinstance(self.assignee, AssigneeRef):
            assignee = self.assignee.to_dict()
        else:
            assignee = self.assignee

        creator = self.creator.to_dict()

        remark_preview = self.remark_preview

        remark_count = self.remark_count

        media_count = self.media_count

        source = self.source

        external_id: None | str
        external_id = self.external_id

        version = self.version

        created_at = self.created_at

        updated_at = self.updated_at

        resolved_at: None | str
        resolved_at = self.resolved_at

        highlight: dict[str, Any] | None
        if isinstance(self.highlight, HighlightOut):
            highlight = self.highlight.to_dict()
        else:
            highlight = self.highlight

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "number": number,
                "chat": chat,
                "channel": channel,
                "issue": issue,
                "sub_issue": sub_issue,
                "priority": priority,
                "status": status,
                "assignee": assignee,
                "creator": creator,
                "remark_preview": remark_preview,
                "remark_count": remark_count,
                "media_count": media_count,
                "source": source,
                "external_id": external_id,
                "version": version,
                "created_at": created_at,
                "updated_at": updated_at,
                "resolved_at": resolved_at,
                "highlight": highlight,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.actor_ref import ActorRef  # noqa: PLC0415
        from ..models.assignee_ref import AssigneeRef  # noqa: PLC0415
        from ..models.channel_ref import ChannelRef  # noqa: PLC0415
        from ..models.chat_ref import ChatRef  # noqa: PLC0415
        from ..models.highlight_out import HighlightOut  # noqa: PLC0415
        from ..models.label_out import LabelOut  # noqa: PLC0415
        from ..models.status_out import StatusOut  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        chat = ChatRef.from_dict(d.pop("chat"))

        channel = ChannelRef.from_dict(d.pop("channel"))

        issue = LabelOut.from_dict(d.pop("issue"))

        def _parse_sub_issue(data: object) -> LabelOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                sub_issue_type_0 = LabelOut.from_dict(data)

                return sub_issue_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LabelOut | None, data)

        sub_issue = _parse_sub_issue(d.pop("sub_issue"))

        priority = d.pop("priority")

        status = StatusOut.from_dict(d.pop("status"))

        def _parse_assignee(data: object) -> AssigneeRef | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                assignee_type_0 = AssigneeRef.from_dict(data)

                return assignee_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AssigneeRef | None, data)

        assignee = _parse_assignee(d.pop("assignee"))

        creator = ActorRef.from_dict(d.pop("creator"))

        remark_preview = d.pop("remark_preview")

        remark_count = d.pop("remark_count")

        media_count = d.pop("media_count")

        source = d.pop("source")

        def _parse_external_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        external_id = _parse_external_id(d.pop("external_id"))

        version = d.pop("version")

        created_at = d.pop("created_at")

        updated_at = d.pop("updated_at")

        def _parse_resolved_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))

        def _parse_highlight(data: object) -> HighlightOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                highlight_type_0 = HighlightOut.from_dict(data)

                return highlight_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(HighlightOut | None, data)

        highlight = _parse_highlight(d.pop("highlight"))

        ticket_row = cls(
            id=id,
            number=number,
            chat=chat,
            channel=channel,
            issue=issue,
            sub_issue=sub_issue,
            priority=priority,
            status=status,
            assignee=assignee,
            creator=creator,
            remark_preview=remark_preview,
            remark_count=remark_count,
            media_count=media_count,
            source=source,
            external_id=external_id,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
            resolved_at=resolved_at,
            highlight=highlight,
        )

        return ticket_row
