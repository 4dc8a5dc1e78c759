from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="FieldProblem")


@_attrs_define
class FieldProblem:
    """One thing wrong with what was sent; `field` is the path in the body, or the name of a parameter or header."""

    field: str
    code: str
    detail: str

    def to_dict(self) -> dict[str, Any]:
        field = self.field

        code = self.code

        detail = self.detail

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "field": field,
                "code": code,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        field = d.pop("field")

        code = d.pop("code")

        detail = d.pop("detail")

        field_problem = cls(
            field=field,
            code=code,
            detail=detail,
        )

        return field_problem
