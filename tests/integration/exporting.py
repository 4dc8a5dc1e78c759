"""Exports, asked for over the API and written by the exporter, as tests go about it."""

import csv
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from moto.s3.exceptions import NoSuchUpload
from moto.s3.models import S3Backend

from exporter.lines import Source
from exporter.work import work
from tests.builders import NOW, ORGANISATION
from tests.integration.world import World
from ticketing.domain.export import Export, Format
from ticketing.domain.query import Sort, TicketQuery
from ticketing.store import exports, keys
from ticketing.store.cached_reads import CachedReads

LONG = 900.0
TINY = 700
"""A part of the fault tests: a few rows."""


def source(world: World, table: Any = None) -> Source:
    table = table or world.aws.table
    return Source(table, CachedReads(table), world.aws.objects, time.monotonic)


def run(world: World, *, part_bytes: int = 5 * 2**20, seconds: float = LONG) -> list[str]:
    """Work off what waits; the ids of the exports."""
    waiting = [one["export_id"] for one in world.aws.take(world.aws.settings.export_queue_url)]
    for export_id in waiting:
        assert work(source(world), export_id, remaining_s=lambda: seconds, part_bytes=part_bytes)
    return waiting


def asked(world: World, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    answer = world.api("POST", "/v1/exports", {"format": "csv"} | (body or {}), headers=headers)
    assert answer.status == 202, answer.body
    assert answer.headers["location"] == f"/v1/exports/{answer.body['id']}"
    made: dict[str, Any] = answer.body
    return made


def read(world: World, export_id: str) -> dict[str, Any]:
    answer = world.api("GET", f"/v1/exports/{export_id}")
    assert answer.status == 200, answer.body
    shown: dict[str, Any] = answer.body
    return shown


def content(world: World, export_id: str, suffix: str = "csv") -> bytes:
    """The file that its record names, which says its format."""
    known = exports.get(world.aws.table, export_id)
    assert known is not None
    assert known.file is not None
    assert known.file.startswith(keys.export_name(ORGANISATION, export_id, ""))
    assert known.file.endswith(f".{suffix}")
    return world.aws.objects.get(known.file)


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def exported(world: World, body: dict[str, Any] | None = None, **headers: str) -> list[dict[str, str]]:
    made = asked(world, body, **headers)
    run(world)
    assert read(world, made["id"])["state"] == "done"
    return rows(content(world, made["id"]))


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed(at: int, *, after: bool) -> Iterator[list[str]]:
    """The process ends before, or after, the n-th call of AWS; the calls so far."""
    calls: list[str] = []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore's stubs leave it out

    def call(self: Any, operation: str, arguments: Any) -> Any:
        calls.append(operation)
        if len(calls) == at and not after:
            raise Killed
        answer = real(self, operation, arguments)
        if len(calls) == at:
            raise Killed
        return answer

    with patch.object(BaseClient, "_make_api_call", call):
        yield calls


def a_new_export(world: World, suffix: str, format_: Format = Format.CSV) -> Export:
    query = TicketQuery(sort=Sort.OLDEST)
    export = Export(f"exp_{suffix}", ORGANISATION, format_, query, "UTC", (), NOW, NOW)
    exports.create(world.aws.table, export, ())
    return export


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 takes parts of 5 MB and more; the simulated one of a few bytes, too."""
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1)
    real = S3Backend.upload_part

    def upload_part(self: S3Backend, bucket: str, upload: str, number: int, data: bytes) -> Any:
        if upload not in self.get_bucket(bucket).multiparts:
            raise NoSuchUpload(upload_id=upload)  # moto's own answer is a 500
        return real(self, bucket, upload, number, data)

    monkeypatch.setattr(S3Backend, "upload_part", upload_part)
