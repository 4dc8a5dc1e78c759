"""One run at an export: as much of it as there is time for.

The file is an upload in parts. After each part the record says how far it has come, and a run goes on from there:

| a run ends …                               | the next one …                                                       |
|--------------------------------------------|----------------------------------------------------------------------|
| before the record tells of a part          | writes that part again, over the one that may be there               |
| in good order, its time nearly over        | begins with what was not enough for a part, which was put aside      |
| after the parts became a file, untold      | finds no upload any more, and begins from the start                  |

Two runs at the same export are told apart by its revision: one of them writes the record, the other one stops. A part
that the other one has overwritten has another ETag than the record says. Then S3 makes no file of the parts, and it
begins from the start: no file is ever made of two runs.
"""

from collections.abc import Callable
from typing import Final

from exporter.lines import Source, beginning, lines
from ticketing.domain.export import Export, State
from ticketing.store import exports, keys
from ticketing.store.objects import Lost

PART_BYTES: Final = 8 * 1024 * 1024
"""S3 takes no part under 5 MB but the last, and 10,000 of them (S3 quotas)."""
MARGIN_S: Final = 60.0
"""Enough to read one ticket with a long thread, and to put aside what is in hand."""
_FAILED_STARTS: Final = 3


def work(source: Source, export_id: str, *, remaining_s: Callable[[], float], part_bytes: int = PART_BYTES) -> bool:
    """Whether nothing is left to do. Raises ConditionNotMet if another run is at it, Busy, Lost."""
    export = exports.get(source.table, export_id)
    if export is None or export.state_at(source.table.now()).is_over:
        return True
    if export.state is State.QUEUED:
        export = exports.write(source.table, export, state=State.RUNNING)
    for _ in range(_FAILED_STARTS):
        try:
            return _Run(source, export, part_bytes).go(remaining_s)
        except Lost:
            latest = exports.get(source.table, export_id)
            if latest is None or latest.state.is_over:
                return True
            export = exports.write(source.table, latest, upload=None, etags=(), rest=None, rows=0, size=0, after=None)
    raise Lost


class _Run:
    def __init__(self, source: Source, export: Export, part_bytes: int) -> None:
        self._source = source
        self._export = export
        self._part_bytes = part_bytes
        self._rows = export.rows
        self._after = export.after
        self._content_type = export.format.content_type
        self._name = keys.export_name(export.organisation_id, export.id, export.format.value)
        self._held = bytearray(self._begun())
        self._in_parts = export.size - (len(self._held) if export.rest is not None else 0)

    def _begun(self) -> bytes:
        """What is to be written before the next line: nothing, if all so far lies in parts."""
        if self._export.rest is not None:
            return self._source.objects.get(self._export.rest)
        return b"" if self._export.etags else beginning(self._export)

    def go(self, remaining_s: Callable[[], float]) -> bool:
        for line in lines(self._source, self._export):
            self._held += line.text
            self._rows += bool(line.text)
            self._after = line.after
            if len(self._held) >= self._part_bytes and line.after is not None:
                self._put_part()
            if remaining_s() < MARGIN_S and line.after is not None:
                self._put_aside()
                return False
        self._finish()
        return True

    def _put_part(self) -> None:
        etags = self._upload()
        self._told(etags=etags, rest=None)
        self._in_parts = self._export.size
        self._held = bytearray()

    def _upload(self) -> tuple[str, ...]:
        """Put what is in hand as the next part; the ETags of all parts so far."""
        if self._export.upload is None:
            self._told_of_upload(self._source.objects.begin(self._name, self._content_type))
        upload, before = str(self._export.upload), self._export.etags
        return (*before, self._source.objects.put_part(self._name, upload, len(before) + 1, bytes(self._held)))

    def _told_of_upload(self, upload: str) -> None:
        self._export = exports.write(self._source.table, self._export, upload=upload)

    def _put_aside(self) -> None:
        # Its name is of this revision: a run that dies here leaves the one that the record names as it was.
        name = f"{self._name}.{self._export.revision}.rest"
        self._source.objects.put(name, bytes(self._held), self._content_type)
        self._told(rest=name)

    def _told(self, **changes: object) -> None:
        """The record tells of all lines so far."""
        size = self._in_parts + len(self._held)
        self._export = exports.write(
            self._source.table, self._export, rows=self._rows, size=size, after=self._after, **changes
        )

    def _finish(self) -> None:
        objects, size = self._source.objects, self._in_parts + len(self._held)
        if not (self._export.upload and (self._held or self._export.etags)):
            objects.put(self._name, bytes(self._held), self._content_type)
        else:
            etags = self._upload() if self._held else self._export.etags
            objects.complete(self._name, str(self._export.upload), etags)
        exports.write(
            self._source.table,
            self._export,
            state=State.DONE,
            rows=self._rows,
            size=size,
            finished_at=self._source.table.now(),
            upload=None,
            etags=(),
            rest=None,
        )
