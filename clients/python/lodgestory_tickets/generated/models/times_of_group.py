from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="TimesOfGroup")


@_attrs_define
class TimesOfGroup:
    count: int
    median_seconds: float | None
    p90_seconds: float | None
    mean_seconds: float | None
    id: str
    name: str

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        median_seconds: float | None
        median_seconds = self.median_seconds

        p90_seconds: float | None
        p90_seconds = self.p90_seconds

        mean_seconds: float | None
        mean_seconds = self.mean_seconds

        id = self.id

        name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "count": count,
                "median_seconds": median_seconds,
                "p90_seconds": p90_seconds,
                "mean_seconds": mean_seconds,
                "id": id,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        def _parse_median_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        median_seconds = _parse_median_seconds(d.pop("median_seconds"))

        def _parse_p90_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        p90_seconds = _parse_p90_seconds(d.pop("p90_seconds"))

        def _parse_mean_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        mean_seconds = _parse_mean_seconds(d.pop("mean_seconds"))

        id = d.pop("id")

        name = d.pop("name")

        times_of_group = cls(
            count=count,
            median_seconds=median_seconds,
            p90_seconds=p90_seconds,
            mean_seconds=mean_seconds,
            id=id,
            name=name,
        )

        return times_of_group
