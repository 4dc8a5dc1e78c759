"""Cut botocore's data to the services and operations that the functions call.

botocore reads a service's whole model when its first client is made: DynamoDB's alone is half a megabyte of JSON.
A cut model starts faster, and an operation that is not named here fails at once as an unknown method, on the laptop
as on AWS. A test compares this list with what the roles in template.yaml allow.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

type Json = dict[str, Any]

OPERATIONS: dict[str, frozenset[str]] = {
    "dynamodb": frozenset(
        {
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "DescribeEndpoints",  # the model names it as the way to find endpoints
            "GetItem",
            "PutItem",
            "Query",
            "TransactGetItems",
            "TransactWriteItems",
            "UpdateItem",
        }
    ),
    "s3": frozenset(
        {
            "CompleteMultipartUpload",
            "CreateMultipartUpload",
            "DeleteObject",
            "GetObject",
            "PutObject",
            "UploadPart",
        }
    ),
    "secretsmanager": frozenset({"GetSecretValue"}),
    "sesv2": frozenset({"SendEmail"}),
    "sqs": frozenset({"ChangeMessageVisibility", "SendMessage", "SendMessageBatch"}),
}
# The services' names in endpoints.json, which are those of their addresses.
ENDPOINT_NAMES = frozenset({"dynamodb", "s3", "secretsmanager", "email", "sqs"})
SHARED = frozenset({"_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json"})
KEPT_FILES = frozenset({"service-2", "endpoint-rule-set-1", "paginators-1", "service-2.sdk-extras"})


def trim(data: Path) -> None:
    """Rewrite botocore's data folder in place."""
    for entry in sorted(data.iterdir()):
        if entry.is_dir() and entry.name in OPERATIONS:
            trim_service(entry, OPERATIONS[entry.name])
        elif entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name not in SHARED:
            entry.unlink()
    endpoints = data / "endpoints.json"
    write(endpoints, cut_endpoints(read(endpoints)))


def trim_service(folder: Path, operations: frozenset[str]) -> None:
    *old_versions, latest = sorted(path for path in folder.iterdir() if path.is_dir())
    for version in old_versions:
        shutil.rmtree(version)
    for path in sorted(latest.iterdir()):
        name = path.name.removesuffix(".gz").removesuffix(".json")
        content = read(path)
        path.unlink()
        if name not in KEPT_FILES:
            continue
        if name == "service-2":
            content = cut_model(content, operations)
        elif name == "paginators-1":
            content["pagination"] = {k: v for k, v in content["pagination"].items() if k in operations}
        # Plain, not gzipped: the artifact is a zip anyway, and each cold start would unpack it again.
        write(latest / f"{name}.json", content)


def cut_model(model: Json, operations: frozenset[str]) -> Json:
    """Keep these operations, the shapes they reach, and no prose."""
    missing = operations - model["operations"].keys()
    if missing:
        raise SystemExit(f"{model['metadata']['serviceId']} has no operation {', '.join(sorted(missing))}")
    model["operations"] = {name: spec for name, spec in model["operations"].items() if name in operations}
    reached = reachable_shapes(model["shapes"], model["operations"])
    model["shapes"] = {name: shape for name, shape in model["shapes"].items() if name in reached}
    trimmed: Json = without_prose(model)
    for parameter in trimmed.get("clientContextParams", {}).values():
        parameter["documentation"] = ""  # botocore looks it up, and shows it to nobody
    return trimmed


def reachable_shapes(shapes: Json, start: Json) -> set[str]:
    reached: set[str] = set()
    waiting = named_shapes(start)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting |= named_shapes(shapes[name])
    return reached


def named_shapes(node: Any) -> set[str]:
    """Every value of a "shape" key below here: that is how a model refers to a shape."""
    if isinstance(node, list):
        return set().union(*map(named_shapes, node))
    if not isinstance(node, dict):
        return set()
    own = {node["shape"]} if isinstance(node.get("shape"), str) else set()
    return own.union(*map(named_shapes, node.values()))


def without_prose(node: Any) -> Any:
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    # A member may be called "documentation"; then its value is an object, not text.
    return {k: without_prose(v) for k, v in node.items() if k != "documentation" or not isinstance(v, str)}


def cut_endpoints(endpoints: Json) -> Json:
    for partition in endpoints["partitions"]:
        partition["services"] = {k: v for k, v in partition["services"].items() if k in ENDPOINT_NAMES}
    return endpoints


def read(path: Path) -> Any:
    raw = path.read_bytes()
    return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)


def write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
