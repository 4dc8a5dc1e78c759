from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Limits")


@_attrs_define
class Limits:
    page_size: int
    body_bytes: int
    remark_bytes_in_thread: int
    watchers: int
    label_characters: int
    idempotency_key_hours: int
    requests_per_second: int
    requests_at_one_instant: int
    bulk_tickets_per_second: int
    bulk_tickets_at_one_instant: int

    def to_dict(self) -> dict[str, Any]:
        page_size = self.page_size

        body_bytes = self.body_bytes

        remark_bytes_in_thread = self.remark_bytes_in_thread

        watchers = self.watchers

        label_characters = self.label_characters

        idempotency_key_hours = self.idempotency_key_hours

        requests_per_second = self.requests_per_second

        requests_at_one_instant = self.requests_at_one_instant

        bulk_tickets_per_second = self.bulk_tickets_per_second

        bulk_tickets_at_one_instant = self.bulk_tickets_at_one_instant

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "page_size": page_size,
                "body_bytes": body_bytes,
                "remark_bytes_in_thread": remark_bytes_in_thread,
                "watchers": watchers,
                "label_characters": label_characters,
                "idempotency_key_hours": idempotency_key_hours,
                "requests_per_second": requests_per_second,
                "requests_at_one_instant": requests_at_one_instant,
                "bulk_tickets_per_second": bulk_tickets_per_second,
                "bulk_tickets_at_one_instant": bulk_tickets_at_one_instant,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        page_size = d.pop("page_size")

        body_bytes = d.pop("body_bytes")

        remark_bytes_in_thread = d.pop("remark_bytes_in_thread")

        watchers = d.pop("watchers")

        label_characters = d.pop("label_characters")

        idempotency_key_hours = d.pop("idempotency_key_hours")

        requests_per_second = d.pop("requests_per_second")

        requests_at_one_instant = d.pop("requests_at_one_instant")

        bulk_tickets_per_second = d.pop("bulk_tickets_per_second")

        bulk_tickets_at_one_instant = d.pop("bulk_tickets_at_one_instant")

        limits = cls(
            page_size=page_size,
            body_bytes=body_bytes,
            remark_bytes_in_thread=remark_bytes_in_thread,
            watchers=watchers,
            label_characters=label_characters,
            idempotency_key_hours=idempotency_key_hours,
            requests_per_second=requests_per_second,
            requests_at_one_instant=requests_at_one_instant,
            bulk_tickets_per_second=bulk_tickets_per_second,
            bulk_tickets_at_one_instant=bulk_tickets_at_one_instant,
        )

        return limits
