"""One run at an export: as much of it as there is time for.

The file is an upload in parts. After each part the record says how far it has come, and a run goes on from there:

| a run ends …                               | the next one …                                                       |
|--------------------------------------------|----------------------------------------------------------------------|
| before the record tells of a part          | writes that part again, over the one that may be there; so too all   |
|                                            | parts since then of a line that was longer than a part               |
| in good order, its time nearly over        | begins with what was not enough for a part, which was put aside      |
| after the parts became a file, untold      | finds no upload any more, and begins from the start; as it does if   |
|                                            | what was put aside is gone                                           |

Two runs at the same export are told apart by its revision: one of them writes the record, the other one stops. What
that one still puts into the bucket harms nobody: an upload is named by the revision that began it, any other object by
what is in it, and the record says which of them count. A part that the other one has overwritten has another ETag than
the record says. Then S3 makes no file of the parts, and it begins from the start: no file is ever made of two runs.
"""

from collections.abc import Callable
from hashlib import sha256
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
_FROM_THE_START: Final = {
    "upload": None,
    "etags": (),
    "rest": None,
    "file": None,
    "rows": 0,
    "size": 0,
    "after": None,
}


def work(source: Source, export_id: str, *, remaining_s: Callable[[], float], part_bytes: int = PART_BYTES) -> bool:
    """Whether nothing is left to do. Raises ConditionNotMet if another run is at it, Busy, Lost."""
    export = exports.get(source.table, export_id)
    if export is None or export.state_at(source.table.now()).is_over:
        return True
    if export.state is State.QUEUED:
        export = exports.write(source.table, export, state=State.RUNNING)
    for _ in range(_FAILED_STARTS):
        run = _Run(source, export, part_bytes)
        try:
            return run.go(remaining_s)
        except Lost:
            latest = exports.get(source.table, export_id)
            if latest is None or latest.state.is_over:
                return True
            # Of its own revision: what another run has lost for this one must not make that one begin anew.
            export = exports.write(source.table, run.export, **_FROM_THE_START)
    raise Lost


class _Run:
    def __init__(self, source: Source, export: Export, part_bytes: int) -> None:
        self._source = source
        self.export = export
        self._part_bytes = part_bytes
        self._rows = export.rows
        self._after = export.after
        self._etags = export.etags
        self._content_type = export.format.content_type
        self._held = bytearray()
        self._in_parts = 0

    def _begun(self) -> bytes:
        """What is to be written before the next line: nothing, if all so far lies in parts."""
        if self.export.rest is not None:
            return self._source.objects.get(self.export.rest)
        return b"" if self.export.etags else beginning(self.export)

    def go(self, remaining_s: Callable[[], float]) -> bool:
        """Whether the file is whole. Raises Lost."""
        self._held += self._begun()
        self._in_parts = self.export.size - (len(self._held) if self.export.rest is not None else 0)
        for line in lines(self._source, self.export):
            self._held += line.text
            if not line.is_whole:
                self._put_early()
                continue
            self._rows += bool(line.text)
            self._after = line.after
            if len(self._held) >= self._part_bytes and line.after is not None:
                self._put_part()
            if remaining_s() < MARGIN_S and line.after is not None:
                self._put_aside()
                return False
        self._finish()
        return True

    def _put_early(self) -> None:
        """Put a part that ends within a line. The record tells of it when something that ends with a line is put."""
        if len(self._held) >= self._part_bytes:
            self._upload()

    def _put_part(self) -> None:
        self._upload()
        self._told(rest=None)

    def _upload(self) -> None:
        """Put what is in hand as the next part."""
        if self.export.upload is None:
            self._begin_upload()
        upload, number = str(self.export.upload), len(self._etags) + 1
        part = self._source.objects.put_part(self._file, upload, number, bytes(self._held))
        self._etags = (*self._etags, part)
        self._in_parts += len(self._held)
        self._held = bytearray()

    def _begin_upload(self) -> None:
        # Another run at this revision may begin one of the same name: only one of them is told of, and completed.
        name = self._name(str(self.export.revision))
        upload = self._source.objects.begin(name, self._content_type)
        self.export = exports.write(self._source.table, self.export, upload=upload, file=name)

    def _put_aside(self) -> None:
        # Another run at this revision, or one that dies here, leaves the one that the record names as it was.
        self._told(rest=self._put_apart("rest"))

    def _put_apart(self, what: str) -> str:
        """Put what is in hand as an object of its own; its name."""
        held = bytes(self._held)
        name = self._name(f"{sha256(held).hexdigest()[:32]}.{what}")
        self._source.objects.put(name, held, self._content_type)
        return name

    @property
    def _file(self) -> str:
        """The name that its upload was begun with; one that was begun before records named it has none of its own."""
        export = self.export
        return export.file or keys.export_name(export.organisation_id, export.id, export.format.value)

    def _name(self, of: str) -> str:
        return keys.export_name(self.export.organisation_id, self.export.id, f"{of}.{self.export.format.value}")

    def _told(self, **changes: object) -> None:
        """The record tells of all lines so far."""
        size = self._in_parts + len(self._held)
        self.export = exports.write(
            self._source.table, self.export, rows=self._rows, size=size, after=self._after, etags=self._etags, **changes
        )

    def _finish(self) -> None:
        size = self._in_parts + len(self._held)
        if self.export.upload is None or not (self._held or self._etags):
            file = self._put_apart("whole")
        else:
            if self._held:
                self._upload()
            file = self._file
            self._source.objects.complete(file, str(self.export.upload), self._etags)
        exports.write(
            self._source.table,
            self.export,
            state=State.DONE,
            rows=self._rows,
            size=size,
            finished_at=self._source.table.now(),
            upload=None,
            etags=(),
            rest=None,
            file=file,
        )
