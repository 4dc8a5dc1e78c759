from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="ExportOut")


@_attrs_define
class ExportOut:
    """An export, and how far it has come. `rows` and `bytes` tell of what is stored so far.

    `url` is there when it is `done`: an address that opens the file to anybody who has it, until `url_expires_at`. Ask
    again for another one, until `expires_at`. `failure` says by a code why an export `failed`.

    """

    id: str
    format_: str
    """ `csv`, `jsonl`; new values may come """
    tz: str
    state: str
    """ `queued`, `running`, `done`, `failed`; new values may come """
    rows: int
    bytes_: int
    url: None | str
    url_expires_at: None | str
    failure: None | str
    created_at: str
    finished_at: None | str
    expires_at: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        format_ = self.format_

        tz = self.tz

        state = self.state

        rows = self.rows

        bytes_ = self.bytes_

        url: None | str
        url = self.url

        url_expires_at: None | str
        url_expires_at = self.url_expires_at

        failure: None | str
        failure = self.failure

        created_at = self.created_at

        finished_at: None | str
        finished_at = self.finished_at

        expires_at = self.expires_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "format": format_,
                "tz": tz,
                "state": state,
                "rows": rows,
                "bytes": bytes_,
                "url": url,
                "url_expires_at": url_expires_at,
                "failure": failure,
                "created_at": created_at,
                "finished_at": finished_at,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        format_ = d.pop("format")

        tz = d.pop("tz")

        state = d.pop("state")

        rows = d.pop("rows")

        bytes_ = d.pop("bytes")

        def _parse_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url = _parse_url(d.pop("url"))

        def _parse_url_expires_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url_expires_at = _parse_url_expires_at(d.pop("url_expires_at"))

        def _parse_failure(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        failure = _parse_failure(d.pop("failure"))

        created_at = d.pop("created_at")

        def _parse_finished_at(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        expires_at = d.pop("expires_at")

        export_out = cls(
            id=id,
            format_=format_,
            tz=tz,
            state=state,
            rows=rows,
            bytes_=bytes_,
            url=url,
            url_expires_at=url_expires_at,
            failure=failure,
            created_at=created_at,
            finished_at=finished_at,
            expires_at=expires_at,
        )

        return export_out
