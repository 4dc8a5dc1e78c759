from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.put_issue import PutIssue
    from ..models.put_status import PutStatus
    from ..models.put_workflow_transitions_type_0 import PutWorkflowTransitionsType0


T = TypeVar("T", bound="PutWorkflow")


@_attrs_define
class PutWorkflow:
    """A channel's ticket workflow.

    Without `statuses`: Open, In progress, Resolved, Closed. The first status is the initial one unless `initial`
    names another. Without `transitions` every move is allowed; with them, only those named.

    """

    issues: list[PutIssue]
    statuses: list[PutStatus] | None | Unset = UNSET
    initial: None | str | Unset = UNSET
    transitions: None | PutWorkflowTransitionsType0 | Unset = UNSET
    source_version: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.put_workflow_transitions_type_0 import PutWorkflowTransitionsType0  # noqa: PLC0415

        issues = []
        for issues_item_data in self.issues:
            issues_item = issues_item_data.to_dict()
            issues.append(issues_item)

        statuses: list[dict[str, Any]] | None | Unset
        if isinstance(self.statuses, Unset):
            statuses = UNSET
        elif isinstance(self.statuses, list):
            statuses = []
            for statuses_type_0_item_data in self.statuses:
                statuses_type_0_item = statuses_type_0_item_data.to_dict()
                statuses.append(statuses_type_0_item)

        else:
            statuses = self.statuses

        initial: None | str | Unset
        if isinstance(self.initial, Unset):
            initial = UNSET
        else:
            initial = self.initial

        transitions: dict[str, Any] | None | Unset
        if isinstance(self.transitions, Unset):
            transitions = UNSET
        elif isinstance(self.transitions, PutWorkflowTransitionsType0):
            transitions = self.transitions.to_dict()
        else:
            transitions = self.transitions

        source_version: int | None | Unset
        if isinstance(self.source_version, Unset):
            source_version = UNSET
        else:
            source_version = self.source_version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "issues": issues,
            }
        )
        if statuses is not UNSET:
            field_dict["statuses"] = statuses
        if initial is not UNSET:
            field_dict["initial"] = initial
        if transitions is not UNSET:
            field_dict["transitions"] = transitions
        if source_version is not UNSET:
            field_dict["source_version"] = source_version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.put_issue import PutIssue  # noqa: PLC0415
        from ..models.put_status import PutStatus  # noqa: PLC0415
        from ..models.put_workflow_transitions_type_0 import PutWorkflowTransitionsType0  # noqa: PLC0415

        d = dict(src_dict)
        issues = []
        _issues = d.pop("issues")
        for issues_item_data in _issues:
            issues_item = PutIssue.from_dict(issues_item_data)

            issues.append(issues_item)

        def _parse_statuses(data: object) -> list[PutStatus] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                statuses_type_0 = []
                _statuses_type_0 = data
                for statuses_type_0_item_data in _statuses_type_0:
                    statuses_type_0_item = PutStatus.from_dict(statuses_type_0_item_data)

                    statuses_type_0.append(statuses_type_0_item)

                return statuses_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[PutStatus] | None | Unset, data)

        statuses = _parse_statuses(d.pop("statuses", UNSET))

        def _parse_initial(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        initial = _parse_initial(d.pop("initial", UNSET))

        def _parse_transitions(data: object) -> None | PutWorkflowTransitionsType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                transitions_type_0 = PutWorkflowTransitionsType0.from_dict(data)

                return transitions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PutWorkflowTransitionsType0 | Unset, data)

        transitions = _parse_transitions(d.pop("transitions", UNSET))

        def _parse_source_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        source_version = _parse_source_version(d.pop("source_version", UNSET))

        put_workflow = cls(
            issues=issues,
            statuses=statuses,
            initial=initial,
            transitions=transitions,
            source_version=source_version,
        )

        return put_workflow
