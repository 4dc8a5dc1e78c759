"""A search cluster in memory, as far as we write to one: external versions, aliases, what it forgets, what it refuses.

`tests/engines/test_search_cluster.py` asks a real OpenSearch the same, so that this one cannot rot.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

import orjson
from opensearchpy.exceptions import ConflictError, ConnectionTimeout, NotFoundError, RequestError, TransportError

MEMORY_OF_DELETES_S = 60.0
"""`index.gc_deletes`: for so long a deleted document's version is known."""


@dataclass
class Document:
    version: int
    source: Mapping[str, Any]
    routing: str
    sequence: int


@dataclass
class Index:
    mapping: dict[str, Any]
    aliases: set[str]
    documents: dict[str, Document] = field(default_factory=dict)
    deleted: dict[str, tuple[int, float]] = field(default_factory=dict)


class SearchCluster:
    """What opensearchpy's client is asked for, with the answers of the engine.

    `now` is the engine's clock. `is_away`: no request is answered. `fate` says of a document's id the status that it
    is answered with instead of being written, None for most. `takes_bytes` is the largest request that it takes.
    """

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self.now = now
        self.is_away = False
        self.fate: Callable[[str], int | None] = lambda _: None
        self.after_request: Callable[[str], None] = lambda _: None
        self.takes_bytes = 100_000_000
        self.held: dict[str, Index] = {}
        self.requests: Counter[str] = Counter()
        self.cluster = self
        self.indices = _Indices(self)
        self._sequence = 0

    def shown(self, name: str) -> dict[str, int]:
        """The versions of the documents that an index, or alias, shows."""
        documents = self.resolve(name).documents
        return {id_: one.version for id_, one in documents.items() if not one.source["hidden"]}

    def source(self, name: str, id_: str) -> Mapping[str, Any]:
        return self.resolve(name).documents[id_].source

    def health(self) -> Any:
        self.ask("health")
        return {"number_of_data_nodes": 1}

    def bulk(self, *, body: bytes, params: Mapping[str, str], index: str | None = None) -> Any:
        self.ask("bulk")
        if len(body) > self.takes_bytes:
            raise TransportError(413, "too_large", {})
        lines = iter([orjson.loads(line) for line in body.splitlines()])
        answer = {"items": list(self._done(lines, params.get("require_alias") == "true", index))}
        self.after_request("bulk")
        return answer

    def _done(self, lines: Iterator[Any], requires_alias: bool, index: str | None) -> Iterator[Any]:
        for line in lines:
            ((action, meta),) = line.items()
            source = next(lines) if action == "index" else None
            name = meta.get("_index", index)
            if requires_alias and not any(name in one.aliases for one in self.held.values()):
                yield {action: {"status": 404, "error": {"type": "index_not_found_exception"}}}
            elif (fate := self.fate(meta["_id"])) is not None:
                yield {action: {"status": fate, "error": {"type": "made_up_exception"}}}
            elif source is not None:
                yield {action: self._written(self.resolve(name), meta, source)}
            else:
                yield {action: self._deleted(self.resolve(name), meta)}

    def _written(self, index: Index, meta: Mapping[str, Any], source: Mapping[str, Any]) -> Any:
        if not source.keys() <= index.mapping["properties"].keys():
            return {"status": 400, "error": {"type": "strict_dynamic_mapping_exception"}}
        if any(
            value is not None and not _fits(index.mapping["properties"][name], value) for name, value in source.items()
        ):
            return {"status": 400, "error": {"type": "mapper_parsing_exception"}}
        assert meta["version_type"] == "external"
        if meta["version"] <= self._known(index, meta["_id"]):
            return {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
        is_new = meta["_id"] not in index.documents
        self._sequence += 1
        index.documents[meta["_id"]] = Document(meta["version"], source, meta["routing"], self._sequence)
        return {"status": 201 if is_new else 200}

    def _known(self, index: Index, id_: str) -> int:
        """The version that is held, or was when it was deleted a moment ago."""
        if id_ in index.documents:
            return index.documents[id_].version
        version, at = index.deleted.get(id_, (-1, 0.0))
        return version if self.now() - at <= MEMORY_OF_DELETES_S else -1

    def _deleted(self, index: Index, meta: Mapping[str, Any]) -> Any:
        held = index.documents.get(meta["_id"])
        if held is None:
            return {"status": 404}
        if held.sequence != meta["if_seq_no"]:
            return {"status": 409, "error": {"type": "version_conflict_engine_exception"}}
        del index.documents[meta["_id"]]
        index.deleted[meta["_id"]] = (held.version + 1, self.now())
        return {"status": 200}

    def mget(self, *, body: Any, index: str) -> Any:
        self.ask("mget")
        return {"docs": [self._got(self.resolve(index), one) for one in body["docs"]]}

    def get(self, *, index: str, id: str, params: Mapping[str, str]) -> Any:  # noqa: A002 (the client's name)
        self.ask("get")
        found = self._got(self.resolve(index), {"_id": id, "routing": params["routing"]})
        if not found["found"]:
            raise NotFoundError(404, "not found", {})
        return found

    def delete(self, *, index: str, id: str, params: Mapping[str, Any]) -> None:  # noqa: A002 (the client's name)
        self.ask("delete")
        answer = self._deleted(self.resolve(index), {"_id": id, **params})
        if answer["status"] == 409:
            raise ConflictError(409, "conflict", {})
        if answer["status"] == 404:
            raise NotFoundError(404, "not found", {})

    def _got(self, index: Index, wanted: Mapping[str, Any]) -> dict[str, Any]:
        held = index.documents.get(wanted["_id"])
        if held is None or held.routing != wanted["routing"]:
            return {"_id": wanted["_id"], "found": False}
        names = wanted.get("_source", True)
        source = {name: held.source[name] for name in names} if isinstance(names, list) else dict(held.source)
        seen = {"_version": held.version, "_seq_no": held.sequence, "_primary_term": 1}
        return {"_id": wanted["_id"], "found": True, "_source": source, **seen}

    def search(self, *, body: Any, index: str, params: Mapping[str, str] | None = None) -> Any:  # noqa: ARG002
        self.ask("search")
        rows: list[dict[str, Any]] = [
            {
                "_id": id_,
                "_version": one.version,
                "_routing": one.routing,
                "_seq_no": one.sequence,
                "_primary_term": 1,
                "sort": [one.source.get(_name(by)) for by in body["sort"]],
            }
            for id_, one in self.resolve(index).documents.items()
            if all(_meets(one.source, clause) for clause in body["query"]["bool"]["filter"])
        ]
        is_newest_first = isinstance(body["sort"][0], dict)
        rows.sort(key=lambda row: row["sort"], reverse=is_newest_first)
        if after := body.get("search_after"):
            rows = [row for row in rows if (row["sort"] < after if is_newest_first else row["sort"] > after)]
        return {"hits": {"hits": rows[: body["size"]]}}

    def msearch(self, *, body: Any, index: str, params: Mapping[str, Any]) -> Any:  # noqa: ARG002 (a time-out)
        """Only for ids of one organisation's tickets, hidden or not."""
        self.ask("msearch")
        return {"responses": [self._found(self.resolve(index), *pair) for pair in batched(body, 2, strict=True)]}

    def _found(self, index: Index, header: Mapping[str, Any], body: Any) -> Any:
        ours = body["query"]["bool"]["filter"] == [{"term": {"organisation": header["routing"]}}]
        (wanted,) = body["query"]["bool"]["must"]
        assert ours, "a search of another kind than this one knows"
        hits = [
            {"_id": id_, "fields": {"id": [id_], "version": [one.source["version"]]}}
            for id_ in wanted["terms"]["id"]
            if (one := index.documents.get(id_)) is not None and one.routing == header["routing"]
        ]
        return {"timed_out": False, "hits": {"hits": hits[: body["size"]], "total": {"value": len(hits)}}}

    def resolve(self, name: str) -> Index:
        for index_name, one in self.held.items():
            if name == index_name or name in one.aliases:
                return one
        raise NotFoundError(404, "index_not_found_exception", {})

    def ask(self, what: str) -> None:
        self.requests[what] += 1
        if self.is_away:
            raise ConnectionTimeout("N/A", "away", Exception())


@dataclass
class _Indices:
    of: SearchCluster

    def create(self, *, index: str, body: Any) -> None:
        self.of.ask("create")
        if index in self.of.held:
            raise RequestError(400, "resource_already_exists_exception", {})
        self.of.held[index] = Index(dict(body["mappings"]), set(body.get("aliases", {})))

    def get_mapping(self, *, index: str) -> Any:
        self.of.ask("get_mapping")
        return {index: {"mappings": self.of.resolve(index).mapping}}

    def put_mapping(self, *, index: str, body: Any) -> None:
        self.of.ask("put_mapping")
        mapping = self.of.resolve(index).mapping
        known = mapping["properties"]
        if any(known.get(name, one)["type"] != one["type"] for name, one in body["properties"].items()):
            raise RequestError(400, "illegal_argument_exception", {})
        mapping["properties"] = {**known, **body["properties"]}

    def get_alias(self, *, name: str) -> Any:
        self.of.ask("get_alias")
        found: dict[str, Any] = {index: {} for index, one in self.of.held.items() if name in one.aliases}
        if not found:
            raise NotFoundError(404, "alias missing", {})
        return found

    def update_aliases(self, *, body: Any) -> None:
        self.of.ask("update_aliases")
        for action in body["actions"]:
            ((kind, meta),) = action.items()
            aliases = self.of.resolve(meta["index"]).aliases
            (aliases.add if kind == "add" else aliases.discard)(meta["alias"])

    def refresh(self, *, index: str) -> None:
        self.of.ask("refresh")
        self.of.resolve(index)

    def delete(self, *, index: str, params: Mapping[str, str]) -> None:  # noqa: ARG002 (always ignore_unavailable)
        self.of.ask("delete_index")
        self.of.held.pop(index, None)


def _fits(field_: Mapping[str, Any], value: Any) -> bool:
    return isinstance(value, int) if field_["type"] == "long" else True


def _name(by: Any) -> str:
    return str(next(iter(by)) if isinstance(by, dict) else by)


def _meets(source: Mapping[str, Any], clause: Any) -> bool:
    if "term" in clause:
        ((name, value),) = clause["term"].items()
        return bool(source.get(name) == value)
    ((name, bounds),) = clause["range"].items()
    held = source.get(name)
    return held is not None and held < bounds["lt"]
