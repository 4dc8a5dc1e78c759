"""Documents on their way to the indexes: one request for as many as fit, and what became of each of them.

| the cluster answers for a document              | what it means                                                      |
|-------------------------------------------------|--------------------------------------------------------------------|
| written                                         | it is there                                                        |
| 409                                             | somebody wrote the same version or a newer one: it is there        |
| 400, or 413 for it alone                        | it can never be written as it is: *refused*                        |
| 404                                             | the index is gone; who builds it anew reads every ticket           |
| anything else, or nothing in time               | *later*                                                            |

Versions are external ones, so a document may be written again, late and in any order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from opensearchpy import OpenSearch
from opensearchpy.exceptions import TransportError

from ticketing.domain.search_document import Indexed
from ticketing.search.client import SearchUnavailable, trouble
from ticketing.search.indexes import written_as

MAX_REQUEST_BYTES: Final = 5_000_000
"""Half of what the smallest nodes of AWS take in a request (OpenSearch Service quotas); one document may be more."""

_WRITTEN: Final = frozenset({200, 201})
_NEWER_IS_THERE: Final = 409
_NO_INDEX: Final = 404
_NEVER: Final = frozenset({400, 413})
_TOO_LARGE: Final = 413


@dataclass(frozen=True, slots=True)
class Refusal:
    """`error` is the engine's name for the kind of error: its words may quote what a guest wrote."""

    id: str
    index: str
    error: str


@dataclass
class Outcome:
    """What became of tickets. `unavailable` says why the cluster took some of them not now."""

    written: int = 0
    newer: int = 0
    refused: list[Refusal] = field(default_factory=list[Refusal])
    later: dict[str, None] = field(default_factory=dict[str, None])
    lost_indexes: set[str] = field(default_factory=set[str])
    unavailable: str | None = None

    def leave(self, ticket_ids: Sequence[str]) -> None:
        self.later |= dict.fromkeys(ticket_ids)


@dataclass(frozen=True, slots=True)
class _Line:
    id: str
    index: str
    text: bytes


class Writer:
    """Collects documents for the indexes that they go to. Whoever has added the last one calls `finish`.

    Once the cluster took none of a request, nothing more is sent: all that comes is left for later.
    """

    def __init__(self, client: OpenSearch, *, max_bytes: int = MAX_REQUEST_BYTES) -> None:
        self.outcome = Outcome()
        self._client = client
        self._max_bytes = max_bytes
        self._lines: list[_Line] = []
        self._bytes = 0

    def add(self, document: Indexed, indexes: Sequence[str]) -> None:
        try:
            lines = list(_lines(document, indexes))
        except orjson.JSONEncodeError as error:
            self.outcome.refused += [Refusal(document.id, index, type(error).__name__) for index in indexes]
            return
        for line in lines:
            if self._lines and self._bytes + len(line.text) > self._max_bytes:
                self._send()
            self._lines.append(line)
            self._bytes += len(line.text)

    def finish(self) -> Outcome:
        """Send what is left; what became of everything."""
        self._send()
        return self.outcome

    def _send(self) -> None:
        lines, self._lines, self._bytes = self._lines, [], 0
        if self.outcome.unavailable is not None:
            self.outcome.leave([line.id for line in lines])
        elif lines:
            self._send_some(lines)

    def _send_some(self, lines: Sequence[_Line]) -> None:
        try:
            told = _sent(self._client, lines)
        except SearchUnavailable as unavailable:
            self.outcome.unavailable = unavailable.reason
            self.outcome.leave([line.id for line in lines])
            return
        if told is not None:
            for line, answer in zip(lines, told, strict=True):
                self._take(line, answer["index"])
        elif len(lines) == 1:
            self._take(lines[0], {"status": _TOO_LARGE, "error": {"type": "too_large"}})
        else:
            middle = len(lines) // 2
            self._send_some(lines[:middle])
            self._send_some(lines[middle:])

    def _take(self, line: _Line, answer: Mapping[str, Any]) -> None:
        status = answer["status"]
        if status in _WRITTEN:
            self.outcome.written += 1
        elif status == _NEWER_IS_THERE:
            self.outcome.newer += 1
        elif status == _NO_INDEX:
            self.outcome.lost_indexes.add(line.index)
        elif status in _NEVER:
            self.outcome.refused.append(Refusal(line.id, line.index, str(answer.get("error", {}).get("type"))))
        else:
            self.outcome.leave([line.id])


def _sent(client: OpenSearch, lines: Sequence[_Line]) -> Sequence[Mapping[str, Any]] | None:
    """The answers, one a document, None if the request is too large. Raises SearchUnavailable."""
    parameters = {"require_alias": "true", "filter_path": "items.*.status,items.*.error.type"}
    with trouble():
        try:
            answer: Any = client.bulk(body=b"".join(line.text for line in lines), params=parameters)
        except TransportError as error:
            if error.status_code == _TOO_LARGE:
                return None
            raise
    found: Sequence[Mapping[str, Any]] = answer["items"]
    return found


def _lines(document: Indexed, indexes: Sequence[str]) -> Iterator[_Line]:
    body = orjson.dumps(document.body)
    for index in indexes:
        meta = {
            "_index": written_as(index),
            "_id": document.id,
            "routing": document.routing,
            "version": document.version,
            "version_type": "external",
        }
        yield _Line(document.id, index, b"%b\n%b\n" % (orjson.dumps({"index": meta}), body))
