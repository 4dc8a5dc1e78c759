from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.issue_out import IssueOut
    from ..models.status_out import StatusOut
    from ..models.workflow_out_transitions_type_0 import WorkflowOutTransitionsType0


T = TypeVar("T", bound="WorkflowOut")


@_attrs_define
class WorkflowOut:
    issues: list[IssueOut]
    statuses: list[StatusOut]
    initial: str
    transitions: None | WorkflowOutTransitionsType0
    source_version: int | None
    version: int

    def to_dict(self) -> dict[str, Any]:
        from ..models.workflow_out_transitions_type_0 import WorkflowOutTransitionsType0  # noqa: PLC0415

        issues = []
        for issues_item_data in self.issues:
            issues_item = issues_item_data.to_dict()
            issues.append(issues_item)

        statuses = []
        for statuses_item_data in self.statuses:
            statuses_item = statuses_item_data.to_dict()
            statuses.append(statuses_item)

        initial = self.initial

        transitions: dict[str, Any] | None
        if isinstance(self.transitions, WorkflowOutTransitionsType0):
            transitions = self.transitions.to_dict()
        else:
            transitions = self.transitions

        source_version: int | None
        source_version = self.source_version

        version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "issues": issues,
                "statuses": statuses,
                "initial": initial,
                "transitions": transitions,
                "source_version": source_version,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.issue_out import IssueOut  # noqa: PLC0415
        from ..models.status_out import StatusOut  # noqa: PLC0415
        from ..models.workflow_out_transitions_type_0 import WorkflowOutTransitionsType0  # noqa: PLC0415

        d = dict(src_dict)
        issues = []
        _issues = d.pop("issues")
        for issues_item_data in _issues:
            issues_item = IssueOut.from_dict(issues_item_data)

            issues.append(issues_item)

        statuses = []
        _statuses = d.pop("statuses")
        for statuses_item_data in _statuses:
            statuses_item = StatusOut.from_dict(statuses_item_data)

            statuses.append(statuses_item)

        initial = d.pop("initial")

        def _parse_transitions(data: object) -> None | WorkflowOutTransitionsType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                transitions_type_0 = WorkflowOutTransitionsType0.from_dict(data)

                return transitions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WorkflowOutTransitionsType0, data)

        transitions = _parse_transitions(d.pop("transitions"))

        def _parse_source_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        source_version = _parse_source_version(d.pop("source_version"))

        version = d.pop("version")

        workflow_out = cls(
            issues=issues,
            statuses=statuses,
            initial=initial,
            transitions=transitions,
            source_version=source_version,
            version=version,
        )

        return workflow_out
